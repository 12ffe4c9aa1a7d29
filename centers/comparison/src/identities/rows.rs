//! A department's rows as linking needs them, from the columns that its snapshot has.

use std::collections::BTreeSet;

use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{Int8Type, Int32Type, Int64Type},
};
use intake::contract::{ColumnType, KEY_COLUMN, REPAIRS_COLUMN, ROW_HASH, ROW_NO, STATUS_COLUMN};
use kernel::{
    IdStatus,
    identity::{Repair, Slip},
};
use linkage::{
    TextColumn, Texts,
    persons::{NO_DAY, Repairs, Rows},
};
use sha2::{Digest, Sha256};

use super::{people::Register, places::Places, relatives::Relatives};
use crate::snapshot::{Snapshot, SnapshotError};

/// Valid numbers that nobody of the register has, under so many names that they were typed to fill the field.
pub(crate) const PLACEHOLDER_NAMES: usize = 20;

/// Rows of a snapshot, column by column: all, or some by their place.
pub(crate) struct Columns {
    /// Places in the snapshot, where not all rows are here.
    some: Option<Vec<u32>>,
    /// The content of each row, by its keyed hash.
    pub(crate) content: Vec<u64>,
    pub(crate) key: Vec<i64>,
    pub(crate) status: Vec<u8>,
    names: TextColumn,
    birth: Vec<i32>,
    sex: Vec<u8>,
    region: Vec<i64>,
    /// The household of a relative whom the row names.
    household: Vec<i64>,
    /// Whether the place is that of the relative, because the row names none.
    beside: Vec<bool>,
    repair_offsets: Vec<u32>,
    repair_keys: Vec<i64>,
    slips: Vec<Slip>,
    pub(crate) tag: Vec<u64>,
    pub(crate) row_no: Vec<i64>,
    /// Numbers set aside as placeholders, and the rows that bear them.
    pub(crate) placeholders: Placeholders,
}

/// One valid number under many names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placeholders {
    pub(crate) numbers: u64,
    /// Places of the rows, ascending.
    pub(crate) rows: Vec<u32>,
}

impl Columns {
    /// [`Decoded::read`], settled among the people of a register.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn read(
        snapshot: &Snapshot,
        places: &mut Places,
        register: &Register,
        some: Option<Vec<u32>>,
    ) -> Result<Columns, SnapshotError> {
        Ok(Decoded::read(snapshot, places, some)?.among(register))
    }

    /// Rows that no number decides, or whose number so many share that it may decide nothing.
    pub(super) fn searched(&self) -> Vec<u32> {
        let mut out = Vec::new();
        let mut from = 0;
        for block in self.key.chunk_by(|a, b| a == b) {
            let rows = from..from + block.len();
            from = rows.end;
            let many = block.len() >= PLACEHOLDER_NAMES;
            out.extend(
                rows.filter(|row| many || !has_number(self.status[*row]))
                    .map(|row| row as u32),
            );
        }
        out
    }

    /// Households of the relatives whom rows name.
    pub(super) fn households(&self) -> BTreeSet<i64> {
        self.household
            .iter()
            .copied()
            .filter(|household| *household != 0)
            .collect()
    }
}

/// Rows as they stand in the file, before it is known who is registered.
pub(super) struct Decoded {
    columns: Columns,
    batch: RecordBatch,
    marks: Vec<String>,
    name: String,
    relatives: Relatives,
    address: bool,
    sex: bool,
}

