//! Department files as departments send them, through the importer, the engine and the rules, against planted truth.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use comparison::{
    engine::{HouseholdRow, MemberRow, PaymentRow, PersonRow, PlainRow, ProgrammeRow, RegisterBuilder, Registers},
    rules::{Rules, RunOutput, evaluate, inputs},
    runs::{Held, accuracy, unasked, write_csv},
    snapshot::{Snapshot, SnapshotStore},
};
use intake::{ImportJob, Limits, Progress, contract::Contracts};
use kernel::{KeyRing, period::epoch_days};
use simulate::{County, Scale, Spec};

/// The registers of a simulated county, as the database would hold them.
fn registers(county: &County, keys: &KeyRing) -> Registers {
    let key = |ix: u32| keys.person_key(&county.person(ix).id).0;
    let mut households = Vec::new();
    let mut members = Vec::new();
    let mut household_of = std::collections::HashMap::new();
    for (i, h) in county.households.iter().enumerate() {
        let (id, family) = (i as i64 + 1, &county.families[h.family as usize]);
        household_of.insert(h.family, id);
        households.push(HouseholdRow {
            id,
            household_no: family.no.to_string(),
            region: county.region_of(i as u32).as_i64(),
            head_key: key(family.head),
            head_name: county.person(family.head).name.to_string(),
            population: i64::from(family.size),
            status: i64::from(h.status),
            attr: i64::from(h.attr),
            registered_on: Some(epoch_days(h.registered_on)),
            exited_on: h.exited_on.map(epoch_days),
            removed_on: None,
        });
    }
    members.extend(county.memberships().iter().map(|m| MemberRow {
        household_id: i64::from(m.household) + 1,
        person_key: key(m.person),
        name: county.person(m.person).name.to_string(),
        kin: format!("{:02}", m.kin),
        joined_on: Some(epoch_days(m.joined_on)),
        left_on: m.left_on.map(epoch_days),
    }));
    let programme = |p: &simulate::Programme| ProgrammeRow {
        code: p.code.into(),
        name: p.name.into(),
        org: p.dept.into(),
        fund_class: if p.fund_family == "扶贫" { 1 } else { 3 },
        targeted: p.targeted,
        rate_fen: p.rate_fen.into(),
        cycle: p.cycle.name().into(),
        unit: p.unit.into(),
    };
    let mut builder = RegisterBuilder::new(households, members, county.programmes.iter().map(programme).collect());
    builder.persons(
        (0..county.people.len() as u32)
            .map(|ix| PersonRow {
                person_key: key(ix),
                name: county.person(ix).name.to_string(),
                sex: i64::from(county.person(ix).sex_code()),
                birth: Some(epoch_days(county.person(ix).birth)),
                region: county.person(ix).region.as_i64(),
                ..PersonRow::default()
            })
            .collect(),
    );
    let mut payments: Vec<PaymentRow> = county
        .payments
        .iter()
        .enumerate()
        .map(|(i, p)| PaymentRow {
            payment_id: i as i64,
            person_key: key(p.payee),
            payee_name: county.person(p.payee).name.to_string(),
            household_id: household_of.get(&county.person(p.payee).family).copied(),
            region: county.person(p.payee).region.as_i64(),
            programme: county.programme(p).code.into(),
            month: p.benefit_month.index(),
            qty: p.qty.into(),
            rate_fen: p.rate.into(),
            amount_fen: p.amount.fen(),
            paid_on: epoch_days(p.paid_on),
            account_digest: keys.digest("account", &county.account(p).number.to_string()) as i64,
            account_tail: "0000".into(),
            account_name: county.account(p).holder_name.to_string(),
            card_fails: kernel::checks::card_check(&county.account(p).number.to_string()) == Some(false),
            arrears: p.arrears,
            batch_no: county.batch_no(p),
        })
        .collect();
    payments.sort_by_key(|p| (p.person_key, p.payment_id));
    for payment in payments {
        builder.payment(payment).unwrap();
    }
    let regions = county.regions.iter().map(|r| {
        let row = PlainRow::default().int("region", r.code.as_i64());
        row.text("name", &*r.name).int("level", i64::from(r.level))
    });
    builder.plain("regions", regions.collect()).unwrap();
    let mut pairings: Vec<_> = county.pairings.iter().collect();
    pairings.sort_by_key(|p| key(p.helper));
    let paired = pairings.iter().map(|p| {
        let family = &county.families[county.households[p.household as usize].family as usize];
        let row = PlainRow::default().int("person_key", key(p.helper));
        row.text("name", &*county.person(p.helper).name)
            .int("household_id", i64::from(p.household) + 1)
            .text("head_name", &*county.person(family.head).name)
            .int("region", family.region.as_i64())
            .text("from_on", p.from.to_string())
    });
    builder.plain("pairings", paired.collect()).unwrap();
    builder.freeze().unwrap()
}

