//! `yangguang rules check`: every rule parses, plans against the contracts, reads only what it declares, and its
//! examples come out as its file says.

use std::sync::Arc;

use arrow::array::RecordBatch;
use intake::contract::{Contracts, arrow_schema};

use super::{
    Rule, Rules,
    example::{Unproved, prove},
    fault::{self, Fault},
};
use crate::engine::{Bounds, EngineError, Inputs, Session, Table, encode_batches, register_schema};

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    pub rule: String,
    /// The example it shows in, if it does.
    pub example: Option<String>,
    /// Line of the condition, from 1, where it can be told.
    pub line: Option<usize>,
    /// In words.
    pub problem: String,
}

impl RuleProblem {
    /// Without the rule: line or example, and what is wrong.
    pub fn told(&self) -> String {
        match (&self.example, self.line) {
            (Some(example), _) => format!("例子“{example}”：{}", self.problem),
            (None, Some(line)) => format!("第 {line} 行：{}", self.problem),
            (None, None) => self.problem.clone(),
        }
    }
}

impl std::fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.rule, self.told())
    }
}

/// Checks all rules; an empty answer is a clean one.
pub async fn check(rules: &Rules, contracts: &Contracts) -> Vec<RuleProblem> {
    let mut problems = Vec::new();
    for rule in rules.iter() {
        problems.extend(check_rule(rule, contracts, Bounds::default()).await);
    }
    problems
}

/// Checks one rule within bounds. A rule that cannot be asked is not asked again for its other examples.
pub async fn check_rule(rule: &Arc<Rule>, contracts: &Contracts, bounds: Bounds) -> Vec<RuleProblem> {
    let problem = |example: Option<&str>, fault: Fault| RuleProblem {
        rule: rule.id.clone(),
        example: example.map(str::to_owned),
        line: fault.line,
        problem: fault.text,
    };
    if let Err(fault) = plan(rule, contracts, bounds).await {
        return vec![problem(None, fault)];
    }
    let mut problems = Vec::new();
    for example in &rule.example {
        match prove(rule, example, contracts, bounds).await {
            Ok(()) => {}
            Err(Unproved::Engine(error)) => {
                problems.push(problem(None, fault::of_engine(rule, &error)));
                break;
            }
            Err(Unproved::Answer(text)) => problems.push(problem(Some(&example.title), Fault { line: None, text })),
        }
    }
    problems
}

/// Plans a rule over empty tables: only those it declares exist, so that reading another one fails.
async fn plan(rule: &Arc<Rule>, contracts: &Contracts, bounds: Bounds) -> Result<(), Fault> {
    if let Some(fault) = fault::of_statement(&rule.condition) {
        return Err(fault);
    }
    let of_engine = |error: EngineError| fault::of_engine(rule, &error);
    let plain = |text: &str| Fault {
        line: None,
        text: text.to_owned(),
    };
    let area = "37".parse().map_err(plain)?;
    let day = kernel::period::parse_date(&rule.effective_from).ok_or_else(|| plain("effective_from 不是日期"))?;
    let sql = rule.sql(area, day).map_err(|e| fault::of_params(rule, &e))?;
    let tables = contract_tables(&rule.registers, &rule.sources, contracts).map_err(of_engine)?;
    let session = Session::open(&Inputs { bounds, ..tables }, &Default::default()).map_err(of_engine)?;
    let may: Vec<String> = rule.sources.iter().chain(&rule.registers).cloned().collect();
    session.plan(&rule.id, &sql, &may).await.map_err(of_engine)
}

