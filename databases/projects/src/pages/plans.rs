//! `GET /desk/project-plans/{region}`: the list of a group (项目清单), the working plan of a village (施工图), the
//! route map of a town (路线图), from the same register, to be printed.

use askama::Template;
use axum::extract::Path;
use directory::regions;
use kernel::{AppError, Money, RegionCode, RegionLevel};
use records::flow::Code;
use web::{Ctx, Page, Shell, html, parts::Paper};

use super::documents::{Part, cells};
use crate::store::{
    list::{ProjectFilter, rows},
    project::{beneficiaries, funds},
};

#[derive(Template)]
#[template(path = "pages/document.html")]
struct Printed {
    shell: Shell,
    paper: Paper,
    parts: Vec<Part>,
}

pub(crate) async fn show(ctx: Ctx, Path(region): Path<String>) -> Page {
    let gone = || AppError::not_found("没有找到这个地方，或不在您的管理范围内。");
    let area: RegionCode = region.parse().map_err(|_| gone())?;
    if !ctx.scope().covers(area) {
        return Err(gone().into());
    }
    let tree = regions(ctx.app()).await?;
    let title = match area.level() {
        RegionLevel::Village => "组项目清单",
        RegionLevel::Community => "村项目施工图（实施方案）",
        RegionLevel::Town => "乡镇项目路线图（实施方案）",
        _ => "县级项目库",
    };
    let library = area.level() <= RegionLevel::County;
    let filter = ProjectFilter {
        area: Some(area),
        in_library: library,
        ..ProjectFilter::default()
    };
    let found = rows(&ctx.db, ctx.scope(), &filter, 500, 0).await?;
    let total: Money = found.iter().map(|p| p.planned()).sum();
    let mut lines = Vec::new();
    for p in &found {
        let money: Vec<String> = funds(&ctx.db, p.id)
            .await?
            .iter()
            .map(|f| format!("{} {} 元", f.source, Money(f.amount_fen)))
            .collect();
        let benefits = beneficiaries(&ctx.db, p.id).await?.len();
        lines.push(cells([
            p.name.as_str(),
            &format!("{}（{}）", p.content, p.mode().title()),
            &money.join("；"),
            &format!("{} {}", p.owner, p.responsible),
            &format!("{} 至 {}", p.start_plan, p.end_plan),
            &p.duty,
            &format!("{benefits} 户"),
            p.state().title(),
        ]));
    }
    let head = [
        "项目",
        "干什么",
        "资金在哪里",
        "谁来实施",
        "什么时间",
        "何责任",
        "受益",
        "进度",
    ];
    let say = format!("{}，共 {} 个项目，计划资金 {total} 元。", tree.path(area), found.len());
    html(Printed {
        shell: ctx
            .shell(households::desk_layer(&ctx))
            .crumb("项目库", super::LIST)
            .here(title),
        paper: Paper {
            serial: tree.path_in_county(area),
            issuer: ctx.config.area_title.clone(),
            issued: ctx.clock.today().to_string(),
            ..Paper::default()
        },
        parts: vec![
            Part::Text(vec![say]),
            Part::Table {
                head: cells(head),
                rows: lines,
            },
        ],
    })
}
