//! Accepted rows as Arrow columns, rejected rows as text, faults by row and column: one block at a time.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use arrow::{
    array::{
        ArrayRef, BinaryBuilder, BooleanBuilder, Int8Builder, Int32Builder, Int64Builder, RecordBatch, StringBuilder,
    },
    datatypes::{DataType, SchemaRef},
};

use super::{
    IngestError,
    raw::{CellKind, RawBlock},
    report::{CellError, LISTED_FAULTS},
    row::{RowParser, Value, Verdict},
};

/// What one block became.
#[derive(Default)]
pub(crate) struct ParsedBlock {
    pub batch: Option<RecordBatch>,
    /// Line and digest of each accepted row, in file order.
    pub digests: Vec<(u64, [u8; 32])>,
    /// Key digest and line of each accepted row.
    pub keys: Vec<(u64, u64)>,
    pub rows: u64,
    pub warned: u64,
    pub rejected: u64,
    pub skipped: u64,
    pub formula_cells: u64,
    pub checks: BTreeMap<&'static str, u64>,
    /// Check and line of every mark.
    pub marked: Vec<(&'static str, u64)>,
    pub errors: Vec<CellError>,
    pub warnings: Vec<CellError>,
    /// Rejected rows as CSV: the original cells, the line, the reasons.
    pub rejects: Vec<u8>,
}

enum Builder {
    I64(Int64Builder),
    I32(Int32Builder),
    I8(Int8Builder),
    Bool(BooleanBuilder),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
}

/// Parses the rows of a block from `start` on.
pub(crate) fn parse_block(
    parser: &RowParser<'_>,
    schema: &SchemaRef,
    block: &RawBlock,
    start: usize,
) -> Result<ParsedBlock, IngestError> {
    let mut parsed = ParsedBlock::default();
    let rows = block.len() - start;
    let mut builders: Vec<Builder> = schema
        .fields()
        .iter()
        .map(|f| Builder::new(f.data_type(), rows))
        .collect();
    let (mut values, mut scratch) = (Vec::new(), Vec::new());
    let mut rejects = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in block.rows_from(start) {
        match parser.read(row, &mut values, &mut scratch) {
            Verdict::Skipped { blank } => parsed.skipped += u64::from(!blank),
            Verdict::Accepted { warnings, digest, key } => {
                parsed.rows += 1;
                parsed.digests.push((row.line, digest));
                parsed.keys.extend(key.map(|k| (k, row.line)));
                parsed.warned += u64::from(!warnings.is_empty());
                for (check, warning) in warnings {
                    *parsed.checks.entry(check).or_default() += 1;
                    parsed.marked.push((check, row.line));
                    if parsed.warnings.len() < LISTED_FAULTS {
                        parsed.warnings.push(warning);
                    }
                }
                let count = values.len();
                for (builder, value) in builders.iter_mut().zip(values.drain(..)) {
                    builder.push(value);
                }
                builders[count].push(Value::I64(row.line as i64));
                let mut hash = [0; 16];
                hex::encode_to_slice(&digest[..8], &mut hash).unwrap_or_default();
                builders[count + 1].push(Value::Text(std::str::from_utf8(&hash).unwrap_or_default()));
                parsed.formula_cells += (0..row.len()).filter(|c| row.kind(*c) == CellKind::Formula).count() as u64;
            }
            Verdict::Rejected(errors) => {
                parsed.rows += 1;
                parsed.rejected += 1;
                let width = parser.layout.headers.len();
                let mut cells: Vec<Cow<'_, str>> = row.cells().collect();
                cells.resize(cells.len().max(width), Cow::Borrowed(""));
                // Cells beyond the header would push the reasons out of their column.
                let surplus = cells
                    .split_off(width)
                    .into_iter()
                    .filter(|c| !c.is_empty())
                    .collect::<Vec<_>>()
                    .join(" | ");
                let mut reasons: Vec<String> = errors
                    .iter()
                    .map(|e| {
                        if e.header.is_empty() {
                            e.message.clone()
                        } else {
                            format!("「{}」{}", e.header, e.message)
                        }
                    })
                    .collect();
                if !surplus.is_empty() {
                    reasons.push(format!("多出的内容：{surplus}"));
                }
                cells.push(Cow::Owned(row.line.to_string()));
                cells.push(Cow::Owned(reasons.join("；")));
                rejects
                    .write_record(cells.iter().map(|c| c.as_bytes()))
                    .map_err(|e| IngestError::Write(e.to_string()))?;
                let room = LISTED_FAULTS.saturating_sub(parsed.errors.len());
                parsed.errors.extend(errors.into_iter().take(room));
            }
        }
    }
    parsed.rejects = rejects.into_inner().map_err(|e| IngestError::Write(e.to_string()))?;
    if !parsed.digests.is_empty() {
        let arrays: Vec<ArrayRef> = builders.into_iter().map(Builder::finish).collect();
        parsed.batch = Some(RecordBatch::try_new(schema.clone(), arrays)?);
    }
    Ok(parsed)
}

impl Builder {
    fn new(data_type: &DataType, rows: usize) -> Self {
        match data_type {
            DataType::Int64 => Builder::I64(Int64Builder::with_capacity(rows)),
            DataType::Int32 => Builder::I32(Int32Builder::with_capacity(rows)),
            DataType::Int8 => Builder::I8(Int8Builder::with_capacity(rows)),
            DataType::Boolean => Builder::Bool(BooleanBuilder::with_capacity(rows)),
            DataType::Binary => Builder::Bytes(BinaryBuilder::new()),
            _ => Builder::Text(StringBuilder::with_capacity(rows, rows * 12)),
        }
    }

    /// Appends; a value of another type than the column's becomes null (the schema decides both).
    fn push(&mut self, value: Value<'_>) {
        match self {
            Builder::I64(b) => b.append_option(if let Value::I64(v) = value { Some(v) } else { None }),
            Builder::I32(b) => b.append_option(if let Value::I32(v) = value { Some(v) } else { None }),
            Builder::I8(b) => b.append_option(if let Value::I8(v) = value { Some(v) } else { None }),
            Builder::Bool(b) => b.append_option(if let Value::Bool(v) = value { Some(v) } else { None }),
            Builder::Text(b) => b.append_option(value.as_text()),
            Builder::Bytes(b) => b.append_option(if let Value::Bytes(v) = value { Some(v) } else { None }),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Builder::I64(mut b) => Arc::new(b.finish()),
            Builder::I32(mut b) => Arc::new(b.finish()),
            Builder::I8(mut b) => Arc::new(b.finish()),
            Builder::Bool(mut b) => Arc::new(b.finish()),
            Builder::Text(mut b) => Arc::new(b.finish()),
            Builder::Bytes(mut b) => Arc::new(b.finish()),
        }
    }
}
