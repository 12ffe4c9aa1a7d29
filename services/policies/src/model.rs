//! A document on its way: drafted, published by a second person, withdrawn and still readable.

use std::collections::BTreeMap;

use access::Role as R;
use kernel::period::parse_date;
use records::flow::{Code, Flow, Needs, Step};

records::codes! {
    /// Where a document stands.
    pub enum State {
        Draft = "draft" "待发布",
        Published = "published" "已发布",
        Withdrawn = "withdrawn" "已废止",
    }
}

records::codes! {
    /// What may be done with it.
    pub enum PolicyAct {
        Edit = "edit" "修改",
        Publish = "publish" "发布",
        Withdraw = "withdraw" "废止",
    }
}

records::codes! {
    /// What a document is about.
    pub enum Category {
        Money = "money" "资金管理",
        People = "people" "对象认定",
        Disclosure = "disclosure" "公告公示",
        Benefit = "benefit" "惠民补助",
        Bodies = "bodies" "机构和责任",
    }
}

records::codes! {
    /// What in the platform rests on a document.
    pub enum Governs {
        FundEvaluation = "fund_evaluation" "资金管理绩效评价",
    }
}

const HANDS: &[R] = &[R::CountyAdmin, R::FundUnitAdmin, R::AgriAdmin, R::Finance];

/// A published document is not edited: it is withdrawn, and a new one entered.
pub const FLOW: Flow<State, PolicyAct> = Flow {
    name: "policy",
    title: "政策文件发布",
    steps: &[
        Step {
            act: PolicyAct::Edit,
            from: &[State::Draft],
            to: State::Draft,
            by: HANDS,
            needs: Needs::NOTHING,
            guard: "",
        },
        Step {
            act: PolicyAct::Publish,
            from: &[State::Draft],
            to: State::Published,
            by: HANDS,
            needs: Needs::NOTHING.second_person(),
            guard: "录入人不发布；政策解读已写好，与文件同时公布",
        },
        Step {
            act: PolicyAct::Withdraw,
            from: &[State::Published],
            to: State::Withdrawn,
            by: HANDS,
            needs: Needs::NOTHING.reason(),
            guard: "废止后仍可查阅",
        },
    ],
};

impl State {
    /// Colour of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            State::Draft => "wait",
            State::Published => "done",
            State::Withdrawn => "closed",
        }
    }
}

/// The fields of a document, in the order of the form: name, title, most characters, whether it must be filled in.
pub const FIELDS: [(&str, &str, usize, bool); 11] = [
    ("title", "文件名称", 120, true),
    ("issuer", "发文单位", 60, true),
    ("doc_no", "文号", 60, false),
    ("category", "类别", 20, true),
    ("place", "适用地区", 40, true),
    ("issued", "发文日期", 10, false),
    ("effective_on", "施行日期", 10, false),
    ("fund_type", "涉及资金", 60, false),
    ("summary", "内容摘要", 2_000, true),
    ("plain_words", "政策解读", 4_000, false),
    ("governs", "作为哪项工作的依据", 20, false),
];

/// Values of [`FIELDS`] and `source` as sent.
pub type Filled = BTreeMap<String, String>;

/// Reads a form; what is wrong is said by field.
///
/// # Errors
/// The name of each wrong field with what to do.
pub fn read(sent: &Filled) -> Result<Filled, BTreeMap<&'static str, String>> {
    let (mut read, mut wrong) = (Filled::new(), BTreeMap::new());
    for (name, title, most, required) in FIELDS {
        let value = sent.get(name).map_or("", |v| v.trim()).to_owned();
        if required && value.is_empty() {
            wrong.insert(name, format!("请填写{title}。"));
        } else if value.chars().count() > most {
            wrong.insert(name, format!("{title}最多 {most} 个字。"));
        }
        read.insert(name.to_owned(), value);
    }
    for name in ["issued", "effective_on"] {
        if !read[name].is_empty() && parse_date(&read[name]).is_none_or(|d| d.year() < 1900) {
            wrong.insert(name, "请按 2026-03-01 的样子填写，不早于 1900 年。".to_owned());
        }
    }
    if !read["category"].is_empty() && Category::parse(&read["category"]).is_none() {
        wrong.insert("category", "请从列表中选择类别。".to_owned());
    }
    if !read["governs"].is_empty() && Governs::parse(&read["governs"]).is_none() {
        wrong.insert("governs", "请从列表中选择。".to_owned());
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}
