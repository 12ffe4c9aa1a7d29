//! What kind of problem a rule looks for: the three of identification and exit, and the three of the use of funds.

use serde::Deserialize;

/// Top level of the taxonomy of findings (三类问题), by which lists are filtered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// 识别不精准: who is helped.
    Identification,
    /// 监管不严格: what is paid, to whom, by whom.
    #[default]
    Supervision,
    /// 退出标准不明晰: when help ends.
    Exit,
}

/// Where the problem is one of funds, which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FundsProblem {
    /// 资金滞留.
    Held,
    /// 使用不合规.
    Misused,
    /// 收益分配不到位.
    Undistributed,
}

/// Id and title of every category, in the order of the filter.
pub const PROBLEMS: [(&str, &str); 6] = [
    ("identification", "识别不精准"),
    ("supervision", "监管不严格"),
    ("exit", "退出标准不明晰"),
    ("held", "资金滞留"),
    ("misused", "资金使用不合规"),
    ("undistributed", "收益分配不到位"),
];

impl super::Rule {
    /// The categories it belongs to, by id.
    pub fn problems(&self) -> Vec<&'static str> {
        let first = match self.problem {
            Problem::Identification => "identification",
            Problem::Supervision => "supervision",
            Problem::Exit => "exit",
        };
        let funds = self.funds.map(|funds| match funds {
            FundsProblem::Held => "held",
            FundsProblem::Misused => "misused",
            FundsProblem::Undistributed => "undistributed",
        });
        std::iter::once(first).chain(funds).collect()
    }

    /// The same as people read them.
    pub fn problem_titles(&self) -> Vec<&'static str> {
        let mine = self.problems();
        PROBLEMS
            .iter()
            .filter(|(id, _)| mine.contains(id))
            .map(|(_, title)| *title)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Rules;

    // accept: 002-01
    #[test]
    fn every_rule_belongs_to_one_of_the_three_problems_and_each_problem_has_rules() {
        let rules = Rules::embedded().unwrap();
        for problem in ["identification", "supervision", "exit", "misused"] {
            assert!(rules.iter().any(|r| r.problems().contains(&problem)), "{problem}");
        }
        let titles = |id: &str| rules.get(id).unwrap().problem_titles();
        assert_eq!(titles("A-01"), ["识别不精准"]);
        assert_eq!(titles("A-14"), ["退出标准不明晰"]);
        assert_eq!(titles("B-01"), ["监管不严格", "资金使用不合规"]);
    }
}
