//! The questions asked about a batch: which rows wait, why, until when, and what a named person decided.
//!
//! Offices that may see compared records read the question and both sides; all others read only that there is one
//! (roles §5.2). Figures marked sensitive by their data set need a purpose each time; every look is on the record.

use access::{Resource, Role};
use axum::extract::Path;
use directory::{RegionTree, regions};
use kernel::{AppError, AppResult};
use web::{
    Ctx, Page, html,
    parts::{Field, Pair},
};

use super::{
    batches::{LIST, found},
    filled::Filled,
    sheet::{ActForm, Cell, Grid, Note, Sheet, layer, place},
};
use crate::batch::{self, Decision, HoldRow, HoldState};

/// Rows offered in one list of choices.
const MOST_CHOICES: usize = 300;

/// Whether a role may read compared records.
fn sees_records(role: Role) -> bool {
    matches!(
        role,
        Role::FundUnitAdmin | Role::CdiAdmin | Role::CdiOfficeAdmin | Role::Audit
    )
}

fn question(role: Role, row: &HoldRow) -> String {
    if sees_records(role) {
        row.question.clone()
    } else {
        row.verdict.clone()
    }
}

fn tone(state: HoldState) -> &'static str {
    match state {
        HoldState::Open => "wait",
        HoldState::Confirmed => "late",
        HoldState::Released => "done",
        _ => "closed",
    }
}

/// What must be known before anything else on the page.
pub(super) fn notes(asked: &[HoldRow]) -> Vec<Note> {
    let mut open: Vec<&HoldRow> = asked.iter().filter(|h| h.state() == HoldState::Open).collect();
    open.sort_by_key(|h| h.payment_id);
    open.dedup_by_key(|h| h.payment_id);
    open.first().map_or_else(Vec::new, |first| {
        vec![Note {
            tone: "warning",
            text: format!(
                "{} 行因疑点暂缓发放，其余的可以先发。请在 {} 前逐行决定；到期没有人决定的自动解除。",
                open.len(),
                first.until_on
            ),
        }]
    })
}

/// The form in which one row is decided.
pub(super) fn form(ctx: &Ctx, path: &str, asked: &[HoldRow]) -> Option<ActForm> {
    let mut rows: Vec<&HoldRow> = asked
        .iter()
        .filter(|h| matches!(h.state(), HoldState::Open | HoldState::Confirmed))
        .collect();
    rows.sort_by_key(|h| (h.row_no, h.payment_id));
    rows.dedup_by_key(|h| h.payment_id);
    if rows.is_empty() {
        return None;
    }
    let choices = rows.iter().take(MOST_CHOICES).map(|h| {
        let text = format!(
            "{} 行　{}　{} 元（{}）",
            h.row_no.unwrap_or(0),
            h.payee_name,
            h.amount(),
            h.state_title()
        );
        (h.payment_id.to_string(), text)
    });
    // Of several rows none is chosen beforehand: a decision about the wrong person is easily made.
    let none = (rows.len() > 1).then(|| (String::new(), "请选择".to_owned()));
    Some(ActForm {
        title: "决定暂缓的行".into(),
        hint: "核实后放行，或确认暂缓直到疑点查清。决定人和理由记录在案；造册人不能决定自己的行。".into(),
        action: format!("{path}/hold"),
        request_id: format!("hold-{:x}", ctx.next_id()),
        fields: vec![
            Field::select("hold_payment", "暂缓的行", none.into_iter().chain(choices)).required(),
            Field::select(
                "hold_decision",
                "决定",
                [("", "请选择"), ("release", "核实后放行"), ("confirm", "确认暂缓")],
            )
            .required(),
            Field::text("hold_reason", "理由")
                .hint("核实了什么、依据是什么")
                .required(),
        ],
        button: "提交决定".into(),
        class: "btn-primary",
        ..ActForm::default()
    })
}

