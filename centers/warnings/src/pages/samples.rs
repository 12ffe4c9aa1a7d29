//! Sampling cleared findings for the discipline re-check: draw with a stored seed, list, draw again to compare.

use askama::Template;
use axum::extract::{Form, Path};
use kernel::{AppError, Timestamp};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Pair},
};

use super::{LIST, SAMPLES, href, layer, list::Names, sight::shown_name};
use crate::{
    model::{Params, Stage, Verdict, chosen},
    store,
};

#[derive(Template)]
#[template(path = "pages/samples.html")]
struct Samples {
    shell: Shell,
    waiting: usize,
    may_draw: bool,
    fields: Vec<Field>,
    request_id: String,
    rows: Vec<Draw>,
}

struct Draw {
    href: String,
    time: String,
    by: String,
    population: i64,
    chosen: i64,
    share: String,
    seed: String,
}

#[derive(Template)]
#[template(path = "pages/sample.html")]
struct One {
    shell: Shell,
    facts: Vec<Pair>,
    repeats: bool,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    number: String,
    name: String,
    place: String,
    rule: String,
    verdict: &'static str,
    stage: &'static str,
    tone: &'static str,
    lot: String,
    chosen: bool,
}

/// `GET /desk/warnings/samples`
pub(super) async fn list(ctx: Ctx) -> Page {
    let least = ctx
        .scope()
        .region()
        .map_or(1000, |r| Params::of(r, ctx.clock.today()).sample_min_bp)
        / 100;
    let waiting = store::population(&ctx.db, ctx.scope()).await?.len();
    let rows = store::samples(&ctx.db, ctx.scope()).await?;
    html(Samples {
        shell: ctx.shell(layer(&ctx)).crumb("预警列表", LIST).here("复核抽样"),
        waiting,
        may_draw: waiting > 0 && ctx.may("finding.sample", &access::Resource::any()),
        fields: vec![
            Field::input("number", "share", "抽样比例（%）")
                .value(least.to_string())
                .hint(format!("不低于 {least}%，尾数进一，至少抽 1 条。"))
                .required(),
            Field::text("seed", "随机种子")
                .hint("留空由系统随机产生；也可填写公开抽号的结果。种子会保存，任何人都能重算。"),
        ],
        request_id: format!("sample-{:x}", ctx.next_id()),
        rows: rows
            .into_iter()
            .map(|s| Draw {
                href: format!("{SAMPLES}/{}", s.id),
                time: Timestamp(s.drawn_millis).to_string(),
                by: s.drawn_name,
                population: s.population,
                chosen: s.chosen,
                share: format!("{}%", s.share_bp / 100),
                seed: s.seed,
            })
            .collect(),
    })
}

#[derive(Deserialize)]
pub(super) struct DrawForm {
    request_id: String,
    share: String,
    #[serde(default)]
    seed: String,
}

/// `POST /desk/warnings/samples`
pub(super) async fn draw(ctx: Ctx, Form(form): Form<DrawForm>) -> Page {
    let share: i64 = form
        .share
        .trim()
        .parse()
        .map_err(|_| AppError::invalid("抽样比例请填整数，例如 10。"))?;
    let given = form.seed.trim();
    if given.chars().count() > 100 {
        return Err(AppError::invalid("随机种子最多 100 个字符。").into());
    }
    let seed = if given.is_empty() {
        ctx.nonce()?.iter().map(|b| format!("{b:02x}")).collect()
    } else {
        given.to_owned()
    };
    let id = store::draw(
        ctx.app(),
        ctx.actor(),
        &form.request_id,
        &seed,
        share.saturating_mul(100),
    )
    .await?;
    ctx.done(
        "抽样完成：抽中的须复核，未抽中的已按部门审核意见办结。",
        &format!("{SAMPLES}/{id}"),
    )
    .await
}

/// `GET /desk/warnings/samples/{sample}`
pub(super) async fn one(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let gone = || AppError::not_found("没有找到这次抽样，或不在您的管理范围内。");
    let sample = store::sample(&ctx.db, ctx.scope(), id).await?.ok_or_else(gone)?;
    let rows = store::sample_rows(&ctx.db, ctx.scope(), id).await?;
    let mut names = Names::load(&ctx).await?;
    names
        .learn(&ctx, rows.iter().map(|r| (r.rule_id.as_str(), r.rule_version)))
        .await?;
    let ids: Vec<i64> = rows.iter().map(|r| r.finding_id).collect();
    let mut again = chosen(&sample.seed, &ids, sample.share_bp);
    let mut kept: Vec<i64> = rows.iter().filter(|r| r.chosen).map(|r| r.finding_id).collect();
    again.sort_unstable();
    kept.sort_unstable();
    let role = ctx.actor().role;
    html(One {
        shell: ctx
            .shell(layer(&ctx))
            .crumb("预警列表", LIST)
            .crumb("复核抽样", SAMPLES)
            .here("抽样结果"),
        facts: vec![
            Pair::whole("抽样时间", Timestamp(sample.drawn_millis).to_string()),
            Pair::new("抽样人", sample.drawn_name.clone()),
            Pair::whole("随机种子", sample.seed.clone()),
            Pair::whole("抽样比例", format!("{}%", sample.share_bp / 100)),
            Pair::whole("总体", format!("{} 条", sample.population)),
            Pair::whole("抽中", format!("{} 条", sample.chosen)),
        ],
        repeats: again == kept && rows.len() as i64 == sample.population,
        rows: rows
            .into_iter()
            .map(|r| {
                let stage = Stage::from_id(&r.stage).unwrap_or(Stage::New);
                Row {
                    href: href(r.finding_id),
                    number: r.finding_no,
                    name: shown_name(role, &r.subject_name),
                    place: names.place(r.region),
                    rule: names.rule(&r.rule_id, r.rule_version),
                    verdict: r
                        .verdict
                        .as_deref()
                        .and_then(Verdict::from_id)
                        .map_or("", Verdict::title),
                    stage: stage.title(),
                    tone: stage.tone(),
                    lot: r.draw_hash.get(..12).unwrap_or_default().to_owned(),
                    chosen: r.chosen,
                }
            })
            .collect(),
    })
}
