//! What an import tells the clerk: counts, and every fault by row and column.

use std::{collections::BTreeMap, fmt, path::PathBuf};

use serde::{Deserialize, Serialize};

/// A fault of one cell, or of a whole row when `header` is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellError {
    /// Line in the delivered file, 1-based.
    pub line: u64,
    /// `A`, `B` .. as spreadsheet programs show it.
    pub letter: String,
    pub header: String,
    pub message: String,
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.header.is_empty() {
            write!(f, "第 {} 行：{}", self.line, self.message)
        } else {
            write!(
                f,
                "第 {} 行「{}」（{} 列）：{}",
                self.line, self.header, self.letter, self.message
            )
        }
    }
}

/// The accepted rows as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRef {
    pub data_set: String,
    /// SHA-256 of the logical content, hexadecimal.
    pub hash: String,
    pub rows: u64,
    /// The same content was there before: nothing changed.
    pub unchanged: bool,
}

/// The outcome of an import or a dry run. Holds no cell of a sensitive column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    pub data_set: String,
    pub file_name: String,
    pub file_sha256: String,
    pub file_bytes: u64,
    pub format: String,
    pub sheet: String,
    pub dry_run: bool,
    /// Data rows; header, blank and total rows are not counted.
    pub rows: u64,
    pub accepted: u64,
    /// Accepted rows with at least one warning.
    pub warned: u64,
    pub rejected: u64,
    /// Import checks of the rule catalogue (K-01, K-02, K-09) and how many rows each marked.
    pub checks: BTreeMap<String, u64>,
    /// Lines each check marked, the first [`MARKED_LINES`] of each.
    #[serde(default)]
    pub marked: BTreeMap<String, Vec<u64>>,
    /// The first faults of rejected rows, in file order.
    pub errors: Vec<CellError>,
    /// The first marks on accepted rows, in file order.
    pub warnings: Vec<CellError>,
    /// Rows whose key occurs earlier in the file.
    pub doubled: u64,
    /// Cells taken from the cached result of a formula.
    pub formula_cells: u64,
    /// Repeated headers, totals and notes that were left out.
    pub skipped: u64,
    pub unused_columns: Vec<String>,
    pub snapshot: Option<SnapshotRef>,
    /// Sealed file of the rejected rows, to be corrected and sent again.
    pub rejects: Option<PathBuf>,
}

/// Faults listed in the report; all rejected rows are in the file of rejects.
pub const LISTED_FAULTS: usize = 200;

/// Marked lines kept of each check: enough for a county's file of mistakes, bounded for a file of nothing else.
pub(super) const MARKED_LINES: usize = 20_000;

/// What an import check is called on screen.
pub fn check_title(code: &str) -> &'static str {
    match code {
        "K-01" => "身份证号缺失或校验不通过",
        "K-02" => "性别与身份证号不一致",
        "K-09" => "统一社会信用代码校验不通过",
        "K-PH" => "占位证件号码，已搁置，不与任何人关联",
        "K-DUP" => "与前面的行重复",
        _ => "其他提示",
    }
}