/// The village alone: the path would squeeze the question on a phone.
fn village(tree: &RegionTree, region: i64) -> String {
    kernel::RegionCode::from_i64(region)
        .and_then(|code| tree.get(code))
        .map_or_else(|| place(tree, region), |r| r.name.clone())
}

/// The questions as a table.
pub(super) fn grid(ctx: &Ctx, tree: &RegionTree, asked: &[HoldRow]) -> Option<Grid> {
    if asked.is_empty() {
        return None;
    }
    let role = ctx.actor().role;
    let rows = asked.iter().take(500).map(|h| {
        let decided = match (&h.decided_name, &h.reason) {
            (Some(name), Some(reason)) => format!("{name}：{reason}"),
            (None, Some(reason)) => reason.clone(),
            _ => String::new(),
        };
        let travels = if h.travels_in != h.batch_id {
            "（已转入后续批次）"
        } else {
            ""
        };
        vec![
            Cell::number(h.row_no.unwrap_or(0)),
            Cell::link(&h.payee_name, format!("{LIST}/{}/holds/{}", h.batch_id, h.id)),
            Cell::whole(village(tree, h.region)),
            Cell::money(h.amount_fen),
            Cell::text(format!("{} {}", h.rule, h.rule_name)),
            Cell::wide(question(role, h)),
            Cell::state(h.state_title(), tone(h.state())),
            Cell::whole(if h.state() == HoldState::Open {
                h.until_on.clone()
            } else {
                String::new()
            }),
            Cell::wide(format!("{decided}{travels}")),
        ]
    });
    Some(Grid {
        title: "发放前比对的疑点".into(),
        total: format!("{} 条", asked.len()),
        heads: vec![
            "行号",
            "领取人",
            "所在村",
            "金额（元）",
            "规则",
            "请核实",
            "状态",
            "最迟",
            "决定",
        ],
        rows: rows.collect(),
        ..Grid::default()
    })
}

impl HoldRow {
    fn state_title(&self) -> &'static str {
        records::flow::Code::title(self.state())
    }
}

/// `POST /desk/batches/{id}/hold`
pub(crate) async fn decide(ctx: Ctx, Path(id): Path<i64>, filled: Filled) -> Page {
    let payment = filled.get("hold_payment").parse().unwrap_or(0);
    let decision =
        Decision::from_id(filled.get("hold_decision")).ok_or_else(|| AppError::invalid("请选择放行还是确认暂缓。"))?;
    let asked = crate::chain::Asked::on(filled.request_id(), ctx.clock.today()).because(filled.get("hold_reason"));
    batch::decide(ctx.app(), ctx.actor(), id, payment, decision, &asked).await?;
    let text = match decision {
        Decision::Confirm => "已确认暂缓，查清后可以放行。",
        Decision::Release => "已放行。",
    };
    ctx.done(text, &format!("{LIST}/{id}")).await
}

async fn one(ctx: &Ctx, id: i64, hold: i64) -> AppResult<HoldRow> {
    batch::holds(&ctx.db, ctx.scope(), id)
        .await?
        .into_iter()
        .find(|h| h.id == hold)
        .ok_or_else(|| AppError::not_found("没有找到这条疑点。"))
}

/// `GET /desk/batches/{id}/holds/{hold}`
pub(crate) async fn show(ctx: Ctx, Path((id, hold)): Path<(i64, i64)>) -> Page {
    if sees_records(ctx.actor().role) {
        note(&ctx, id, hold, "查看疑点依据", false).await?;
    }
    page(&ctx, id, hold, false).await
}

/// `POST /desk/batches/{id}/holds/{hold}`: figures that need a purpose; on the record before they are shown.
pub(crate) async fn reveal(ctx: Ctx, Path((id, hold)): Path<(i64, i64)>, filled: Filled) -> Page {
    if !sees_records(ctx.actor().role) {
        return Err(AppError::forbidden("您的岗位只看核实结论，不看数额。").into());
    }
    let purpose = filled.get("reveal_purpose");
    if !(4..=200).contains(&purpose.chars().count()) {
        return Err(AppError::invalid("请填写查看用途（4 至 200 字），查看会记录在案。").into());
    }
    note(&ctx, id, hold, purpose, true).await?;
    page(&ctx, id, hold, true).await
}

