//! `GET` and `POST /desk/runs/new`: asks for a run.

use access::Resource;
use askama::Template;
use axum::Form;
use directory::regions;
use kernel::{AppError, AppResult, RegionCode, RegionLevel};
use serde::Deserialize;
use web::{Ctx, Page, Shell, html, parts::Field};

use crate::{
    runs::{RunKind, RunRequest, start},
    workbench::rules_in_force,
};

#[derive(Template)]
#[template(path = "runs/pages/new.html")]
struct NewPage {
    shell: Shell,
    fields: Vec<Field>,
    problem: String,
    request_id: String,
}

/// Every rule, or one.
#[derive(Default, Deserialize)]
pub(crate) struct NewRun {
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    legal_basis: String,
    #[serde(default)]
    area: String,
    #[serde(default)]
    rule: String,
    #[serde(default)]
    public_interest: String,
    #[serde(default)]
    request_id: String,
}

pub(crate) async fn show(ctx: Ctx) -> Page {
    page(&ctx, NewRun::default(), String::new()).await
}

async fn page(ctx: &Ctx, given: NewRun, problem: String) -> Page {
    let rules = rules_in_force(ctx.app()).await?;
    let all = std::iter::once((String::new(), "全部规则".to_owned()));
    let choices = all.chain(rules.iter().map(|r| (r.id.clone(), format!("{} {}", r.id, r.name))));
    let places = places(ctx).await?;
    let fields = vec![
        Field::text("purpose", "比对目的")
            .value(given.purpose)
            .placeholder("如：2026年第一季度惠民资金例行比对")
            .required(),
        Field::text("legal_basis", "法律依据")
            .value(given.legal_basis)
            .placeholder("如：《社会救助暂行办法》第五十八条")
            .hint("随疑点一并留存，供被核查人查阅")
            .required(),
        Field::text("public_interest", "公共利益依据（可不填）")
            .value(given.public_interest)
            .placeholder("如：《社会救助暂行办法》第五十八条第二款")
            .hint("不填时，没有全员签署授权的户不核对存款、证券，并计数；填写后全部核对，依据留存备查"),
        Field::select("area", "区划", places).value(given.area).required(),
        Field::select("rule", "规则", choices)
            .value(given.rule)
            .hint("未导入所需数据的规则不运行"),
    ];
    html(NewPage {
        shell: ctx
            .shell(ctx.own_layer())
            .crumb("比对运行", "/desk/runs")
            .here("新建比对"),
        fields,
        problem,
        request_id: format!("run-{:x}", ctx.next_id()),
    })
}

/// The reader's area, its towns and communities, by name.
async fn places(ctx: &Ctx) -> AppResult<Vec<(String, String)>> {
    let tree = regions(ctx.app()).await?;
    let own = ctx.scope().region().unwrap_or(ctx.config.area);
    let mut places = vec![(own.to_string(), format!("{}（全部）", tree.name(own)))];
    for town in tree.inside(own, RegionLevel::Town) {
        let within = tree.inside(town.code, RegionLevel::Community);
        places.extend(
            std::iter::once(town)
                .chain(within)
                .map(|r| (r.code.to_string(), tree.path_in_county(r.code))),
        );
    }
    Ok(places)
}

pub(crate) async fn take(ctx: Ctx, Form(given): Form<NewRun>) -> Page {
    let Ok(area) = given.area.parse::<RegionCode>() else {
        return Ok(web::refused(
            page(&ctx, given, "请从列表中选择区划。".to_owned()).await?,
        ));
    };
    ctx.require("run.start", &Resource::in_region(area))?;
    let request = RunRequest {
        purpose: given.purpose.clone(),
        legal_basis: given.legal_basis.clone(),
        rules: (!given.rule.is_empty())
            .then(|| given.rule.clone())
            .into_iter()
            .collect(),
        area,
        public_interest: given.public_interest.clone(),
        kind: RunKind::Full,
    };
    match start(ctx.app(), ctx.actor(), &request, &given.request_id).await {
        Ok(id) => {
            ctx.done("比对已开始，完成后疑点自动推送。", &format!("/desk/runs/{id}"))
                .await
        }
        Err(AppError {
            kind: kernel::ErrorKind::Invalid,
            message,
            ..
        }) => Ok(web::refused(page(&ctx, given, message).await?)),
        Err(other) => Err(other.into()),
    }
}
