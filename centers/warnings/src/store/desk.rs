//! Writing down what the platform proposes: findings that are new, renewed, opened again or no longer there, each with
//! its step.

use std::collections::{HashMap, HashSet};

use ::store::{BulkInsert, Query, Sql, Value, args};
use comparison::finding::{FindingDraft, RunStamp, Severity};
use kernel::{AppResult, Calendar, RegionCode, RegionLevel, period::parse_date};
use sha2::{Digest, Sha256};
use trail::RecordedTx;

use crate::model::{ActKind, DeadlineStep, Due, Params, Stage, owner_of};

/// A finding as it stands.
#[derive(sea_orm::FromQueryResult)]
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) finding_key: String,
    pub(super) content_hash: String,
    pub(super) rule_id: String,
    pub(super) region: i64,
    pub(super) person_key: Option<i64>,
    pub(super) stage: String,
    pub(super) verdict: Option<String>,
    pub(super) supervisor: Option<String>,
    pub(super) steps: i64,
}

#[derive(sea_orm::FromQueryResult)]
struct Day {
    day: String,
    working: bool,
}

#[derive(sea_orm::FromQueryResult)]
struct Office {
    id: String,
    name: String,
    region: i64,
}

#[derive(sea_orm::FromQueryResult)]
struct Entry {
    id: String,
    word: String,
}

#[derive(sea_orm::FromQueryResult)]
struct Person {
    person_key: i64,
}

const COLUMNS: &[&str] = &[
    "id",
    "finding_no",
    "finding_key",
    "rule_id",
    "rule_version",
    "mode",
    "severity",
    "colour",
    "confidence",
    "origin",
    "subject_kind",
    "subject_key",
    "person_key",
    "household_id",
    "subject_name",
    "region",
    "programme",
    "period_from",
    "period_to",
    "money_fen",
    "proposed_exception",
    "summary",
    "evidence",
    "content_hash",
    "concerns_cadre",
    "owner_department",
    "stage",
    "due_millis",
    "extended",
    "answered",
    "check_due",
    "returns",
    "outcome",
    "first_run",
    "found_millis",
    "changed_millis",
    "steps",
];

/// New facts of an open finding: what was done so far stays.
const RENEW: &str = "ON CONFLICT (id) DO UPDATE SET rule_version = excluded.rule_version, severity = excluded.severity, \
    colour = CASE WHEN finding.stage IN ('rectified','closed','merged','transferred_to_clue') THEN finding.colour \
    ELSE excluded.colour END, confidence = excluded.confidence, subject_name = excluded.subject_name, \
    region = excluded.region, money_fen = excluded.money_fen, proposed_exception = excluded.proposed_exception, \
    summary = excluded.summary, evidence = excluded.evidence, content_hash = excluded.content_hash, \
    concerns_cadre = excluded.concerns_cadre, changed_millis = excluded.changed_millis, steps = finding.steps + 1";

/// New facts of a closed finding: it begins again with the organisation that had it last.
const REOPEN: &str = "ON CONFLICT (id) DO UPDATE SET rule_version = excluded.rule_version, severity = excluded.severity, \
    colour = excluded.colour, confidence = excluded.confidence, subject_name = excluded.subject_name, \
    region = excluded.region, money_fen = excluded.money_fen, proposed_exception = excluded.proposed_exception, \
    summary = excluded.summary, evidence = excluded.evidence, content_hash = excluded.content_hash, \
    concerns_cadre = excluded.concerns_cadre, changed_millis = excluded.changed_millis, steps = finding.steps + 1, \
    stage = 'reopened', due_millis = excluded.due_millis, extended = FALSE, answered = FALSE, check_due = FALSE, \
    verdict = NULL, exception_code = NULL, confirmed_fen = NULL, recovered_fen = NULL, verdict_by = NULL, \
    reviewed_by = NULL, checked_by = NULL, rectified_by = NULL, elimination_by = NULL, merged_into = NULL, \
    supervisor = NULL, outcome = ''";

