//! Reads snapshots back: single rows as evidence, with the labels of their own contract.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Int8Type, Int32Type, Int64Type, SchemaRef},
};
use kernel::{Area, IdStatus, Money, Month, RegionCode, period::from_epoch_days};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector},
};

use intake::contract::{Column, ColumnType, Contract, KEY_COLUMN, PERSON, ROW_HASH, ROW_NO, Sensitivity, sql_names};

#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("snapshot {path}: {problem}")]
    Unreadable { path: PathBuf, problem: String },
}

/// An open snapshot. Cheap to clone; reads from the file each time.
#[derive(Clone, Debug)]
pub struct Snapshot {
    path: PathBuf,
    pub(super) metadata: ArrowReaderMetadata,
    pub contract: Contract,
    pub hash: String,
    pub file_name: String,
    pub file_sha256: String,
}

/// One field of a row as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceField {
    pub id: String,
    pub header: String,
    /// For readers who may see internal and masked fields; an ID number never stands here.
    pub text: String,
    /// For everyone: masked or hidden by the column's sensitivity.
    pub public_text: String,
    pub sensitivity: Sensitivity,
}

/// One row as evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceRow {
    /// Line in the delivered file.
    pub row_no: i64,
    pub row_hash: String,
    pub person_key: i64,
    pub fields: Vec<EvidenceField>,
}

impl Snapshot {
    pub fn open(path: &Path) -> Result<Snapshot, SnapshotError> {
        let bad = |problem: String| SnapshotError::Unreadable {
            path: path.to_owned(),
            problem,
        };
        let file = File::open(path).map_err(|e| bad(e.to_string()))?;
        let metadata = ArrowReaderMetadata::load(&file, Default::default()).map_err(|e| bad(e.to_string()))?;
        let about = metadata
            .metadata()
            .file_metadata()
            .key_value_metadata()
            .cloned()
            .unwrap_or_default();
        let get = |key: &str| {
            let found = about.iter().find(|kv| kv.key.strip_prefix("yangguang.") == Some(key));
            found
                .and_then(|kv| kv.value.clone())
                .ok_or_else(|| bad(format!("no {key}")))
        };
        let contract = Contract::parse(&get("data_set")?, &get("contract")?).map_err(|e| bad(e.to_string()))?;
        Ok(Snapshot {
            path: path.to_owned(),
            contract,
            hash: get("hash")?,
            file_name: get("file_name")?,
            file_sha256: get("file_sha256")?,
            metadata,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn rows(&self) -> u64 {
        self.metadata.metadata().file_metadata().num_rows().max(0) as u64
    }

    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// The rows with these line numbers, in the order asked; a line that was not accepted is left out.
    pub fn rows_by_no(&self, row_nos: &[i64]) -> Result<Vec<EvidenceRow>, SnapshotError> {
        let bad = |problem: String| SnapshotError::Unreadable {
            path: self.path.clone(),
            problem,
        };
        let open = || {
            let file = File::open(&self.path).map_err(|e| bad(e.to_string()))?;
            Ok::<_, SnapshotError>(ParquetRecordBatchReaderBuilder::new_with_metadata(
                file,
                self.metadata.clone(),
            ))
        };
        let wanted = Wanted::of(row_nos);
        // First the line numbers alone, then only the pages that hold a wanted row.
        let places = {
            let builder = open()?;
            let mask = ProjectionMask::columns(builder.parquet_schema(), [ROW_NO]);
            let mut at = 0;
            let mut places = Vec::new();
            for batch in builder
                .with_projection(mask)
                .with_batch_size(65_536)
                .build()
                .map_err(|e| bad(e.to_string()))?
            {
                let batch = batch.map_err(|e| bad(e.to_string()))?;
                let values = batch.column(0).as_primitive::<Int64Type>().values();
                places.extend(
                    values
                        .iter()
                        .enumerate()
                        .filter(|(_, no)| wanted.has(**no))
                        .map(|(i, _)| at + i),
                );
                at += batch.num_rows();
                if places.len() == wanted.count {
                    break;
                }
            }
            places
        };
        let mut selectors = Vec::new();
        let mut at = 0;
        for place in places {
            selectors.push(RowSelector::skip(place - at));
            selectors.push(RowSelector::select(1));
            at = place + 1;
        }
        let mut found = std::collections::HashMap::new();
        // Sealed numbers are the bulk of a row, and nobody reads them here.
        let shown = self.contract.columns.iter().flat_map(sql_names);
        let shown = shown.chain([ROW_NO, ROW_HASH, KEY_COLUMN].map(str::to_owned));
        let shown: Vec<String> = shown.filter(|name| !self.is_sealed(name)).collect();
        let builder = open()?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), shown.iter().map(String::as_str));
        let reader = builder
            .with_projection(mask)
            .with_row_selection(RowSelection::from(selectors))
            .build()
            .map_err(|e| bad(e.to_string()))?;
        for batch in reader {
            let batch = batch.map_err(|e| bad(e.to_string()))?;
            for row in 0..batch.num_rows() {
                let evidence = self.evidence(&batch, row);
                found.insert(evidence.row_no, evidence);
            }
        }
        Ok(row_nos.iter().filter_map(|no| found.get(no).cloned()).collect())
    }

    fn is_sealed(&self, column: &str) -> bool {
        let field = self.schema().field_with_name(column);
        field.is_ok_and(|field| matches!(field.data_type(), DataType::Binary | DataType::LargeBinary))
    }

    /// One row by its line number.
    pub fn row(&self, row_no: i64) -> Result<Option<EvidenceRow>, SnapshotError> {
        Ok(self.rows_by_no(&[row_no])?.pop())
    }

    fn evidence(&self, batch: &RecordBatch, row: usize) -> EvidenceRow {
        let int = |name: &str| {
            batch
                .column_by_name(name)
                .map_or(0, |c| c.as_primitive::<Int64Type>().value(row))
        };
        let hash = batch
            .column_by_name(ROW_HASH)
            .map(|c| c.as_string::<i32>().value(row).to_owned());
        let fields = self
            .contract
            .columns
            .iter()
            .map(|column| field(column, batch, row))
            .collect();
        EvidenceRow {
            row_no: int(ROW_NO),
            row_hash: hash.unwrap_or_default(),
            person_key: int(KEY_COLUMN),
            fields,
        }
    }
}

/// Line numbers looked for. All lines of a table are asked, hence a mark for each rather than a set.
struct Wanted {
    count: usize,
    marks: Vec<bool>,
    /// Numbers that no file has so many lines for, ascending.
    beyond: Vec<i64>,
}

/// A file of more lines is looked through the slow way.
const MOST_LINES: usize = 1 << 26;

impl Wanted {
    fn of(row_nos: &[i64]) -> Wanted {
        let line = |no: i64| usize::try_from(no).ok().filter(|line| *line < MOST_LINES);
        let mut marks = vec![
            false;
            row_nos
                .iter()
                .filter_map(|no| line(*no))
                .max()
                .map_or(0, |most| most + 1)
        ];
        row_nos
            .iter()
            .filter_map(|no| line(*no))
            .for_each(|line| marks[line] = true);
        let beyond: std::collections::BTreeSet<i64> =
            row_nos.iter().copied().filter(|no| line(*no).is_none()).collect();
        Wanted {
            count: marks.iter().filter(|mark| **mark).count() + beyond.len(),
            marks,
            beyond: beyond.into_iter().collect(),
        }
    }

