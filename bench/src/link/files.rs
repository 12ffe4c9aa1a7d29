//! The files of the bench of linking: the register, and department rows with their truth, table by table in the order of
//! keys as snapshots are.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, Int32Array, Int64Array, StringArray, UInt8Array},
    record_batch::RecordBatch,
};
use kernel::{KeyRing, period::epoch_days};
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties, schema::types::ColumnPath};
use pinyin::ToPinyin;
use simulate::Person;

use crate::Outcome;

/// Columns of a department table and its truth.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) id: Vec<String>,
    pub(super) key: Vec<i64>,
    pub(super) status: Vec<u8>,
    pub(super) name: Vec<String>,
    /// `NO_DAY` for none.
    pub(super) birth: Vec<i32>,
    pub(super) sex: Vec<u8>,
    pub(super) region: Vec<i64>,
    /// Known through a relative who stands in the same row; 0 for none.
    pub(super) household: Vec<i64>,
    /// Person of the register, -1 for nobody.
    pub(super) person: Vec<i32>,
    pub(super) class: Vec<&'static str>,
}

/// People written at a time.
const SLICE: usize = 1 << 18;

/// Written in the order of keys, as the product freezes its registers. Gives back where each person stands in it.
pub(super) fn register(people: &[Person], ring: &KeyRing, path: &Path) -> Outcome<Vec<i32>> {
    let mut order: Vec<(i64, usize)> = people
        .iter()
        .map(|person| ring.person_key(&person.id).0)
        .zip(0..)
        .collect();
    order.sort_unstable();
    let mut places = vec![0; order.len()];
    (0..).zip(&order).for_each(|(place, (_, at))| places[*at] = place);
    let mut writer = None;
    for slice in order.chunks(SLICE) {
        add(&mut writer, path, &registered(people, slice)?)?;
    }
    close(writer)?;
    Ok(places)
}

fn registered(people: &[Person], slice: &[(i64, usize)]) -> Outcome<RecordBatch> {
    let people = || slice.iter().map(|(_, at)| &people[*at]);
    let text = |make: &dyn Fn(&Person) -> String| -> ArrayRef {
        Arc::new(people().map(|person| Some(make(person))).collect::<StringArray>())
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id_no", text(&|person| person.id.expose().to_owned())),
        (
            "key",
            Arc::new(slice.iter().map(|(key, _)| *key).collect::<Int64Array>()),
        ),
        ("name", text(&|person| person.name.to_string())),
        ("sound", text(&|person| sound(&person.name))),
        (
            "birth",
            Arc::new(people().map(|p| epoch_days(p.birth)).collect::<Int32Array>()),
        ),
        ("sex", Arc::new(people().map(Person::sex_code).collect::<UInt8Array>())),
        (
            "region",
            Arc::new(people().map(|p| p.region.as_i64()).collect::<Int64Array>()),
        ),
        (
            "household",
            Arc::new(people().map(|p| i64::from(p.family) + 1).collect::<Int64Array>()),
        ),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}

/// The file is begun with the first batch, which says what it holds.
fn add(writer: &mut Option<ArrowWriter<File>>, path: &Path, batch: &RecordBatch) -> Outcome<()> {
    if writer.is_none() {
        // As snapshots are written: keys are hashes, which no dictionary and no compression makes smaller.
        let properties = WriterProperties::builder()
            .set_compression(Compression::LZ4_RAW)
            .set_max_row_group_row_count(Some(1 << 18))
            .set_data_page_row_count_limit(20_000)
            .set_write_batch_size(4_096)
            .set_column_dictionary_enabled(ColumnPath::from("key"), false)
            .set_column_compression(ColumnPath::from("key"), Compression::UNCOMPRESSED)
            .build();
        *writer = Some(ArrowWriter::try_new(
            File::create(path)?,
            batch.schema(),
            Some(properties),
        )?);
    }
    if let Some(writer) = writer {
        writer.write(batch)?;
    }
    Ok(())
}

fn close(writer: Option<ArrowWriter<File>>) -> Outcome<()> {
    if let Some(writer) = writer {
        writer.close()?;
    }
    Ok(())
}

impl Rows {
    fn sorted(mut self) -> Rows {
        let mut order: Vec<usize> = (0..self.key.len()).collect();
        order.sort_by_key(|at| self.key[*at]);
        let taken = |texts: &mut Vec<String>| -> Vec<String> {
            order.iter().map(|at| std::mem::take(&mut texts[*at])).collect()
        };
        let (id, name) = (taken(&mut self.id), taken(&mut self.name));
        fn of<T: Copy>(order: &[usize], values: &[T]) -> Vec<T> {
            order.iter().map(|at| values[*at]).collect()
        }
        Rows {
            id,
            key: of(&order, &self.key),
            status: of(&order, &self.status),
            name,
            birth: of(&order, &self.birth),
            sex: of(&order, &self.sex),
            region: of(&order, &self.region),
            household: of(&order, &self.household),
            person: of(&order, &self.person),
            class: of(&order, &self.class),
        }
    }
}

/// The rows and their truth, written part by part.
pub(super) struct Files {
    folder: PathBuf,
    rows: Option<ArrowWriter<File>>,
    truth: Option<ArrowWriter<File>>,
    written: i32,
}

impl Files {
    pub(super) fn create(folder: &Path) -> Outcome<Files> {
        Ok(Files {
            folder: folder.to_owned(),
            rows: None,
            truth: None,
            written: 0,
        })
    }

    pub(super) fn close(self) -> Outcome<()> {
        close(self.rows)?;
        close(self.truth)
    }

    pub(super) fn write(&mut self, part: Rows) -> Outcome<()> {
        let part = part.sorted();
        let next = self.written + part.key.len() as i32;
        let numbers: ArrayRef = Arc::new((self.written..next).collect::<Int32Array>());
        self.written = next;
        let sounds: StringArray = part.name.iter().map(|name| Some(sound(name))).collect();
        let rows: Vec<(&str, ArrayRef)> = vec![
            ("row", numbers.clone()),
            ("id_no", Arc::new(StringArray::from_iter_values(&part.id))),
            ("key", Arc::new(Int64Array::from(part.key))),
            ("status", Arc::new(UInt8Array::from(part.status))),
            ("name", Arc::new(StringArray::from_iter_values(&part.name))),
            ("sound", Arc::new(sounds)),
            ("birth", Arc::new(Int32Array::from(part.birth))),
            ("sex", Arc::new(UInt8Array::from(part.sex))),
            ("region", Arc::new(Int64Array::from(part.region))),
            ("household", Arc::new(Int64Array::from(part.household))),
        ];
        let rows = RecordBatch::try_from_iter(rows)?;
        add(&mut self.rows, &self.folder.join("rows.parquet"), &rows)?;
        let truth: Vec<(&str, ArrayRef)> = vec![
            ("row", numbers),
            ("person", Arc::new(Int32Array::from(part.person))),
            ("class", Arc::new(StringArray::from_iter_values(&part.class))),
        ];
        let truth = RecordBatch::try_from_iter(truth)?;
        add(&mut self.truth, &self.folder.join("truth.parquet"), &truth)
    }
}

/// The name in letters, for the peer.
fn sound(name: &str) -> String {
    let readings = name.chars().map(|c| {
        c.to_pinyin()
            .map_or(String::new(), |reading| reading.plain().to_owned())
    });
    readings.collect::<Vec<_>>().join(" ").trim().to_owned()
}
