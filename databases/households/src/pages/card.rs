//! 明白卡: what a household hangs on its wall. Four lists on one sheet, and a code by which anyone can check it.

use askama::Template;
use axum::{
    extract::Path,
    http::{HeaderMap, header},
};
use directory::regions;
use kernel::{AppError, AppResult, Money};
use qrcode::{EcLevel, QrCode, render::svg};
use web::{
    Ctx, Layer, Page, Shell, html,
    parts::{Pair, Paper},
};

use super::{
    blocks::{Block, Blocks},
    household::reached,
    list::place_path,
};
use crate::{
    codes, household,
    model::{income::IncomeKind, terms},
    reach::{desk_layer, sees_masked_names},
    store::{missing, reading},
};

#[derive(Template)]
#[template(path = "pages/card.html")]
struct Card {
    shell: Shell,
    paper: Paper,
    head: String,
    place: String,
    people: usize,
    status: String,
    cause: String,
    others: String,
    members: Vec<(String, &'static str)>,
    incomes: Vec<(String, String, String)>,
    per_head: String,
    policies: Vec<(String, String)>,
    helpers: Vec<(String, String)>,
}

pub(crate) async fn print(ctx: Ctx, Path(id): Path<i64>, headers: HeaderMap) -> Page {
    reached(&ctx, id, "household.card").await?;
    if sees_masked_names(ctx.actor().role) {
        return Err(AppError::forbidden("明白卡由村、镇打印。").into());
    }
    let record = reading::record(&ctx.db, id).await?.ok_or_else(missing)?;
    if record.status.is_none() {
        return Err(AppError::conflict("本户还没有建档，建档后才有明白卡。").into());
    }
    let tree = regions(ctx.app()).await?;
    let (from, to) = terms::income_window(ctx.clock.today());
    let (from, to) = (from.to_string(), to.to_string());
    let sums = record.totals(&from, &to);
    let incomes = record
        .incomes
        .iter()
        .filter(|l| (from.as_str()..=to.as_str()).contains(&l.to_month.as_str()))
        .map(|l| {
            let title = IncomeKind::of(&l.kind).map_or(l.kind.clone(), |k| k.title.to_owned());
            (l.period.clone(), title, Money(l.gross_fen - l.cost_fen).to_string())
        })
        .collect();
    let helpers = household(&ctx.db, ctx.scope(), id)
        .await?
        .map_or(Vec::new(), |h| h.helpers);
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    let scheme = if ctx.config.secure_cookies { "https" } else { "http" };
    let address = format!("{scheme}://{host}/check/card/{}", code(&ctx, id));
    let today = ctx.clock.today();
    html(Card {
        shell: ctx
            .shell(desk_layer(&ctx))
            .crumb(format!("{}户", record.head_name), format!("/desk/households/{id}"))
            .here("帮扶明白卡"),
        paper: Paper {
            serial: record.household_no.clone(),
            issuer: ctx.config.area_title.clone(),
            issued: format!("{} 年 {} 月 {} 日", today.year(), u8::from(today.month()), today.day()),
            qr_svg: Some(qr(&address)?),
            qr_caption: format!("扫码核对本卡：{address}"),
        },
        place: place_path(&tree, record.region),
        people: record.present().count(),
        status: record
            .status
            .map_or(String::new(), |s| codes::title(&codes::STATUSES, s)),
        cause: record.main_cause.clone(),
        others: record.other_causes.join("、"),
        members: record
            .present()
            .map(|m| (m.name.clone(), codes::kin_title(&m.kin)))
            .collect(),
        incomes,
        per_head: sums.poverty_per_head().to_string(),
        policies: record
            .measures
            .iter()
            .filter(|m| m.sort == "policy" && m.ended_on.is_none())
            .map(|m| {
                let amount = if m.amount_fen == 0 {
                    String::new()
                } else {
                    Money(m.amount_fen).to_string()
                };
                (m.content.clone(), amount)
            })
            .collect(),
        helpers: helpers
            .into_iter()
            .filter(|h| h.to_on.is_none())
            .map(|h| (h.helper_name, h.from_on))
            .collect(),
        head: record.head_name,
    })
}

/// The household and a keyed digest of it: nobody can make up a code, and no table has to keep it.
fn code(ctx: &Ctx, id: i64) -> String {
    format!("{id:x}-{:016x}", ctx.keys.digest("info_card", &id.to_string()))
}

/// `GET /check/card/{code}`: open to everyone; says only what may be public about a household.
pub(crate) async fn check(ctx: Ctx, Path(sent): Path<String>) -> Page {
    let id = sent.split('-').next().and_then(|id| i64::from_str_radix(id, 16).ok());
    let genuine = match id.filter(|id| code(&ctx, *id) == sent) {
        Some(id) => reading::record(&ctx.db, id).await?,
        None => None,
    };
    let tree = regions(ctx.app()).await?;
    let blocks = match genuine {
        Some(record) => vec![
            Block::Note("success", "这张明白卡由本平台印发。".into()),
            Block::Pairs(vec![
                Pair::new("户主", kernel::name::mask(&record.head_name)),
                Pair::new("所在村", place_path(&tree, record.region)),
                Pair::new("人口", format!("{} 人", record.present().count())),
                Pair::new(
                    "户状态",
                    record
                        .status
                        .map_or("申请中".into(), |s| codes::title(&codes::STATUSES, s)),
                ),
            ]),
        ],
        None => vec![Block::Note(
            "warning",
            "没有找到这张明白卡，请核对二维码或询问村委会。".into(),
        )],
    };
    Blocks::new(ctx.shell(Layer::Public).here("核对明白卡"), blocks).show()
}

fn qr(text: &str) -> AppResult<String> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).map_err(AppError::internal)?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(120, 120).build();
    // The drawing without the XML line, which has no place inside a page.
    Ok(drawn.split_once("?>").map_or(drawn.clone(), |(_, svg)| svg.to_owned()))
}
