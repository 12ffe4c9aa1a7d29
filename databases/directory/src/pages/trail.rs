//! The record of all acts, and whether it is whole.

use access::Resource;
use askama::Template;
use axum::extract::Query;
use kernel::{RegionCode, Timestamp, period::parse_date};
use serde::Deserialize;
use serde_json::json;
use trail::{Act, Verdict};
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Act as ActButton, Field, Filter, Pager},
};

use super::PAGE_SIZE;
use crate::{
    acts::title,
    regions,
    trail_book::{Entry, TrailFilter, acts, entries},
};

#[derive(Template)]
#[template(path = "pages/trail.html")]
struct TrailPage {
    shell: Shell,
    filter: Filter,
    rows: Vec<Row>,
    pager: Pager,
    verify: ActButton,
    with_detail: bool,
}

struct Row {
    seq: i64,
    time: String,
    actor: String,
    role: String,
    act: String,
    subject: String,
    place: String,
    purpose: String,
    detail: String,
    hash: String,
}

#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    actor: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    page: String,
}

pub(crate) async fn show(ctx: Ctx, Query(asked): Query<Asked>) -> Page {
    let page: u64 = asked.page.parse().unwrap_or(1).max(1);
    let filter = TrailFilter {
        actor: asked.actor.clone(),
        account: asked.account.parse().ok(),
        act: asked.act.clone(),
        subject: asked.subject.clone(),
        from: parse_date(&asked.from),
        to: parse_date(&asked.to),
    };
    // The audit administrator answers for the whole record, others for their area.
    let scope = (!ctx.actor().role.is_platform_admin()).then(|| ctx.scope());
    let (found, total_rows) = entries(&ctx.db, scope, &filter, page, PAGE_SIZE).await?;
    let with_detail = ctx.may("trail.detail", &Resource::any());
    let tree = regions(ctx.app()).await?;
    let rows = found.into_iter().map(|entry| row(entry, with_detail, &tree)).collect();
    let choices = acts(&ctx.db)
        .await?
        .into_iter()
        .map(|act| (act.clone(), title(&act).to_owned()));
    let all = std::iter::once((String::new(), "全部".to_owned()));
    let query = web::query_of([
        ("actor", &asked.actor),
        ("account", &asked.account),
        ("act", &asked.act),
        ("subject", &asked.subject),
        ("from", &asked.from),
        ("to", &asked.to),
    ]);
    html(TrailPage {
        shell: ctx.shell(layer(&ctx)).here("操作记录"),
        filter: Filter {
            action: "/desk/trail".to_owned(),
            fields: vec![
                Field::text("actor", "操作人").value(asked.actor),
                Field::select("act", "事项", all.chain(choices)).value(asked.act),
                Field::text("subject", "对象")
                    .value(asked.subject)
                    .placeholder("account:1"),
                Field::input("date", "from", "从").value(asked.from),
                Field::input("date", "to", "到").value(asked.to),
            ],
        },
        rows,
        pager: Pager {
            page,
            page_size: PAGE_SIZE,
            total_rows,
            total_amount: None,
            path: "/desk/trail".to_owned(),
            query,
        },
        verify: ActButton {
            action: "/desk/trail/verify".to_owned(),
            label: "校验全部记录".to_owned(),
            question: String::new(),
            class: "btn-primary",
        },
        with_detail,
    })
}

/// Recomputes the whole chain. That someone looked is on the record too.
pub(crate) async fn check(ctx: Ctx) -> Page {
    let verdict = trail::verify(&ctx.db).await?;
    let (kind, text, detail) = match &verdict {
        Verdict::Intact(count) => (
            "success",
            format!("校验完成：{count} 条记录首尾相接，没有被改动。"),
            json!({ "intact": count }),
        ),
        Verdict::Broken { seq, what } => (
            "danger",
            format!("校验发现问题：第 {seq} 条记录{what}。请保全数据库和日志，并报告纪委与运维单位。"),
            json!({ "broken": seq }),
        ),
    };
    ctx.trail
        .note(ctx.actor(), Act::new("trail.verify", "trail:all").with(detail))
        .await?;
    ctx.flash(kind, text).await?;
    Ok(axum::response::IntoResponse::into_response(
        axum::response::Redirect::to("/desk/trail"),
    ))
}

fn layer(ctx: &Ctx) -> Layer {
    if ctx.actor().role.supervises() {
        Layer::Supervision
    } else {
        Layer::Management
    }
}

fn row(entry: Entry, with_detail: bool, tree: &crate::RegionTree) -> Row {
    let place = match RegionCode::from_i64(entry.region) {
        Some(region) if region != RegionCode::NATION => tree.path_in_county(region),
        _ => String::new(),
    };
    let role = access::Role::from_id(&entry.role).map_or(entry.role, |role| role.title().to_owned());
    Row {
        seq: entry.seq,
        time: Timestamp(entry.at_millis).to_string(),
        actor: entry.actor_name,
        role,
        act: title(&entry.act).to_owned(),
        subject: entry.subject,
        place,
        purpose: entry.purpose.unwrap_or_default(),
        detail: if with_detail && entry.payload != "{}" {
            entry.payload
        } else {
            String::new()
        },
        hash: entry.hash.chars().take(12).collect(),
    }
}
