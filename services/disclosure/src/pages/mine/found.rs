//! `GET /mine/public`: what is public of the person anyway, and the way to the second proof.
//!
//! Shown are only payments whose list names the person in full. To add a masked one would unmask it: a number
//! known to a neighbour would tell them of a disability.

use askama::Template;
use directory::regions;
use funds::{NameMode, Programme};
use kernel::AppResult;
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Field, Pager},
};

use axum::extract::Query;

use super::over;
use crate::{
    names::was_adult,
    own::{
        proof::{self, CODE_MINUTES, MOST_CODES_AN_HOUR, MOST_TRIES, Proof, Stage},
        sender::Sender,
        visitor::Visitor,
    },
    pages::{ListQuery, PAGE_ROWS, last_page, payments::births, way_to},
};

#[derive(Template)]
#[template(path = "pages/mine/found.html")]
struct FoundPage {
    shell: Shell,
    lines: Vec<Line>,
    pager: Pager,
    can_send: bool,
    code_sent: bool,
    code: Field,
    code_minutes: i64,
    most_codes: i64,
    most_tries: i64,
}

struct Line {
    programme: String,
    href: String,
    place: String,
    amount: String,
    paid_on: String,
    month: String,
}

pub(crate) async fn show(ctx: Ctx, visitor: Visitor, Query(query): Query<ListQuery>) -> Page {
    match proof::find(ctx.app(), visitor.question.as_deref()).await? {
        Some((proof, stage)) => page(&ctx, &proof, stage, &query, None).await,
        None => Ok(over()),
    }
}

/// The page, also shown again when a code was wrong.
pub(super) async fn page(ctx: &Ctx, proof: &Proof, stage: Stage, query: &ListQuery, wrong: Option<&str>) -> Page {
    let lines = published(ctx, proof).await?;
    let total_rows = lines.len() as u64;
    let page = query.page().min(last_page(total_rows));
    html(FoundPage {
        shell: ctx.shell(Layer::Public).crumb("查我的", "/mine").here("已公开的发放"),
        lines: lines
            .into_iter()
            .skip(((page - 1) * PAGE_ROWS) as usize)
            .take(PAGE_ROWS as usize)
            .collect(),
        pager: Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows,
            total_amount: None,
            path: "/mine/public".to_owned(),
            query: String::new(),
        },
        can_send: ctx.part::<Sender>().is_ok(),
        code_sent: stage == Stage::CodeSent,
        code: Field::text("code", "验证码")
            .hint("短信里的 6 位数字。")
            .autocomplete("one-time-code")
            .error(wrong)
            .required(),
        code_minutes: CODE_MINUTES,
        most_codes: MOST_CODES_AN_HOUR,
        most_tries: MOST_TRIES,
    })
}

async fn published(ctx: &Ctx, proof: &Proof) -> AppResult<Vec<Line>> {
    let tree = regions(ctx.app()).await?;
    let programmes = funds::programmes(&ctx.db).await?;
    let payments = funds::payments_of(&ctx.db, proof.person()).await?;
    let births = births(&ctx.db, &payments).await?;
    let line = |payment: &funds::Payment| -> Option<Line> {
        let programme: &Programme = programmes.iter().find(|p| p.code == payment.programme)?;
        let birth = births.get(&payment.person_key).map(String::as_str);
        let named = programme.name_mode() == NameMode::Full && was_adult(birth, &payment.paid_on);
        named.then(|| Line {
            programme: programme.name.clone(),
            href: format!("/programmes/{}/{}", programme.code, tree.nearest(payment.place())),
            place: way_to(&tree, tree.nearest(payment.place())),
            amount: payment.amount().to_string(),
            paid_on: payment.paid_on.clone(),
            month: payment.month.clone(),
        })
    };
    Ok(payments.iter().filter_map(line).collect())
}
