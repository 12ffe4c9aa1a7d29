//! `GET /desk/duties` and its table as a file: who answers for what, on a day, in an area.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use kernel::{AppResult, Date, RegionCode, RegionLevel, period::parse_date};
use records::flow::Code;
use serde::Deserialize;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page, Shell,
    export::{Cell, Export},
    html,
    parts::{Field, Filter},
};

use super::{LIST, counties, frame};
use crate::{
    RegionTree,
    duties::{Duty, DutyRow, Matter, all, gaps},
    regions,
};

#[derive(Template)]
#[template(path = "pages/duties/list.html")]
struct Matrix {
    shell: Shell,
    filter: Filter,
    may_enter: bool,
    day: String,
    place: String,
    count: usize,
    gaps: Vec<String>,
    groups: Vec<Group>,
    query: String,
}

struct Group {
    title: &'static str,
    bearer: &'static str,
    asks: &'static str,
    rows: Vec<Line>,
}

struct Line {
    id: i64,
    unit: String,
    post: String,
    holder: String,
    matter: &'static str,
    place: String,
    from_on: String,
    basis: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    town: String,
    matter: String,
    day: String,
}

/// What a query asks for, and who bears it.
struct Asked {
    tree: std::sync::Arc<RegionTree>,
    towns: Vec<RegionCode>,
    town: Option<RegionCode>,
    area: RegionCode,
    day: Date,
    /// Everyone of the area on that day.
    borne: Vec<DutyRow>,
    matter: Option<Matter>,
}

impl Asked {
    async fn of(ctx: &Ctx, query: &ListQuery) -> AppResult<Asked> {
        let tree = regions(ctx.app()).await?;
        let county = ctx.config.area;
        let towns: Vec<_> = tree.inside(county, RegionLevel::Town).iter().map(|r| r.code).collect();
        let town = query.town.parse().ok().filter(|code| towns.contains(code));
        let area = town.unwrap_or(county);
        let day = parse_date(&query.day).unwrap_or_else(|| ctx.clock.today());
        Ok(Asked {
            borne: all(&ctx.db, area, Some(day)).await?,
            matter: Matter::parse(&query.matter),
            tree,
            towns,
            town,
            area,
            day,
        })
    }

    /// Those with the matter asked for.
    fn shown(&self) -> Vec<&DutyRow> {
        let of_all = Matter::All.id();
        let keeps = |r: &&DutyRow| self.matter.is_none_or(|m| r.matter == m.id() || r.matter == of_all);
        self.borne.iter().filter(keeps).collect()
    }
}

/// `GET /desk/duties.xlsx`
pub(super) async fn export(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let asked = Asked::of(&ctx, &query).await?;
    let columns = [
        ("职责", 20.0),
        ("责任单位", 24.0),
        ("职务", 16.0),
        ("责任人", 12.0),
        ("资金（项目）", 20.0),
        ("区域", 20.0),
        ("起始日期", 13.0),
        ("依据", 40.0),
    ];
    let mut file = Export::begin(ctx.app(), "监管职责表", &columns)?;
    let shown = asked.shown();
    for duty in Duty::ALL {
        for row in shown.iter().filter(|r| r.duty() == Some(*duty)) {
            let cells = [
                duty.title(),
                &row.unit,
                &row.post,
                &row.holder,
                row.matter_title(),
                &asked.tree.name(row.place()),
                &row.from_on,
                &row.basis,
            ];
            file.row(cells.map(Cell::text))?;
        }
    }
    let act = Act::new("duty.export", "duty:list")
        .in_region(asked.area)
        .with(json!({ "rows": file.rows(), "day": asked.day.to_string() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(file.send(&format!("监管职责表-{}.xlsx", asked.day)).await?)
}

pub(super) async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let asked = Asked::of(&ctx, &query).await?;
    let (tree, towns, town, day) = (&asked.tree, &asked.towns, asked.town, asked.day);
    let lacking = gaps(
        &asked.borne,
        &counties(tree, ctx.config.area),
        town.as_ref().map_or(&towns[..], std::slice::from_ref),
    );
    let shown = asked.shown();
    let groups = Duty::ALL.iter().map(|duty| Group {
        title: duty.title(),
        bearer: duty.bearer(),
        asks: duty.asks(),
        rows: shown
            .iter()
            .filter(|r| r.duty() == Some(*duty))
            .map(|r| Line {
                id: r.id,
                unit: r.unit.clone(),
                post: r.post.clone(),
                holder: r.holder.clone(),
                matter: r.matter_title(),
                place: tree.name(r.place()),
                from_on: r.from_on.clone(),
                basis: r.basis.clone(),
            })
            .collect(),
    });
    let told = |(place, duty, names): &(kernel::RegionCode, Duty, usize)| {
        format!(
            "{}：{}（{}）还差 {names} 人",
            tree.name(*place),
            duty.title(),
            duty.bearer()
        )
    };
    let mut lines: Vec<String> = lacking.iter().take(12).map(told).collect();
    if lacking.len() > lines.len() {
        lines.push(format!(
            "另有 {} 项，选择镇（街）逐一查看。",
            lacking.len() - lines.len()
        ));
    }
    let all_towns = std::iter::once((String::new(), "全部".to_owned()))
        .chain(towns.iter().map(|code| (code.to_string(), tree.name(*code))));
    let matters = std::iter::once((String::new(), "全部".to_owned()))
        .chain(Matter::ALL.iter().map(|m| (m.id().to_owned(), m.title().to_owned())));
    let filter = Filter {
        action: LIST.to_owned(),
        fields: vec![
            Field::select("town", "镇（街）", all_towns).value(town.map_or(String::new(), |t| t.to_string())),
            Field::select("matter", "资金（项目）", matters).value(&query.matter),
            Field::input("date", "day", "日期").value(day.to_string()),
        ],
    };
    html(Matrix {
        shell: frame(&ctx).here("监管职责"),
        filter,
        may_enter: ctx.may("duty.enter", &Resource::any()),
        day: day.to_string(),
        place: tree.name(asked.area),
        count: shown.len(),
        gaps: lines,
        groups: groups.collect(),
        query: web::query_of([
            ("town", &query.town),
            ("matter", &query.matter),
            ("day", &day.to_string()),
        ]),
    })
}