/// Empty tables with the schemas of registers and contracts.
pub fn contract_tables(registers: &[String], sources: &[String], contracts: &Contracts) -> Result<Inputs, EngineError> {
    let mut inputs = Inputs::default();
    for name in registers {
        let schema =
            register_schema(name).ok_or_else(|| EngineError::Table(name.clone(), "no such register".into()))?;
        let bytes = encode_batches(&[RecordBatch::new_empty(schema)])?;
        inputs.registers.push(Table::from_bytes(name, "empty", bytes)?);
    }
    for name in sources {
        let contract = contracts
            .get(name)
            .ok_or_else(|| EngineError::Table(name.clone(), "no such data set".into()))?;
        let bytes = encode_batches(&[RecordBatch::new_empty(arrow_schema(contract))])?;
        inputs.snapshots.push((Table::from_bytes(name, "empty", bytes)?, true));
    }
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    // accept: 002-22, 002-29
    #[test]
    fn every_example_of_every_rule_comes_out_as_its_file_says() {
        let (rules, contracts) = (Rules::embedded().unwrap(), Contracts::embedded().unwrap());
        let problems = testkit::run(check(&rules, &contracts));
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{}", told.join("\n"));
        assert!(rules.iter().count() >= 12);
        assert!(rules.iter().all(|r| r.example.len() >= 2));
    }

    // accept: 001-09, 001-09a, 001-09b, 001-09c, 001-09d, 001-09e, 001-09f, 001-09g, 001-09h
    #[test]
    fn each_of_the_eight_kinds_is_a_data_set_with_a_rule_that_finds_it() {
        let (rules, contracts) = (Rules::embedded().unwrap(), Contracts::embedded().unwrap());
        let kinds = [
            ("机动车", "vehicles", "A-01"),
            ("农业机械", "farm_machines", "A-02"),
            ("社会保险", "social_insurance", "A-07"),
            ("公积金", "provident_fund", "A-08"),
            ("纳税", "tax", "A-09"),
            ("不动产", "real_estate", "A-03"),
            ("存款", "deposits", "A-10"),
            ("证券", "securities", "A-11"),
        ];
        for (word, data_set, rule) in kinds {
            let contract = contracts.get(data_set).unwrap();
            assert!(contract.title.contains(word), "{}", contract.title);
            assert!(
                (1..=10).contains(&contract.category),
                "a comparison category: {data_set}"
            );
            assert!(
                contract.columns.iter().any(|c| c.id == "id_no" && c.required),
                "{data_set}"
            );
            let rule = rules.get(rule).unwrap();
            assert!(rule.sources.iter().any(|s| s == data_set) && rule.registers.iter().any(|r| r == "assisted"));
            assert!(
                testkit::run(plan(rule, &contracts, Bounds::default())).is_ok(),
                "{}",
                rule.id
            );
            let found = rule
                .example
                .iter()
                .find(|e| e.expect == "hit" && e.tables.contains_key(data_set));
            let found = found.unwrap_or_else(|| panic!("{} shows no household with a {data_set} row", rule.id));
            assert!(
                testkit::run(prove(rule, found, &contracts, Bounds::default())).is_ok(),
                "{}",
                rule.id
            );
        }
    }

    // accept: 000-96
    #[test]
    fn who_split_off_his_earning_children_and_who_owns_too_much_is_asked_about() {
        let (rules, contracts) = (Rules::embedded().unwrap(), Contracts::embedded().unwrap());
        let split = ["A-12".to_owned()];
        let owned = (1..=11).map(|n| format!("A-{n:02}"));
        for id in split.into_iter().chain(owned) {
            let rule = rules.get(&id).unwrap_or_else(|| panic!("{id} is missing"));
            for expect in ["hit", "miss"] {
                let examples: Vec<_> = rule.example.iter().filter(|e| e.expect == expect).collect();
                assert!(!examples.is_empty(), "{id} shows no {expect}");
                for example in examples {
                    let proved = testkit::run(prove(rule, example, &contracts, Bounds::default()));
                    assert!(proved.is_ok(), "{id} {}", example.title);
                }
            }
        }
    }

    #[test]
    fn a_rule_that_reads_what_it_does_not_declare_is_refused() {
        let contracts = Contracts::embedded().unwrap();
        let rules = Rules::embedded().unwrap();
        let mut rule = (**rules.get("A-01").unwrap()).clone();
        rule.sources.clear();
        let problem = testkit::run(plan(&Arc::new(rule), &contracts, Bounds::default())).unwrap_err();
        assert!(
            problem.text.contains("vehicles") && problem.line.is_some(),
            "{problem:?}"
        );
    }

    /// What is said of A-01 with this condition.
    fn said_of(condition: &str, bounds: Bounds) -> Vec<String> {
        let (rules, contracts) = (Rules::embedded().unwrap(), Contracts::embedded().unwrap());
        let mut rule = (**rules.get("A-01").unwrap()).clone();
        rule.condition = condition.to_owned();
        rule.params.clear();
        let problems = testkit::run(check_rule(&Arc::new(rule), &contracts, bounds));
        problems.iter().map(RuleProblem::told).collect()
    }

    fn said(condition: &str) -> String {
        said_of(condition, Bounds::AT_THE_DESK).join("\n")
    }

    #[test]
    fn each_fault_of_a_text_is_named_in_words_with_its_line() {
        for (condition, says) in [
            ("SELECT a.person_key\nFROM assisted a )", "第 2 行：写法有误"),
            (
                "SELECT a.person_key\nFROM assisted a\nJOIN tax t ON t.person_key = a.person_key",
                "第 3 行：没有“tax”这张表",
            ),
            (
                "SELECT a.person_key,\n a.monthfrom\nFROM assisted a",
                "第 2 行：没有“a.monthfrom”这一列",
            ),
            (
                "SELECT a.person_key,\n month_after(a.day_from) AS month_from\nFROM assisted a",
                "第 2 行：没有“month_after”这个函数",
            ),
            (
                "SELECT a.person_key\nFROM assisted a\nWHERE a.month_from > {limit}",
                "第 3 行：没有名为 {limit} 的参数",
            ),
            (
                "SELECT a.person_key, a.month_from FROM assisted a",
                "没有 month_to 这一列",
            ),
            (
                "SELECT a.person_key, 7 AS month_from, 7 AS month_to FROM assisted a",
                "起止月份要用月序",
            ),
            (
                "-- 清理\nDELETE FROM assisted",
                "第 2 行：只能写一句查询，以 SELECT 或 WITH 开头",
            ),
            (
                "SELECT a.person_key, a.month_from, a.month_to FROM assisted a\n; SELECT 1",
                "第 2 行：只能写一句查询：请删去分号",
            ),
            (
                "SELECT a.person_key FROM assisted a WHERE (a.registered",
                "到末尾还没有写完",
            ),
            ("SELECT a.person_key\nFROM assisted a )", "读到“)”时读不懂"),
            (
                "SELECT a.person_key,\n repeat('x', 9) AS name FROM assisted a",
                "第 2 行：不能用“repeat”",
            ),
        ] {
            let told = said(condition);
            assert!(told.contains(says), "{condition}: {told}");
        }
    }

    #[test]
    fn a_thing_whose_key_is_no_number_is_refused_before_all_things_become_one() {
        let (rules, contracts) = (Rules::embedded().unwrap(), Contracts::embedded().unwrap());
        let mut rule = (**rules.get("E-01").unwrap()).clone();
        assert!(crate::finding::SubjectKind::of(&rule.subject).is_thing());
        rule.condition = "SELECT 'P1' AS subject_key, 24240 AS month_from, 24240 AS month_to FROM projects".to_owned();
        rule.params.clear();
        let problems = testkit::run(check_rule(&Arc::new(rule), &contracts, Bounds::AT_THE_DESK));
        assert!(
            problems
                .iter()
                .any(|p| p.told().contains("没有 subject_key 这一列，或它不是整数")),
            "{problems:?}"
        );
    }

    #[test]
    fn an_example_that_comes_out_otherwise_is_named_by_its_title() {
        let told = said("SELECT a.person_key, a.month_from, a.month_to FROM assisted a");
        assert!(told.contains("例子“退出之后才买的车”：不应列出，实际列出"), "{told}");
    }

    #[test]
    fn a_text_of_millions_of_rows_or_without_end_is_refused_in_bounded_time() {
        let few = Bounds {
            rows: 1,
            ..Bounds::AT_THE_DESK
        };
        let pairs = "SELECT a.person_key, a.month_from, a.month_to FROM assisted a CROSS JOIN assisted b";
        assert_eq!(
            said_of(pairs, few),
            ["结果超过 1 行，已停止：多半是两张表之间漏写了连接条件"]
        );
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) \
                       SELECT a.person_key, a.month_from, SUM(n.i) AS month_to FROM assisted a CROSS JOIN n GROUP BY 1, 2";
        assert!(said(endless).contains("不能用“RECURSIVE”"), "{}", said(endless));
    }

    #[test]
    fn a_long_chain_of_conditions_is_planned_and_a_longer_one_refused() {
        let chain = format!(
            "SELECT a.person_key, a.month_from, a.month_to FROM assisted a WHERE a.registered{}",
            " OR a.month_from > 7".repeat(30)
        );
        assert!(said(&chain).contains("例子"), "it was asked");
        assert!(said(&format!("{chain}{}", " OR a.registered".repeat(400))).contains("超过 120 处"));
    }
}
