//! `GET /desk/village-ledger/{id}`: one entry, its vouchers, its way so far and the next step.

use access::{Resource, Role};
use askama::Template;
use axum::extract::Path;
use directory::regions;
use kernel::{AppResult, Timestamp};
use records::{flow::Code, history, papers};
use web::{
    Ctx, Page, Shell, html,
    parts::{Pair, Step, TimelineItem},
};

use super::{frame, href, place, reachable, request_id};
use crate::{
    model::{ENTRY_FLOW, EntryAct, EntryState},
    store::{
        KIND,
        entry::{self, Entry, TITLES},
    },
};

#[derive(Template)]
#[template(path = "pages/detail.html")]
struct DetailPage {
    shell: Shell,
    problems: Vec<String>,
    notes: Vec<(String, String)>,
    pairs: Vec<Pair>,
    steps: Vec<Step>,
    asks: Vec<Ask>,
    edit: Option<String>,
    reverse: Option<Ask>,
    papers: Vec<(String, String)>,
    attach: Option<Ask>,
    history: Vec<TimelineItem>,
}

/// A step one may take, as a form with one button.
struct Ask {
    title: &'static str,
    action: String,
    request_id: String,
    reason: bool,
    field: String,
    question: String,
    primary: bool,
}

pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    html(page(&ctx, id).await?)
}

/// The page with what stands against an act; nothing was changed.
pub(crate) async fn refused(ctx: &Ctx, id: i64, message: &str) -> Page {
    let mut page = page(ctx, id).await?;
    page.problems = message.lines().map(str::to_owned).collect();
    Ok(web::refused(html(page)?))
}

async fn page(ctx: &Ctx, id: i64) -> AppResult<DetailPage> {
    let row = reachable(ctx, id, "ledger.view").await?;
    let tree = regions(ctx.app()).await?;
    let here = Resource::in_region(row.place());
    let may_step = ctx.may("ledger.step", &here);
    let may_enter = ctx.may("ledger.enter", &here);
    let reversal = entry::reversal_of(&ctx.db, id).await?;
    let mut notes = Vec::new();
    if let Some(of) = row.reverses {
        notes.push(("本笔用于冲销原账，核账后抵减原账金额。查看原账".to_owned(), href(of)));
    }
    if let Some(by) = reversal {
        notes.push(("本笔已开冲销单。查看冲销单".to_owned(), href(by)));
    }
    let can_reverse = may_enter && row.state() == EntryState::Checked && row.reverses.is_none() && reversal.is_none();
    let can_attach = may_enter && !matches!(row.state(), EntryState::Checked | EntryState::Withdrawn);
    let can_edit = may_enter && row.state() == EntryState::Returned && row.reverses.is_none();
    let papers = papers::of(&ctx.db, KIND, id).await?;
    let form = |title, action: String, reason, question: String| Ask {
        title,
        field: format!("reason-{}", action.rsplit('/').next().unwrap_or_default()),
        action,
        request_id: request_id(ctx),
        reason,
        question,
        primary: !reason,
    };
    let open = ENTRY_FLOW.open_to(row.state(), ctx.actor().role);
    let asks = open.iter().filter(|s| may_step && s.act != EntryAct::Amend).map(|s| {
        let action = format!("{}/steps/{}", href(id), s.act.id());
        form(
            s.act.title(),
            action,
            s.needs.reason,
            format!("确认{}这笔账？办理后记入历史。", s.act.title()),
        )
    });
    Ok(DetailPage {
        shell: frame(ctx).here(format!("凭证 {}", row.voucher_no)),
        problems: Vec::new(),
        notes,
        pairs: pairs(&row, place(&tree, row.region)),
        steps: steps(&row),
        asks: asks.collect(),
        edit: can_edit.then(|| format!("{}/edit", href(id))),
        reverse: can_reverse.then(|| {
            let question = "确认冲销？将生成一笔金额相反的冲销单，原账保留。".to_owned();
            form("冲销", format!("{}/reverse", href(id)), true, question)
        }),
        papers: papers
            .into_iter()
            .map(|p| (p.file_name, format!("{}/papers/{}", href(id), p.digest)))
            .collect(),
        attach: can_attach.then(|| form("上传票据", format!("{}/papers", href(id)), false, String::new())),
        history: past(ctx, &row).await?,
    })
}

