//! `GET/POST /desk/duties/new`: naming who bears a duty.

use access::Resource;
use askama::Template;
use axum::Form;
use kernel::{AppError, ErrorKind, RegionLevel};
use records::flow::Code;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Pair, TimelineItem},
};

use super::{LIST, counties, frame};
use crate::{
    duties::{self, Duty, DutyForm, Matter},
    regions,
};

/// The page of an entry and of a new one.
#[derive(Default, Template)]
#[template(path = "pages/duties/form.html")]
pub(super) struct DutyPage {
    pub(super) shell: Shell,
    pub(super) problem: String,
    pub(super) facts: Vec<Pair>,
    pub(super) forms: Vec<FormView>,
    pub(super) timeline: Vec<TimelineItem>,
}

pub(super) struct FormView {
    pub(super) title: &'static str,
    pub(super) hint: &'static str,
    pub(super) action: String,
    pub(super) request_id: String,
    pub(super) version: i64,
    pub(super) fields: Vec<Field>,
    pub(super) button: &'static str,
}

/// A page with what is wrong, when the error is one for the person at the form.
pub(super) fn refused(page: DutyPage) -> Page {
    Ok(web::refused(html(page)?))
}

pub(super) fn is_for_the_form(error: &AppError) -> bool {
    matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict)
}

pub(super) async fn ask(ctx: Ctx) -> Page {
    html(page(&ctx, &DutyForm::default(), "").await?)
}

pub(super) async fn enter(ctx: Ctx, Form(typed): Form<DutyForm>) -> Page {
    match duties::enter(ctx.app(), ctx.actor(), &typed).await {
        Ok(_) => ctx.done("已登记责任人。", LIST).await,
        Err(error) if is_for_the_form(&error) => refused(page(&ctx, &typed, &error.message).await?),
        Err(error) => Err(error.into()),
    }
}

async fn page(ctx: &Ctx, typed: &DutyForm, problem: &str) -> kernel::AppResult<DutyPage> {
    let tree = regions(ctx.app()).await?;
    let area = ctx.config.area;
    let towns = tree.inside(area, RegionLevel::Town).into_iter().map(|r| r.code);
    let places = counties(&tree, area)
        .into_iter()
        .chain(towns)
        .filter(|code| ctx.may("duty.enter", &Resource::in_region(*code)) && ctx.scope().covers(*code))
        .map(|code| (code.to_string(), tree.name(code)));
    let duty = |d: &Duty| (d.id(), format!("{}（{}）", d.title(), d.bearer()));
    let mut fields = vec![
        Field::select("duty", "职责", Duty::ALL.iter().map(duty))
            .value(&typed.duty)
            .required(),
        Field::select("region", "区域", places).value(&typed.region).required(),
    ];
    fields.extend(entry_fields(typed));
    Ok(DutyPage {
        shell: frame(ctx).crumb("监管职责", LIST).here("登记责任人"),
        problem: problem.to_owned(),
        forms: vec![FormView {
            title: "",
            hint: "责任人的姓名、职务和依据对外公开，请勿填写电话、身份证号。",
            action: format!("{LIST}/new"),
            request_id: format!("duty-{}", ctx.next_id()),
            version: 0,
            fields,
            button: "保存",
        }],
        ..DutyPage::default()
    })
}

/// The fields an entry and its correction share.
pub(super) fn entry_fields(typed: &DutyForm) -> Vec<Field> {
    vec![
        Field::select(
            "matter",
            "资金（项目）",
            Matter::ALL.iter().map(|m| (m.id(), m.title())),
        )
        .value(&typed.matter)
        .required(),
        Field::text("unit", "责任单位").value(&typed.unit).required(),
        Field::text("post", "职务").value(&typed.post).required(),
        Field::text("holder", "责任人").value(&typed.holder).required(),
        Field::text("basis", "依据")
            .value(&typed.basis)
            .hint("文件名称或文号。")
            .required(),
        Field::input("date", "from_on", "起始日期")
            .value(&typed.from_on)
            .required(),
    ]
}
