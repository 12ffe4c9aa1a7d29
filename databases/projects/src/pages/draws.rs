//! The county's draws: announce the seed, draw later, and show all that is needed to repeat the draw.

use access::Resource;
use axum::extract::{Form, Path, Query};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppError, Money, RegionCode, RegionLevel};
use records::{filters, flow::Code};
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair},
};

use super::{
    block::{Block, Blocks, Cell, FormView},
    frame, href,
    list::with_all,
    place, request_id,
};
use crate::{
    model::{ProjectState, draw},
    store::draws::{self, DrawFilter, DrawStage},
};

const HERE: &str = "/desk/project-draws";

/// What the forms of a draw send.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct DrawForm {
    request_id: String,
    town: String,
    batch: String,
}

/// The filters as the URL spells them.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct DrawQuery {
    town: String,
    stage: String,
    batch: String,
}

impl DrawQuery {
    fn text(&self) -> String {
        web::query_of([("town", &self.town), ("stage", &self.stage), ("batch", &self.batch)])
    }
}

/// `GET /desk/project-draws`
pub(crate) async fn list(ctx: Ctx, Query(query): Query<DrawQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let area = AreaQuery {
        town: query.town.clone(),
        ..AreaQuery::default()
    };
    let filter = DrawFilter {
        area: area.area(&tree, ctx.scope()),
        stage: DrawStage::parse(&query.stage),
        batch: query.batch.clone(),
    };
    let rows = draws::draws(&ctx.db, ctx.scope(), &filter).await?;
    let lines = rows.iter().map(|d| {
        let stage = d.stage();
        vec![
            Cell::link(&d.batch, format!("{HERE}/{}", d.id)),
            Cell::text(place(&tree, d.town)),
            Cell::num(d.listed),
            Cell::whole(&d.seed),
            Cell::whole(&d.announced_on),
            Cell::whole(d.drawn_on.clone().unwrap_or_default()),
            Cell::tag(stage.title(), tone(stage)),
        ]
    });
    let head = ["批次", "乡镇", "名单（个）", "种子", "公布日期", "抽取日期", "状态"];
    let mut page =
        Blocks::new(frame(&ctx).here("县级抽查")).block(Block::new("历次抽查").table(&head, lines.collect()));
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &area);
    // Draws are of towns.
    fields.truncate(1);
    fields.push(Field::select("stage", "状态", with_all(DrawStage::ALL)).value(&query.stage));
    fields.push(Field::input("search", "batch", "批次").value(&query.batch));
    page.filter = Some(Filter {
        action: HERE.into(),
        fields,
    });
    let account = ctx.actor().account.map(|a| a.0);
    page.bar = Some(filters::bar(&ctx.db, account, HERE, &query.text()).await?);
    if ctx.may("project.draw", &Resource::any()) {
        let top = ctx.scope().region().unwrap_or(ctx.config.area);
        let waiting = draws::waiting(&ctx.db, ctx.scope()).await?;
        let mut towns = vec![(String::new(), "请选择".to_owned())];
        for town in tree.inside(top, RegionLevel::Town) {
            if let Some((_, projects)) = waiting.iter().find(|(code, _)| *code == town.code.as_i64()) {
                towns.push((town.code.to_string(), format!("{}（待抽查 {projects} 个）", town.name)));
            }
        }
        if towns.len() == 1 {
            let say = "没有等待抽查的项目。镇级复验合格的项目会列在这里。";
            return page.block(Block::new("新的抽查").say(say)).show();
        }
        let form = FormView {
            action: HERE.into(),
            request_id: request_id(&ctx),
            fields: vec![
                Field::select("town", "乡镇", towns).required(),
                Field::text("batch", "批次")
                    .placeholder("例如 2026 年第一批")
                    .required(),
            ],
            button: "公布名单和种子".into(),
            question: "公布后名单和种子不能更换。确认公布？".into(),
            ..FormView::default()
        };
        let say = "先公布名单和种子，隔一天再抽取，任何人都可以重做核对。";
        page = page.block(Block::new("新的抽查").say(say).form(form));
    }
    page.show()
}

fn tone(stage: DrawStage) -> &'static str {
    match stage {
        DrawStage::Announced => "wait",
        DrawStage::Drawn => "doing",
        DrawStage::Widened => "back",
    }
}

