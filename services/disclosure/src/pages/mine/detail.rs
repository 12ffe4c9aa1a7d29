//! `GET /mine/detail`: after the second proof, every own payment, and who looked at one's data.

use access::Role;
use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use directory::act_title;
use funds::PaymentState;
use kernel::{Money, Timestamp};
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Pager, TimelineItem},
};

use super::over;
use crate::{
    figures::count,
    own::{
        proof::{self, Stage},
        record::{self, Looked, MOST_LOOKS},
        visitor::Visitor,
    },
    pages::{ListQuery, PAGE_ROWS, last_page},
};

#[derive(Template)]
#[template(path = "pages/mine/detail.html")]
struct DetailPage {
    shell: Shell,
    rows: String,
    paid: String,
    lines: Vec<Line>,
    pager: Pager,
    looks: Vec<TimelineItem>,
    most_looks: i64,
}

struct Line {
    programme: String,
    month: String,
    amount: String,
    paid_on: String,
    state: &'static str,
    tone: &'static str,
}

pub(crate) async fn show(ctx: Ctx, visitor: Visitor, Query(query): Query<ListQuery>) -> Page {
    let proof = match proof::find(ctx.app(), visitor.question.as_deref()).await? {
        Some((proof, Stage::Proved)) => proof,
        Some(_) => return Ok(Redirect::to("/mine/public").into_response()),
        None => return Ok(over()),
    };
    let db = &ctx.db;
    let total = record::total(db, proof.person()).await?;
    let page = query.page().min(last_page(total.rows.unsigned_abs()));
    let payments = record::payments(db, proof.person(), page, PAGE_ROWS).await?;
    let looks = record::looks(db, proof.person()).await?;
    html(DetailPage {
        shell: ctx.shell(Layer::Public).crumb("查我的", "/mine").here("本人明细"),
        rows: count(total.rows),
        paid: total.paid().to_string(),
        lines: payments
            .into_iter()
            .map(|p| {
                let state = PaymentState::from_id(&p.state);
                Line {
                    programme: p.programme_name.unwrap_or(p.programme),
                    month: p.month,
                    amount: Money(p.amount_fen).to_string(),
                    paid_on: p.paid_on,
                    state: state.map_or("处理中", PaymentState::title),
                    tone: match state {
                        Some(PaymentState::Paid) => "done",
                        Some(PaymentState::Returned) => "back",
                        _ => "wait",
                    },
                }
            })
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: total.rows.unsigned_abs(),
            total_amount: None,
            path: "/mine/detail".to_owned(),
            query: String::new(),
        },
        looks: looks.into_iter().map(told).collect(),
        most_looks: MOST_LOOKS,
    })
}

fn told(look: Looked) -> TimelineItem {
    let by_proof = look.act == "own.open";
    let role = Role::from_id(&look.role).map_or("", Role::title);
    TimelineItem {
        time: Timestamp(look.at_millis).to_string(),
        actor: if by_proof {
            "凭登记手机的验证码".to_owned()
        } else {
            format!("{role} {}", look.actor_name)
        },
        act: title(&look.act).to_owned(),
        note: look
            .purpose
            .map(|purpose| format!("理由：{purpose}"))
            .unwrap_or_default(),
        tone: if by_proof { "done" } else { "" },
    }
}

fn title(act: &str) -> &str {
    match act {
        "own.open" => "本人查看全部明细",
        "person.reveal" => "查看身份证号",
        other => act_title(other),
    }
}
