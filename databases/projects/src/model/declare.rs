//! What is looked at before a project enters the library: is it doubled, is it real, does it suit the place? Each
//! answer is a question to those who declare, never a verdict.

use kernel::{Date, RegionCode, RegionLevel};

use super::ProjectMode;

/// A project as the filters see it.
#[derive(Clone, Debug, Default)]
pub struct Candidate {
    pub id: i64,
    pub no: String,
    pub name: String,
    pub content: String,
    pub site: String,
    pub region: i64,
    pub mode: String,
    pub start: Option<Date>,
    pub income_model: String,
    pub planned_fen: i64,
}

/// What was done before the declaration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ground {
    pub surveyed: bool,
    pub meetings: usize,
    pub beneficiaries: i64,
    /// The site was checked for land and farm work, and against standing idle (002-35).
    pub site_checked: bool,
}

/// Years within which the same content at the same place counts as doubled.
pub const YEARS: i64 = 3;

/// Questions of the three kinds: doubled, not real, not suitable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    pub doubled: Vec<String>,
    pub unreal: Vec<String>,
    pub unsuitable: Vec<String>,
}

impl Questions {
    pub fn none(&self) -> bool {
        self.doubled.is_empty() && self.unreal.is_empty() && self.unsuitable.is_empty()
    }

    /// All in one list, each with its kind.
    pub fn lines(&self) -> Vec<String> {
        let part = |kind: &str, list: &[String]| list.iter().map(|q| format!("{kind}：{q}")).collect::<Vec<_>>();
        [
            part("重复立项", &self.doubled),
            part("立项不实", &self.unreal),
            part("选项不当", &self.unsuitable),
        ]
        .concat()
    }
}

/// Asks the three questions. `others` are projects of the same village of the last years.
pub fn questions(mine: &Candidate, others: &[Candidate], ground: Ground) -> Questions {
    let mut found = Questions::default();
    for other in others
        .iter()
        .filter(|o| o.id != mine.id && near(mine, o) && same_time(mine, o))
    {
        if alike(&mine.content, &other.content) || alike(&mine.name, &other.name) {
            found.doubled.push(format!(
                "与 {}“{}”地点相同、内容相近，请说明是否为后续工程。",
                other.no, other.name
            ));
        }
    }
    if !ground.surveyed {
        found.unreal.push("没有登记入户调研。".to_owned());
    }
    if ground.meetings < 2 {
        found.unreal.push("村民小组会、村民代表大会记录不齐。".to_owned());
    }
    let for_households = matches!(mine.mode.as_str(), "direct" | "carrier");
    if for_households && ground.beneficiaries == 0 {
        found.unreal.push("没有登记受益户。".to_owned());
    }
    if !ground.site_checked {
        found
            .unsuitable
            .push("没有写明选址是否兼顾用地和农活、是否会闲置。".to_owned());
    }
    if mine.mode == ProjectMode::DIRECT
        && ground.beneficiaries > 0
        && mine.planned_fen / ground.beneficiaries > 5_000_000
    {
        found
            .unsuitable
            .push("直接到户项目每户超过 5 万元，请核对是否应作为工程项目申报。".to_owned());
    }
    found
}

fn near(a: &Candidate, b: &Candidate) -> bool {
    let village = |r: i64| RegionCode::from_i64(r).map(|c| c.at(RegionLevel::Community));
    village(a.region) == village(b.region) && (a.site.trim() == b.site.trim() || a.region == b.region)
}

fn same_time(a: &Candidate, b: &Candidate) -> bool {
    match (a.start, b.start) {
        (Some(a), Some(b)) => (a - b).whole_days().abs() <= YEARS * 366,
        _ => true,
    }
}

/// Two thirds of the character pairs of the shorter text stand in the longer one.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    let pairs = |t: &str| {
        let chars: Vec<char> = t.chars().filter(|c| c.is_alphanumeric()).collect();
        chars
            .windows(2)
            .map(|w| (w[0], w[1]))
            .collect::<std::collections::BTreeSet<_>>()
    };
    let (a, b) = (pairs(a), pairs(b));
    let shorter = a.len().min(b.len());
    shorter > 0 && a.intersection(&b).count() * 3 >= shorter * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greenhouse(id: i64) -> Candidate {
        Candidate {
            id,
            no: format!("P{id}"),
            name: "西街村蔬菜大棚".into(),
            content: "新建日光温室蔬菜大棚 20 座".into(),
            site: "村东".into(),
            region: 371_621_102_001_001,
            mode: "carrier".into(),
            start: kernel::period::parse_date("2026-03-01"),
            ..Candidate::default()
        }
    }

    fn ready() -> Ground {
        Ground {
            surveyed: true,
            meetings: 2,
            beneficiaries: 12,
            site_checked: true,
        }
    }

    // accept: 004-39a, 004-39b, 004-39c
    #[test]
    fn doubled_unreal_and_unsuitable_projects_are_asked_about() {
        let again = Candidate {
            content: "新建蔬菜大棚（日光温室）18 座".into(),
            ..greenhouse(2)
        };
        assert!(questions(&greenhouse(1), &[again], ready()).lines()[0].contains("重复立项：与 P2"));
        let bare = questions(&greenhouse(1), &[], Ground::default());
        assert_eq!(bare.unreal.len(), 3);
        assert!(bare.unsuitable[0].contains("选址"));
        assert!(questions(&greenhouse(1), &[], ready()).none());
    }

    #[test]
    fn another_content_another_place_or_long_ago_is_no_double() {
        let road = Candidate {
            content: "硬化村道 2 公里".into(),
            name: "西街村道路".into(),
            ..greenhouse(2)
        };
        let far = Candidate {
            region: 371_621_103_001_001,
            ..greenhouse(3)
        };
        let old = Candidate {
            start: kernel::period::parse_date("2020-01-01"),
            ..greenhouse(4)
        };
        assert!(questions(&greenhouse(1), &[road, far, old], ready()).none());
    }
}
