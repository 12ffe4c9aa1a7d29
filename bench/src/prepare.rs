//! The county of the comparison as both contestants read it: registers and snapshots, all Parquet, made once.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use comparison::{
    engine::{HouseholdRow, MemberRow, PaymentRow, PersonRow, ProgrammeRow, RegisterBuilder},
    snapshot::SnapshotStore,
};
use intake::{ImportJob, Limits, Progress, contract::Contracts};
use kernel::{KeyRing, period::epoch_days};
use simulate::{County, Scale, Spec};

use crate::{Outcome, import, place};

/// One table of the bench.
pub(crate) struct Part {
    /// SQL name.
    pub(crate) name: String,
    /// 1..=13, or 0 for a register of our own.
    pub(crate) category: u8,
    /// The column with the name of the person a row is about; empty for registers.
    pub(crate) person_name: String,
    pub(crate) path: PathBuf,
}

/// The folder with `manifest.tsv`; simulates and imports at the first call.
pub(crate) fn county(scale: Scale) -> Outcome<PathBuf> {
    let folder = place::cache()?.join(format!("compare-{}-{}", scale.name(), import::SEED));
    let manifest = folder.join("manifest.tsv");
    if manifest.exists() {
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
    let mut lines = registers(scale, &folder)?;
    lines.extend(snapshots(scale, &folder)?);
    fs::write(&manifest, lines.concat())?;
    Ok(folder)
}

/// Reads the manifest: `name, category, person name, path`.
pub(crate) fn parts(folder: &Path) -> Outcome<Vec<Part>> {
    let text = fs::read_to_string(folder.join("manifest.tsv"))?;
    text.lines()
        .map(|line| match line.split('\t').collect::<Vec<_>>().as_slice() {
            [name, category, person_name, path] => Ok(Part {
                name: (*name).to_owned(),
                category: category.parse()?,
                person_name: (*person_name).to_owned(),
                path: folder.join(path),
            }),
            _ => Err(format!("manifest: {line}").into()),
        })
        .collect()
}

fn snapshots(scale: Scale, folder: &Path) -> Outcome<Vec<String>> {
    let departments = import::simulated(scale)?.join("departments");
    let contracts = Contracts::embedded()?;
    let keys = KeyRing::for_tests(import::SEED);
    let store = SnapshotStore::open(folder.join("snapshots"))?;
    let mut files: Vec<PathBuf> = fs::read_dir(departments)?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut lines = Vec::new();
    for contract in contracts.iter() {
        let ours = |path: &&PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(&format!("{}_", contract.name)))
        };
        let Some(file) = files.iter().find(ours) else { continue };
        let job = ImportJob {
            input: file,
            file_name: "delivered",
            contract,
            contracts: &contracts,
            keyring: &keys,
            nonce: &|| [7; 12],
            shelf: &store,
            rejects: None,
            dry_run: false,
            limits: Limits::default(),
        };
        let report = intake::run(&job, &Progress::default())?;
        let snapshot = report
            .snapshot
            .ok_or_else(|| format!("{}: no row accepted", contract.name))?;
        eprintln!(
            "  {}: {} rows, {} rejected",
            contract.name, snapshot.rows, report.rejected
        );
        let name = contract
            .person_name()
            .map(|column| column.id.clone())
            .unwrap_or_default();
        let path = format!("snapshots/{}/{}.parquet", contract.name, snapshot.hash);
        lines.push(format!("{}\t{}\t{name}\t{path}\n", contract.name, contract.category));
    }
    Ok(lines)
}

/// Freezes the county's registers as the product does, and keeps their bytes as files.
fn registers(scale: Scale, folder: &Path) -> Outcome<Vec<String>> {
    let county = simulate::build(&Spec::huimin_2020(scale, import::SEED));
    let frozen = frozen(&county)?;
    fs::create_dir_all(folder.join("registers"))?;
    let mut lines = Vec::new();
    for (name, bytes, _) in &frozen.objects {
        let path = format!("registers/{name}.parquet");
        fs::write(folder.join(&path), bytes)?;
        lines.push(format!("{name}\t0\t\t{path}\n"));
    }
    Ok(lines)
}

