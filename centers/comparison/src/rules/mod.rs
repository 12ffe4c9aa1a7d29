//! Rules as files: what is asked, of which tables, with which parameters and exceptions, why, and the examples
//! that prove it. Dropping a file into `rules/<group>/` adds a rule; there is no list to edit.

mod check;
mod draft;
mod evaluate;
mod example;
mod facts;
mod fault;
mod load;
mod params;
mod problem;
mod raw;
mod records;
mod wording;

use std::collections::BTreeMap;

pub use check::{RuleProblem, check, check_rule, contract_tables};
pub use evaluate::{Few, Outcome, RuleCount, RunOutput, SnapshotFile, evaluate, evaluate_among, inputs};
pub(crate) use evaluate::{inputs_of, table_of};
pub use load::{RuleError, Rules};
pub use params::ParamProblem;
pub use problem::{FundsProblem, PROBLEMS, Problem};
pub use records::LINK_LABEL;
use serde::Deserialize;

use crate::{
    engine::{MISUSED, class},
    finding::{Mode, Severity},
};

/// One rule, as its file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `A-01`.
    pub id: String,
    /// Raised whenever the rule can give another answer.
    pub version: i64,
    pub name: String,
    /// A .. L of the catalogue; also the folder.
    pub group: String,
    pub mode: Mode,
    pub severity: Severity,
    /// Who verifies: CIV, POV, FIN … of the catalogue, or DEPT for the programme's own department.
    pub verifier: String,
    /// Who keeps the rule.
    pub owner: String,
    /// Which of the three problems it looks for.
    #[serde(default)]
    pub problem: Problem,
    /// And which of the three of funds, where it is one.
    #[serde(default)]
    pub funds: Option<FundsProblem>,
    /// Law, policy or practice it stands on, in a line.
    pub basis: String,
    pub effective_from: String,
    #[serde(default)]
    pub effective_to: Option<String>,
    /// Department tables it reads.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Registers of our own it reads.
    pub registers: Vec<String>,
    /// Which people it can be about: members, targeted, payees, applicants, officials.
    pub subjects: Vec<String>,
    /// What the finding is about: person, account, cadre (with the relatives found), or a thing: household, project,
    /// fund, village, asset.
    #[serde(default = "person")]
    pub subject: String,
    /// Which field of the compared record says when it held.
    pub as_of: String,
    /// `names`: E1 when the names agree, else E2 and a question about identity. `own`: our own records, always E1.
    pub confidence: String,
    /// Column of the condition by which regional parameters are chosen.
    #[serde(default)]
    pub region_column: Option<String>,
    /// SQL; see `rules/README.md` for the columns it yields.
    pub condition: String,
    /// The question, with `{name}`, `{period}`, `{programmes}`, `{via}` and `{<table>.<column>}`.
    pub summary: String,
    /// Columns on which the question turns, marked in the evidence: `vehicles.reg_date`.
    #[serde(default)]
    pub turns_on: Vec<String>,
    /// Columns of the answer shown as the record of our own registers, with their titles; the question may name them.
    #[serde(default)]
    pub facts: Vec<(String, String)>,
    /// Title of that record.
    #[serde(default)]
    pub record: String,
    /// Whether what was paid belongs to the evidence.
    #[serde(default = "yes")]
    pub payments: bool,
    /// Sources read whole: where a record is found by the code of a firm, not by a person.
    #[serde(default)]
    pub whole: Vec<String>,
    /// Titles of the ways a composite rule is met.
    #[serde(default)]
    pub via: BTreeMap<String, String>,
    #[serde(default)]
    pub params: BTreeMap<String, Param>,
    /// Exception codes it proposes, and when.
    #[serde(default)]
    pub exceptions: BTreeMap<String, String>,
    pub explanation: Explanation,
    #[serde(default)]
    pub example: Vec<Example>,
    /// SHA-256 of the file.
    #[serde(skip)]
    pub hash: String,
    /// Where it was read from.
    #[serde(skip)]
    pub file: String,
}

/// A number, or yes or no, that a county may set otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    pub title: String,
    pub value: toml::Value,
    #[serde(default)]
    pub unit: String,
    #[serde(default, rename = "override")]
    pub overrides: Vec<Override>,
}

/// Another value for a region, from a day on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    pub region: String,
    pub from: String,
    #[serde(default)]
    pub to: Option<String>,
    pub value: toml::Value,
    /// Which document allows it.
    pub basis: String,
}

/// The public page of a rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    pub zh: Essay,
    pub en: Essay,
}

/// Source, method, exclusions, known false positives, worked example.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Essay {
    pub source: String,
    pub method: String,
    pub exclusions: String,
    pub false_positives: String,
    pub worked: String,
}

/// A small world and what the rule must say about it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub title: String,
    /// hit, exception or miss.
    pub expect: String,
    /// The exception proposed.
    #[serde(default)]
    pub code: Option<String>,
    /// The confidence expected of a hit.
    #[serde(default)]
    pub confidence: Option<String>,
    pub tables: BTreeMap<String, Vec<toml::Table>>,
}

fn person() -> String {
    "person".to_owned()
}

fn yes() -> bool {
    true
}

impl Rule {
    /// Whether it asks whose records these are: it reads what linking found out about all deliveries.
    pub fn asks_whose(&self) -> bool {
        self.registers.iter().any(|register| register == MISUSED)
    }

    /// The classes of people the shared probe must keep for it.
    pub fn classes(&self) -> u8 {
        self.subjects.iter().fold(0, |all, s| all | class_of(s).unwrap_or(0))
    }

    /// Whether it is in force on a day.
    pub fn is_effective(&self, day: kernel::Date) -> bool {
        let parse = kernel::period::parse_date;
        parse(&self.effective_from).is_some_and(|from| from <= day)
            && self.effective_to.as_deref().and_then(parse).is_none_or(|to| day <= to)
    }
}

pub(crate) fn class_of(subject: &str) -> Option<u8> {
    Some(match subject {
        "members" => class::MEMBER,
        "targeted" => class::TARGETED,
        "payees" => class::PAYEE,
        "applicants" => class::APPLICANT,
        "officials" => class::OFFICIAL,
        _ => return None,
    })
}

/// What an exception code means.
pub fn exception_title(code: &str) -> &'static str {
    match code {
        "X01" => "残疾人功能性补偿代步车",
        "X02" => "当地规定不计入的摩托车、电动自行车",
        "X03" => "低值农用车辆或小型农机，用于自家生产",
        "X04" => "已报废、被盗、卖出未过户或多年未检验",
        "X05" => "被借名或证件号码被他人使用",
        "X06" => "唯一住房、安置房、继承份额不足一半或人均面积低于当地平均",
        "X07" => "已吊销或歇业、普通合作社成员、无雇工个体经营",
        "X08" => "公益性岗位、个人缴费参保或小额村级补贴",
        "X09" => "发放月份不晚于死亡月份，或名单冻结后短期内死亡",
        "X10" => "监护人或供养机构代为领取",
        "X11" => "有记录的换卡",
        "X12" => "近两年内的一次性补偿",
        "X13" => "登记在册的土地流转或经批准的复垦",
        "X14" => "近亲属已备案并经全面入户核查",
        "X15" => "请假或无信号证明",
        "X16" => "有会议记录的应急事项",
        "X17" => "经证实的来源数据错误",
        "X18" => "政策明确允许的叠加",
        "X19" => "成员单独施保",
        "X20" => "季节性收入",
        _ => "其他例外",
    }
}
