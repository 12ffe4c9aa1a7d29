//! Rows of a department table as columns, lent by the caller.

use kernel::{Date, IdNumber, IdStatus, KeyRing, PersonKey, RegionCode, identity::Sex, period::epoch_days};

use super::NO_DAY;
use crate::texts::{TextColumn, Texts, TooLong};

/// Keys of the numbers a faulty text may have been: those of row `i` are `keys[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Repairs<'a> {
    pub offsets: &'a [u32],
    pub keys: &'a [i64],
}

impl<'a> Repairs<'a> {
    pub(crate) fn of(&self, row: usize) -> &'a [i64] {
        match (self.offsets.get(row), self.offsets.get(row + 1)) {
            (Some(from), Some(to)) => self.keys.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// The same, owned.
#[derive(Clone, Debug, Default)]
pub struct RepairLists {
    offsets: Vec<u32>,
    keys: Vec<i64>,
}

impl RepairLists {
    /// Lists what each faulty text may have been; rows of another status get none. Done at ingest, where the texts are.
    pub fn of(ring: &KeyRing, numbers: Texts<'_>, status: &[u8]) -> RepairLists {
        let mut lists = RepairLists::default();
        lists.offsets.reserve(status.len() + 1);
        lists.offsets.push(0);
        let mut found: Vec<PersonKey> = Vec::new();
        for (row, status) in status.iter().enumerate() {
            if *status == IdStatus::Invalid as u8 {
                ring.repair_keys(numbers.get(row), &mut found);
                lists.keys.extend(found.drain(..).map(|key| key.0));
            }
            lists.offsets.push(lists.keys.len() as u32);
        }
        lists
    }

    pub fn lists(&self) -> Repairs<'_> {
        Repairs {
            offsets: &self.offsets,
            keys: &self.keys,
        }
    }
}

/// Columns of equal length; `key`, `status` and `name` must be there, the others may be empty when a table lacks them.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// `PersonKey` of the number, whatever for rows without a valid one.
    pub key: &'a [i64],
    /// `IdStatus` as stored at ingest.
    pub status: &'a [u8],
    pub name: Texts<'a>,
    /// Days since 1970, [`NO_DAY`] for none.
    pub birth: &'a [i32],
    /// 1 male, 2 female, 0 unknown (GB/T 2261.1).
    pub sex: &'a [u8],
    /// 15-digit region, as deep as known, 0 for none.
    pub region: &'a [i64],
    /// Household number of the register, as a caller found it through a relative in the same row; 0 for none.
    pub household: &'a [i64],
    pub repairs: Repairs<'a>,
    /// What names the row in people's answers, e.g. its hash; rows of equal tags share answers.
    pub tag: &'a [u64],
}

/// One row's columns side by side.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated {
    pub(crate) region: i64,
    pub(crate) household: i64,
    pub(crate) birth: i32,
    pub(crate) sex: u8,
}

impl Rows<'_> {
    pub fn len(&self) -> usize {
        self.key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.key.is_empty()
    }

    /// What a row says besides number and name.
    pub(crate) fn stated(&self, row: usize) -> Stated {
        Stated {
            region: self.region(row),
            household: self.household(row),
            birth: self.birth(row),
            sex: self.sex(row),
        }
    }

    pub(crate) fn birth(&self, row: usize) -> i32 {
        self.birth.get(row).copied().unwrap_or(NO_DAY)
    }

    pub(crate) fn sex(&self, row: usize) -> u8 {
        self.sex.get(row).copied().unwrap_or(0)
    }

    pub(crate) fn region(&self, row: usize) -> i64 {
        self.region.get(row).copied().unwrap_or(0)
    }

    pub(crate) fn household(&self, row: usize) -> i64 {
        self.household.get(row).copied().unwrap_or(0)
    }

    pub(crate) fn tag(&self, row: usize) -> Option<u64> {
        self.tag.get(row).copied()
    }

    pub(crate) fn has_number(&self, row: usize) -> bool {
        let status = self.status[row];
        status == IdStatus::Valid as u8 || status == IdStatus::Upgraded as u8
    }
}

/// The same, owned: encodes rows as they come, the readable number being gone at once.
#[derive(Clone, Debug, Default)]
pub struct RowColumns {
    key: Vec<i64>,
    status: Vec<u8>,
    name: TextColumn,
    birth: Vec<i32>,
    sex: Vec<u8>,
    region: Vec<i64>,
    household: Vec<i64>,
    repair_offsets: Vec<u32>,
    repair_keys: Vec<i64>,
    tag: Vec<u64>,
}

impl RowColumns {
    /// One row as delivered.
    pub fn push(
        &mut self,
        ring: &KeyRing,
        number: &str,
        name: &str,
        birth: Option<Date>,
        sex: Option<Sex>,
        region: Option<RegionCode>,
    ) -> Result<(), TooLong> {
        if self.repair_offsets.is_empty() {
            self.repair_offsets.push(0);
        }
        let (key, status) = match IdNumber::parse(number) {
            Ok(parsed) => (ring.person_key(&parsed.number).0, parsed.status),
            Err(kernel::identity::IdProblem::Missing) => (0, IdStatus::Missing),
            Err(_) => {
                let mut keys: Vec<PersonKey> = Vec::new();
                ring.repair_keys(number, &mut keys);
                self.repair_keys.extend(keys.iter().map(|key| key.0));
                (ring.other_document_key(number).0, IdStatus::Invalid)
            }
        };
        self.name.push(name)?;
        self.key.push(key);
        self.status.push(status as u8);
        self.birth.push(birth.map_or(NO_DAY, epoch_days));
        self.sex.push(match sex {
            None => 0,
            Some(Sex::Male) => 1,
            Some(Sex::Female) => 2,
        });
        self.region.push(region.map_or(0, RegionCode::as_i64));
        self.household.push(0);
        self.repair_offsets.push(self.repair_keys.len() as u32);
        self.tag.push(self.tag.len() as u64);
        Ok(())
    }

    /// One row of other columns.
    pub(super) fn copy(&mut self, rows: &Rows<'_>, row: usize) -> Result<(), TooLong> {
        if self.repair_offsets.is_empty() {
            self.repair_offsets.push(0);
        }
        self.name.push(rows.name.get(row))?;
        self.key.push(rows.key[row]);
        self.status.push(rows.status[row]);
        self.birth.push(rows.birth(row));
        self.sex.push(rows.sex(row));
        self.region.push(rows.region(row));
        self.household.push(rows.household(row));
        self.repair_keys.extend_from_slice(rows.repairs.of(row));
        self.repair_offsets.push(self.repair_keys.len() as u32);
        self.tag.extend(rows.tag(row));
        Ok(())
    }

    /// The household of the row pushed last.
    pub fn in_household(&mut self, household: i64) {
        if let Some(last) = self.household.last_mut() {
            *last = household;
        }
    }

    /// What names the row pushed last in answers; else its position.
    pub fn tagged(&mut self, tag: u64) {
        if let Some(last) = self.tag.last_mut() {
            *last = tag;
        }
    }

    pub fn rows(&self) -> Rows<'_> {
        Rows {
            key: &self.key,
            status: &self.status,
            name: self.name.view(),
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
}