fn frozen(county: &County) -> Outcome<comparison::engine::Registers> {
    let ring = KeyRing::for_tests(import::SEED);
    let keys: Vec<i64> = county
        .people
        .iter()
        .map(|person| ring.person_key(&person.id).0)
        .collect();
    let day = |date| Some(epoch_days(date));
    let (mut households, mut members) = (Vec::new(), Vec::new());
    let mut household_of = HashMap::new();
    for (index, household) in county.households.iter().enumerate() {
        let (id, family) = (index as i64 + 1, &county.families[household.family as usize]);
        let head = county.person(family.head);
        households.push(HouseholdRow {
            id,
            household_no: format!("{:019}", family.no),
            region: family.region.as_i64(),
            head_key: keys[family.head as usize],
            head_name: head.name.to_string(),
            population: i64::from(family.size),
            status: i64::from(household.status),
            attr: i64::from(household.attr),
            registered_on: day(household.registered_on),
            exited_on: household.exited_on.and_then(day),
            removed_on: None,
        });
        for member in family.members() {
            household_of.insert(member, id);
            members.push(MemberRow {
                household_id: id,
                person_key: keys[member as usize],
                name: county.person(member).name.to_string(),
                kin: format!("{:02}", county.person(member).kin),
                joined_on: day(household.registered_on),
                left_on: None,
            });
        }
    }
    let programmes = county.programmes.iter().map(|programme| ProgrammeRow {
        code: programme.code.to_owned(),
        name: programme.name.to_owned(),
        org: programme.dept.to_owned(),
        fund_class: 1,
        targeted: programme.targeted,
        rate_fen: i64::from(programme.rate_fen),
        cycle: programme.cycle.name().to_owned(),
        unit: programme.unit.to_owned(),
    });
    let mut builder = RegisterBuilder::new(households, members, programmes.collect());
    let person = |(index, person): (usize, &simulate::Person)| PersonRow {
        person_key: keys[index],
        name: person.name.to_string(),
        sex: i64::from(person.sex_code()),
        birth: day(person.birth),
        region: person.region.as_i64(),
        kin: format!("{:02}", person.kin),
        household_id: household_of.get(&(index as u32)).copied(),
        death_date: person.death.and_then(day),
    };
    // As in the product, only people of registered households and payees are on the register.
    let payees: HashSet<u32> = county.payments.iter().map(|payment| payment.payee).collect();
    let on_register = |(index, _): &(usize, &simulate::Person)| {
        let index = *index as u32;
        household_of.contains_key(&index) || payees.contains(&index)
    };
    builder.persons(
        county
            .people
            .iter()
            .enumerate()
            .filter(on_register)
            .map(person)
            .collect(),
    );
    let mut payments: Vec<(i64, &simulate::Payment)> =
        county.payments.iter().map(|p| (keys[p.payee as usize], p)).collect();
    payments.sort_by_key(|(key, payment)| (*key, payment.paid_on));
    for (index, (person_key, payment)) in payments.into_iter().enumerate() {
        let (payee, account) = (county.person(payment.payee), county.account(payment));
        builder.payment(PaymentRow {
            payment_id: index as i64 + 1,
            person_key,
            payee_name: payee.name.to_string(),
            household_id: household_of.get(&payment.payee).copied(),
            region: payee.region.as_i64(),
            programme: county.programme(payment).code.to_owned(),
            month: payment.benefit_month.index(),
            qty: i64::from(payment.qty),
            rate_fen: i64::from(payment.rate),
            amount_fen: payment.amount.0,
            paid_on: epoch_days(payment.paid_on),
            account_digest: (account.number >> 1) as i64,
            account_tail: format!("{:04}", account.number % 10_000),
            account_name: account.holder_name.to_string(),
            batch_no: county.batch_no(payment),
            ..PaymentRow::default()
        })?;
    }
    Ok(builder.freeze()?)
}