pub(super) const STEP_COLUMNS: &[&str] = &[
    "finding_id",
    "seq",
    "act",
    "from_stage",
    "to_stage",
    "account",
    "actor_name",
    "role",
    "at_millis",
    "note",
];

/// What the history says of what the platform does by itself.
pub(super) struct Notes {
    /// Where a finding comes from; `None` names the run and the rule.
    pub(super) found: Option<String>,
    pub(super) cleared: String,
}

impl Notes {
    /// Of a comparison run.
    pub(super) fn of(run: &RunStamp) -> Notes {
        Notes {
            found: None,
            cleared: match run.because.as_str() {
                "" => "同一规则、同一地区再次比对，已无此疑点".to_owned(),
                changed => format!("{changed}，再次比对已无此疑点"),
            },
        }
    }
}

/// Everything the drafts have in common.
pub(super) struct Desk<'a> {
    tx: &'a RecordedTx,
    run: &'a RunStamp,
    notes: Notes,
    calendar: Calendar,
    programmes: HashMap<String, String>,
    organisations: Vec<Office>,
    cadres: HashSet<i64>,
}

impl<'a> Desk<'a> {
    pub(super) async fn open(
        tx: &'a RecordedTx,
        run: &'a RunStamp,
        drafts: &[FindingDraft],
        notes: Notes,
    ) -> AppResult<Desk<'a>> {
        let programmes = if drafts.iter().any(|d| d.owner_department.eq_ignore_ascii_case("DEPT")) {
            pairs(tx, "SELECT code AS id, org AS word FROM programme").await?
        } else {
            HashMap::new()
        };
        let cadres: Vec<Person> = tx
            .rows("SELECT person_key FROM account WHERE person_key IS NOT NULL", vec![])
            .await?;
        Ok(Desk {
            tx,
            run,
            notes,
            calendar: calendar(tx).await?,
            programmes,
            organisations: tx.rows("SELECT id, name, region FROM org", vec![]).await?,
            cadres: cadres.into_iter().map(|p| p.person_key).collect(),
        })
    }

    pub(super) async fn insert(&self, drafts: Vec<FindingDraft>, steps: &mut BulkInsert<'_>) -> AppResult<()> {
        if drafts.is_empty() {
            return Ok(());
        }
        let prefix = format!("YJ{}-", self.tx.at().date().to_string().replace('-', ""));
        let today = "SELECT COUNT(*) FROM finding WHERE finding_no LIKE $1";
        let mut number = self.tx.number(today, args![format!("{prefix}%")]).await?;
        let mut rows = BulkInsert::new(self.tx, "finding", COLUMNS, "");
        for draft in drafts {
            number += 1;
            let id = finding_id(&draft.key);
            rows.push(self.row(&draft, id, format!("{prefix}{number:04}"), draft.key.clone()))
                .await?;
            let note = match &self.notes.found {
                Some(note) => note.clone(),
                None => format!("平台比对发现，规则 {} 第 {} 版", draft.rule_id, draft.rule_version),
            };
            steps
                .push(self.step(id, 1, "found", "", Stage::New.id(), &note))
                .await?;
            let note = format!("按规则核查单位和地区分派给：{}", self.owner_name(&draft));
            steps
                .push(self.step(
                    id,
                    2,
                    ActKind::Assign.id(),
                    Stage::New.id(),
                    Stage::Assigned.id(),
                    &note,
                ))
                .await?;
        }
        rows.finish().await.map(|_| ())
    }

    pub(super) async fn renew(&self, pairs: &[(&Known, FindingDraft)], steps: &mut BulkInsert<'_>) -> AppResult<()> {
        let mut rows = BulkInsert::new(self.tx, "finding", COLUMNS, RENEW);
        for (old, draft) in pairs {
            rows.push(self.row(draft, old.id, format!("~{}", old.id), format!("~{}", old.id)))
                .await?;
            let note = "再次比对，证据有变化，已更新";
            steps
                .push(self.step(old.id, old.steps + 1, "evidence", &old.stage, &old.stage, note))
                .await?;
        }
        rows.finish().await.map(|_| ())
    }

    pub(super) async fn reopen(&self, pairs: &[(&Known, FindingDraft)], steps: &mut BulkInsert<'_>) -> AppResult<()> {
        let mut rows = BulkInsert::new(self.tx, "finding", COLUMNS, REOPEN);
        for (old, draft) in pairs {
            rows.push(self.row(draft, old.id, format!("~{}", old.id), format!("~{}", old.id)))
                .await?;
            let note = if old.verdict.is_some() {
                "办结后再次比对，证据有变化，自动重启"
            } else {
                "再次比对，疑点重新出现，自动重启"
            };
            let to = Stage::Reopened.id();
            steps
                .push(self.step(old.id, old.steps + 1, ActKind::Reopen.id(), &old.stage, to, note))
                .await?;
        }
        rows.finish().await?;
        for chunk in pairs.chunks(500) {
            let mut sql = Sql::new("UPDATE clearance_note SET state = 'void', decided_millis = ");
            sql.bind(self.tx.at().millis())
                .push(" WHERE state <> 'void' AND finding_id IN ");
            sql.bind_list(chunk.iter().map(|(old, _)| old.id));
            self.tx.execute_sql(sql).await?;
        }
        Ok(())
    }

    pub(super) async fn clear(&self, gone: &[&Known], steps: &mut BulkInsert<'_>) -> AppResult<()> {
        let why = self.notes.cleared.as_str();
        for chunk in gone.chunks(500) {
            let mut sql = Sql::new("UPDATE finding SET stage = 'closed', colour = '-', due_millis = NULL, outcome = ");
            sql.bind(why)
                .push(", steps = steps + 1, changed_millis = ")
                .bind(self.tx.at().millis());
            sql.push(" WHERE id IN ").bind_list(chunk.iter().map(|old| old.id));
            self.tx.execute_sql(sql).await?;
        }
        for old in gone {
            let (act, to) = (ActKind::SystemClear.id(), Stage::Closed.id());
            steps
                .push(self.step(old.id, old.steps + 1, act, &old.stage, to, why))
                .await?;
        }
        Ok(())
    }

    /// The office of the finding's own county: beside `housing` a city also has `housing_371622`.
    fn owner(&self, draft: &FindingDraft) -> String {
        let org = draft
            .programme
            .as_ref()
            .and_then(|code| self.programmes.get(code))
            .map(String::as_str);
        let base = owner_of(&draft.owner_department, org);
        let county = RegionCode::from_i64(draft.region).map(|region| region.at(RegionLevel::County).as_i64());
        let same_office = |id: &str| id == base || id.strip_prefix(&base).is_some_and(|rest| rest.starts_with('_'));
        let own = self
            .organisations
            .iter()
            .find(|o| Some(o.region) == county && same_office(&o.id));
        own.map_or(base, |office| office.id.clone())
    }

    fn owner_name(&self, draft: &FindingDraft) -> String {
        let owner = self.owner(draft);
        match self.organisations.iter().find(|office| office.id == owner) {
            Some(office) => office.name.clone(),
            None if owner == "town" => "所在镇（街）".to_owned(),
            None => owner,
        }
    }

    fn due_millis(&self, draft: &FindingDraft) -> i64 {
        let region = RegionCode::from_i64(draft.region).unwrap_or(RegionCode::NATION);
        let now = self.tx.at();
        let due = Due {
            params: Params::of(region, now.date()),
            calendar: &self.calendar,
            now,
        };
        due.after(DeadlineStep::Acknowledge, draft.severity).millis()
    }

    fn concerns_cadre(&self, draft: &FindingDraft) -> bool {
        draft.rule_id.starts_with("C-")
            || draft.rule_id == "B-09"
            || draft.person_key.is_some_and(|key| self.cadres.contains(&key))
            || draft.evidence.iter().any(|record| record.title.contains("干部"))
    }

    /// The values of [`COLUMNS`] as if the finding were new; on conflict the tails take what they need.
    fn row(&self, draft: &FindingDraft, id: i64, finding_no: String, key: String) -> Vec<Value> {
        let now = self.tx.at().millis();
        let severity = severity_id(draft.severity);
        args![
            id,
            finding_no,
            key,
            draft.rule_id.as_str(),
            draft.rule_version,
            format!("{:?}", draft.mode),
            severity,
            severity,
            format!("{:?}", draft.confidence),
            origin(&draft.owner_department),
            format!("{:?}", draft.subject.kind).to_lowercase(),
            draft.subject.key,
            draft.person_key,
            draft.household_id,
            draft.subject_name.as_str(),
            draft.region,
            draft.programme.clone(),
            draft.period_from.to_string(),
            draft.period_to.to_string(),
            draft.money_fen,
            draft.proposed_exception.clone(),
            draft.summary.as_str(),
            serde_json::to_string(&draft.evidence).unwrap_or_default(),
            substance(draft),
            self.concerns_cadre(draft),
            self.owner(draft),
            Stage::Assigned.id(),
            self.due_millis(draft),
            false,
            false,
            false,
            0_i64,
            "",
            self.run.run_id,
            now,
            now,
            2_i64
        ]
    }

    fn step(&self, id: i64, seq: i64, act: &str, from: &str, to: &str, note: &str) -> Vec<Value> {
        let system = access::Actor::system();
        args![
            id,
            seq,
            act,
            from,
            to,
            0_i64,
            system.name,
            system.role.id(),
            self.tx.at().millis(),
            note
        ]
    }
}

