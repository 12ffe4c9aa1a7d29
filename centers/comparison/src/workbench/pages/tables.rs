//! The tables a rule may read, with their columns in the words of the contract: beside the text that reads them.

use arrow::datatypes::DataType;
use intake::contract::{Contracts, arrow_schema, sql_names};

use crate::{engine::register_schema, rules::Rule};

/// A table as the text of a rule names it.
pub(crate) struct ReadTable {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) columns: Vec<ReadColumn>,
}

pub(crate) struct ReadColumn {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) title: String,
}

/// Registers first, then the department tables. Sealed numbers and hashes are nothing a rule reads.
pub(crate) fn readable(rule: &Rule, contracts: &Contracts) -> Vec<ReadTable> {
    let column = |field: &arrow::datatypes::FieldRef, title: String| ReadColumn {
        name: field.name().clone(),
        kind: kind(field.data_type()),
        title,
    };
    let registers = rule.registers.iter().filter_map(|name| {
        let schema = register_schema(name)?;
        Some(ReadTable {
            name: name.clone(),
            title: "本平台登记".to_owned(),
            columns: schema.fields().iter().map(|f| column(f, String::new())).collect(),
        })
    });
    let sources = rule.sources.iter().filter_map(|name| {
        let contract = contracts.get(name)?;
        let title = |field: &str| {
            let own = contract
                .columns
                .iter()
                .find(|c| sql_names(c).iter().any(|n| n == field));
            own.map_or(String::new(), |c| c.header.clone())
        };
        let schema = arrow_schema(contract);
        let shown = schema
            .fields()
            .iter()
            .filter(|f| *f.data_type() != DataType::Binary && f.name() != "row_hash");
        Some(ReadTable {
            name: name.clone(),
            title: contract.title.clone(),
            columns: shown.map(|f| column(f, title(f.name()))).collect(),
        })
    });
    registers.chain(sources).collect()
}

fn kind(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Int32 => "日期或月序",
        DataType::Boolean => "是否",
        DataType::Utf8 | DataType::Utf8View => "文字",
        _ => "整数",
    }
}
