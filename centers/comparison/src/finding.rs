//! What a comparison proposes, and who takes it in.
//!
//! A finding is a question for a person on the spot, never a verdict: its wording accuses nobody, it shows both
//! records side by side, and where data already explain the case it says which exception may apply.

use async_trait::async_trait;
use kernel::{AppResult, Month, RegionCode, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How the data relate to the doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// 关联: the person is linked to something that usually excludes the benefit.
    ASC,
    /// 异常: the figures are unusual.
    ANO,
    /// 矛盾: two sources contradict each other.
    CON,
}

/// How soon it must be looked at; deadlines follow from it (workflows 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    R,
    O,
    Y,
    B,
}

impl Severity {
    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Severity::R => "红色",
            Severity::O => "橙色",
            Severity::Y => "黄色",
            Severity::B => "蓝色",
        }
    }
}

/// How sure it is that both records mean the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// The ID number is valid and the names agree.
    E1,
    /// The ID number agrees, the name differs: first ask whose record it is.
    E2,
    /// Name, birth and place only; never above yellow.
    E3,
}

impl Confidence {
    /// The severity a finding may have: what rests on name, birth and place alone is never above yellow, whatever
    /// its rule says, and has its identity confirmed first.
    pub fn caps(self, severity: Severity) -> Severity {
        match self {
            Confidence::E3 => severity.max(Severity::Y),
            Confidence::E1 | Confidence::E2 => severity,
        }
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// `key` is a `PersonKey`.
    Person,
    /// `key` is a household id.
    Household,
    /// `key` is the keyed digest of a bank account.
    Account,
    /// `key` is the id of a project.
    Project,
    /// `key` is the id of a fund document, an allocation or a reimbursement.
    Fund,
    /// `key` is the 15-digit code of a division.
    Village,
    /// `key` is the id of an asset or of its yield.
    Asset,
    /// `key` is made of the id of a rule; the platform asks about its own rules.
    Rule,
}

impl SubjectKind {
    /// As findings and rules spell it.
    pub fn id(self) -> &'static str {
        match self {
            SubjectKind::Person => "person",
            SubjectKind::Household => "household",
            SubjectKind::Account => "account",
            SubjectKind::Project => "project",
            SubjectKind::Fund => "fund",
            SubjectKind::Village => "village",
            SubjectKind::Asset => "asset",
            SubjectKind::Rule => "rule",
        }
    }

    /// What a rule is about; a cadre with his relatives is a person.
    pub fn of(subject: &str) -> SubjectKind {
        use SubjectKind::{Account, Asset, Fund, Household, Project, Village};
        let kinds = [Household, Account, Project, Fund, Village, Asset];
        kinds
            .into_iter()
            .find(|kind| kind.id() == subject)
            .unwrap_or(SubjectKind::Person)
    }

    /// Neither a person nor an account of several: the rule yields `subject_key` and `subject_name`.
    pub fn is_thing(self) -> bool {
        !matches!(self, SubjectKind::Person | SubjectKind::Account)
    }
}

/// Kind and key together name the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    pub kind: SubjectKind,
    pub key: i64,
}

/// One value of a record as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceField {
    pub label: String,
    pub value: String,
    /// Whether this is where the two records part, or what the rule turns on.
    pub differs: bool,
}

/// One record that supports the question, with where it can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRecord {
    /// e.g. 机动车登记, 发放记录.
    pub title: String,
    pub department: String,
    /// SHA-256 of the snapshot, or of the frozen register, the record was read from.
    pub snapshot: String,
    /// The delivered file; empty for our own registers.
    pub file_name: String,
    /// Line in the delivered file, header counted; `None` for our own registers.
    pub row_no: Option<i64>,
    /// Keyed hash of the delivered row; empty for our own registers.
    pub row_hash: String,
    pub fields: Vec<EvidenceField>,
}

/// What a run proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingDraft {
    /// Stable identity, `rule|subject|period`: the same question asked again is the same finding.
    pub key: String,
    pub rule_id: String,
    pub rule_version: i64,
    pub mode: Mode,
    pub severity: Severity,
    pub confidence: Confidence,
    pub subject: Subject,
    pub person_key: Option<i64>,
    pub household_id: Option<i64>,
    pub subject_name: String,
    /// 15-digit region code of the subject.
    pub region: i64,
    pub programme: Option<String>,
    pub period_from: Month,
    pub period_to: Month,
    /// Benefit money of the period concerned; not the loss.
    pub money_fen: i64,
    /// `X01`..`X20` where the data already explain the case; a person decides.
    pub proposed_exception: Option<String>,
    /// A question in Chinese.
    pub summary: String,
    pub evidence: Vec<EvidenceRecord>,
    /// Verifier code of the rule catalogue: CIV, POV, FIN, AGR, HOU, EDU, MED, DIS, HR, TOWN, VSC, CDI, AUD, SYS,
    /// or DEPT for the department of the programme.
    pub owner_department: String,
}

