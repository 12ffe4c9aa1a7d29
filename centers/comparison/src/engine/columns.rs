//! Builds the Parquet form of a register row by row, every column in the order of its layout.

use std::sync::Arc;

use arrow::{
    array::{ArrayRef, BooleanBuilder, Int32Builder, Int64Builder, RecordBatch, StringBuilder},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use bytes::Bytes;
use parquet::{
    arrow::ArrowWriter,
    basic::Compression,
    file::properties::{EnabledStatistics, WriterProperties},
};

use super::{EngineError, registers::Layout};
use intake::contract::KEY_COLUMN;

const GROUP_ROWS: usize = 1 << 18;
pub(super) const BATCH_ROWS: usize = 1 << 16;

#[derive(Debug)]
enum Builder {
    Int(Int64Builder),
    Day(Int32Builder),
    Text(StringBuilder),
    Bool(BooleanBuilder),
}

/// Rows under construction.
#[derive(Debug)]
pub(super) struct Columns {
    layout: Layout,
    builders: Vec<Builder>,
    at: usize,
    rows: usize,
}

/// The Arrow schema of a layout. Everything but the person's key may be missing.
pub(super) fn schema_of(layout: Layout) -> SchemaRef {
    let data_type = |kind: char| match kind {
        'i' => DataType::Int64,
        'd' => DataType::Int32,
        'b' => DataType::Boolean,
        _ => DataType::Utf8,
    };
    let field = |(name, kind): &(&str, char)| Field::new(*name, data_type(*kind), *name != KEY_COLUMN);
    Arc::new(Schema::new(layout.iter().map(field).collect::<Vec<_>>()))
}

impl Columns {
    pub(super) fn new(layout: Layout) -> Columns {
        let builder = |(_, kind): &(&str, char)| match kind {
            'i' => Builder::Int(Int64Builder::new()),
            'd' => Builder::Day(Int32Builder::new()),
            'b' => Builder::Bool(BooleanBuilder::new()),
            _ => Builder::Text(StringBuilder::new()),
        };
        Columns {
            layout,
            builders: layout.iter().map(builder).collect(),
            at: 0,
            rows: 0,
        }
    }

    pub(super) fn int(&mut self, name: &str, value: i64) -> &mut Self {
        self.opt_int(name, Some(value))
    }

    pub(super) fn opt_int(&mut self, name: &str, value: Option<i64>) -> &mut Self {
        if let Builder::Int(b) = self.next(name) {
            b.append_option(value);
        }
        self
    }

    pub(super) fn day(&mut self, name: &str, value: Option<i32>) -> &mut Self {
        if let Builder::Day(b) = self.next(name) {
            b.append_option(value);
        }
        self
    }

    pub(super) fn text(&mut self, name: &str, value: &str) -> &mut Self {
        if let Builder::Text(b) = self.next(name) {
            b.append_value(value);
        }
        self
    }

    pub(super) fn bool(&mut self, name: &str, value: bool) -> &mut Self {
        if let Builder::Bool(b) = self.next(name) {
            b.append_value(value);
        }
        self
    }

    fn next(&mut self, name: &str) -> &mut Builder {
        debug_assert_eq!(
            self.layout[self.at].0, name,
            "columns come in the order of their layout"
        );
        let at = self.at;
        self.at += 1;
        if self.at == self.layout.len() {
            self.at = 0;
            self.rows += 1;
        }
        &mut self.builders[at]
    }

    /// Rows not yet taken as a batch.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn batch(&mut self) -> Result<RecordBatch, EngineError> {
        let arrays = self.builders.iter_mut().map(|b| -> ArrayRef {
            match b {
                Builder::Int(b) => Arc::new(b.finish()),
                Builder::Day(b) => Arc::new(b.finish()),
                Builder::Text(b) => Arc::new(b.finish()),
                Builder::Bool(b) => Arc::new(b.finish()),
            }
        });
        self.rows = 0;
        RecordBatch::try_new(schema_of(self.layout), arrays.collect()).map_err(|e| EngineError::Freeze(e.to_string()))
    }
}

/// A register as Parquet bytes.
pub(super) fn encode(mut columns: Columns) -> Result<Bytes, EngineError> {
    let batch = columns.batch()?;
    encode_batches(&[batch])
}

/// Any sorted batches of one schema as Parquet bytes, the way registers are kept.
pub(crate) fn encode_batches(batches: &[RecordBatch]) -> Result<Bytes, EngineError> {
    let Some(first) = batches.first() else {
        return Err(EngineError::Freeze("no batch".into()));
    };
    let mut writer = writer(first.schema())?;
    for batch in batches {
        writer.write(batch).map_err(|e| EngineError::Freeze(e.to_string()))?;
    }
    Ok(Bytes::from(
        writer.into_inner().map_err(|e| EngineError::Freeze(e.to_string()))?,
    ))
}

pub(super) fn writer(schema: SchemaRef) -> Result<ArrowWriter<Vec<u8>>, EngineError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_column_dictionary_enabled(KEY_COLUMN.into(), false)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(20_000)
        .build();
    ArrowWriter::try_new(Vec::new(), schema, Some(properties)).map_err(|e| EngineError::Freeze(e.to_string()))
}
