//! `GET /desk/project-plan`: projects of the library are chosen, the decision is seen before it is taken, then confirmed.

use axum::extract::{Form, RawQuery};
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppError, AppResult, ErrorKind, Money};
use web::{
    Ctx, Page,
    parts::{Field, Filter, Pair},
};

use super::{
    block::{Block, Blocks, Cell, FormView},
    frame, href, place, request_id,
};
use crate::{
    model::Filled,
    store::{list::ProjectFilter, year_plan},
};

const PATH: &str = "/desk/project-plan";

/// What was chosen and typed, from the query of the preview or the confirming form.
struct Chosen {
    pairs: Vec<(String, String)>,
}

impl Chosen {
    fn get(&self, name: &str) -> &str {
        let found = self.pairs.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    fn ids(&self) -> Vec<i64> {
        let mut ids: Vec<i64> = self
            .pairs
            .iter()
            .filter(|(n, _)| n == "id")
            .filter_map(|(_, v)| v.parse().ok())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn decision(&self) -> Filled {
        Filled::of([("on", self.get("on")), ("basis", self.get("basis"))])
    }

    fn year(&self, ctx: &Ctx) -> i64 {
        self.get("year")
            .parse()
            .unwrap_or_else(|_| i64::from(ctx.clock.today().year()))
    }
}

pub(crate) async fn ask(ctx: Ctx, RawQuery(query): RawQuery) -> Page {
    let pairs = serde_urlencoded::from_str(&query.unwrap_or_default()).unwrap_or_default();
    page(&ctx, &Chosen { pairs }, "").await?.show()
}

pub(crate) async fn confirm(ctx: Ctx, Form(pairs): Form<Vec<(String, String)>>) -> Page {
    let chosen = Chosen { pairs };
    let shown = Money(chosen.get("total").parse().unwrap_or(-1));
    let ids = chosen.ids();
    let form = chosen.decision();
    match year_plan::take_in(ctx.app(), ctx.actor(), chosen.get("request_id"), &ids, shown, &form).await {
        Ok(taken) => {
            let to = format!("/desk/projects?state=approved&year={}", chosen.year(&ctx));
            ctx.done(format!("已列入年度计划 {taken} 个项目。"), &to).await
        }
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            page(&ctx, &chosen, &e.message).await?.refused(&e.message)
        }
        Err(e) => Err(e.into()),
    }
}

async fn page(ctx: &Ctx, chosen: &Chosen, problem: &str) -> AppResult<Blocks> {
    if !year_plan::decides(ctx.actor().role) {
        return Err(AppError::forbidden("列入年度计划由县级主管部门办理。"));
    }
    let tree = regions(ctx.app()).await?;
    let year = chosen.year(ctx);
    let area = AreaQuery {
        town: chosen.get("town").to_owned(),
        ..AreaQuery::default()
    };
    let filter = ProjectFilter {
        area: area.area(&tree, ctx.scope()),
        year: Some(year),
        ..ProjectFilter::default()
    };
    let this_year = i64::from(ctx.clock.today().year());
    let years = (this_year - 2..=this_year + 1)
        .rev()
        .map(|y| (y.to_string(), format!("{y} 年")));
    let mut fields: Vec<Field> = area_fields(&tree, ctx.scope(), ctx.config.area, &area)
        .into_iter()
        .filter(|f| f.name == "town")
        .collect();
    fields.push(Field::select("year", "年度", years).value(year.to_string()));
    let mut page = Blocks::new(frame(ctx).here("列入年度计划"));
    page.filter = Some(Filter {
        action: PATH.to_owned(),
        fields,
    });
    let ids = chosen.ids();
    if !ids.is_empty() && problem.is_empty() {
        page = page.block(preview(ctx, chosen, &ids, year).await?);
    }
    let found = year_plan::waiting(ctx.app(), ctx.actor(), &filter).await?;
    let total: Money = found.iter().map(|p| p.planned()).sum();
    let mut block = Block::new(format!("{year} 年项目库中待立项的项目"));
    block.empty = "项目库中没有这一年待立项的项目。";
    block = block.say(format!(
        "共 {} 个，计划资金 {total} 元。勾选、预览、确认三步办完；预览不写入。",
        found.len()
    ));
    if found.is_empty() {
        return Ok(page.block(block.table(&["项目"], Vec::new())));
    }
    let ticks = found.iter().map(|p| {
        let label = format!("{} {}，{}，{} 元", p.no, p.name, place(&tree, p.region), p.planned());
        (p.id.to_string(), label, ids.contains(&p.id))
    });
    let today = ctx.clock.today().to_string();
    let on = if chosen.get("on").is_empty() {
        &today
    } else {
        chosen.get("on")
    };
    Ok(page.block(block.form(FormView {
        action: PATH.to_owned(),
        get: true,
        hidden: vec![("year", year.to_string()), ("town", chosen.get("town").to_owned())],
        ticks: ticks.collect(),
        ticks_name: "id",
        fields: vec![
            Field::input("date", "on", "批准日期").value(on).required(),
            Field::text("basis", "批准文号").value(chosen.get("basis")).required(),
        ],
        button: "预览".to_owned(),
        ..FormView::default()
    })))
}

/// What the decision would do, with the button that takes it when something may go.
async fn preview(ctx: &Ctx, chosen: &Chosen, ids: &[i64], year: i64) -> AppResult<Block> {
    let lines = match year_plan::preview(ctx.app(), ctx.actor(), ids, &chosen.decision()).await {
        Ok(lines) => lines,
        Err(e) if e.kind == ErrorKind::Invalid => return Ok(Block::new("预览").say(e.message)),
        Err(e) => return Err(e),
    };
    let tree = regions(ctx.app()).await?;
    let fit: Vec<_> = lines.iter().filter(|l| l.against.is_none()).collect();
    let total: Money = fit.iter().map(|l| l.project.planned()).sum();
    let rows = lines.iter().map(|line| {
        let p = &line.project;
        vec![
            Cell::link(&p.name, href(p.id)),
            Cell::whole(&p.no),
            Cell::text(place(&tree, p.region)),
            Cell::amount(p.planned().to_string()),
            match &line.against {
                None => Cell::tag("列入", "done"),
                Some(_) => Cell::tag("不列入", "back"),
            },
            Cell::text(line.against.clone().unwrap_or_default()),
        ]
    });
    let mut block = Block::new("预览").table(
        &["项目", "编号", "所在村", "计划资金（元）", "结果", "原因"],
        rows.collect(),
    );
    block.pairs = vec![
        Pair::new("将列入", format!("{} 个项目，计划资金 {total} 元", fit.len())),
        Pair::new("不列入", format!("{} 个，留在项目库", lines.len() - fit.len())),
        Pair::whole("批准日期", chosen.get("on")),
        Pair::new("批准文号", chosen.get("basis")),
    ];
    if fit.is_empty() {
        return Ok(block.say("所选项目现在都不能列入，请按“原因”处理后再来。"));
    }
    let mut hidden: Vec<(&'static str, String)> = fit.iter().map(|l| ("id", l.project.id.to_string())).collect();
    hidden.extend([
        ("year", year.to_string()),
        ("town", chosen.get("town").to_owned()),
        ("on", chosen.get("on").to_owned()),
        ("basis", chosen.get("basis").to_owned()),
        ("total", total.fen().to_string()),
    ]);
    Ok(block.say("以上只是预览，尚未写入。").form(FormView {
        action: PATH.to_owned(),
        request_id: request_id(ctx),
        hidden,
        button: format!("确认列入 {} 个项目", fit.len()),
        question: format!("把 {} 个项目列入 {year} 年度计划？", fit.len()),
        ..FormView::default()
    }))
}