async fn note(ctx: &Ctx, id: i64, hold: i64, purpose: &str, figures: bool) -> AppResult<()> {
    let row = one(ctx, id, hold).await?;
    let act = trail::Act::new("batch.hold_view", format!("payment:{}", row.payment_id))
        .for_purpose(purpose)
        .with(serde_json::json!({ "rule": row.rule, "figures": figures }));
    ctx.trail.note(ctx.actor(), act).await.map(|_| ())
}

async fn page(ctx: &Ctx, id: i64, hold: i64, revealed: bool) -> Page {
    let batch = found(ctx, id).await?;
    let row = one(ctx, id, hold).await?;
    let tree = regions(ctx.app()).await?;
    let role = ctx.actor().role;
    let path = format!("{LIST}/{id}");
    let records = if sees_records(role) { row.records() } else { Vec::new() };
    let hidden = records.iter().flat_map(|r| &r.fields).any(|f| f.sensitive) && !revealed;
    let mut forms: Vec<ActForm> = Vec::new();
    if ctx.may("batch.hold", &Resource::any()) && ctx.scope().covers(batch.place()) {
        forms.extend(form(ctx, &path, std::slice::from_ref(&row)));
    }
    if hidden {
        forms.push(ActForm {
            title: "查看依规不显示的数额".into(),
            hint: "每次查看都须写明用途，并记录在案。".into(),
            action: format!("{path}/holds/{hold}"),
            request_id: format!("reveal-{:x}", ctx.next_id()),
            fields: vec![Field::text("reveal_purpose", "查看用途").required()],
            button: "查看".into(),
            class: "btn-outline-primary",
            ..ActForm::default()
        });
    }
    let grids = records.iter().map(|r| Grid {
        title: format!("{}（{}）", r.title, r.department),
        total: r.row_no.map_or_else(String::new, |n| {
            format!(
                "{} 第 {n} 行　快照 {}",
                r.file_name,
                r.snapshot.get(..12).unwrap_or_default()
            )
        }),
        heads: vec!["项目", "内容", "说明"],
        rows: r
            .fields
            .iter()
            .map(|f| {
                let value = if f.sensitive && !revealed {
                    "依规不显示"
                } else {
                    &f.value
                };
                vec![
                    Cell::whole(&f.label),
                    Cell::text(value),
                    Cell::whole(if f.differs { "疑点所在" } else { "" }),
                ]
            })
            .collect(),
        ..Grid::default()
    });
    let mut notes = Vec::new();
    if !sees_records(role) {
        notes.push(Note {
            tone: "info",
            text: "您的岗位只看是否需要核实，不看部门数据的内容。".into(),
        });
    }
    html(Sheet {
        shell: ctx
            .shell(layer(ctx))
            .crumb("发放批次", LIST)
            .crumb(batch.batch_no.clone(), &path)
            .here("疑点"),
        notes,
        pairs: vec![
            Pair::new("领取人", &row.payee_name),
            Pair::new("所在村", place(&tree, row.region)),
            Pair::whole("金额", format!("{} 元", row.amount())),
            Pair::new("规则", format!("{} {}", row.rule, row.rule_name)),
            Pair::new("请核实", question(role, &row)),
            Pair::new("状态", row.state_title()),
            Pair::new("暂缓", format!("{} 起，最迟 {}", row.held_on, row.until_on)),
            Pair::new(
                "决定",
                match (&row.decided_name, &row.reason) {
                    (Some(name), Some(reason)) => format!("{name}：{reason}"),
                    (None, Some(reason)) => reason.clone(),
                    _ => "还没有人决定".into(),
                },
            ),
        ],
        forms,
        grids: grids.collect(),
        ..Sheet::default()
    })
}
