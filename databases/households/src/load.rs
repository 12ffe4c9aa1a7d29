//! Many people and households at once: the demo, and imports of whole registers.
//!
//! Numbers are sealed on their way in; the same person again updates the row, so a load can be repeated.

use std::collections::HashSet;

use ::store::{BulkInsert, Query, Value, WriteTx, args};
use kernel::{AppResult, Date, IdNumber, KeyRing, PersonKey, RegionCode, identity::Sex};

use crate::model::exit::Guarantees;

/// A person to be entered.
#[derive(Clone, Debug)]
pub struct NewPerson<'a> {
    pub number: &'a IdNumber,
    pub name: &'a str,
    pub region: RegionCode,
    /// GB/T 4761 to the head of the family.
    pub kin: u8,
    /// The registered household, for those in one.
    pub household: Option<i64>,
    /// Eleven digits.
    pub phone: Option<&'a str>,
    pub death: Option<Date>,
}

/// A registered household to be entered. `id` comes from the platform's id source.
#[derive(Clone, Debug)]
pub struct NewHousehold<'a> {
    pub id: i64,
    pub household_no: &'a str,
    pub region: RegionCode,
    pub head: PersonKey,
    pub head_name: &'a str,
    pub population: i64,
    pub status: i64,
    pub attr: i64,
    pub monitor_class: Option<i64>,
    /// In words: offices number the causes differently.
    pub main_cause: &'a str,
    pub registered_on: Option<Date>,
    pub exited_on: Option<Date>,
    pub removed_on: Option<Date>,
}

/// A person's place in a household.
#[derive(Clone, Debug)]
pub struct NewMember {
    pub household: i64,
    pub person: PersonKey,
    pub kin: u8,
    pub joined_on: Date,
    pub left_on: Option<Date>,
}

/// A check of what every household is guaranteed (两不愁三保障).
pub struct NewCheck<'a> {
    pub household: i64,
    pub on: Date,
    pub found: Guarantees,
    pub evidence: &'a str,
    pub assessor: &'a str,
}

/// A helper's account paired with a household.
#[derive(Clone, Debug)]
pub struct NewPairing<'a> {
    pub household: i64,
    pub account: i64,
    pub helper_name: &'a str,
    pub from_on: Date,
    pub to_on: Option<Date>,
}

/// Nonces for one load: eight random bytes, then a counter. Two loads share a nonce only if they drew the same
/// eight bytes; within a load none repeats.
pub struct Nonces {
    prefix: [u8; 8],
    next: u32,
}

impl Nonces {
    /// From fresh random bytes, e.g. `app.nonce()`.
    pub fn from_random(random: [u8; 12]) -> Nonces {
        let mut prefix = [0; 8];
        prefix.copy_from_slice(&random[..8]);
        Nonces { prefix, next: 0 }
    }

    pub(crate) fn draw(&mut self) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&self.prefix);
        nonce[8..].copy_from_slice(&self.next.to_be_bytes());
        self.next = self
            .next
            .checked_add(1)
            .unwrap_or_else(|| unreachable!("a load of two thousand million people"));
        nonce
    }
}

/// The label under which a phone number is sealed.
pub fn phone_label(key: PersonKey) -> String {
    format!("phone:{}", key.0)
}

/// Enters people; a number that comes twice in one load counts once. Returns how many rows were taken.
pub async fn people<'a>(
    tx: &WriteTx,
    keys: &KeyRing,
    nonces: &mut Nonces,
    people: impl IntoIterator<Item = NewPerson<'a>>,
) -> AppResult<u64> {
    let mut seen = HashSet::new();
    let entered = tx
        .number("SELECT COALESCE(MAX(entered), 0) + 1 FROM person", vec![])
        .await?;
    let mut rows = BulkInsert::new(
        tx,
        "person",
        &[
            "person_key",
            "name",
            "sex",
            "birth",
            "region",
            "kin",
            "household_id",
            "id_sealed",
            "phone_sealed",
            "phone_digest",
            "death_date",
            "entered",
        ],
        "ON CONFLICT (person_key) DO UPDATE SET name = excluded.name, region = excluded.region, kin = excluded.kin, \
         household_id = excluded.household_id, phone_sealed = excluded.phone_sealed, \
         phone_digest = excluded.phone_digest, death_date = excluded.death_date, \
         entered = excluded.entered",
    );
    for person in people {
        let key = keys.person_key(person.number);
        if !seen.insert(key) {
            continue;
        }
        let phone = person.phone.map(|phone| {
            let sealed = keys.seal(&phone_label(key), phone, nonces.draw());
            (sealed.0, keys.digest("phone", phone) as i64)
        });
        let (phone_sealed, phone_digest) = phone.unzip();
        rows.push(vec![
            key.0.into(),
            person.name.into(),
            sex_code(person.number.sex()).into(),
            person.number.birth().to_string().into(),
            person.region.as_i64().into(),
            kin_code(person.kin),
            person.household.into(),
            keys.seal_number(person.number, nonces.draw()).0.into(),
            phone_sealed.into(),
            phone_digest.into(),
            person.death.map(|d| d.to_string()).into(),
            entered.into(),
        ])
        .await?;
    }
    rows.finish().await
}

