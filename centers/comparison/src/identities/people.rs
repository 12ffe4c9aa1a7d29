//! The register of people as linking needs it: built once for all tables of a run.

use std::collections::{HashMap, HashSet};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Int32Type, Int64Type};
use kernel::name::clean;
use linkage::{
    TextColumn,
    persons::{NO_DAY, Persons, Registry, Shelf},
};

use super::bystanders::Bystanders;
use crate::engine::{EngineError, Table};

/// People in the order in which the registry names them.
pub(crate) struct Register {
    pub(crate) registry: Registry,
    keys: Vec<i64>,
    regions: Vec<i64>,
    /// Who heads a registered household, or is married to its head, by name.
    couples: HashMap<String, Vec<Spouse>>,
    /// Household by person.
    living: HashMap<i64, i64>,
}

/// Codes of the head of a household (GB/T 4761).
const HEADS: [&str; 2] = ["01", "02"];
/// Codes of who is married to the head.
const SPOUSES: [&str; 3] = ["10", "11", "12"];

/// The head of a household, or who is married to the head.
struct Spouse {
    region: i64,
    household: i64,
    is_head: bool,
}

impl Register {
    /// From the frozen register `persons` alone.
    pub(super) fn read(persons: &Table) -> Result<Register, EngineError> {
        Self::read_among(persons, |_| Ok(None))
    }

    /// From the frozen register, with the others who are known by lists only. They are asked for once it is known who is
    /// registered.
    pub(super) fn read_among(
        persons: &Table,
        others: impl FnOnce(&HashSet<i64>) -> Result<Option<Bystanders>, EngineError>,
    ) -> Result<Register, EngineError> {
        Self::build(persons, others, |people, others| {
            Ok(Registry::build_among(people, others))
        })
    }

    /// From a few people of those on the shelf and of `entered`, who came to the register since.
    pub(super) fn read_of_many(
        persons: &Table,
        others: Bystanders,
        shelf: &mut Shelf,
        entered: &HashSet<i64>,
    ) -> Result<Register, EngineError> {
        let build = |people: &Persons<'_>, others: Option<&Persons<'_>>| {
            Registry::build_of_many(people, others, shelf, entered).map_err(|e| e.to_string())
        };
        Self::build(persons, |_| Ok(Some(others)), build)
    }

    fn build(
        persons: &Table,
        others: impl FnOnce(&HashSet<i64>) -> Result<Option<Bystanders>, EngineError>,
        build: impl FnOnce(&Persons<'_>, Option<&Persons<'_>>) -> Result<Registry, String>,
    ) -> Result<Register, EngineError> {
        const WANTED: [&str; 7] = ["person_key", "name", "sex", "birth", "region", "household_id", "kin"];
        let broken = |e: String| EngineError::Table(persons.name.clone(), e);
        let mut columns = Vec::new();
        for name in WANTED {
            columns.push(persons.schema().index_of(name).map_err(|e| broken(e.to_string()))?);
        }
        let rows = persons.rows();
        let (mut keys, mut regions, mut households) = (
            Vec::with_capacity(rows),
            Vec::with_capacity(rows),
            Vec::with_capacity(rows),
        );
        let (mut sexes, mut births) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let mut names = TextColumn::default();
        let (mut couples, mut living) = (HashMap::<String, Vec<Spouse>>::new(), HashMap::new());
        for batch in persons.read(&columns, None)? {
            let batch = batch.map_err(|e| broken(e.to_string()))?;
            let long = |column: usize| batch.column(column).as_primitive::<Int64Type>().clone();
            let (key, sex, region, household) = (long(0), long(2), long(4), long(5));
            let birth = batch.column(3).as_primitive::<Int32Type>();
            let (name, kin) = (batch.column(1).as_string_view(), batch.column(6).as_string_view());
            for row in 0..batch.num_rows() {
                keys.push(key.value(row));
                sexes.push(u8::try_from(sex.value(row)).unwrap_or(0));
                regions.push(region.value(row));
                let lives_in = household.is_valid(row).then(|| household.value(row));
                households.push(lives_in.unwrap_or(0));
                let born = birth.is_valid(row).then(|| birth.value(row));
                births.push(born.unwrap_or(NO_DAY));
                let known = name.is_valid(row).then(|| name.value(row));
                if let Some(household) = lives_in {
                    living.insert(key.value(row), household);
                    let code = if kin.is_valid(row) { kin.value(row) } else { "" };
                    let is_head = HEADS.contains(&code);
                    if is_head || SPOUSES.contains(&code) {
                        let of_name = couples.entry(clean(known.unwrap_or_default())).or_default();
                        of_name.push(Spouse {
                            region: region.value(row),
                            household,
                            is_head,
                        });
                    }
                }
                names
                    .push(known.unwrap_or_default())
                    .map_err(|e| broken(e.to_string()))?;
            }
        }
        let others = others(&keys.iter().copied().collect())?;
        let registered = Persons {
            key: &keys,
            name: names.view(),
            birth: &births,
            sex: &sexes,
            region: &regions,
            household: &households,
        };
        let others = others.as_ref().map(Bystanders::persons);
        let registry = build(&registered, others.as_ref()).map_err(broken)?;
        Ok(Register {
            registry,
            keys,
            regions,
            couples,
            living,
        })
    }

    /// The household in which a person lives, 0 for none known.
    pub(crate) fn household_of(&self, key: i64) -> i64 {
        self.living.get(&key).copied().unwrap_or(0)
    }

    /// The village in which a person lives, 0 for none known.
    pub(super) fn region_of(&self, key: i64) -> i64 {
        self.registry.region_of(key)
    }

    /// The one household at a stated place whose head bears this name; 0 where there are several, or the place is not
    /// known to the town at least: a name alone names no family.
    pub(super) fn headed_by(&self, name: &str, stated: i64) -> i64 {
        self.only_household(name, stated, |spouse| spouse.is_head)
    }

    /// The same for whoever signs for a child: the head, or who is married to the head.
    pub(super) fn guarded_by(&self, name: &str, stated: i64) -> i64 {
        self.only_household(name, stated, |_| true)
    }

    fn only_household(&self, name: &str, stated: i64, fits: impl Fn(&Spouse) -> bool) -> i64 {
        const TOWN: i64 = 1_000_000;
        if name.is_empty() || stated / TOWN % 1_000 == 0 {
            return 0;
        }
        let depth = [1, 1_000, TOWN].into_iter().find(|unit| stated / unit % 1_000 != 0);
        let unit = depth.unwrap_or(TOWN);
        let all = self.couples.get(&clean(name)).map_or(&[][..], Vec::as_slice);
        let mut here = all
            .iter()
            .filter(|spouse| spouse.region / unit == stated / unit && fits(spouse));
        match (here.next(), here.next()) {
            (Some(spouse), None) => spouse.household,
            _ => 0,
        }
    }

    /// The key of a person by the number the registry gave.
    pub(crate) fn key(&self, person: u32) -> i64 {
        self.keys.get(person as usize).copied().unwrap_or(0)
    }

    pub(crate) fn region(&self, person: u32) -> i64 {
        self.regions.get(person as usize).copied().unwrap_or(0)
    }
}
