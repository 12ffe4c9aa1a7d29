//! `yangguang rules check`: every rule parses, plans against the contracts, reads only what it declares, and its
//! examples come out as its file says.

use std::sync::Arc;

use arrow::array::RecordBatch;
use intake::contract::{Contracts, arrow_schema};

use super::{Rule, Rules, example::prove};
use crate::engine::{EngineError, Inputs, Session, Table, encode_batches, register_schema};

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    pub rule: String,
    /// The example it shows in, if it does.
    pub example: Option<String>,
    pub problem: String,
}

impl std::fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.example {
            Some(example) => write!(f, "{} 〔{example}〕: {}", self.rule, self.problem),
            None => write!(f, "{}: {}", self.rule, self.problem),
        }
    }
}

/// Checks all rules; an empty answer is a clean one.
pub async fn check(rules: &Rules, contracts: &Contracts) -> Vec<RuleProblem> {
    let mut problems = Vec::new();
    for rule in rules.iter() {
        if let Err(problem) = plan(rule, contracts).await {
            problems.push(RuleProblem {
                rule: rule.id.clone(),
                example: None,
                problem,
            });
            continue;
        }
        for example in &rule.example {
            if let Err(problem) = prove(rule, example, contracts).await {
                problems.push(RuleProblem {
                    rule: rule.id.clone(),
                    example: Some(example.title.clone()),
                    problem,
                });
            }
        }
    }
    problems
}

/// Plans a rule over empty tables: only those it declares exist, so that reading another one fails.
async fn plan(rule: &Arc<Rule>, contracts: &Contracts) -> Result<(), String> {
    let area = "37".parse().map_err(|e: &str| e.to_owned())?;
    let day = kernel::period::parse_date(&rule.effective_from).ok_or("effective_from")?;
    let inputs = contract_tables(&rule.registers, &rule.sources, contracts).map_err(|e| e.to_string())?;
    let session = Session::open(&inputs, &Default::default()).map_err(|e| e.to_string())?;
    session
        .plan(&rule.id, &rule.sql(area, day)?)
        .await
        .map_err(|e| e.to_string())
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
            testkit::run(plan(rule, &contracts)).unwrap();
            let found = rule
                .example
                .iter()
                .find(|e| e.expect == "hit" && e.tables.contains_key(data_set));
            let found = found.unwrap_or_else(|| panic!("{} shows no household with a {data_set} row", rule.id));
            testkit::run(prove(rule, found, &contracts)).unwrap();
        }
    }

    #[test]
    fn a_rule_that_reads_what_it_does_not_declare_is_refused() {
        let contracts = Contracts::embedded().unwrap();
        let rules = Rules::embedded().unwrap();
        let mut rule = (**rules.get("A-01").unwrap()).clone();
        rule.sources.clear();
        let problem = testkit::run(plan(&Arc::new(rule), &contracts)).unwrap_err();
        assert!(problem.contains("vehicles"), "{problem}");
    }
}
