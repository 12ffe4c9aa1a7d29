//! The Parquet form of a contract: names and types that rules and the engine may rely on.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::{Column, ColumnType, Contract, PERSON};

/// Line in the delivered file, 1-based, headers counted.
pub const ROW_NO: &str = "row_no";
/// Sixteen hexadecimal digits over the cleaned cells, keyed.
pub const ROW_HASH: &str = "row_hash";
/// Key of the person the row is about; snapshots are sorted by it.
pub const KEY_COLUMN: &str = "person_key";
/// `kernel::IdStatus` of the person's number.
pub const STATUS_COLUMN: &str = "id_status";

/// Keys of the numbers that a faulty text may have been (`kernel::identity::Repair`), made while the text is seen.
pub const REPAIRS_COLUMN: &str = "id_repairs";

/// Names no contract may use for a column of its own.
pub(super) fn reserved() -> [String; 2] {
    [ROW_NO.to_owned(), ROW_HASH.to_owned()]
}

/// The snapshot columns one delivered column becomes, in order.
pub fn sql_names(column: &Column) -> Vec<String> {
    let id = &column.id;
    match column.kind {
        ColumnType::IdNo if id == PERSON => vec![
            KEY_COLUMN.into(),
            STATUS_COLUMN.into(),
            "id_sealed".into(),
            REPAIRS_COLUMN.into(),
        ],
        ColumnType::IdNo => vec![
            format!("{id}_key"),
            format!("{id}_status"),
            format!("{id}_sealed"),
            format!("{id}_repairs"),
        ],
        ColumnType::Account | ColumnType::Phone => vec![id.clone(), format!("{id}_tail")],
        _ => vec![id.clone()],
    }
}

/// Types of [`sql_names`].
fn data_types(kind: ColumnType) -> Vec<DataType> {
    match kind {
        ColumnType::IdNo => vec![DataType::Int64, DataType::Int8, DataType::Binary, DataType::Binary],
        ColumnType::Account | ColumnType::Phone => vec![DataType::Int64, DataType::Utf8],
        ColumnType::Name | ColumnType::Text | ColumnType::Code | ColumnType::Uscc => vec![DataType::Utf8],
        ColumnType::Date | ColumnType::Month => vec![DataType::Int32],
        ColumnType::Money | ColumnType::Area | ColumnType::Int | ColumnType::Region => vec![DataType::Int64],
        ColumnType::Bool => vec![DataType::Boolean],
    }
}

/// The schema of a snapshot: the contract's columns in order, then `row_no` and `row_hash`.
pub fn arrow_schema(contract: &Contract) -> SchemaRef {
    let mut fields = Vec::new();
    for column in &contract.columns {
        for (name, data_type) in sql_names(column).into_iter().zip(data_types(column.kind)) {
            let always = column.kind == ColumnType::IdNo && !matches!(data_type, DataType::Binary);
            fields.push(Field::new(name, data_type, !always));
        }
    }
    fields.push(Field::new(ROW_NO, DataType::Int64, false));
    fields.push(Field::new(ROW_HASH, DataType::Utf8, false));
    Arc::new(Schema::new(fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contracts;

    #[test]
    fn the_second_person_of_a_row_keeps_a_key_of_its_own() {
        let schema = arrow_schema(Contracts::embedded().unwrap().get("cadre_kin").unwrap());
        for name in [
            "person_key",
            "id_status",
            "id_sealed",
            "id_repairs",
            "cadre_key",
            "cadre_status",
            "cadre_sealed",
            "kin",
            "row_no",
            "row_hash",
        ] {
            assert!(schema.field_with_name(name).is_ok(), "{name}");
        }
        assert!(schema.field_with_name("id_no").is_err());
    }
}
