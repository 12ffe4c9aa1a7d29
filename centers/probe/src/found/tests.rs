//! What is found and written, over tables in memory.

use arrow::{
    array::{RecordBatch, StringArray},
    compute::concat_batches,
};
use parquet::{arrow::arrow_reader::ParquetRecordBatchReaderBuilder, schema::types::ColumnPath};

use super::*;
use crate::class;

/// Parquet with groups of so many rows; `plain` as snapshots are written, else with dictionaries everywhere.
fn table(name: &str, columns: Vec<(&str, ArrayRef, bool)>, group: usize, plain: bool) -> Table {
    let fields = columns
        .iter()
        .map(|(name, array, empty)| Field::new(*name, array.data_type().clone(), *empty));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.iter().map(|(_, array, _)| array.clone()).collect();
    let batch = RecordBatch::try_new(schema.clone(), arrays).unwrap();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(group))
        .set_data_page_row_count_limit(3)
        .set_write_batch_size(2);
    for name in [KEY_COLUMN, ROW_NO, ROW_HASH] {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(name), !plain);
    }
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, Some(properties.build())).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    Table::from_bytes(name, "", Bytes::from(bytes)).unwrap()
}

fn longs(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<Int64Array>())
}

fn register() -> Table {
    let names = ["张三", "李四", "阿卜杜拉·买买提", "王五"];
    table(
        "persons",
        vec![
            (KEY_COLUMN, longs([10, 20, 30, 50]), false),
            ("name", Arc::new(StringArray::from_iter_values(names)), true),
            ("region", longs([1, 2, 3, 5]), true),
        ],
        100,
        true,
    )
}

/// Rows about 5, 10, 10, 20, 30, 30, 40, 50; the first and the last but one are about strangers.
fn department(name: &str, group: usize, plain: bool) -> Table {
    let names = [
        None,
        Some("张三"),
        Some("张山"),
        None,
        Some("阿卜杜拉·买买提"),
        Some("阿卜杜拉·买买堤"),
        Some("王五"),
        Some("王五"),
    ];
    let hashes = (0..8).map(|row| format!("{name}-{row}"));
    table(
        name,
        vec![
            (KEY_COLUMN, longs([5, 10, 10, 20, 30, 30, 40, 50]), false),
            ("owner", Arc::new(names.into_iter().collect::<StringArray>()), true),
            (ROW_NO, longs(100..108), false),
            (ROW_HASH, Arc::new(StringArray::from_iter_values(hashes)), false),
        ],
        group,
        plain,
    )
}

/// Source, line, hash, person, whether the names agree, the register's name and place.
fn written(tables: &[Table], people: &People) -> (Found, Vec<String>) {
    let departments: Vec<Department<'_>> = tables
        .iter()
        .map(|table| Department {
            table,
            classes: class::PAYEE,
            name: "owner",
        })
        .collect();
    let mut out = Vec::new();
    let found = write_found(&departments, people, &register(), &mut out).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(out))
        .unwrap()
        .build()
        .unwrap();
    let schema = arrow::array::RecordBatchReader::schema(&reader);
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().unwrap();
    let all = concat_batches(&schema, &batches).unwrap();
    let text =
        |column: usize, row: usize| arrow::util::display::array_value_to_string(all.column(column), row).unwrap();
    let line = |row| {
        (0..all.num_columns())
            .map(|column| text(column, row))
            .collect::<Vec<_>>()
            .join(" ")
    };
    (found, (0..all.num_rows()).map(line).collect())
}

fn payees(keys: &[i64]) -> People {
    People::of(keys.iter().map(|key| (*key, class::PAYEE)).collect())
}

#[test]
fn rows_about_people_of_the_register_are_written_with_its_name_beside() {
    for (group, plain) in [(100, true), (3, true), (1, false), (100, false)] {
        let tables = [department("cars", group, plain), department("land", group, plain)];
        let (found, lines) = written(&tables, &payees(&[10, 20, 30, 40]));
        assert_eq!(found, Found { rows: 10, agreeing: 4 }, "groups of {group}");
        assert_eq!(
            lines[..5],
            [
                "cars 101 cars-1 10 true 张三 1",
                "cars 102 cars-2 10 false 张三 1",
                "cars 103 cars-3 20 false 李四 2",
                "cars 104 cars-4 30 true 阿卜杜拉·买买提 3",
                "cars 105 cars-5 30 false 阿卜杜拉·买买提 3",
            ]
        );
        assert!(lines[5..].iter().all(|line| line.starts_with("land ")), "{lines:?}");
    }
}

#[test]
fn without_anybody_concerned_an_empty_table_is_written() {
    let (found, lines) = written(&[department("cars", 3, true)], &payees(&[7]));
    assert_eq!((found, lines.len()), (Found::default(), 0));
    assert_eq!(written(&[], &payees(&[10])).1.len(), 0);
}

#[test]
fn few_people_in_a_long_table_are_found_alike() {
    let keys: Vec<i64> = (0..5_000).map(|row| row / 2).collect();
    let long = table(
        "long",
        vec![
            (KEY_COLUMN, longs(keys.iter().copied()), false),
            (
                "owner",
                Arc::new(StringArray::from_iter_values(keys.iter().map(|_| "李四"))),
                true,
            ),
            (ROW_NO, longs(0..5_000), false),
            (
                ROW_HASH,
                Arc::new(StringArray::from_iter_values(keys.iter().map(|key| format!("{key:x}")))),
                false,
            ),
        ],
        1_000,
        true,
    );
    let (found, lines) = written(&[long], &payees(&[10, 20, 50]));
    assert_eq!(found, Found { rows: 6, agreeing: 2 });
    assert_eq!(lines[2..4], ["long 40 14 20 true 李四 2", "long 41 14 20 true 李四 2"]);
}
