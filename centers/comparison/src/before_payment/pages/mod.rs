//! `/desk/households/{id}/check`: one household against all sources, for the clerk and those who decide.

use access::Role;
use askama::Template;
use axum::{Form, extract::Path};
use funds::batch::ConcernRecord;
use households::store::reading;
use kernel::{AppError, AppResult, RegionCode};
use serde::Deserialize;
use web::{Ctx, Page, Shell, html, parts::Pair};

use super::{
    BeforePayment,
    case::{last_check, whose},
};
use crate::rules::exception_title;

#[derive(Template)]
#[template(path = "before_payment/pages/case.html")]
struct CasePage {
    shell: Shell,
    id: i64,
    /// Whose household it is, and where.
    facts: Vec<Pair>,
    checked: String,
    told: String,
    may_check: bool,
    sees: bool,
    hidden: bool,
    request_id: String,
    questions: Vec<Question>,
    /// Why what was sent was not taken, and the purpose typed.
    problem: String,
    purpose: String,
}

struct Question {
    severity: &'static str,
    tone: &'static str,
    rule: String,
    subject: String,
    text: String,
    exception: String,
    records: Vec<Shown>,
}

struct Shown {
    title: String,
    origin: String,
    fields: Vec<(String, String, bool)>,
}

#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    request_id: String,
    #[serde(default)]
    reveal: String,
}

/// Whether a role may read compared records (roles §5.2); all others read that there is a question.
fn sees_records(role: Role) -> bool {
    matches!(
        role,
        Role::FundUnitAdmin | Role::CdiAdmin | Role::CdiOfficeAdmin | Role::Audit
    )
}

async fn reached(ctx: &Ctx, id: i64) -> AppResult<RegionCode> {
    let place = reading::reach(&ctx.db, ctx.scope(), id).await?;
    let place = place.ok_or_else(|| AppError::not_found("没有找到这一户，或不在您的管理范围内。"))?;
    Ok(place.region)
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let region = reached(&ctx, id).await?;
    ctx.require("case.check_view", &access::Resource::in_region(region))?;
    html(page(&ctx, id, region, false).await?)
}

pub(crate) async fn take(ctx: Ctx, Path(id): Path<i64>, Form(asked): Form<Asked>) -> Page {
    let region = reached(&ctx, id).await?;
    let resource = access::Resource::in_region(region);
    let purpose = asked.purpose.trim();
    if let Some(problem) = households::purpose::words_problem(purpose) {
        ctx.require("case.check_view", &resource)?;
        let page = CasePage {
            problem: problem.to_owned(),
            purpose: purpose.to_owned(),
            ..page(&ctx, id, region, false).await?
        };
        return Ok(web::refused(html(page)?));
    }
    if asked.reveal == "1" {
        if !sees_records(ctx.actor().role) {
            return Err(AppError::forbidden("您的岗位只看核实结论，不看数额。").into());
        }
        ctx.require("case.check_view", &resource)?;
        let act = trail::Act::new("case.reveal", format!("household:{id}"))
            .in_region(region)
            .for_purpose(purpose);
        ctx.trail.note(ctx.actor(), act).await?;
        return html(page(&ctx, id, region, true).await?);
    }
    ctx.require("case.check", &resource)?;
    let check = ctx.part::<BeforePayment>()?;
    check
        .check_household(ctx.app(), ctx.actor(), id, region, purpose, &asked.request_id)
        .await?;
    ctx.done("比对完成。", &format!("/desk/households/{id}/check")).await
}

async fn page(ctx: &Ctx, id: i64, region: RegionCode, revealed: bool) -> AppResult<CasePage> {
    let role = ctx.actor().role;
    let sees = sees_records(role);
    let last = last_check(&ctx.db, id).await?;
    let mut facts = vec![Pair::new(
        "所在村",
        directory::regions(ctx.app()).await?.path_in_county(region),
    )];
    if let Some(whose) = whose(&ctx.db, id).await? {
        facts.insert(0, Pair::new("户主", whose.head_name));
        facts.push(Pair::whole("户编号", whose.household_no));
    }
    let concerns = last.as_ref().map(super::CaseChecked::concerns).unwrap_or_default();
    let hidden = sees
        && !revealed
        && concerns
            .iter()
            .flat_map(|c| &c.records)
            .any(|r| r.fields.iter().any(|f| f.sensitive));
    if sees && !concerns.is_empty() && !revealed {
        let act = trail::Act::new("case.check_view", format!("household:{id}")).in_region(region);
        ctx.trail.note(ctx.actor(), act).await?;
    }
    let questions = concerns.into_iter().map(|c| Question {
        severity: match c.severity.as_str() {
            "R" => "须先查清",
            "O" => "应当核实",
            _ => "提示",
        },
        tone: match c.severity.as_str() {
            "R" => "late",
            "O" => "wait",
            _ => "doing",
        },
        rule: format!("{} {}", c.rule, c.rule_name),
        text: if sees { c.question } else { c.verdict },
        subject: c.subject,
        exception: c
            .exception
            .map(|code| format!("{code} {}", exception_title(&code)))
            .unwrap_or_default(),
        records: if sees {
            c.records.iter().map(|r| shown(r, revealed)).collect()
        } else {
            Vec::new()
        },
    });
    Ok(CasePage {
        shell: ctx
            .shell(households::desk_layer(ctx))
            .crumb("农户", "/desk/households")
            .crumb("本户", format!("/desk/households/{id}?tab=flow"))
            .here("数据比对"),
        id,
        facts,
        checked: last.as_ref().map_or_else(String::new, |l| {
            format!("{}，{}，用途：{}", l.at(), l.actor_name, l.purpose)
        }),
        told: last.as_ref().map_or_else(String::new, |l| l.told.clone()),
        may_check: ctx.may("case.check", &access::Resource::in_region(region)),
        sees,
        hidden,
        request_id: format!("check-{:x}", ctx.next_id()),
        questions: questions.collect(),
        problem: String::new(),
        purpose: String::new(),
    })
}

fn shown(record: &ConcernRecord, revealed: bool) -> Shown {
    let value = |sensitive: bool, text: &str| {
        if sensitive && !revealed {
            "依规不显示".to_owned()
        } else {
            text.to_owned()
        }
    };
    Shown {
        title: format!("{}（{}）", record.title, record.department),
        origin: record
            .row_no
            .map_or_else(String::new, |n| format!("{} 第 {n} 行", record.file_name)),
        fields: record
            .fields
            .iter()
            .map(|f| (f.label.clone(), value(f.sensitive, &f.value), f.differs))
            .collect(),
    }
}
