//! The contract of a department table: everything that is known about it stands in one file of `datasets/`.
//!
//! Template, checks, messages, snapshot schema and masks derive from it, so that a user adds a data set by
//! writing one file.

mod load;
mod schema;
mod template;

use std::collections::BTreeMap;

pub use load::{ContractError, Contracts};
pub use schema::{KEY_COLUMN, REPAIRS_COLUMN, ROW_HASH, ROW_NO, STATUS_COLUMN, arrow_schema, sql_names};
use serde::{Deserialize, Serialize};

/// One department table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Identifier, file stem and SQL table name.
    pub name: String,
    /// Chinese title.
    pub title: String,
    /// 1..=13; 0 is a register of our own.
    pub category: u8,
    /// Department as it is written.
    pub department: String,
    /// Organisation code of the department.
    pub owner: String,
    /// Days between deliveries.
    pub cycle_days: u32,
    /// Why the table may be compared.
    pub purpose: String,
    /// Whether each person's signed authorisation is needed.
    #[serde(default)]
    pub authorisation: bool,
    /// A register of our own keeps every number sealed, to be shown with a purpose; a department's file keeps only
    /// those that failed their check.
    #[serde(default)]
    pub seals_numbers: bool,
    /// Columns that identify a row.
    #[serde(default)]
    pub key: Vec<String>,
    #[serde(rename = "column")]
    pub columns: Vec<Column>,
}

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub id: String,
    pub header: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(rename = "type")]
    pub kind: ColumnType,
    #[serde(default)]
    pub required: bool,
    pub sensitivity: Sensitivity,
    /// Stored code and its label; both are accepted.
    #[serde(default)]
    pub codes: BTreeMap<String, String>,
    /// What is written too, and the stored code it means.
    #[serde(default)]
    pub code_aliases: BTreeMap<String, String>,
    /// Unit as delivered; `万元` scales money.
    #[serde(default)]
    pub unit: Option<String>,
    #[serde(default)]
    pub max_chars: Option<usize>,
    /// Lowest value: whole numbers as they are, money in yuan, area in hundredths.
    #[serde(default)]
    pub min: Option<i64>,
    #[serde(default)]
    pub max: Option<i64>,
    #[serde(default)]
    pub example: Option<String>,
    #[serde(default)]
    pub note: Option<String>,
}

/// What a cell must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    IdNo,
    Name,
    Text,
    Code,
    Date,
    Month,
    Money,
    Area,
    Int,
    Bool,
    Uscc,
    Account,
    Phone,
    Region,
}

/// Who may see a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Sensitivity {
    /// Public.
    P,
    /// Public after masking.
    M,
    /// Internal.
    I,
    /// Sensitive: purpose and access record needed.
    S,
}

/// The column that names the person a row is about.
pub const PERSON: &str = "id_no";

impl Contract {
    pub fn column(&self, id: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.id == id)
    }

    /// The name of the person the row is about: the name column that follows the ID column, else the first.
    pub fn person_name(&self) -> Option<&Column> {
        let after = self.columns.iter().position(|c| c.id == PERSON).unwrap_or(0);
        let is_name = |c: &&Column| c.kind == ColumnType::Name;
        self.columns[after..]
            .iter()
            .find(is_name)
            .or_else(|| self.columns.iter().find(is_name))
    }

    /// The sex column, if the table has one (check K-02).
    pub fn sex(&self) -> Option<usize> {
        self.columns
            .iter()
            .position(|c| c.id == "sex" && c.kind == ColumnType::Code)
    }
}

impl ColumnType {
    /// What the template and the messages call it.
    pub fn title(self) -> &'static str {
        match self {
            ColumnType::IdNo => "身份证号",
            ColumnType::Name => "姓名",
            ColumnType::Text => "文本",
            ColumnType::Code => "代码",
            ColumnType::Date => "日期",
            ColumnType::Month => "年月",
            ColumnType::Money => "金额",
            ColumnType::Area => "面积",
            ColumnType::Int => "整数",
            ColumnType::Bool => "是否",
            ColumnType::Uscc => "统一社会信用代码",
            ColumnType::Account => "账号",
            ColumnType::Phone => "电话",
            ColumnType::Region => "区划代码",
        }
    }

    /// How a clerk should write it.
    pub fn hint(self) -> &'static str {
        match self {
            ColumnType::IdNo => "18位，单元格设为文本格式",
            ColumnType::Name => "不超过50字",
            ColumnType::Text => "",
            ColumnType::Code => "填代码或名称",
            ColumnType::Date => "如 2024-05-01",
            ColumnType::Month => "如 2024-05",
            ColumnType::Money => "数字，最多两位小数",
            ColumnType::Area => "数字，最多两位小数",
            ColumnType::Int => "整数",
            ColumnType::Bool => "是 或 否",
            ColumnType::Uscc => "18位",
            ColumnType::Account | ColumnType::Phone => "单元格设为文本格式",
            ColumnType::Region => "2至15位数字",
        }
    }
}

impl Sensitivity {
    pub fn title(self) -> &'static str {
        match self {
            Sensitivity::P => "公开",
            Sensitivity::M => "脱敏公开",
            Sensitivity::I => "内部",
            Sensitivity::S => "敏感",
        }
    }
}
