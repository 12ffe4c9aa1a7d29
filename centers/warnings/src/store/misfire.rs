//! J-09 规则失准: a rule whose questions are hardly ever borne out bothers people for nothing. That is a finding too, about
//! the rule, for whoever keeps it. It follows from the verdicts: it opens when there are enough of them and too few bear the
//! rule out, and closes by itself when the share recovers or the rule is changed; what was asked by the rule of before is no
//! longer held against it.

use std::collections::{BTreeMap, HashSet};

use access::Actor;
use comparison::{
    finding::{
        Confidence, Evaluated, EvidenceField, EvidenceRecord, FindingDraft, Mode, RunStamp, Severity, Subject,
        SubjectKind,
    },
    rules::Rule,
    workbench::{last_changes, rules_in_force},
};
use kernel::{AppResult, Month, Timestamp};
use sha2::{Digest, Sha256};
use trail::Act;
use web::App;

use super::{
    absorb::{known_findings, take_in},
    desk::{Known, Notes},
    results::{self, RuleResult},
};
use crate::model::{Misfire, Params, Stage, keeper_of};

/// The rule of the catalogue that judges the others.
pub const MISFIRE_RULE: &str = "J-09";

/// Findings of the last year say how a rule does now.
const WINDOW_MILLIS: i64 = 365 * 86_400_000;

/// Opens and closes findings about rules, as the verdicts stand now. Says how many were opened and closed.
///
/// # Errors
/// A database that does not answer; nothing was changed then.
pub async fn review(app: &App) -> AppResult<(u64, u64)> {
    let (now, area) = (app.clock.now(), app.config.area);
    let limit = Params::of(area, now.date()).misfire;
    let stamp = RunStamp {
        run_id: 0,
        started_at: now,
        rules: vec![Evaluated {
            rule_id: MISFIRE_RULE.to_owned(),
            rule_version: 1,
            region: area,
        }],
        because: String::new(),
        touched: None,
    };
    let known = known_findings(&app.db, &stamp, &[]).await?;
    let mut drafts = Vec::new();
    for (rule, result) in misfiring(app, now, limit).await? {
        drafts.push(draft(app, &rule, &result, limit, period_of(&known, &rule.id, now)));
    }
    if is_told(&known, &drafts) {
        return Ok((0, 0));
    }
    let notes = Notes {
        found: Some("平台按核查结论评估规则".to_owned()),
        cleared: "规则已经调整，或属实率已回升，不再失准".to_owned(),
    };
    let tx = app.trail.begin(&Actor::system()).await?;
    let known = known_findings(&*tx, &stamp, &[]).await?;
    let told: Vec<String> = drafts.iter().map(|d: &FindingDraft| d.subject_name.clone()).collect();
    let counts = take_in(&tx, &stamp, known, drafts, notes).await?;
    let act = Act::new("finding.misfire", "finding:J-09").in_region(area);
    tx.commit(act.with(serde_json::json!({ "rules": told, "absorbed": counts })))
        .await?;
    Ok((counts.new + counts.updated, counts.cleared))
}

/// Rules that misfire with the findings asked since they were last changed, at most a year back.
async fn misfiring(app: &App, now: Timestamp, limit: Misfire) -> AppResult<Vec<(std::sync::Arc<Rule>, RuleResult)>> {
    let year = Timestamp(now.millis() - WINDOW_MILLIS);
    let changed = last_changes(&app.db).await?;
    let mut out = Vec::new();
    let mut suspects = Vec::new();
    for result in results::since(&app.db, None, year).await? {
        match changed.get(&result.rule_id).filter(|at| **at > year) {
            Some(at) => suspects.extend(results::since(&app.db, Some(&result.rule_id), *at).await?),
            None => suspects.push(result),
        }
    }
    let rules = rules_in_force(app).await?;
    for result in suspects {
        // Findings about rules are no questions about people, and a rule that is gone cannot be tuned.
        if let Some(rule) = rules.get(&result.rule_id).filter(|_| result.verdicts().misfires(limit)) {
            out.push((rule.clone(), result));
        }
    }
    Ok(out)
}

