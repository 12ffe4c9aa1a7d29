//! `GET /desk/households/cases`: what is under way, those waiting longest first.

use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use kernel::name;
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page,
    parts::{Field, Pager},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table},
    list::place_path,
};
use crate::{
    codes,
    model::flows::{self, Kind},
    reach::{desk_layer, sees_masked_names},
    store::cases::{self, CaseFilter, Waits},
};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(flatten)]
    area: AreaQuery,
    kind: String,
    state: String,
    all: String,
    mine: String,
    name: String,
    page: String,
}

pub(crate) async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let waits_for = match asked.mine.as_str() {
        "1" => Some(Waits::of(&ctx.db, ctx.actor()).await?),
        _ => None,
    };
    let filter = CaseFilter {
        area: asked.area.area(&tree, ctx.scope()),
        kind: asked.kind.clone(),
        state: asked.state.clone(),
        open_only: asked.all != "1",
        name: asked.name.clone(),
        waits_for,
    };
    let page: u64 = asked.page.parse().unwrap_or(1).max(1);
    let total = cases::count(&ctx.db, ctx.scope(), &filter).await?;
    let masked = sees_masked_names(ctx.actor().role);
    let rows = cases::page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let rows = rows.into_iter().map(|c| {
        let kind = Kind::parse(&c.kind);
        let shown = if masked {
            name::mask(&c.head_name)
        } else {
            c.head_name.clone()
        };
        vec![
            Cell::link(shown, format!("/desk/households/{}?tab=flow", c.household_id)),
            Cell::text(place_path(&tree, c.region)),
            Cell::text(kind.map_or("", Code::title)),
            Cell::tag(
                kind.map_or("", |k| flows::state_title(k, &c.state)),
                if c.open { "doing" } else { "closed" },
            ),
            Cell::text(codes::word(&codes::ORIGINS, &c.origin)),
            Cell::class(c.opened_on, "mid whole"),
            Cell::class(c.since_on, "mid whole"),
        ]
    });
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &asked.area);
    let all = || std::iter::once((String::new(), "全部".to_owned()));
    fields.push(
        Field::select(
            "kind",
            "事项",
            all().chain(Kind::ALL.iter().map(|k| (k.id().to_owned(), k.title().to_owned()))),
        )
        .value(&asked.kind),
    );
    if let Some(kind) = Kind::parse(&asked.kind) {
        let states = flows::states(kind)
            .into_iter()
            .map(|(id, t)| (id.to_owned(), t.to_owned()));
        fields.push(Field::select("state", "状态", all().chain(states)).value(&asked.state));
    }
    fields.push(Field::select("mine", "轮到", [("", "不限"), ("1", "我办理")]).value(&asked.mine));
    fields.push(Field::select("all", "范围", [("", "正在办理"), ("1", "包括已办结")]).value(&asked.all));
    fields.push(Field::text("name", "户主").value(&asked.name));
    let query = web::query_of([
        ("town", &asked.area.town),
        ("community", &asked.area.community),
        ("village", &asked.area.village),
        ("kind", &asked.kind),
        ("state", &asked.state),
        ("mine", &asked.mine),
        ("all", &asked.all),
        ("name", &asked.name),
    ]);
    let year = ctx.clock.today().year();
    let from = kernel::period::ymd(year, 1, 1).unwrap_or(ctx.clock.today());
    let moved = cases::movements(&ctx.db, ctx.scope(), from, ctx.clock.today()).await?;
    let moved: Vec<String> = moved
        .iter()
        .filter(|m| {
            !(m.kind == "exit" && m.to_state == "registered") && !(m.kind == "removal" && m.to_state == "registered")
        })
        .map(|m| {
            let title = Kind::parse(&m.kind).map_or("", |k| flows::state_title(k, &m.to_state));
            format!("{title} {} 户", m.households)
        })
        .collect();
    let mut blocks = Vec::new();
    if !moved.is_empty() {
        blocks.push(Block::Note("info", format!("{year} 年以来：{}。", moved.join("，"))));
    }
    blocks.push(Block::Form(Form {
        action: "/desk/households/cases".into(),
        fields,
        button: "查询".into(),
        class: "btn-primary",
        get: true,
        ..Form::default()
    }));
    blocks.push(Block::Table(Table {
        heads: vec!["户主", "所在村", "事项", "状态", "来源", "提出日期", "本状态起"],
        rows: rows.collect(),
        empty: "没有符合条件的事项。",
        list: true,
        ..Table::default()
    }));
    let account = ctx.actor().account.map(|a| a.0);
    let bar = records::filters::bar(&ctx.db, account, "/desk/households/cases", &query).await?;
    let mut page_of = Blocks::new(ctx.shell(desk_layer(&ctx)).here("识别与退出"), blocks);
    page_of.bar = Some(bar);
    page_of.pager = Some(Pager {
        page,
        page_size: cases::PAGE_ROWS,
        total_rows: total.unsigned_abs(),
        path: "/desk/households/cases".into(),
        query,
        ..Pager::default()
    });
    page_of.show()
}