impl FindingDraft {
    /// SHA-256 over the whole draft: equal content, equal hash.
    pub fn content_hash(&self) -> String {
        hex::encode(Sha256::digest(serde_json::to_vec(self).unwrap_or_default()))
    }
}

/// SHA-256 over all drafts in order: two runs over the same rule versions and snapshots give the same.
pub fn drafts_digest(drafts: &[FindingDraft]) -> String {
    let mut hasher = Sha256::new();
    for draft in drafts {
        hasher.update(draft.content_hash().as_bytes());
    }
    hex::encode(hasher.finalize())
}

/// A rule that a run evaluated, and where: only there a missing finding means that the cause is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluated {
    pub rule_id: String,
    pub rule_version: i64,
    pub region: RegionCode,
}

/// The run behind a delivery of drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStamp {
    pub run_id: i64,
    pub started_at: Timestamp,
    pub rules: Vec<Evaluated>,
    /// The people the run was about; `None` is everyone. A finding about anyone else is not cleared.
    pub touched: Option<std::collections::BTreeSet<i64>>,
    /// What changed, for the note of a finding that no longer holds; empty in a full run.
    pub because: String,
}

impl RunStamp {
    /// Whether this run would have brought a finding about this person again.
    pub fn reaches(&self, person: Option<i64>) -> bool {
        self.touched
            .as_ref()
            .is_none_or(|touched| person.is_some_and(|key| touched.contains(&key)))
    }

    /// Whether this run would have brought a finding of this rule in this region again.
    pub fn covers(&self, rule_id: &str, region: RegionCode) -> bool {
        self.rules
            .iter()
            .any(|r| r.rule_id == rule_id && r.region.contains(region))
    }
}

/// What became of the drafts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absorbed {
    pub new: u64,
    pub updated: u64,
    /// Findings of the evaluated rules and area that did not come again and had no verdict yet.
    pub cleared: u64,
    pub unchanged: u64,
}

/// Takes findings in. Crate `warnings` implements it; the server puts it into the app as part
/// [`FindingSinkPart`].
#[async_trait]
pub trait FindingSink: Send + Sync {
    /// Stores the drafts within the caller's transaction. The same drafts twice change nothing the second time.
    async fn absorb(&self, tx: &trail::RecordedTx, run: &RunStamp, drafts: Vec<FindingDraft>) -> AppResult<Absorbed>;

    /// Verdicts of a rule's findings by their key: whether the question was borne out. What could not be established
    /// is left out.
    async fn verdicts(&self, _db: &store::Db, _rule: &str) -> AppResult<std::collections::BTreeMap<String, bool>> {
        Ok(std::collections::BTreeMap::new())
    }

    /// How often a rule's questions found since a moment were borne out, within a scope.
    async fn precision(
        &self,
        _app: &web::App,
        _scope: &access::Scope,
        _rule: &str,
        _since: Timestamp,
    ) -> AppResult<Precision> {
        Ok(Precision::default())
    }

    /// Looks which rules misfire (J-09), and opens or closes the findings that say so: how many of each. Call when
    /// verdicts or rules changed.
    async fn review(&self, _app: &web::App) -> AppResult<(u64, u64)> {
        Ok((0, 0))
    }
}

/// What became of a rule's questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precision {
    pub found: i64,
    pub borne_out: i64,
    /// 不属实, or covered by an exception.
    pub cleared: i64,
    pub undecided: i64,
    /// Share borne out and the ends of its 95 % interval, each in hundredths of a percent; `None` without verdicts.
    pub share_bp: Option<(i64, i64, i64)>,
    /// Too rarely borne out, over enough verdicts.
    pub misfires: bool,
}

/// The sink as the app holds it: `app.part::<FindingSinkPart>()`.
pub struct FindingSinkPart(pub std::sync::Arc<dyn FindingSink>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_without_a_number_is_never_above_yellow() {
        use Severity::{B, O, R, Y};
        let capped = |confidence: Confidence| [R, O, Y, B].map(|severity| confidence.caps(severity));
        assert_eq!(capped(Confidence::E3), [Y, Y, Y, B]);
        assert_eq!(capped(Confidence::E1), [R, O, Y, B]);
        assert_eq!(capped(Confidence::E2), [R, O, Y, B]);
    }
}
