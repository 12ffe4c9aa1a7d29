//! From rows of an answer to findings: rows about one subject and period become one question, with both records.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use arrow::array::RecordBatch;
use kernel::{Money, RegionCode};

use super::{
    Outcome, Rule, SnapshotFile, exception_title, facts,
    raw::{Raw, int_at, text_at},
    records::{compared_records, payment_record},
    wording::{fill, title_of},
};
use crate::{
    engine::{EngineError, Link, Linked, People, ProgrammeRow, Session, month},
    finding::{Confidence, FindingDraft, Subject, SubjectKind},
    snapshot::EvidenceRow,
};

/// A payment as evidence.
#[derive(Clone, Debug)]
pub(super) struct Paid {
    pub(super) programme: String,
    pub(super) month: i32,
    pub(super) amount_fen: i64,
    pub(super) paid_on: i32,
    pub(super) tail: String,
    pub(super) account_name: String,
    pub(super) batch_no: String,
}

/// What the registers say about the people of the findings.
#[derive(Default)]
pub(super) struct Known {
    /// Name, region, household.
    people: HashMap<i64, (String, i64, Option<i64>)>,
    payees: HashMap<i64, BTreeSet<i64>>,
    payments: HashMap<i64, Vec<Paid>>,
    pub(super) payments_digest: String,
    pub(super) rows: HashMap<(String, i64), EvidenceRow>,
    /// Records whose person was found otherwise than by their number.
    pub(super) links: HashMap<(String, i64), Link>,
}

impl Known {
    /// The weakest link among the records of an answer.
    fn link(&self, raw: &Raw) -> Option<&Link> {
        let links = raw.rows.iter().filter_map(|row| self.links.get(row));
        links.max_by_key(|link| link.confidence)
    }
}

/// Merges, looks up and words the answers of all rules.
pub(super) fn compose(
    rules: &[std::sync::Arc<Rule>],
    raws: Vec<Vec<Raw>>,
    session: &Session,
    linked: &HashMap<String, Linked>,
    programmes: &[ProgrammeRow],
    files: &[SnapshotFile],
    area: RegionCode,
) -> Result<Vec<Outcome>, EngineError> {
    let mut known = look_up(&raws, session, files)?;
    for (table, row_no) in raws.iter().flatten().flat_map(|raw| &raw.rows) {
        if let Some(link) = linked.get(table).and_then(|linked| linked.about.get(row_no)) {
            known.links.insert((table.clone(), *row_no), link.clone());
        }
    }
    let mut outcomes = Vec::new();
    for (rule, rows) in rules.iter().zip(raws) {
        let mut subjects: BTreeMap<(i64, Option<String>, Option<String>), Vec<Raw>> = BTreeMap::new();
        for mut raw in rows {
            let misused = |(table, row_no): &(String, i64)| {
                let found = linked.get(table);
                found.is_some_and(|linked| linked.misused.contains(row_no))
            };
            if !raw.agree && raw.rows.iter().any(misused) {
                // Under another's name the number says nothing about its owner; K-11 asks the office that keeps the record.
                continue;
            }
            if let Some(link) = known.link(&raw) {
                // Whose row it is was settled with the name; a rule compares names more narrowly.
                raw.agree = true;
                raw.certainty = link.confidence;
            }
            if let Some((name, region, household)) = known.people.get(&raw.person_key) {
                raw.name.get_or_insert_with(|| name.clone());
                raw.region.get_or_insert(*region);
                raw.household_id = raw.household_id.or(*household);
            }
            let subject = match rule.subject.as_str() {
                "account" => raw.account.unwrap_or(0),
                "person" => raw.person_key,
                _ => raw.subject_key.unwrap_or(raw.person_key),
            };
            let apart = (subject, raw.programme.clone(), raw.part.clone());
            subjects.entry(apart).or_default().push(raw);
        }
        for ((subject, ..), rows) in subjects {
            for group in by_period(rows) {
                let outcome = word(rule, subject, group, &known, programmes, files);
                if RegionCode::from_i64(outcome.draft.region).is_some_and(|r| area.contains(r)) {
                    outcomes.push(outcome);
                }
            }
        }
    }
    Ok(outcomes)
}

