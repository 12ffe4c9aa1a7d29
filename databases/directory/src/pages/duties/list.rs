//! `GET /desk/duties`: who answers for what, on a day, in an area.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use kernel::{RegionLevel, period::parse_date};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter},
};

use super::{LIST, counties, frame};
use crate::{
    duties::{Duty, Matter, all, gaps},
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

pub(super) async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let county = ctx.config.area;
    let towns: Vec<_> = tree.inside(county, RegionLevel::Town).iter().map(|r| r.code).collect();
    let town = query.town.parse().ok().filter(|code| towns.contains(code));
    let area = town.unwrap_or(county);
    let day = parse_date(&query.day).unwrap_or_else(|| ctx.clock.today());
    let matter = Matter::parse(&query.matter);
    let borne = all(&ctx.db, area, Some(day)).await?;
    let lacking = gaps(
        &borne,
        &counties(&tree, county),
        town.as_ref().map_or(&towns[..], std::slice::from_ref),
    );
    let shown: Vec<_> = borne
        .into_iter()
        .filter(|r| matter.is_none_or(|m| r.matter == m.id() || r.matter == Matter::All.id()))
        .collect();
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
        place: tree.name(area),
        count: shown.len(),
        gaps: lines,
        groups: groups.collect(),
    })
}