/// Enters households; the same household number again keeps its id and takes the new facts.
pub async fn households<'a>(tx: &WriteTx, households: impl IntoIterator<Item = NewHousehold<'a>>) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "household",
        &[
            "id",
            "household_no",
            "region",
            "head_key",
            "head_name",
            "population",
            "status",
            "attr",
            "monitor_class",
            "main_cause",
            "registered_on",
            "exited_on",
            "removed_on",
        ],
        "ON CONFLICT (household_no) DO UPDATE SET region = excluded.region, head_key = excluded.head_key, \
         head_name = excluded.head_name, population = excluded.population, status = excluded.status, \
         attr = excluded.attr, monitor_class = excluded.monitor_class, main_cause = excluded.main_cause, \
         registered_on = excluded.registered_on, exited_on = excluded.exited_on, removed_on = excluded.removed_on",
    );
    for h in households {
        rows.push(args![
            h.id,
            h.household_no,
            h.region.as_i64(),
            h.head.0,
            h.head_name,
            h.population,
            h.status,
            h.attr,
            h.monitor_class,
            h.main_cause,
            day(h.registered_on),
            day(h.exited_on),
            day(h.removed_on)
        ])
        .await?;
    }
    rows.finish().await
}

/// Enters members of households.
pub async fn members(tx: &WriteTx, members: impl IntoIterator<Item = NewMember>) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "household_member",
        &["household_id", "person_key", "kin", "joined_on", "left_on"],
        // Also for a person who belongs to another household: the first place stands.
        "ON CONFLICT DO NOTHING",
    );
    for m in members {
        rows.push(vec![
            m.household.into(),
            m.person.0.into(),
            kin_code(m.kin),
            m.joined_on.to_string().into(),
            day(m.left_on).into(),
        ])
        .await?;
    }
    rows.finish().await
}

/// Enters pairings.
pub async fn pairings<'a>(tx: &WriteTx, pairings: impl IntoIterator<Item = NewPairing<'a>>) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "pairing",
        &["household_id", "account", "helper_name", "from_on", "to_on"],
        "ON CONFLICT (household_id, account, from_on) DO NOTHING",
    );
    for p in pairings {
        rows.push(args![
            p.household,
            p.account,
            p.helper_name,
            p.from_on.to_string(),
            day(p.to_on)
        ])
        .await?;
    }
    rows.finish().await
}

/// Enters what visits found; a second check of a day replaces the first.
pub async fn checks<'a>(tx: &WriteTx, checks: impl IntoIterator<Item = NewCheck<'a>>) -> AppResult<u64> {
    let mut rows = BulkInsert::new(
        tx,
        "guarantee_check",
        &[
            "household_id",
            "assessed_on",
            "food_ok",
            "clothes_ok",
            "edu_ok",
            "medical_ok",
            "housing_ok",
            "water_ok",
            "evidence",
            "assessor",
        ],
        "ON CONFLICT (household_id, assessed_on) DO UPDATE SET food_ok = excluded.food_ok, \
         clothes_ok = excluded.clothes_ok, edu_ok = excluded.edu_ok, medical_ok = excluded.medical_ok, \
         housing_ok = excluded.housing_ok, water_ok = excluded.water_ok, evidence = excluded.evidence, \
         assessor = excluded.assessor",
    );
    for c in checks {
        rows.push(args![
            c.household,
            c.on.to_string(),
            c.found.food,
            c.found.clothes,
            c.found.education,
            c.found.medical,
            c.found.housing,
            c.found.water,
            c.evidence,
            c.assessor
        ])
        .await?;
    }
    rows.finish().await
}

fn day(date: Option<Date>) -> Option<String> {
    date.map(|d| d.to_string())
}

fn kin_code(kin: u8) -> Value {
    format!("{kin:02}").into()
}

fn sex_code(sex: Sex) -> i64 {
    match sex {
        Sex::Male => 1,
        Sex::Female => 2,
    }
}
