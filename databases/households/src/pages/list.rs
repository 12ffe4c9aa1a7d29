//! `GET /desk/households`: fifty households a page, with the totals of the whole filtered set on top.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use directory::{AreaQuery, area_fields, regions};
use kernel::{AppResult, name};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager},
};

use crate::{
    HouseholdFilter, PAGE_ROWS, codes, count,
    list::{HouseholdRow, page_of},
    reach::{desk_layer, sees_masked_names},
};

/// The filters as the URL spells them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    #[serde(flatten)]
    pub(crate) area: AreaQuery,
    pub(crate) status: String,
    pub(crate) attr: String,
    pub(crate) name: String,
    pub(crate) page: String,
}

#[derive(Template)]
#[template(path = "pages/list.html")]
struct ListPage {
    shell: Shell,
    filter: Filter,
    households: i64,
    people: i64,
    exports: Vec<(&'static str, String)>,
    links: Vec<(&'static str, &'static str)>,
    /// The filter for the acts on many; `None` for those who may not.
    bulk: Option<Vec<(&'static str, String)>>,
    bar: records::filters::Bar,
    rows: Vec<Line>,
    pager: Pager,
}

struct Line {
    id: i64,
    href: String,
    no: String,
    place: String,
    head: String,
    population: i64,
    status: String,
    attr: String,
    monitor: String,
    cause: String,
    registered_on: String,
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let filter = query.filter(&ctx).await?;
    let page: u64 = query.page.parse().unwrap_or(1).max(1);
    let totals = count(&ctx.db, ctx.scope(), &filter).await?;
    let rows = page_of(&ctx.db, ctx.scope(), &filter, page).await?;
    let tree = regions(ctx.app()).await?;
    let masked = sees_masked_names(ctx.actor().role);
    let text = query.text();
    let mut fields = area_fields(&tree, ctx.scope(), ctx.config.area, &query.area);
    fields.push(Field::select("status", "户状态", with_all(&codes::STATUSES)).value(&query.status));
    fields.push(Field::select("attr", "户属性", with_all(&codes::ATTRS)).value(&query.attr));
    fields.push(
        Field::input("search", "name", "户主或户编号")
            .value(&query.name)
            .placeholder("姓名几个字，或编号前几位"),
    );
    html(ListPage {
        shell: ctx.shell(desk_layer(&ctx)).here("帮扶户"),
        filter: Filter {
            action: "/desk/households".into(),
            fields,
        },
        households: totals.households,
        people: totals.people,
        exports: [
            ("导出清单", "/desk/households.xlsx"),
            ("导出成员", "/desk/households/members.xlsx"),
            ("导出收入", "/desk/households/incomes.xlsx"),
        ]
        .into_iter()
        .filter(|_| ctx.may("household.export", &Resource::any()))
        .map(|(title, path)| (title, format!("{path}?{text}")))
        .collect(),
        links: [
            ("登记新户", "/desk/households/new", "household.enter"),
            ("导入表格", "/desk/households/import", "household.enter"),
            ("导入收入", "/desk/households/incomes/import", "household.enter"),
            ("赡养费计算", "/desk/households/support-fee", "household.enter"),
            ("识别审查", "/desk/households/audit", "household.audit"),
        ]
        .into_iter()
        .filter(|(_, _, action)| ctx.may(action, &Resource::any()))
        .map(|(title, href, _)| (title, href))
        .collect(),
        bulk: ctx
            .may("household.bulk", &Resource::any())
            .then(|| query.pairs().into_iter().map(|(n, v)| (n, v.to_owned())).collect()),
        bar: records::filters::bar(&ctx.db, ctx.actor().account.map(|a| a.0), "/desk/households", &text).await?,
        rows: rows.into_iter().map(|row| Line::of(row, &tree, masked)).collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: totals.households.unsigned_abs(),
            total_amount: None,
            path: "/desk/households".into(),
            query: text,
        },
    })
}

impl ListQuery {
    pub(crate) async fn filter(&self, ctx: &Ctx) -> AppResult<HouseholdFilter> {
        let tree = regions(ctx.app()).await?;
        Ok(HouseholdFilter {
            area: self.area.area(&tree, ctx.scope()),
            status: self.status.parse().ok(),
            attr: self.attr.parse().ok(),
            name: self.name.clone(),
        })
    }

    /// The query without its page, for links.
    fn text(&self) -> String {
        web::query_of(self.pairs())
    }

    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let pairs = [
            ("town", &self.area.town),
            ("community", &self.area.community),
            ("village", &self.area.village),
            ("status", &self.status),
            ("attr", &self.attr),
            ("name", &self.name),
        ];
        pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.as_str()))
            .collect()
    }
}

impl Line {
    fn of(row: HouseholdRow, tree: &directory::RegionTree, masked: bool) -> Line {
        Line {
            id: row.id,
            href: format!("/desk/households/{}", row.id),
            place: place_path(tree, row.region),
            head: if masked {
                name::mask(&row.head_name)
            } else {
                row.head_name
            },
            no: row.household_no,
            population: row.population,
            status: codes::title(&codes::STATUSES, row.status),
            attr: codes::title(&codes::ATTRS, row.attr),
            monitor: row
                .monitor_class
                .map_or_else(String::new, |c| codes::title(&codes::MONITOR_CLASSES, c)),
            cause: row.main_cause,
            registered_on: row.registered_on.unwrap_or_default(),
        }
    }
}

/// `石庙镇 大田社区 西街村`.
pub(crate) fn place_path(tree: &directory::RegionTree, region: i64) -> String {
    kernel::RegionCode::from_i64(region).map_or_else(String::new, |code| tree.path_in_county(code))
}

fn with_all(list: &[(i64, &'static str)]) -> Vec<(String, String)> {
    let all = std::iter::once((String::new(), "全部".to_owned()));
    all.chain(list.iter().map(|(code, title)| (code.to_string(), (*title).to_owned())))
        .collect()
}
