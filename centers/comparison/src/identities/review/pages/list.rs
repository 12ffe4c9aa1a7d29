//! `GET /desk/identities`: rows that may be about somebody, the weightiest first.

use askama::Template;
use axum::extract::Query as UrlQuery;
use directory::{AreaQuery, area_fields, regions};
use kernel::{RegionCode, Timestamp};
use records::flow::Code;
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Pager, Tab},
};

use super::{LIST, Standing, hidden, layer, share, standing, title};
use crate::{
    identities::review::{
        model::State,
        store::{Narrow, count, page},
    },
    sources::Sources,
};

const PAGE_SIZE: u64 = 50;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct ListQuery {
    state: String,
    data_set: String,
    all: String,
    q: String,
    page: String,
    #[serde(flatten)]
    area: AreaQuery,
}

#[derive(Template)]
#[template(path = "identities/review/pages/list.html")]
struct List {
    shell: Shell,
    tabs: Vec<Tab>,
    filter: Filter,
    pager: Pager,
    rows: Vec<Line>,
    /// What is said when there is no row, and what one may do.
    empty: (&'static str, &'static str),
    standing: Standing,
}

struct Line {
    href: String,
    name: String,
    source: String,
    row_no: i64,
    place: String,
    concern: &'static str,
    share: String,
    near: bool,
    state: &'static str,
    tone: &'static str,
    found: String,
    answered: String,
}

pub(in super::super) async fn show(ctx: Ctx, UrlQuery(query): UrlQuery<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let (scope, hides) = (ctx.scope(), hidden(&ctx)?);
    let by = Narrow {
        state: query.state.clone(),
        data_set: query.data_set.clone(),
        concerned: query.all != "1",
        text: query.q.trim().to_owned(),
        area: query.area.area(&tree, scope),
        hidden: hides.clone(),
    };
    let total = count(&ctx.db, scope, &by).await?;
    let last_page = total.div_ceil(PAGE_SIZE).max(1);
    let page_no = query.page.parse::<u64>().unwrap_or(1).clamp(1, last_page);
    let found = page(&ctx.db, scope, &by, (page_no - 1) * PAGE_SIZE, PAGE_SIZE).await?;
    let mut rows = Vec::with_capacity(found.len());
    for case in found {
        rows.push(Line {
            href: format!("{LIST}/{}", case.id),
            source: title(&ctx, &case.data_set)?,
            place: RegionCode::from_i64(case.region)
                .map(|code| tree.path_in_county(code))
                .unwrap_or_default(),
            concern: concern(case.concern),
            share: share(case.per_mille),
            near: case.second_key.is_some(),
            state: case.state().title(),
            tone: case.state().tone(),
            found: Timestamp(case.found_at).date().to_string(),
            answered: case.answered_at.map_or_else(String::new, |at| {
                format!("{} {}", case.answered_name, Timestamp(at).date())
            }),
            name: case.name,
            row_no: case.row_no,
        });
    }
    let open = |concerned| Narrow {
        state: State::Open.id().to_owned(),
        concerned,
        hidden: hides.clone(),
        ..Narrow::default()
    };
    let waiting = count(&ctx.db, scope, &open(true)).await?;
    let tab = |title: &str, text: &str, active: bool, count: Option<u64>| Tab {
        title: title.to_owned(),
        href: if text.is_empty() {
            LIST.to_owned()
        } else {
            format!("{LIST}?{text}")
        },
        active,
        count,
    };
    let tabs = vec![
        tab("待核对", "state=open", query.state == "open", Some(waiting)),
        tab("已核对是同一人", "state=same", query.state == "same", None),
        tab("不是同一人", "state=not_same", query.state == "not_same", None),
        tab("无法判断", "state=cannot_tell", query.state == "cannot_tell", None),
        tab("全部", "", query.state.is_empty(), None),
    ];
    let sources = ctx.part::<Sources>()?;
    let all = [(String::new(), "全部".to_owned())];
    let sets = sources.contracts.iter().filter(|c| !hides.contains(&c.name));
    let sets = sets.map(|c| (c.name.clone(), c.title.clone()));
    let states = State::ALL.iter().map(|s| (s.id().to_owned(), s.title().to_owned()));
    let mut fields = vec![
        Field::select("state", "状态", all.clone().into_iter().chain(states)).value(query.state.clone()),
        Field::select("data_set", "数据集", all.into_iter().chain(sets)).value(query.data_set.clone()),
        Field::select("all", "范围", [("", "涉及领取补助的"), ("1", "全部")]).value(query.all.clone()),
    ];
    fields.extend(area_fields(&tree, scope, ctx.config.area, &query.area));
    fields.push(
        Field::input("search", "q", "姓名")
            .value(query.q.clone())
            .placeholder("记录中的姓名"),
    );
    let parts = [
        ("state", &query.state),
        ("data_set", &query.data_set),
        ("all", &query.all),
        ("town", &query.area.town),
        ("community", &query.area.community),
        ("village", &query.area.village),
        ("q", &query.q),
    ];
    let parts_empty = parts.iter().all(|(_, value)| value.is_empty());
    html(List {
        shell: ctx.shell(layer(&ctx)).here("身份核对"),
        tabs,
        filter: Filter {
            action: LIST.to_owned(),
            fields,
        },
        pager: Pager {
            page: page_no,
            page_size: PAGE_SIZE,
            total_rows: total,
            total_amount: None,
            path: LIST.to_owned(),
            query: web::query_of(parts),
        },
        rows,
        empty: if query.state == State::Open.id()
            && query.data_set.is_empty()
            && by.text.is_empty()
            && by.area.is_none()
        {
            (
                "没有等待核对的记录",
                "下一次比对后，系统拿不准的记录会出现在这里。不涉及领取补助的人的，可把范围改为“全部”查看。",
            )
        } else if parts_empty {
            (
                "还没有需要核对身份的记录",
                "比对时系统拿不准是谁的记录会出现在这里。不涉及领取补助的人的，可把范围改为“全部”查看。",
            )
        } else {
            ("没有符合条件的记录", "换个条件再查，或点“重置”看全部。")
        },
        standing: standing(&ctx, &hides).await?,
    })
}

fn concern(concern: i64) -> &'static str {
    match concern {
        2 => "帮扶、低保等家庭成员",
        1 => "领过补助的人",
        _ => "",
    }
}
