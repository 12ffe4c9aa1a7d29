//! `GET /programmes`: all programmes by responsible department (以主管部门为单位公开).

use askama::Template;
use axum::extract::Query;
use directory::orgs::orgs;
use funds::Total;
use web::{Ctx, Layer, Page, Shell, html, parts::Tab};

use super::ListQuery;
use crate::figures::{as_of, count};

#[derive(Template)]
#[template(path = "pages/programmes.html")]
struct Programmes {
    shell: Shell,
    as_of: String,
    tabs: Vec<Tab>,
    departments: Vec<Department>,
}

struct Department {
    anchor: String,
    name: String,
    hotline: String,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    href: String,
    rate: String,
    rows: String,
    /// Something was paid to people.
    paid: bool,
    amount: String,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let (db, area, year) = (&ctx.db, ctx.config.area, query.year());
    let total = funds::total(db, area, None, year).await?;
    let totals = funds::by_programme(db, area, year).await?;
    let years = funds::years(db, area).await?;
    let orgs = orgs(db, area).await?;
    let mut departments: Vec<(String, Department)> = Vec::new();
    for programme in funds::programmes(db).await? {
        let sum = totals
            .iter()
            .find(|t| t.of == programme.code)
            .cloned()
            .unwrap_or_else(Total::default);
        let line = Line {
            href: format!("/programmes/{}{}", programme.code, query.tail()),
            rate: rate(&programme),
            name: programme.name,
            paid: sum.rows > 0,
            rows: count(sum.rows),
            amount: sum.amount().to_string(),
        };
        match departments.iter_mut().find(|(org, _)| *org == programme.org) {
            Some((_, department)) => department.lines.push(line),
            None => {
                let org = orgs.iter().find(|o| o.id == programme.org);
                let department = Department {
                    anchor: format!("dept-{}", departments.len() + 1),
                    name: org.map_or_else(|| programme.org.clone(), |o| o.name.clone()),
                    hotline: org.and_then(|o| o.hotline.clone()).unwrap_or_default(),
                    lines: vec![line],
                };
                departments.push((programme.org, department));
            }
        }
    }
    html(Programmes {
        shell: ctx.shell(Layer::Public).here("资金去向"),
        as_of: as_of(&total),
        tabs: query.tabs("/programmes", &years),
        departments: departments.into_iter().map(|(_, d)| d).collect(),
    })
}

/// `125.00 元/亩`; nothing when the rate differs from case to case.
pub(crate) fn rate(programme: &funds::Programme) -> String {
    if programme.rate_fen <= 0 {
        String::new()
    } else {
        format!("{} 元/{}", programme.rate(), programme.unit)
    }
}