/// The period of the finding that is open for a rule, else the year it begins in: once per rule and period.
fn period_of(known: &std::collections::HashMap<String, Known>, rule: &str, now: Timestamp) -> Month {
    let prefix = key_of(rule);
    let open = known
        .values()
        .filter(|k| Stage::from_id(&k.stage).is_some_and(|stage| !stage.is_final()))
        .filter_map(|k| k.finding_key.strip_prefix(&prefix)?.parse().ok())
        .max();
    let date = now.date();
    open.unwrap_or_else(|| Month::new(date.year(), 1).unwrap_or_else(|| Month::of(date)))
}

fn key_of(rule: &str) -> String {
    format!("{MISFIRE_RULE}|rule:{rule}|")
}

/// Whether the table already says all of this and no more: the usual case, and nothing is written.
fn is_told(known: &std::collections::HashMap<String, Known>, drafts: &[FindingDraft]) -> bool {
    let wanted: BTreeMap<&str, String> = drafts
        .iter()
        .map(|d| (d.key.as_str(), super::desk::substance(d)))
        .collect();
    let said: HashSet<&str> = known
        .values()
        .filter(|k| !(k.stage == Stage::Closed.id() && k.verdict.is_none()))
        .filter(|k| wanted.get(k.finding_key.as_str()) == Some(&k.content_hash))
        .map(|k| k.finding_key.as_str())
        .collect();
    let over = known.values().any(|k| {
        !wanted.contains_key(k.finding_key.as_str())
            && k.supervisor.is_none()
            && Stage::from_id(&k.stage).is_some_and(Stage::before_verdict)
    });
    said.len() == wanted.len() && !over
}

fn draft(app: &App, rule: &Rule, result: &RuleResult, limit: Misfire, period: Month) -> FindingDraft {
    let percent = |bp: i64| format!("{}.{:02}%", bp / 100, bp % 100);
    let verdicts = result.verdicts();
    let share = verdicts.share().map_or_else(String::new, |s| {
        format!(
            "{}，95% 区间 {} 至 {}",
            percent(s.share_bp),
            percent(s.low_bp),
            percent(s.high_bp)
        )
    });
    let title = format!("{} {}", rule.id, rule.name);
    let field = |label: &str, value: String, differs| EvidenceField {
        label: label.to_owned(),
        value,
        differs,
    };
    FindingDraft {
        key: format!("{}{period}", key_of(&rule.id)),
        rule_id: MISFIRE_RULE.to_owned(),
        rule_version: 1,
        mode: Mode::ANO,
        severity: Severity::B,
        confidence: Confidence::E1,
        subject: Subject {
            kind: SubjectKind::Rule,
            key: number_of(&rule.id),
        },
        person_key: None,
        household_id: None,
        subject_name: format!("规则 {title}"),
        region: app.config.area.as_i64(),
        programme: None,
        period_from: period,
        period_to: period,
        money_fen: 0,
        proposed_exception: None,
        summary: format!(
            "规则“{title}”自上次调整以来（最多一年）的预警已有 {} 条核查结论，属实 {} 条（{share}），不到 {}。多数经核查并无问题，是否要调整参数、例外情形或条件，请维护单位核实？",
            verdicts.decided(),
            verdicts.borne_out,
            percent(limit.below_bp)
        ),
        // The figures move with each verdict and stand in the question; what the finding turns on stays the same.
        evidence: vec![EvidenceRecord {
            title: "规则".to_owned(),
            department: rule.owner.clone(),
            snapshot: rule.hash.clone(),
            file_name: String::new(),
            row_no: None,
            row_hash: String::new(),
            fields: vec![
                field("规则", title.clone(), false),
                field("版本", format!("第 {} 版", rule.version), false),
                field("维护单位", rule.owner.clone(), false),
                field(
                    "失准的界限",
                    format!(
                        "结论不少于 {} 条，属实率低于 {}",
                        limit.verdicts,
                        percent(limit.below_bp)
                    ),
                    true,
                ),
                field(
                    "怎么办",
                    "在“比对规则”打开这条规则，提出调整并试算；批准后本预警自动关闭".to_owned(),
                    false,
                ),
            ],
        }],
        owner_department: keeper_of(&rule.owner).to_owned(),
    }
}

/// A number for a rule, the same everywhere.
fn number_of(rule: &str) -> i64 {
    let hash = Sha256::digest(rule.as_bytes());
    let mut bytes = [0_u8; 8];
    bytes.copy_from_slice(&hash[..8]);
    (u64::from_be_bytes(bytes) >> 1) as i64
}