fn pairs(e: &Entry, place: String) -> Vec<Pair> {
    let party = if e.party_is_person { "个人" } else { "单位" };
    let mut pairs = vec![
        Pair::new("村", place),
        Pair::whole("凭证号", e.voucher_no.clone()),
        Pair::whole("收付日期", e.day.clone()),
        Pair::new("收支", e.direction().title()),
        Pair::new("科目", e.category()),
        Pair::whole("金额（元）", e.amount().to_string()),
        Pair::new("收付方式", e.channel()),
        Pair::new("对方", format!("{}（{party}）", e.party)),
        Pair::new("摘要", e.summary.clone()),
        Pair::new("决议号", e.decision_no.clone()),
        Pair::new("记账", e.entered_name.clone()),
    ];
    if !e.signed_name.is_empty() {
        pairs.push(Pair::new("签字", e.signed_name.clone()));
    }
    if !e.checked_name.is_empty() {
        pairs.push(Pair::new("核账", e.checked_name.clone()));
        pairs.push(Pair::whole("核账公开时间", Timestamp(e.checked_millis).to_string()));
    }
    pairs
}

fn steps(e: &Entry) -> Vec<Step> {
    let at = match e.state() {
        EntryState::Entered | EntryState::Returned => 1,
        EntryState::Signed => 2,
        EntryState::Checked => 4,
        EntryState::Withdrawn => 0,
    };
    let mut steps: Vec<Step> = ["村里记账", "监委会签字", "经管站核账", "按月公开"]
        .iter()
        .enumerate()
        .map(|(n, title)| Step {
            title: (*title).to_owned(),
            state: match n {
                n if n < at => "done",
                n if n == at => "current",
                _ => "todo",
            },
            detail: String::new(),
        })
        .collect();
    if matches!(e.state(), EntryState::Returned | EntryState::Withdrawn) {
        steps[0].state = "current";
        steps[1].state = "todo";
        steps[0].detail = e.state().title().to_owned();
    }
    steps
}

async fn past(ctx: &Ctx, row: &Entry) -> AppResult<Vec<TimelineItem>> {
    let entries = history::entries(&ctx.db, KIND, row.id).await?;
    let mut items = Vec::with_capacity(entries.len());
    for (n, version) in entries.iter().enumerate() {
        let before = entries.get(n + 1).map_or(&serde_json::Value::Null, |e| &e.state);
        let mut note: Vec<String> = Vec::new();
        if !version.reason.is_empty() {
            note.push(version.reason.clone());
        }
        if !before.is_null() {
            let changed = history::differences(before, &version.state, &TITLES);
            let changed = changed.iter().filter(|d| d.field != "state");
            note.extend(changed.map(|d| format!("{}：{} → {}", d.title, d.before, d.after)));
        }
        let role = Role::from_id(&version.role).map_or("", |r| r.title());
        let act = match version.act.as_str() {
            "enter" => "记账",
            "reverse" => "开出冲销单",
            act => EntryAct::parse(act).map_or("办理", |a| a.title()),
        };
        items.push(TimelineItem {
            time: version.at(),
            actor: format!("{}（{role}）", version.actor_name),
            act: act.to_owned(),
            note: note.join("；"),
            tone: if version.act == "return" { "back" } else { "done" },
        });
    }
    if items.is_empty() {
        items.push(TimelineItem {
            time: row.day.clone(),
            actor: row.entered_name.clone(),
            act: "随历史账簿装入，已核账".to_owned(),
            note: String::new(),
            tone: "done",
        });
    }
    Ok(items)
}
