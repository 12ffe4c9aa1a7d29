//! `GET /desk/plans`: plans of households and villages, and who has none for the year yet; the same as a file.

use access::Resource;
use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppResult, Money, name};
use records::flow::Code;
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{self, Export},
    parts::{Field, Pager},
};

use super::{
    blocks::{Block, Blocks, Cell, Form, Table},
    list::place_path,
};
use crate::{
    PAGE_ROWS,
    model::plan::{PlanState, Target},
    reach::{desk_layer, sees_masked_names},
    store::plan::{self, PlanFilter},
};

pub(super) const PATH: &str = "/desk/plans";
const CHUNK_ROWS: i64 = 500;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(flatten)]
    area: AreaQuery,
    target: String,
    year: String,
    state: String,
    name: String,
    /// Plans of one household.
    household: String,
    page: String,
}

impl Asked {
    async fn filter(&self, ctx: &Ctx) -> AppResult<PlanFilter> {
        let tree = regions(ctx.app()).await?;
        Ok(PlanFilter {
            area: self.area.area(&tree, ctx.scope()),
            year: self.year.trim().parse().ok(),
            target: Target::parse(&self.target),
            state: if self.missing() {
                String::new()
            } else {
                self.state.clone()
            },
            name: self.name.clone(),
            subject: self.household.parse().ok(),
        })
    }

    fn missing(&self) -> bool {
        self.state == "missing"
    }

    fn text(&self) -> String {
        web::query_of([
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("target", &self.target),
            ("year", &self.year),
            ("state", &self.state),
            ("name", &self.name),
            ("household", &self.household),
        ])
    }
}

pub(super) fn tone(state: &str) -> &'static str {
    match PlanState::parse(state) {
        Some(PlanState::Approved) => "done",
        Some(PlanState::Meeting) => "doing",
        _ => "wait",
    }
}

pub(crate) async fn list(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = asked.filter(&ctx).await?;
    let page: u64 = asked.page.parse().unwrap_or(1).max(1);
    let year = filter.year.unwrap_or(i64::from(ctx.clock.today().year()));
    let masked = sees_masked_names(ctx.actor().role);
    let shown_name = |household: bool, text: String| if masked && household { name::mask(&text) } else { text };
    let mut blocks = vec![Block::Form(filter_form(&ctx, &tree, &asked))];
    let total;
    if asked.missing() {
        let target = filter.target.unwrap_or(Target::Household);
        total = plan::count_missing(&ctx.db, ctx.scope(), &filter, target, year).await?;
        let rows = plan::missing(&ctx.db, ctx.scope(), &filter, target, year, page).await?;
        let may = ctx.may("household.enter", &Resource::any());
        let rows = rows.into_iter().map(|row| {
            let draw = format!("{PATH}/new?target={}&subject={}&year={year}", target.id(), row.subject);
            vec![
                if target == Target::Household {
                    let name = shown_name(true, row.name);
                    Cell::link(name, format!("/desk/households/{}", row.subject))
                } else {
                    Cell::text(row.name)
                },
                Cell::text(place_path(&tree, row.region)),
                if may {
                    Cell::link("制定计划", draw)
                } else {
                    Cell::text("")
                },
            ]
        });
        blocks.push(Block::Table(Table {
            title: format!(
                "{year} 年还没有计划的{}：{total} 个",
                if target == Target::Household { "户" } else { "村" }
            ),
            heads: vec!["对象", "所在村", ""],
            rows: rows.collect(),
            empty: "都已制定计划。",
            list: true,
        }));
    } else {
        let totals = plan::totals(&ctx.db, ctx.scope(), &filter).await?;
        total = totals.plans;
        let rows = plan::page_of(&ctx.db, ctx.scope(), &filter, page).await?;
        let rows = rows.into_iter().map(|row| {
            let target = Target::parse(&row.target);
            vec![
                Cell::link(
                    shown_name(target == Some(Target::Household), row.name),
                    format!("{PATH}/{}", row.id),
                ),
                Cell::class(target.map_or("", Code::title), "mid"),
                Cell::text(place_path(&tree, row.region)),
                Cell::class(row.year.to_string(), "mid"),
                Cell::class(row.line_count.to_string(), "num"),
                Cell::class(Money(row.planned_fen).to_string(), "amount"),
                Cell::tag(PlanState::parse(&row.state).map_or("", Code::title), tone(&row.state)),
                Cell::class(row.since_on, "mid whole"),
            ]
        });
        blocks.push(Block::Table(Table {
            title: format!("共 {} 份计划，计划资金 {} 元", totals.plans, Money(totals.planned_fen)),
            heads: vec![
                "对象",
                "类别",
                "所在村",
                "年度",
                "项数",
                "计划资金（元）",
                "状态",
                "本状态起",
            ],
            rows: rows.collect(),
            empty: "没有符合条件的计划。把“状态”选为“尚未制定”，可以看到哪些户、村还没有计划。",
            list: true,
        }));
    }
    let query = asked.text();
    let account = ctx.actor().account.map(|a| a.0);
    let bar = records::filters::bar(&ctx.db, account, PATH, &query).await?;
    let mut shown = Blocks::new(ctx.shell(desk_layer(&ctx)).here("帮扶计划"), blocks);
    if ctx.may("household.enter", &Resource::any()) && ctx.scope().helper().is_none() {
        shown
            .actions
            .push(("制定一村一策".into(), format!("{PATH}/new?target=village")));
    }
    if let Some(household) = filter.subject
        && ctx.may("household.enter", &Resource::any())
    {
        shown.actions.insert(
            0,
            (
                "制定一户一法".into(),
                format!("{PATH}/new?target=household&subject={household}"),
            ),
        );
    }
    if ctx.may("household.export", &Resource::any()) && !asked.missing() {
        shown.actions.push(("导出清单".into(), format!("{PATH}.xlsx?{query}")));
    }
    shown.bar = Some(bar);
    shown.pager = Some(Pager {
        page,
        page_size: PAGE_ROWS,
        total_rows: total.unsigned_abs(),
        path: PATH.into(),
        query,
        ..Pager::default()
    });
    shown.show()
}

