//! A column that says the same in every row of a group, as Parquet: one word and one run, however many rows.

use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding},
    column::{
        page::{CompressedPage, Page, PageWriter},
        writer::ColumnCloseResult,
    },
    errors::ParquetError,
    file::{
        metadata::ColumnChunkMetaData,
        writer::{SerializedPageWriter, TrackedWrite},
    },
    schema::types::ColumnDescPtr,
};

/// The bytes of a column that never is empty, and what the file must know of them.
pub(crate) fn constant(
    about: ColumnDescPtr,
    text: &str,
    rows: usize,
) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
    let mut sink = TrackedWrite::new(Vec::new());
    let mut pages = SerializedPageWriter::new(&mut sink);
    let word = [&(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat();
    let size = word.len();
    let dictionary = Page::DictionaryPage {
        buf: word.into(),
        num_values: 1,
        encoding: Encoding::PLAIN,
        is_sorted: false,
    };
    let dictionary = pages.write_page(CompressedPage::new(dictionary, size))?;
    // One bit for each place in the dictionary; a run of so many rows at place 0.
    let mut run = vec![1];
    let mut header = (rows as u64) << 1;
    while header > 0x7f {
        run.push(header as u8 | 0x80);
        header >>= 7;
    }
    run.extend([header as u8, 0]);
    let size = run.len();
    let data = Page::DataPage {
        buf: run.into(),
        num_values: rows as u32,
        encoding: Encoding::RLE_DICTIONARY,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    };
    pages.write_page(CompressedPage::new(data, size))?;
    let bytes = Bytes::from(sink.into_inner()?);
    let metadata = ColumnChunkMetaData::builder(about)
        .set_compression(Compression::UNCOMPRESSED)
        .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
        .set_total_compressed_size(bytes.len() as i64)
        .set_total_uncompressed_size(bytes.len() as i64)
        .set_num_values(rows as i64)
        .set_data_page_offset(dictionary.bytes_written as i64)
        .set_dictionary_page_offset(Some(0))
        .build()?;
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: rows as u64,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok((bytes, close))
}
