//! `GET /desk/kin/search`: finds a person by name, among the registered and among the relatives cadres declared. Shows
//! name and place only; what relations there are stands behind a purpose.

use std::collections::HashSet;

use askama::Template;
use axum::extract::Query;
use directory::regions;
use households::kin::named;
use kernel::name;
use serde::Deserialize;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Filter},
};

use super::region;
use crate::book::lists;

const MOST: usize = 100;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchQuery {
    name: String,
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct SearchPage {
    shell: Shell,
    filter: Filter,
    asked: bool,
    cut: bool,
    rows: Vec<Line>,
}

struct Line {
    href: String,
    name: String,
    place: String,
    born: String,
    written: &'static str,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<SearchQuery>) -> Page {
    let sought = name::clean(&query.name);
    let tree = regions(ctx.app()).await?;
    let mut rows = Vec::new();
    let mut seen: HashSet<i64> = HashSet::new();
    if !sought.is_empty() {
        for person in named(&ctx.db, ctx.scope(), &sought, MOST as i64 + 1).await? {
            seen.insert(person.person_key);
            rows.push(Line {
                href: format!("/desk/kin/people/{}", person.person_key),
                place: tree.path_in_county(region(person.region)),
                born: person.birth.chars().take(4).collect(),
                name: person.name,
                written: "登记人员",
            });
        }
        let book = lists(ctx.app()).await?;
        let within = |key: i64| {
            let posts = book.cadre(key).map(|c| c.posts.as_slice()).unwrap_or_default();
            posts.iter().map(|p| region(p.region)).find(|r| ctx.scope().covers(*r))
        };
        for cadre in book.cadres().iter().filter(|c| c.name.starts_with(&sought)) {
            let Some(place) = within(cadre.key) else { continue };
            if seen.insert(cadre.key) {
                rows.push(line(cadre.key, &cadre.name, tree.path_in_county(place), "干部名册"));
            }
        }
        for d in book.declared().iter().filter(|d| d.name.starts_with(&sought)) {
            let Some(place) = within(d.cadre) else { continue };
            if seen.insert(d.relative) {
                rows.push(line(d.relative, &d.name, tree.path_in_county(place), "干部申报的亲属"));
            }
        }
    }
    let cut = rows.len() > MOST;
    rows.truncate(MOST);
    html(SearchPage {
        shell: ctx
            .shell(Layer::Supervision)
            .crumb("干部亲属图谱", "/desk/kin")
            .here("查某人与干部的关系"),
        filter: Filter {
            action: "/desk/kin/search".into(),
            fields: vec![
                Field::input("search", "name", "姓名")
                    .value(&query.name)
                    .placeholder("姓名，或姓名的前几个字")
                    .required(),
            ],
        },
        asked: !sought.is_empty(),
        cut,
        rows,
    })
}

fn line(key: i64, name: &str, place: String, written: &'static str) -> Line {
    Line {
        href: format!("/desk/kin/people/{key}"),
        name: name.to_owned(),
        place,
        born: String::new(),
        written,
    }
}