async fn pairs(tx: &RecordedTx, sql: &str) -> AppResult<HashMap<String, String>> {
    let rows: Vec<Entry> = tx.rows(sql, vec![]).await?;
    Ok(rows.into_iter().map(|e| (e.id, e.word)).collect())
}

/// The working days of this installation, as they stand in the same transaction.
async fn calendar(tx: &RecordedTx) -> AppResult<Calendar> {
    let rows: Vec<Day> = tx.rows("SELECT day, working FROM holiday", vec![]).await?;
    let mut calendar = Calendar::default();
    for row in rows {
        let Some(day) = parse_date(&row.day) else { continue };
        let set = if row.working {
            &mut calendar.make_up_days
        } else {
            &mut calendar.holidays
        };
        set.insert(day);
    }
    Ok(calendar)
}

/// The id of a finding follows from its key: the same question has the same id, whoever asks first.
pub(super) fn finding_id(key: &str) -> i64 {
    let hash = Sha256::digest(key.as_bytes());
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(&hash[..8]);
    (u64::from_be_bytes(bytes) >> 1) as i64
}

/// The facts of a draft: what was compared, not which file or row number said so.
pub(super) fn substance(draft: &FindingDraft) -> String {
    let records: Vec<_> = draft
        .evidence
        .iter()
        .map(|r| {
            let fields: Vec<_> = r.fields.iter().map(|f| (f.label.as_str(), f.value.as_str())).collect();
            (r.title.as_str(), r.department.as_str(), fields)
        })
        .collect();
    let facts = (
        severity_id(draft.severity),
        format!("{:?}", draft.confidence),
        draft.region,
        draft.money_fen,
        draft.programme.as_deref(),
        draft.proposed_exception.as_deref(),
        records,
    );
    hex::encode(Sha256::digest(serde_json::to_vec(&facts).unwrap_or_default()))
}

fn severity_id(severity: Severity) -> &'static str {
    match severity {
        Severity::R => "R",
        Severity::O => "O",
        Severity::Y => "Y",
        Severity::B => "B",
    }
}

/// Which of the four kinds of supervision a finding comes from, by the verifier of its rule.
fn origin(verifier: &str) -> &'static str {
    match verifier {
        "FIN" | "AUD" => "finance_audit",
        "CDI" => "discipline",
        "VSC" => "social",
        _ => "department",
    }
}
