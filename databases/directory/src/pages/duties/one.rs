//! `GET /desk/duties/{id}`: one entry with its history; setting it right, and the hand-over to a successor.

use access::Resource;
use axum::{Form, extract::Path};
use kernel::{AppError, AppResult};
use records::history::{self, Entry};
use web::{
    Ctx, Page, html,
    parts::{Field, Pair, TimelineItem},
};

use super::{
    LIST,
    form::{DutyPage, FormView, entry_fields, is_for_the_form, refused},
    frame,
};
use crate::{
    duties::{self, DutyForm, DutyRow, KIND, TITLES},
    regions,
};

pub(super) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    html(page(&ctx, id, None, "").await?)
}

pub(super) async fn change(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<DutyForm>) -> Page {
    match duties::change(ctx.app(), ctx.actor(), id, &typed).await {
        Ok(()) => ctx.done("已更正。", &format!("{LIST}/{id}")).await,
        Err(error) if is_for_the_form(&error) => refused(page(&ctx, id, Some(&typed), &error.message).await?),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn replace(ctx: Ctx, Path(id): Path<i64>, Form(typed): Form<DutyForm>) -> Page {
    match duties::replace(ctx.app(), ctx.actor(), id, &typed).await {
        Ok(new) => ctx.done("已交接。", &format!("{LIST}/{new}")).await,
        Err(error) if is_for_the_form(&error) => refused(page(&ctx, id, None, &error.message).await?),
        Err(error) => Err(error.into()),
    }
}

async fn page(ctx: &Ctx, id: i64, typed: Option<&DutyForm>, problem: &str) -> AppResult<DutyPage> {
    // Every role sees every entry; only those whose area it is may touch it.
    let row = duties::entry(&ctx.db, id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这项职责。"))?;
    let tree = regions(ctx.app()).await?;
    let entries = history::entries(&ctx.db, KIND, id).await?;
    let version = entries.first().map_or(0, |e| e.version);
    let mut page = DutyPage {
        shell: frame(ctx)
            .crumb("监管职责", LIST)
            .here(format!("{}：{}", row.duty_title(), row.holder)),
        problem: problem.to_owned(),
        facts: vec![
            Pair::new("职责", row.duty_title()),
            Pair::new("要求", row.duty().map_or("", |d| d.asks())),
            Pair::new("责任单位", &row.unit),
            Pair::new("职务", &row.post),
            Pair::new("责任人", &row.holder),
            Pair::new("资金（项目）", row.matter_title()),
            Pair::new("区域", tree.name(row.place())),
            Pair::new("依据", &row.basis),
            Pair::whole("起始日期", &row.from_on),
            Pair::whole("截止日期", row.to_on.clone().unwrap_or_else(|| "现任".into())),
        ],
        timeline: timeline(&entries),
        ..DutyPage::default()
    };
    if ctx.may("duty.enter", &Resource::in_region(row.place())) && ctx.scope().covers(row.place()) {
        page.forms = forms(ctx, &row, version, typed);
    }
    Ok(page)
}

fn forms(ctx: &Ctx, row: &DutyRow, version: i64, typed: Option<&DutyForm>) -> Vec<FormView> {
    let stands = DutyForm {
        matter: row.matter.clone(),
        unit: row.unit.clone(),
        post: row.post.clone(),
        holder: row.holder.clone(),
        basis: row.basis.clone(),
        from_on: row.from_on.clone(),
        to_on: row.to_on.clone().unwrap_or_default(),
        ..DutyForm::default()
    };
    let shown = typed.unwrap_or(&stands);
    let view = |title, hint, act: &str, fields, button| FormView {
        title,
        hint,
        action: format!("{LIST}/{}/{act}", row.id),
        request_id: format!("duty-{}", ctx.next_id()),
        version,
        fields,
        button,
    };
    let mut right = entry_fields(shown);
    right.push(
        Field::input("date", "to_on", "截止日期")
            .value(&shown.to_on)
            .hint("不再设这个岗位时填写，从这一天起不再承担；换人请用“交接”。"),
    );
    right.push(Field::text("reason", "理由").value(&shown.reason).required());
    let mut forms = Vec::new();
    if row.to_on.is_none() {
        forms.push(view(
            "交接",
            "新责任人从接任当日起负责，中间不留空档。",
            "replace",
            vec![
                Field::text("holder", "新责任人").required(),
                Field::input("date", "from_on", "接任日期")
                    .value(ctx.clock.today().to_string())
                    .required(),
                Field::text("basis", "依据").required(),
                Field::text("reason", "理由").required(),
            ],
            "交接",
        ));
    }
    forms.push(view("更正", "", "change", right, "保存更正"));
    forms
}

fn timeline(entries: &[Entry]) -> Vec<TimelineItem> {
    let item = |(n, entry): (usize, &Entry)| {
        let before = entries.get(n + 1).map_or(serde_json::Value::Null, |e| e.state.clone());
        let mut note: Vec<String> = history::differences(&before, &entry.state, TITLES)
            .into_iter()
            .filter(|_| n + 1 < entries.len())
            .map(|d| {
                let of = |text: String| if text.is_empty() { "空".to_owned() } else { text };
                format!("{}：{} → {}", d.title, of(d.before), of(d.after))
            })
            .collect();
        if !entry.reason.is_empty() {
            note.push(format!("理由：{}", entry.reason));
        }
        TimelineItem {
            time: entry.at(),
            actor: entry.actor_name.clone(),
            act: match entry.act.as_str() {
                "enter" => "登记",
                "replace" => "交接",
                _ => "更正",
            }
            .to_owned(),
            note: note.join("；"),
            tone: "",
        }
    };
    entries.iter().enumerate().map(item).collect()
}