/// Rows whose periods overlap are one question, the strongest first.
fn by_period(mut rows: Vec<Raw>) -> Vec<Vec<Raw>> {
    rows.sort_by(|a, b| (a.from, a.to).cmp(&(b.from, b.to)));
    let mut groups: Vec<(i32, Vec<Raw>)> = Vec::new();
    for row in rows {
        match groups.last_mut() {
            Some((to, group)) if row.from <= *to => {
                *to = (*to).max(row.to);
                group.push(row);
            }
            _ => groups.push((row.to, vec![row])),
        }
    }
    let strength = |r: &Raw| {
        (
            r.exception.is_some(),
            !r.agree,
            r.certainty,
            r.rank,
            r.from,
            r.person_key,
            r.rows.clone(),
        )
    };
    groups
        .into_iter()
        .map(|(_, mut group)| {
            group.sort_by_key(strength);
            group
        })
        .collect()
}

fn look_up(raws: &[Vec<Raw>], session: &Session, files: &[SnapshotFile]) -> Result<Known, EngineError> {
    let mut known = Known::default();
    let people: HashSet<i64> = raws.iter().flatten().map(|r| r.person_key).collect();
    let households: HashSet<i64> = raws.iter().flatten().filter_map(|r| r.household_id).collect();
    let mut payees: HashSet<i64> = people.clone();
    if let Some(table) = session.table("benefits") {
        each(
            table,
            &["person_key", "payee_name", "region", "household_id"],
            None,
            |b, i| {
                let (Some(key), household) = (int_at(b.column(0), i), int_at(b.column(3), i)) else {
                    return;
                };
                if people.contains(&key) {
                    known.people.entry(key).or_insert_with(|| {
                        (
                            text_at(b.column(1), i).unwrap_or_default(),
                            int_at(b.column(2), i).unwrap_or(0),
                            household,
                        )
                    });
                }
                if let Some(household) = household.filter(|h| households.contains(h)) {
                    known.payees.entry(household).or_default().insert(key);
                    payees.insert(key);
                }
            },
        )?;
    }
    if let Some(table) = session.table("payments") {
        let hits = table.find(&People::of(payees.iter().map(|k| (*k, 1)).collect()), 1)?;
        let columns = [
            "person_key",
            "programme",
            "month",
            "amount_fen",
            "paid_on",
            "account_tail",
            "account_name",
            "batch_no",
        ];
        each(table, &columns, Some(&hits), |b, i| {
            let int = |c: usize| int_at(b.column(c), i).unwrap_or(0);
            let text = |c: usize| text_at(b.column(c), i).unwrap_or_default();
            known.payments.entry(int(0)).or_default().push(Paid {
                programme: text(1),
                month: int(2) as i32,
                amount_fen: int(3),
                paid_on: int(4) as i32,
                tail: text(5),
                account_name: text(6),
                batch_no: text(7),
            });
        })?;
        known.payments_digest = table.digest.clone();
    }
    let mut wanted: HashMap<&str, BTreeSet<i64>> = HashMap::new();
    for (table, row_no) in raws.iter().flatten().flat_map(|r| &r.rows) {
        wanted.entry(table).or_default().insert(*row_no);
    }
    known.rows = records(files, &wanted)?;
    Ok(known)
}

/// The rows wanted of each snapshot, on two threads, the largest first.
fn records(
    files: &[SnapshotFile],
    wanted: &HashMap<&str, BTreeSet<i64>>,
) -> Result<HashMap<(String, i64), EvidenceRow>, EngineError> {
    let of = |file: &&SnapshotFile| wanted.contains_key(file.snapshot.contract.name.as_str());
    let mut queue: Vec<&SnapshotFile> = files.iter().filter(of).collect();
    queue.sort_by_key(|file| file.snapshot.rows());
    let (queue, out) = (Mutex::new(queue), Mutex::new(Ok(HashMap::new())));
    let labour = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(file) = next else { return };
            let name = &file.snapshot.contract.name;
            let rows: Vec<i64> = wanted.get(name.as_str()).into_iter().flatten().copied().collect();
            let found = file.snapshot.rows_by_no(&rows);
            let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
            match (found, &mut *out) {
                (Ok(found), Ok(all)) => all.extend(found.into_iter().map(|row| ((name.clone(), row.row_no), row))),
                (Err(e), _) => *out = Err(EngineError::Table(name.clone(), e.to_string())),
                (Ok(_), Err(_)) => {}
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(labour);
        labour();
    });
    out.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn each(
    table: &crate::engine::Table,
    columns: &[&str],
    hits: Option<&crate::engine::Hits>,
    mut f: impl FnMut(&RecordBatch, usize),
) -> Result<(), EngineError> {
    let broken = |e: arrow::error::ArrowError| EngineError::Table(table.name.clone(), e.to_string());
    let columns: Result<Vec<usize>, _> = columns.iter().map(|c| table.schema().index_of(c)).collect();
    for batch in table.read(&columns.map_err(broken)?, hits)? {
        let batch = batch.map_err(broken)?;
        (0..batch.num_rows()).for_each(|i| f(&batch, i));
    }
    Ok(())
}