impl Decoded {
    /// Reads what the contract's table has of name, birth, sex, place and relatives; of all rows, or of those at places,
    /// ascending. Of a number all rows must be there, or none.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(super) fn read(
        snapshot: &Snapshot,
        places: &mut Places,
        some: Option<Vec<u32>>,
    ) -> Result<Decoded, SnapshotError> {
        let contract = &snapshot.contract;
        let has = |id: &str, kind: ColumnType| contract.columns.iter().any(|c| c.id == id && c.kind == kind);
        let name = contract.person_name().map(|c| c.id.clone()).unwrap_or_default();
        let (birth, sex) = (has("birth", ColumnType::Date), has("sex", ColumnType::Code));
        let (address, region) = (has("address", ColumnType::Text), has("region", ColumnType::Region));
        // What else names the thing a row is about: a plate, a certificate. It lets an answer outlive a delivery.
        let marks: Vec<String> = contract
            .columns
            .iter()
            .filter(|c| contract.key.contains(&c.id))
            .filter(|c| matches!(c.kind, ColumnType::Text | ColumnType::Account | ColumnType::Uscc))
            .map(|c| c.id.clone())
            .collect();
        let mut wanted = vec![
            KEY_COLUMN,
            STATUS_COLUMN,
            REPAIRS_COLUMN,
            ROW_NO,
            ROW_HASH,
            name.as_str(),
        ];
        wanted.extend(
            [(birth, "birth"), (sex, "sex"), (address, "address"), (region, "region")]
                .iter()
                .filter(|w| w.0)
                .map(|w| w.1),
        );
        wanted.extend(marks.iter().map(String::as_str));
        let relatives = Relatives::of(contract, &name);
        let of_relatives = relatives.wanted();
        wanted.extend(of_relatives.iter().map(String::as_str));
        let batch = snapshot.columns(&wanted, some.as_deref())?;
        let rows = batch.num_rows();
        let text = |column: &str, row: usize| text_at(&batch, column, row);
        let mut out = Columns {
            some,
            content: (0..rows).map(|row| content(text(ROW_HASH, row))).collect(),
            key: longs(&batch, KEY_COLUMN),
            status: bytes(&batch, STATUS_COLUMN),
            names: TextColumn::default(),
            birth: Vec::new(),
            sex: Vec::new(),
            region: vec![0; rows],
            household: Vec::new(),
            beside: Vec::new(),
            repair_offsets: vec![0],
            repair_keys: Vec::new(),
            slips: Vec::new(),
            tag: vec![0; rows],
            row_no: longs(&batch, ROW_NO),
            placeholders: Placeholders::default(),
        };
        if let Some(days) = batch.column_by_name("birth").filter(|_| birth) {
            let days = days.as_primitive::<Int32Type>();
            out.birth = (0..rows)
                .map(|row| if days.is_valid(row) { days.value(row) } else { NO_DAY })
                .collect();
        }
        if sex {
            out.sex = (0..rows)
                .map(|row| match text("sex", row) {
                    "1" => 1,
                    "2" => 2,
                    _ => 0,
                })
                .collect();
        }
        if let Some(codes) = batch.column_by_name("region").filter(|_| region) {
            let codes = codes.as_primitive::<Int64Type>();
            out.region = (0..rows)
                .map(|row| if codes.is_valid(row) { codes.value(row) } else { 0 })
                .collect();
        }
        for row in 0..rows {
            out.names
                .push(text(&name, row))
                .map_err(|e| SnapshotError::Unreadable {
                    path: snapshot.path().to_owned(),
                    problem: e.to_string(),
                })?;
            if address && out.region[row] == 0 {
                out.region[row] = places.find(text("address", row));
            }
            if let Some(bytes) = batch.column_by_name(REPAIRS_COLUMN).map(|c| c.as_binary::<i32>()) {
                if bytes.is_valid(row) {
                    for repair in Repair::unpack(bytes.value(row)) {
                        out.repair_keys.push(repair.key.0);
                        out.slips.push(repair.slip);
                    }
                }
            }
            out.repair_offsets.push(out.repair_keys.len() as u32);
        }
        Ok(Decoded {
            columns: out,
            batch,
            marks,
            name,
            relatives,
            address,
            sex,
        })
    }

    /// Whom of the register these rows name by number: their own, one that a slip may have changed, a relative's.
    pub(super) fn numbers(&self) -> BTreeSet<i64> {
        let rows = &self.columns;
        let own = rows
            .key
            .iter()
            .zip(&rows.status)
            .filter(|(_, status)| has_number(**status));
        let own = own.map(|(key, _)| *key).chain(rows.repair_keys.iter().copied());
        own.chain(self.relatives.declarants(&self.batch)).collect()
    }

    /// Heads of families and guardians whom they name, and where these should live.
    pub(super) fn heads(&self) -> Vec<(String, i64)> {
        let rows = 0..self.batch.num_rows();
        let named = rows.map(|row| (self.relatives.head_of(&self.batch, row), self.columns.region[row]));
        let named: BTreeSet<(&str, i64)> = named.filter(|(head, _)| !head.is_empty()).collect();
        named
            .into_iter()
            .map(|(head, region)| (head.to_owned(), region))
            .collect()
    }

    /// The rows among the people of a register; those whom [`Decoded::numbers`] and [`Decoded::heads`] name are enough.
    pub(super) fn among(self, register: &Register) -> Columns {
        let (mut out, batch) = (self.columns, self.batch);
        out.set_placeholders_aside(&|key| register.registry.knows(key));
        let marks: Vec<&str> = self.marks.iter().map(String::as_str).collect();
        for row in 0..batch.num_rows() {
            if !has_number(out.status[row]) {
                let address = if self.address {
                    text_at(&batch, "address", row)
                } else {
                    ""
                };
                out.tag[row] = out.tag_of(&batch, row, &marks, address);
            }
        }
        // After the tags: an answer about a row outlives what its relative is found to say.
        out.household = self.relatives.households(&batch, register, &self.name, &out.region);
        if !self.sex {
            out.sex = self.relatives.sexes(&batch);
        }
        let communities = self.relatives.communities(&batch, register);
        out.beside = vec![false; communities.len()];
        for (row, community) in communities.into_iter().enumerate() {
            if out.region[row] == 0 && community != 0 {
                (out.region[row], out.beside[row]) = (community, true);
            }
        }
        out
    }
}

