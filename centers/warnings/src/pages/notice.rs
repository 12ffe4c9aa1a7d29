//! The verification notice (核查通知) on A4, and the page that tells whoever holds it that it is genuine.

use askama::Template;
use axum::{
    extract::{Form, Path},
    http::{HeaderMap, header},
};
use kernel::{AppError, Money, Timestamp};
use qrcode::{EcLevel, QrCode, render::svg};
use serde::Deserialize;
use web::{Ctx, Layer, Page, Shell, html, parts::Paper};

use super::{
    LIST, detail, href, layer,
    list::Names,
    sight::{is_sensitive, shown_name, shown_summary},
    words,
};
use crate::{
    model::{Stage, exception_title, parts_of},
    store,
};

#[derive(Template)]
#[template(path = "pages/notice.html")]
struct Printed {
    shell: Shell,
    paper: Paper,
    addressee: String,
    due: String,
    number: String,
    severity: String,
    rule: String,
    name: String,
    place: String,
    programme: String,
    period: String,
    money: String,
    question: String,
    sources: Vec<(String, String)>,
    checks: Vec<String>,
}

#[derive(Template)]
#[template(path = "pages/check.html")]
struct Checked {
    shell: Shell,
    found: Option<Genuine>,
}

struct Genuine {
    serial: String,
    addressee: String,
    issued: String,
    due: String,
    state: &'static str,
}

#[derive(Deserialize)]
pub(super) struct IssueForm {
    request_id: String,
}

/// `POST /desk/warnings/{id}/notice`
pub(super) async fn issue(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<IssueForm>) -> Page {
    let row = detail::reachable(&ctx, id, "finding.notice").await?;
    if parts_of(ctx.actor(), &row.owner_department).is_empty() {
        return Err(AppError::forbidden("这条预警不由您所在的单位承办，不能下发核查通知。").into());
    }
    let names = Names::load(&ctx).await?;
    let addressee = names.owner(&row.owner_department, row.region);
    store::issue(ctx.app(), ctx.actor(), id, &form.request_id, &addressee).await?;
    ctx.done("核查通知已生成，可以打印。", &format!("{}/notice", href(id)))
        .await
}

/// `GET /desk/warnings/{id}/notice`
pub(super) async fn print(ctx: Ctx, Path(id): Path<i64>, headers: HeaderMap) -> Page {
    let row = detail::reachable(&ctx, id, "finding.notice_view").await?;
    let role = ctx.actor().role;
    if super::sight::sight_of(role) == super::sight::Sight::VerdictOnly {
        return Err(AppError::forbidden("按规定，帮扶责任人只查看核查结论。").into());
    }
    let gone = || AppError::not_found("这条预警还没有生成核查通知。");
    let notice = store::notice(&ctx.db, ctx.scope(), id).await?.ok_or_else(gone)?;
    let names = Names::load(&ctx).await?;
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    let scheme = if ctx.config.secure_cookies { "https" } else { "http" };
    let address = format!("{scheme}://{host}/check/notice/{}", notice.code);
    let records = row.evidence()?;
    let period = if row.period_from == row.period_to {
        row.period_from.clone()
    } else {
        format!("{} 至 {}", row.period_from, row.period_to)
    };
    html(Printed {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("预警列表", LIST)
            .crumb(format!("预警 {}", row.finding_no), href(id))
            .here("关于核查惠民资金疑点问题的通知"),
        paper: Paper {
            serial: serial(&ctx, notice.year, notice.number),
            issuer: ctx.config.area_title.clone() + "惠民资金监管平台",
            issued: chinese_date(notice.issued_millis),
            qr_svg: Some(qr(&address)?),
            qr_caption: format!("扫码核验本通知真伪：{address}"),
        },
        addressee: notice.addressee,
        due: notice.due_on.unwrap_or_else(|| "规定期限".to_owned()),
        number: row.finding_no.clone(),
        severity: words::word(&words::SEVERITIES, &row.severity),
        rule: words::rule_of(ctx.app(), &row.rule_id, row.rule_version).await?,
        name: shown_name(role, &row.subject_name),
        place: names.place(row.region),
        programme: names.programme(row.programme.as_deref()),
        period,
        money: Money(row.money_fen).to_string(),
        question: if records.iter().any(|r| is_sensitive(&r.title)) {
            "部门数据与享受条件不一致，数额依规不在通知上显示，请持本通知到平台查看后核实。".to_owned()
        } else {
            shown_summary(role, &row.summary, &row.subject_name)
        },
        sources: records
            .iter()
            .map(|r| (r.title.clone(), r.department.clone()))
            .collect(),
        checks: checks(&row),
    })
}

/// `GET /check/notice/{code}`: open to everyone; says nothing about whom it concerns.
pub(super) async fn check(ctx: Ctx, Path(code): Path<String>) -> Page {
    let found = store::public_notice(&ctx.db, &code).await?.map(|n| Genuine {
        serial: serial(&ctx, n.year, n.number),
        addressee: n.addressee,
        issued: chinese_date(n.issued_millis),
        due: n.due_on.unwrap_or_else(|| "未定".to_owned()),
        state: match Stage::from_id(&n.stage) {
            Some(stage) if stage.is_final() => "已办结",
            _ => "正在办理",
        },
    });
    let shell = ctx.shell(Layer::Public).here("核验核查通知");
    html(Checked { shell, found })
}

/// What the people on the spot should look at.
fn checks(row: &store::FindingRow) -> Vec<String> {
    let mut checks = vec![
        "核实对象身份：姓名、居住地与两份记录是否为同一人。".to_owned(),
        "入户查看并询问本人或家属、邻里，核对原始凭证、证件和发放记录。".to_owned(),
        "核实疑点所列情况在发放月份是否存在、何时开始、何时结束。".to_owned(),
    ];
    if let Some(code) = &row.proposed_exception {
        checks.push(format!(
            "核实是否属于例外情形 {code}（{}）。",
            exception_title(code).unwrap_or_default()
        ));
    }
    checks.push("结论为属实的，核定不应发放的金额；不属实的，写明理由并附材料。".to_owned());
    checks
}

fn serial(ctx: &Ctx, year: i64, number: i64) -> String {
    let place: String = ctx.config.area_title.chars().take(1).collect();
    format!("{place}核〔{year}〕{number} 号")
}

fn chinese_date(millis: i64) -> String {
    let day = Timestamp(millis).date();
    format!("{} 年 {} 月 {} 日", day.year(), u8::from(day.month()), day.day())
}

fn qr(text: &str) -> Result<String, AppError> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).map_err(AppError::internal)?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(120, 120).build();
    // The drawing without the XML line, which has no place inside a page.
    Ok(drawn.split_once("?>").map_or(drawn.clone(), |(_, svg)| svg.to_owned()))
}