/// Imports every department file of a folder.
fn snapshots(
    folder: &Path,
    summary: &simulate::Summary,
    store: &SnapshotStore,
    keys: &KeyRing,
) -> (Vec<Snapshot>, Vec<(String, String, i64)>) {
    let contracts = Contracts::embedded().unwrap();
    let nonces = AtomicU64::new(1);
    let nonce = || {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&nonces.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        bytes
    };
    let (mut out, mut marked) = (Vec::new(), Vec::new());
    for file in summary.files.iter().filter(|f| !f.dataset.is_empty() && f.rows > 0) {
        let job = ImportJob {
            input: &folder.join(&file.path),
            file_name: &file.path,
            contract: contracts.get(&file.dataset).unwrap(),
            contracts: &contracts,
            keyring: keys,
            nonce: &nonce,
            shelf: store,
            rejects: None,
            dry_run: false,
            limits: Limits::default(),
        };
        let report = intake::run(&job, &Progress::default()).unwrap_or_else(|e| panic!("{}: {e}", file.path));
        for (check, lines) in &report.marked {
            marked.extend(
                lines
                    .iter()
                    .map(|line| (check.clone(), file.dataset.clone(), *line as i64)),
            );
        }
        let snapshot = report.snapshot.expect("a snapshot");
        out.push(Snapshot::open(&store.path(&file.dataset, &snapshot.hash)).unwrap());
    }
    (out, marked)
}

struct World {
    county: County,
    folder: tempfile::TempDir,
    registers: Registers,
    snapshots: Vec<Snapshot>,
    /// Check, data set and line that the importer marked.
    marked: Vec<(String, String, i64)>,
    keys: KeyRing,
}

fn world(county: County) -> World {
    let folder = tempfile::tempdir().unwrap();
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    let summary = simulate::write_files(&county, &contracts, folder.path(), &mut |_| ()).unwrap();
    let keys = KeyRing::for_tests(7);
    let store = SnapshotStore::open(folder.path().join("snapshots")).unwrap();
    let (snapshots, marked) = snapshots(folder.path(), &summary, &store, &keys);
    World {
        registers: registers(&county, &keys),
        county,
        folder,
        snapshots,
        marked,
        keys,
    }
}

impl World {
    fn run(&self) -> RunOutput {
        let rules = Rules::embedded().unwrap();
        let (all, files) = inputs(&self.registers, &self.snapshots).unwrap();
        let day = self.county.spec.as_of;
        let (chosen, programmes) = (rules.select(&[]), &self.registers.programmes);
        testkit::run(async {
            evaluate(
                &chosen,
                &all,
                programmes,
                &files,
                kernel::RegionCode::NATION,
                day,
                &mut |_, _| true,
            )
            .await
            .unwrap()
        })
    }
}

/// Another county on demand: `YANGGUANG_SEED=11`.
fn seed() -> u64 {
    std::env::var("YANGGUANG_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(7)
}

// accept: 002-22, 002-29, 002-30
#[test]
fn a_town_of_dirty_files_gives_the_planted_findings_with_evidence() {
    let world = world(simulate::build(&Spec::huimin_2020(Scale::Town, seed())));
    let first = world.run();
    let csv = world.folder.path().join("findings.csv");
    write_csv(&first.outcomes, &csv).unwrap();
    let truth = world.folder.path().join("truth/truth.csv");
    let held = Held {
        truth: &[&truth],
        keys: &world.keys,
        checks: &world.marked,
        heads: &world.registers.heads().unwrap(),
        unasked: &unasked(&Contracts::embedded().unwrap()),
        // Nothing is linked here.
        identities: &[],
    };
    let figures = accuracy(&csv, &held).unwrap();
    println!("{figures}");
    for count in &first.counts {
        println!(
            "{} {} findings, {} with an exception, {} ms",
            count.rule.id, count.findings, count.exceptions, count.millis
        );
    }
    for (rule, a) in &figures.rules {
        assert_ne!(
            rule, "K-11",
            "nothing is linked here, so nobody's number is known to be misused"
        );
        assert!(a.linkable.share() >= 0.99, "{rule}: recall {:?}", a.linkable);
        assert!(a.alarms.share() >= 0.99, "{rule}: precision {:?}", a.alarms);
        assert_eq!(a.misses.found, 0, "{rule} reports look-alikes");
    }
    for outcome in &first.outcomes {
        let draft = &outcome.draft;
        assert!(
            draft.summary.ends_with(['？', '。']) && !draft.summary.contains('{'),
            "{}",
            draft.summary
        );
        let compared = draft.evidence.iter().filter(|e| e.row_no.is_some());
        for record in compared {
            assert!(record.snapshot.len() == 64 && record.row_hash.len() == 16 && !record.file_name.is_empty());
        }
        assert!(
            // The exit file of A-14 holds both figures in one record, the register of members both households of A-19.
            draft.evidence.len() >= 2 || !draft.rule_id.starts_with("A-") || matches!(&*draft.rule_id, "A-14" | "A-19"),
            "{} shows both records",
            draft.key
        );
    }
    let second = world.run();
    assert_eq!(first.digest, second.digest, "the same inputs give the same drafts");
    assert_eq!(first.drafts(), second.drafts());
}

// accept: 002-23
#[test]
fn fuyuan_gives_202_51_7_and_2_of_9555() {
    let world = world(simulate::fuyuan(7));
    let output = world.run();
    let count = |wanted: &[&str]| {
        let mine = output.outcomes.iter().filter(|o| o.draft.rule_id == "B-18");
        mine.filter(|o| wanted.contains(&o.via.as_deref().unwrap_or_default()))
            .count()
    };
    assert_eq!(world.county.applications.len(), 9_555);
    assert_eq!(
        [
            count(&["C-01", "C-02"]),
            count(&["A-05"]),
            count(&["A-01"]),
            count(&["A-03"])
        ],
        [202, 51, 7, 2]
    );
}
