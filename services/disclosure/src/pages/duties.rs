//! `GET /duties`: who answers for public money, by name, unit and document. What is said of a person here is his office,
//! nothing else.

use askama::Template;
use axum::extract::Query;
use directory::{
    duties::{Duty, DutyRow, Matter, all, who_answers},
    regions,
};
use kernel::{AppResult, RegionCode, RegionLevel};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Filter},
};

#[derive(Template)]
#[template(path = "pages/duties.html")]
struct DutiesPage {
    shell: Shell,
    filter: Filter,
    day: String,
    place: String,
    groups: Vec<Group>,
}

struct Group {
    anchor: &'static str,
    title: &'static str,
    asks: &'static str,
    bearer: &'static str,
    rows: Vec<Line>,
}

/// A person in a duty, as everyone may read it.
pub(crate) struct Line {
    pub duty: &'static str,
    pub holder: String,
    pub unit: String,
    pub post: String,
    pub matter: &'static str,
    pub place: String,
    pub from_on: String,
    pub basis: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct DutiesQuery {
    town: String,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<DutiesQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let towns = tree.inside(ctx.config.area, RegionLevel::Town);
    let town = query
        .town
        .parse()
        .ok()
        .filter(|code| towns.iter().any(|t| t.code == *code));
    let area = town.unwrap_or(ctx.config.area);
    let today = ctx.clock.today();
    let rows = all(&ctx.db, area, Some(today)).await?;
    let groups = Duty::ALL.iter().map(|duty| Group {
        anchor: duty.id(),
        title: duty.title(),
        asks: duty.asks(),
        bearer: duty.bearer(),
        rows: rows
            .iter()
            .filter(|r| r.duty() == Some(*duty))
            .map(|r| line(r, tree.name(r.place())))
            .collect(),
    });
    let choices = std::iter::once((String::new(), "全县".to_owned()))
        .chain(towns.iter().map(|t| (t.code.to_string(), t.name.clone())));
    html(DutiesPage {
        shell: ctx.shell(Layer::Public).here("谁负责"),
        filter: Filter {
            action: "/duties".to_owned(),
            fields: vec![
                Field::select("town", "镇街", choices).value(town.map_or(String::new(), |t: RegionCode| t.to_string())),
            ],
        },
        day: today.to_string(),
        place: tree.name(area),
        groups: groups.collect(),
    })
}

/// Who answers for the money of a programme in a place today.
pub(crate) async fn of_programme(ctx: &Ctx, programme: &funds::Programme, place: RegionCode) -> AppResult<Vec<Line>> {
    let tree = regions(ctx.app()).await?;
    let matter = Matter::of_fund(programme.fund_class);
    let rows = who_answers(&ctx.db, place, matter, ctx.clock.today()).await?;
    Ok(rows.iter().map(|r| line(r, tree.name(r.place()))).collect())
}

fn line(row: &DutyRow, place: String) -> Line {
    Line {
        duty: row.duty_title(),
        holder: row.holder.clone(),
        unit: row.unit.clone(),
        post: row.post.clone(),
        matter: row.matter_title(),
        place,
        from_on: row.from_on.clone(),
        basis: row.basis.clone(),
    }
}