fn filter_form(ctx: &Ctx, tree: &directory::RegionTree, asked: &Asked) -> Form {
    let all = || std::iter::once((String::new(), "全部".to_owned()));
    let of = |id: &'static str, title: &'static str| (id.to_owned(), title.to_owned());
    let mut fields = area_fields(tree, ctx.scope(), ctx.config.area, &asked.area);
    let targets = all().chain(Target::ALL.iter().map(|t| of(t.id(), t.title())));
    fields.push(Field::select("target", "类别", targets).value(&asked.target));
    fields.push(Field::text("year", "年度").value(&asked.year).placeholder("2026"));
    let states = PlanState::ALL.iter().map(|s| of(s.id(), s.title()));
    let states = all().chain(states).chain([of("missing", "尚未制定")]);
    fields.push(Field::select("state", "状态", states).value(&asked.state));
    fields.push(Field::text("name", "户主或村名").value(&asked.name));
    let mut hidden = Vec::new();
    if !asked.household.is_empty() {
        hidden.push(("household", asked.household.clone()));
    }
    Form {
        action: PATH.into(),
        hidden,
        fields,
        button: "查询".into(),
        class: "btn-primary",
        get: true,
        ..Form::default()
    }
}

/// `GET /desk/plans.xlsx`: every line of every plan of the filtered list, on the record.
pub(crate) async fn send(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let tree = regions(ctx.app()).await?;
    let filter = asked.filter(&ctx).await?;
    let columns = [
        ("类别", 10.0),
        ("对象", 12.0),
        ("所在村", 28.0),
        ("年度", 8.0),
        ("状态", 16.0),
        ("干什么", 36.0),
        ("资金在哪里", 24.0),
        ("金额（元）", 12.0),
        ("谁来实施", 20.0),
        ("开始", 12.0),
        ("完成", 12.0),
        ("何责任", 30.0),
        ("是否落实", 10.0),
    ];
    let mut file = Export::begin(ctx.app(), "帮扶计划", &columns)?;
    let masked = sees_masked_names(ctx.actor().role);
    let text = |text: &str| export::Cell::text(text);
    let mut last = 0;
    loop {
        let rows = plan::after(&ctx.db, ctx.scope(), &filter, last, CHUNK_ROWS).await?;
        for row in &rows {
            last = row.id;
            let Some(whole) = plan::plan(&ctx.db, ctx.scope(), row.id).await? else {
                continue;
            };
            let target = Target::parse(&row.target);
            let head = if masked && target == Some(Target::Household) {
                name::mask(&row.name)
            } else {
                row.name.clone()
            };
            for line in &whole.lines {
                file.row([
                    text(target.map_or("", Code::title)),
                    text(&head),
                    text(&place_path(&tree, row.region)),
                    text(&row.year.to_string()),
                    text(PlanState::parse(&row.state).map_or("", Code::title)),
                    text(&line.what),
                    text(&line.fund),
                    export::Cell::Money(Money(line.amount_fen)),
                    text(&line.who),
                    text(&line.from_on),
                    text(&line.to_on),
                    text(&line.duty),
                    text(if line.measure_id.is_some() {
                        "已落实"
                    } else {
                        "未落实"
                    }),
                ])?;
            }
        }
        if rows.len() < CHUNK_ROWS as usize {
            break;
        }
    }
    let act = Act::new("household.export", "assistance_plan:list").with(json!({ "rows": file.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send("帮扶计划.xlsx").await?)
}