    fn has(&self, no: i64) -> bool {
        match usize::try_from(no).ok().and_then(|line| self.marks.get(line)) {
            Some(mark) => *mark,
            None => !self.beyond.is_empty() && self.beyond.binary_search(&no).is_ok(),
        }
    }
}

fn field(column: &Column, batch: &RecordBatch, row: usize) -> EvidenceField {
    let text = display(column, batch, row).unwrap_or_default();
    let public_text = match (column.sensitivity, column.kind) {
        (Sensitivity::P, _) => text.clone(),
        (Sensitivity::M, ColumnType::Name) => kernel::name::mask(&text),
        _ if text.is_empty() => String::new(),
        _ => "******".to_owned(),
    };
    EvidenceField {
        id: column.id.clone(),
        header: column.header.clone(),
        text,
        public_text,
        sensitivity: column.sensitivity,
    }
}

/// A cell as text; `None` when empty.
fn display(column: &Column, batch: &RecordBatch, row: usize) -> Option<String> {
    let names = sql_names(column);
    let array = batch.column_by_name(&names[0])?;
    if array.is_null(row) {
        return None;
    }
    let unit = column.unit.as_deref().filter(|u| *u != "万元").unwrap_or_default();
    Some(match column.kind {
        ColumnType::IdNo => status_text(
            batch.column_by_name(&names[1])?.as_primitive::<Int8Type>().value(row),
            column.id == PERSON,
        ),
        ColumnType::Account | ColumnType::Phone => {
            format!("****{}", batch.column_by_name(&names[1])?.as_string::<i32>().value(row))
        }
        ColumnType::Code => {
            let code = array.as_string::<i32>().value(row);
            column.codes.get(code).cloned().unwrap_or_else(|| code.to_owned())
        }
        ColumnType::Name | ColumnType::Text | ColumnType::Uscc => array.as_string::<i32>().value(row).to_owned(),
        ColumnType::Date => from_epoch_days(array.as_primitive::<Int32Type>().value(row))?.to_string(),
        ColumnType::Month => {
            let index = array.as_primitive::<Int32Type>().value(row);
            Month::new(index.div_euclid(12), (index.rem_euclid(12) + 1) as u8)?.to_string()
        }
        ColumnType::Money => format!("{}元", Money(array.as_primitive::<Int64Type>().value(row))),
        ColumnType::Area => format!("{}{unit}", Area(array.as_primitive::<Int64Type>().value(row))),
        ColumnType::Int => format!("{}{unit}", array.as_primitive::<Int64Type>().value(row)),
        ColumnType::Bool => if array.as_boolean().value(row) { "是" } else { "否" }.to_owned(),
        ColumnType::Region => RegionCode::from_i64(array.as_primitive::<Int64Type>().value(row))?.to_string(),
    })
}

fn status_text(status: i8, subject: bool) -> String {
    let whose = if subject { "证件号" } else { "相关人员证件号" };
    let state = match status {
        s if s == IdStatus::Valid as i8 => "校验通过",
        s if s == IdStatus::Upgraded as i8 => "旧式15位，已升位",
        s if s == IdStatus::Missing as i8 => "缺失",
        _ => "校验不通过，原文密封保存",
    };
    format!("{whose}{state}")
}