impl Columns {
    /// Snapshots are sorted by person, so rows of one number stand together.
    fn set_placeholders_aside(&mut self, known: &dyn Fn(i64) -> bool) {
        let mut from = 0;
        for block in self.key.chunk_by(|a, b| a == b) {
            let rows = from..from + block.len();
            from = rows.end;
            if block.len() < PLACEHOLDER_NAMES || !has_number(self.status[rows.start]) || known(block[0]) {
                continue;
            }
            let mut names: Vec<&str> = rows.clone().map(|row| self.names.view().get(row)).collect();
            names.sort_unstable();
            names.dedup();
            if names.len() >= PLACEHOLDER_NAMES {
                self.placeholders.numbers += 1;
                self.placeholders.rows.extend(rows.clone().map(|row| row as u32));
            }
        }
        for row in &self.placeholders.rows {
            self.status[*row as usize] = IdStatus::Missing as u8;
        }
    }

    /// Names a row in people's answers, so that the same row of the next delivery shares them: who it says it is about,
    /// and what. A row that says next to nothing is itself alone.
    fn tag_of(&self, batch: &RecordBatch, row: usize, marks: &[&str], address: &str) -> u64 {
        let mut hasher = Sha256::new();
        let mut says_more = false;
        let mut put = |part: &str, text: &str| {
            hasher.update(part.as_bytes());
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        put("name", self.names.view().get(row));
        if let Some(day) = self.birth.get(row).filter(|day| **day != NO_DAY) {
            put("birth", &day.to_string());
            says_more = true;
        }
        put("sex", &self.sex.get(row).copied().unwrap_or(0).to_string());
        put("address", address);
        put("region", &self.region[row].to_string());
        for mark in marks {
            let text = match batch.column_by_name(mark) {
                Some(column) if column.as_any().is::<arrow::array::Int64Array>() => {
                    let column = column.as_primitive::<Int64Type>();
                    if column.is_valid(row) {
                        column.value(row).to_string()
                    } else {
                        String::new()
                    }
                }
                _ => text_at(batch, mark, row).to_owned(),
            };
            says_more |= !text.is_empty();
            put(mark, &text);
        }
        if self.status[row] == IdStatus::Invalid as u8 {
            put("number", &self.key[row].to_string());
            says_more = true;
        }
        if !says_more {
            put("row", text_at(batch, ROW_HASH, row));
        }
        let digest = hasher.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        // One bit is left out, so that it fits the database's whole numbers; none is 0.
        (u64::from_le_bytes(first) >> 1).max(1)
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows {
            key: &self.key,
            status: &self.status,
            name: self.names.view(),
            birth: &self.birth,
            sex: &self.sex,
            region: &self.region,
            household: &self.household,
            repairs: Repairs {
                offsets: &self.repair_offsets,
                keys: &self.repair_keys,
            },
            tag: &self.tag,
        }
    }

    /// The place in the snapshot of a row here.
    pub(crate) fn place(&self, row: usize) -> u32 {
        match &self.some {
            None => row as u32,
            Some(places) => places.get(row).copied().unwrap_or(u32::MAX),
        }
    }

    pub(crate) fn names(&self) -> Texts<'_> {
        self.names.view()
    }

    /// Whether a row's place is that of the relative who declared the person.
    pub(crate) fn placed_by_relative(&self, row: usize) -> bool {
        self.beside.get(row).copied().unwrap_or(false)
    }

    /// The slip between a row's text and this person's number.
    pub(crate) fn slip(&self, row: usize, key: i64) -> Option<Slip> {
        let from = self.repair_offsets[row] as usize;
        let to = self.repair_offsets[row + 1] as usize;
        let at = self.repair_keys[from..to].iter().position(|k| *k == key)?;
        Some(self.slips[from + at])
    }
}

/// A row's content as a number: equal rows of two deliveries have the same.
pub(crate) fn content(row_hash: &str) -> u64 {
    u64::from_str_radix(row_hash.get(..16).unwrap_or(row_hash), 16).unwrap_or(0)
}

pub(crate) fn has_number(status: u8) -> bool {
    status == IdStatus::Valid as u8 || status == IdStatus::Upgraded as u8
}

pub(super) fn longs(batch: &RecordBatch, name: &str) -> Vec<i64> {
    batch
        .column_by_name(name)
        .map(|column| column.as_primitive::<Int64Type>().values().to_vec())
        .unwrap_or_default()
}

pub(super) fn bytes(batch: &RecordBatch, name: &str) -> Vec<u8> {
    let column = batch.column_by_name(name).map(|c| c.as_primitive::<Int8Type>());
    column
        .map(|c| c.values().iter().map(|s| *s as u8).collect())
        .unwrap_or_default()
}

pub(super) fn text_at<'b>(batch: &'b RecordBatch, name: &str, row: usize) -> &'b str {
    match batch
        .column_by_name(name)
        .and_then(|column| column.as_string_opt::<i32>())
    {
        Some(texts) if texts.is_valid(row) => texts.value(row),
        _ => "",
    }
}