/// Words one finding.
fn word(
    rule: &Rule,
    subject: i64,
    group: Vec<Raw>,
    known: &Known,
    programmes: &[ProgrammeRow],
    files: &[SnapshotFile],
) -> Outcome {
    let first = &group[0];
    let peers = group
        .iter()
        .filter(|r| r.exception.is_some() == first.exception.is_some() && r.agree == first.agree)
        .filter(|r| r.certainty == first.certainty);
    let (from, to) = peers.fold((first.from, first.to), |(from, to), r| (from.min(r.from), to.max(r.to)));
    let to = to.max(from);
    let cadre = rule.subject == "cadre";
    let kind = SubjectKind::of(&rule.subject);
    let thing = kind.is_thing();
    let name = match &first.subject_name {
        Some(name) if cadre || thing => name.clone(),
        _ => first.name.clone().unwrap_or_default(),
    };
    let people: Vec<i64> = group
        .iter()
        .map(|r| r.person_key)
        .filter(|key| !thing || *key != 0)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let account = rule.subject == "account";
    let paid = match rule.payments {
        true => payments_of(first, &people, account, from, to, known, programmes),
        false => Vec::new(),
    };
    let money_fen = match group.iter().filter_map(|r| r.amount_fen).collect::<Vec<_>>() {
        own if own.is_empty() => paid.iter().map(|(_, p)| p.amount_fen).sum(),
        own => own.iter().sum(),
    };
    let confidence = if first.agree { first.certainty } else { Confidence::E2 };
    let exception = first
        .exception
        .clone()
        .or_else(|| (!first.agree).then(|| "X05".to_owned()));
    let titles: BTreeSet<&str> = paid.iter().map(|(_, p)| title_of(programmes, &p.programme)).collect();
    let programmes_text = titles.into_iter().collect::<Vec<_>>().join("、");
    let period = if from == to {
        month(from).to_string()
    } else {
        format!("{}至{}", month(from), month(to))
    };
    let via = first.via.clone();
    let summary = if first.agree {
        let place = |key: &str| -> Option<String> {
            Some(match key {
                "name" => name.clone(),
                "period" => period.clone(),
                "programmes" => programmes_text.clone(),
                "programme" => first
                    .programme
                    .as_deref()
                    .map_or(programmes_text.clone(), |p| title_of(programmes, p).to_owned()),
                "money" => Money(money_fen).to_string(),
                "count" if thing => group.len().to_string(),
                "count" => if account || cadre { people.len() } else { paid.len() }.to_string(),
                "payments" => paid.len().to_string(),
                "via" => via.as_ref().and_then(|v| rule.via.get(v)).cloned().unwrap_or_default(),
                fact if !fact.contains('.') => facts::named(rule, first, fact)?,
                _ => {
                    let (table, column) = key.split_once('.')?;
                    let (_, row) = first.rows.iter().find(|(t, _)| t == table)?;
                    let field = known
                        .rows
                        .get(&(table.to_owned(), *row))?
                        .fields
                        .iter()
                        .find(|f| f.id == column)?;
                    field.text.clone()
                }
            })
        };
        fill(&rule.summary, place)
    } else {
        identity_question(first, &name, known, files)
    };
    let summary = match known.link(first) {
        Some(link) if link.confidence == Confidence::E3 => format!(
            "{summary}该记录没有可用的证件号码，是按其他信息对应的（{}），请先确认是否同一人。",
            link.told
        ),
        Some(link) => format!("{summary}该记录的身份对应依据：{}。", link.told),
        None => summary,
    };
    let summary = match &exception {
        Some(code) if first.agree => format!(
            "{summary}数据显示可能属于“{}”（{code}），请一并核实。",
            exception_title(code)
        ),
        _ => summary,
    };
    let programme = first.programme.clone();
    let key = format!(
        "{}|{}:{subject}|{}{}{}",
        rule.id,
        kind.id(),
        programme.as_ref().map(|p| format!("{p}|")).unwrap_or_default(),
        first.part.as_ref().map(|p| format!("{p}|")).unwrap_or_default(),
        month(from)
    );
    let mut evidence = Vec::new();
    // A rule that never looks at payments has none to show.
    let of_payments = |r: &String| matches!(r.as_str(), "payments" | "benefits" | "assisted" | "accounts");
    if !paid.is_empty() || rule.registers.iter().any(of_payments) {
        evidence.push(payment_record(&name, &paid, known, programmes));
    }
    evidence.extend(facts::records(rule, &group, &known.payments_digest));
    evidence.extend(compared_records(rule, &group, known, files));
    let draft = FindingDraft {
        key,
        rule_id: rule.id.clone(),
        rule_version: rule.version,
        mode: rule.mode,
        severity: confidence.caps(first.severity.unwrap_or(rule.severity)),
        confidence,
        subject: Subject { kind, key: subject },
        person_key: (kind == SubjectKind::Person).then_some(if cadre { subject } else { first.person_key }),
        household_id: match kind {
            SubjectKind::Household => Some(subject),
            _ => first.household_id.filter(|_| !cadre),
        },
        subject_name: if account {
            group
                .iter()
                .filter_map(|r| r.name.as_deref())
                .take(3)
                .collect::<Vec<_>>()
                .join("、")
        } else {
            name
        },
        region: first.region.unwrap_or(0),
        programme,
        period_from: month(from),
        period_to: month(to),
        money_fen,
        proposed_exception: exception,
        summary,
        evidence,
        owner_department: first.owner.clone().unwrap_or_else(|| rule.verifier.clone()),
    };
    let mut people = people;
    if cadre {
        people.push(subject);
    }
    Outcome { draft, people, via }
}