/// `POST /desk/project-draws`
pub(crate) async fn announce(ctx: Ctx, Form(form): Form<DrawForm>) -> Page {
    let town: RegionCode = form.town.parse().map_err(|_| AppError::invalid("请选择乡镇。"))?;
    let id = draws::announce(ctx.app(), ctx.actor(), &form.request_id, town, &form.batch).await?;
    ctx.done("名单和种子已公布。", &format!("{HERE}/{id}")).await
}

/// `POST /desk/project-draws/{draw}/draw`
pub(crate) async fn draw(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<DrawForm>) -> Page {
    draws::draw_now(ctx.app(), ctx.actor(), &form.request_id, id).await?;
    ctx.done("已按公布的种子抽取。", &format!("{HERE}/{id}")).await
}

/// `POST /desk/project-draws/{draw}/widen`
pub(crate) async fn widen(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<DrawForm>) -> Page {
    draws::widen(ctx.app(), ctx.actor(), &form.request_id, id).await?;
    ctx.done("已扩大抽查。", &format!("{HERE}/{id}")).await
}

/// `GET /desk/project-draws/{draw}`
pub(crate) async fn show(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let gone = || AppError::not_found("没有找到这次抽查，或不在您的管理范围内。");
    let row = draws::draw_of(&ctx.db, ctx.scope(), id).await?.ok_or_else(gone)?;
    let items = draws::draw_items(&ctx.db, id).await?;
    let tree = regions(ctx.app()).await?;
    let state = row.stage().title();
    let facts = vec![
        Pair::new("乡镇", place(&tree, row.town)),
        Pair::new("批次", &row.batch),
        Pair::whole("种子", &row.seed),
        Pair::new("公布", format!("{} {}", row.announced_on, row.announced_by)),
        Pair::new("名单", format!("{} 个项目", row.listed)),
        Pair::new("名单指纹（SHA-256）", &row.list_hash),
        Pair::new("抽查比例", format!("{}%", row.share_bp / 100)),
        Pair::new(
            "应抽",
            format!("{} 个", draw::sample_size(row.listed as usize, row.share_bp)),
        ),
        Pair::new("必查金额", format!("计划资金超过 {} 元", Money(row.above_fen))),
        Pair::new("状态", state),
        Pair::whole("抽取日期", row.drawn_on.clone().unwrap_or_default()),
        Pair::whole("扩大日期", row.widened_on.clone().unwrap_or_default()),
    ];
    let failed = items.iter().any(|i| i.failures > 0);
    let lines = items.iter().map(|i| {
        let (why, tone) = match i.why.as_deref() {
            Some("amount") => ("金额必查", "doing"),
            Some(_) => ("抽中", "doing"),
            None if row.drawn_on.is_some() => ("未抽中", "closed"),
            None => ("待抽取", "wait"),
        };
        let result = match i.passed {
            Some(true) => "合格",
            Some(false) => "不合格",
            None => "",
        };
        vec![
            Cell::link(&i.name, href(i.project)),
            Cell::whole(&i.no),
            Cell::amount(Money(i.planned_fen).to_string()),
            Cell::text(format!("{}…", &draw::ticket(&row.seed, &i.no)[..16])),
            Cell::tag(why, tone),
            Cell::text(result),
            Cell::text(ProjectState::parse(&i.state).map_or("", Code::title)),
        ]
    });
    let head = [
        "项目",
        "编号",
        "计划资金（元）",
        "排序数（前 16 位）",
        "抽查",
        "结果",
        "项目状态",
    ];
    let shell = frame(&ctx)
        .crumb("县级抽查", HERE)
        .here(format!("{} {}", place(&tree, row.town), row.batch));
    let mut page = Blocks::new(shell)
        .block(Block::new("公布内容").pairs(facts))
        .block(Block::new("怎样重做").say(draw::METHOD).say(format!(
            "例：printf '{}|{}' | sha256sum",
            row.seed,
            items.first().map_or("", |i| i.no.as_str())
        )))
        .block(Block::new("名单").table(&head, lines.collect()));
    if ctx.may("project.draw", &Resource::any()) {
        let mut button = |act: &str, title: &str, question: &str| {
            let form = FormView {
                action: format!("{HERE}/{id}/{act}"),
                request_id: request_id(&ctx),
                button: title.into(),
                question: question.into(),
                ..FormView::default()
            };
            page.blocks.push(Block::new(title.to_owned()).form(form));
        };
        if row.drawn_on.is_none() {
            button("draw", "按种子抽取", "按公布的名单和种子抽取？");
        } else if failed && row.widened_on.is_none() {
            button("widen", "扩大抽查到 30%", "有项目不合格，按同一顺序扩大抽查？");
        }
    }
    page.show()
}