/// The payments a finding is about: of the programme, or the targeted ones of the household or person.
fn payments_of<'a>(
    raw: &Raw,
    people: &[i64],
    account: bool,
    from: i32,
    to: i32,
    known: &'a Known,
    programmes: &[ProgrammeRow],
) -> Vec<(i64, &'a Paid)> {
    let household = raw
        .household_id
        .filter(|_| raw.programme.is_none() && raw.amount_fen.is_none());
    let mut payees: BTreeSet<i64> = people.iter().copied().collect();
    payees.extend(household.and_then(|h| known.payees.get(&h)).into_iter().flatten());
    let fits = |p: &Paid| {
        let programme = match &raw.programme {
            Some(code) => p.programme == *code,
            None => account || programmes.iter().any(|g| g.targeted && g.code == p.programme),
        };
        programme && (from..=to).contains(&p.month)
    };
    let mut out: Vec<(i64, &Paid)> = payees
        .iter()
        .flat_map(|k| known.payments.get(k).into_iter().flatten().map(|p| (*k, p)))
        .filter(|(_, p)| fits(p))
        .collect();
    out.sort_by_key(|(k, p)| (p.month, p.paid_on, *k));
    out
}

/// E2 asks whose record it is and says nothing else.
fn identity_question(raw: &Raw, name: &str, known: &Known, files: &[SnapshotFile]) -> String {
    let row = raw
        .rows
        .iter()
        .find_map(|key| known.rows.get(key).map(|row| (key, row)));
    let Some(((table, _), row)) = row else {
        return format!(
            "部门数据中有一条记录的证件号码与{name}一致而姓名不同。请先核实该记录是否属于本人（可能是证件号码被他人使用或录入有误）？"
        );
    };
    let contract = files
        .iter()
        .find(|f| f.snapshot.contract.name == *table)
        .map(|f| &f.snapshot.contract);
    let title = contract.map_or(table.as_str(), |c| c.title.as_str());
    let other = contract
        .and_then(|c| c.person_name())
        .and_then(|column| row.fields.iter().find(|f| f.id == column.id))
        .map_or("", |f| f.text.as_str());
    format!(
        "{title}中有一条记录的证件号码与{name}一致，登记姓名却是“{other}”。请先核实该记录是否属于{name}本人（可能是证件号码被他人使用或录入有误）？"
    )
}
