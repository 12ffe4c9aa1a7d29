//! `GET /desk/funds/evaluations`: how well each programme's money is managed, scored on one sheet a year, to print.

use std::collections::BTreeMap;

use access::Resource;
use askama::Template;
use axum::extract::{Path, Query};
use kernel::{AppError, AppResult, period::parse_date};
use serde::Deserialize;
use web::{
    Ctx, Page, Shell, html,
    parts::{Field, Filter, Paper},
};

use super::{programme_options, shell, tabs};
use crate::{
    chain::kept,
    model::idle::{DEFAULT_LIMIT_DAYS, on_day, percent},
    oversight::{Evaluation, EvaluationBasis, ITEMS, NewEvaluation, basis, confirm, evaluation, evaluations, save},
    pages::{
        filled::Filled,
        lists,
        sheet::{ActForm, Cell, Grid, Link, Note, Sheet},
    },
};

const LIST: &str = "/desk/funds/evaluations";

/// What stands for the document where the library has none.
const NO_BASIS: &str = "政策文件库里没有当日施行的资金管理和绩效评价办法。";

/// The document an evaluation of this day rests on.
async fn basis_on(ctx: &Ctx, day: &str) -> AppResult<Option<EvaluationBasis>> {
    basis(ctx.app(), parse_date(day).unwrap_or(ctx.clock.today())).await
}

fn told(basis: Option<&EvaluationBasis>) -> String {
    basis.map_or_else(|| NO_BASIS.to_owned(), EvaluationBasis::told)
}

fn link_to(basis: Option<&EvaluationBasis>) -> Option<Link> {
    basis.map(|b| Link {
        title: "评价办法",
        href: b.href.clone(),
        download: false,
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EvaluationQuery {
    programme: String,
    year: String,
    state: String,
    page: String,
}

impl EvaluationQuery {
    fn query(&self) -> String {
        web::query_of([
            ("programme", &self.programme),
            ("year", &self.year),
            ("state", &self.state),
        ])
    }

    fn keeps(&self, row: &Evaluation) -> bool {
        (self.programme.is_empty() || self.programme == row.programme)
            && (self.year.is_empty() || self.year == row.year.to_string())
            && (self.state.is_empty() || self.state == row.state)
    }
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<EvaluationQuery>) -> Page {
    let sheet = sheet(&ctx, &query).await?;
    html(sheet.as_list(&ctx, LIST, &query.page, &query.query()).await?)
}

/// `GET /desk/funds/evaluations.xlsx`
pub(crate) async fn export(ctx: Ctx, Query(query): Query<EvaluationQuery>) -> Page {
    let grid = sheet(&ctx, &query).await?.grids.remove(0);
    lists::send(&ctx, "资金管理绩效评价", grid, "fund_evaluation:list").await
}

async fn sheet(ctx: &Ctx, query: &EvaluationQuery) -> AppResult<Sheet> {
    let basis = basis_on(ctx, "").await?;
    let all = evaluations(&ctx.db, ctx.scope()).await?;
    let mut years: Vec<(String, String)> = all
        .iter()
        .map(|e| (e.year.to_string(), format!("{} 年", e.year)))
        .collect();
    years.dedup();
    years.insert(0, (String::new(), "全部".to_owned()));
    let rows: Vec<Evaluation> = all.into_iter().filter(|e| query.keeps(e)).collect();
    let mut forms = Vec::new();
    if ctx.may("fund.inspect", &Resource::any()) {
        let mut fields = vec![
            Field::select("score_programme", "资金项目", programme_options(ctx, None).await?).required(),
            Field::input("number", "score_year", "年度")
                .value((ctx.clock.today().year() - 1).to_string())
                .required(),
        ];
        fields.extend(ITEMS.iter().map(|(id, title, most, how)| {
            Field::input("number", id, &format!("{title}（{most} 分）"))
                .hint(*how)
                .required()
        }));
        fields.push(Field::area("opinion", "评价意见").required());
        forms.push(ActForm {
            title: "评价打分".into(),
            hint: "满分 100 分。确认之前可以重新打分；须由另一人确认。".into(),
            action: LIST.into(),
            request_id: format!("evaluation-{:x}", ctx.next_id()),
            fields,
            button: "保存评价".into(),
            class: "btn-primary",
            guard: true,
            ..ActForm::default()
        });
    }
    Ok(Sheet {
        shell: shell(ctx, "管理绩效评价"),
        tabs: tabs(LIST),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![
                Field::select("programme", "资金项目", programme_options(ctx, Some("全部")).await?)
                    .value(&query.programme),
                Field::select("year", "年度", years).value(&query.year),
                Field::select(
                    "state",
                    "状态",
                    [("", "全部"), ("scored", "待确认"), ("confirmed", "已确认")],
                )
                .value(&query.state),
            ],
        }),
        links: link_to(basis.as_ref()).into_iter().collect(),
        notes: vec![Note {
            tone: if basis.is_some() { "info" } else { "warning" },
            text: format!("评价依据：{}", told(basis.as_ref())),
        }],
        grids: vec![Grid {
            total: format!("共 {} 份", rows.len()),
            heads: vec!["资金项目", "年度", "得分", "等次", "评价意见", "打分日期", "状态"],
            rows: rows
                .iter()
                .map(|e| {
                    vec![
                        Cell::link(&e.programme_name, format!("{LIST}/{}", e.id)),
                        Cell::number(e.year),
                        Cell::number(e.total),
                        Cell::text(e.grade()),
                        Cell::text(&e.opinion),
                        Cell::whole(&e.entered_on),
                        if e.state == "confirmed" {
                            Cell::state("已确认", "done")
                        } else {
                            Cell::state("待确认", "wait")
                        },
                    ]
                })
                .collect(),
            empty: "没有符合条件的评价。",
            ..Grid::default()
        }],
        forms,
        ..Sheet::default()
    })
}

pub(crate) async fn score(ctx: Ctx, filled: Filled) -> Page {
    let mut points = BTreeMap::new();
    for (id, title, ..) in ITEMS {
        let given: i64 = filled
            .get(id)
            .parse()
            .map_err(|_| AppError::invalid(format!("“{title}”应填整数。")))?;
        points.insert(id, given);
    }
    let new = NewEvaluation {
        programme: filled.of("score", "programme"),
        year: filled.of("score", "year").parse().unwrap_or(0),
        points,
        opinion: filled.get("opinion"),
    };
    let id = save(ctx.app(), ctx.actor(), filled.request_id(), &new).await?;
    ctx.done("评价已保存，请另一人确认。", &format!("{LIST}/{id}")).await
}

pub(crate) async fn one(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = evaluation(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这份评价。"))?;
    let basis = basis_on(&ctx, &row.entered_on).await?;
    let mut links = vec![Link {
        title: "打印评价表",
        href: format!("{LIST}/{id}/print"),
        download: false,
    }];
    links.extend(link_to(basis.as_ref()));
    let mut forms = Vec::new();
    if row.state == "scored" && ctx.may("fund.inspect", &Resource::any()) {
        forms.push(ActForm {
            title: "确认评价".into(),
            action: format!("{LIST}/{id}/confirm"),
            request_id: format!("confirm-{:x}", ctx.next_id()),
            button: "确认".into(),
            class: "btn-primary",
            ..ActForm::default()
        });
    }
    html(Sheet {
        shell: shell(&ctx, "管理绩效评价").here(format!("{} {} 年", row.programme_name, row.year)),
        links,
        pairs: vec![
            web::parts::Pair::new("评价依据", told(basis.as_ref())),
            web::parts::Pair::whole("得分", format!("{} 分，{}", row.total, row.grade())),
            web::parts::Pair::new("评价意见", &row.opinion),
            web::parts::Pair::whole("打分日期", &row.entered_on),
            web::parts::Pair::whole("确认日期", row.confirmed_on.clone().unwrap_or_else(|| "待确认".into())),
        ],
        grids: vec![items(&ctx, &row).await?],
        forms,
        ..Sheet::default()
    })
}

/// The items with what the books tell of the year's end.
async fn items(ctx: &Ctx, row: &Evaluation) -> AppResult<Grid> {
    let books = kept(ctx.app(), ctx.scope()).await?;
    let ours = books.narrowed(|i| i.programme == row.programme);
    let end = parse_date(&format!("{}-12-31", row.year)).unwrap_or(ctx.clock.today());
    let day = end.min(ctx.clock.today());
    let idle = on_day(ours.parts(), day, DEFAULT_LIMIT_DAYS);
    let hops = ours.allocations.iter().map(|a| a.last_hop).max().unwrap_or(0);
    let fact = |item: &str| match item {
        "arrival" => format!("到位 {} 元", idle.received()),
        "hops" => format!("中间环节最多 {hops} 个"),
        "idle" => format!("{day} 滞留率 {}", percent(idle.rate_bp())),
        "overdue" => format!("超期未用 {} 元", idle.overdue()),
        "filing" => {
            let unfiled = ours
                .indicators
                .iter()
                .filter(|i| i.bypass_city && i.filed_on.is_none())
                .count();
            format!("未报备 {unfiled} 份")
        }
        _ => String::new(),
    };
    Ok(Grid {
        title: "评价指标".into(),
        total: format!("合计 {} 分", row.total),
        heads: vec!["指标", "满分", "得分", "评分标准", "平台数据"],
        rows: ITEMS
            .iter()
            .map(|(id, title, most, how)| {
                vec![
                    Cell::text(*title),
                    Cell::number(*most),
                    Cell::number(row.points_of(id)),
                    Cell::text(*how),
                    Cell::text(fact(id)),
                ]
            })
            .collect(),
        ..Grid::default()
    })
}

#[derive(Template)]
#[template(path = "pages/evaluation.html")]
struct Printed {
    shell: Shell,
    paper: Paper,
    lead: String,
    basis: String,
    opinion: String,
    table: Grid,
}

pub(crate) async fn print(ctx: Ctx, Path(id): Path<i64>) -> Page {
    let row = evaluation(&ctx.db, ctx.scope(), id)
        .await?
        .ok_or_else(|| AppError::not_found("没有找到这份评价。"))?;
    html(Printed {
        shell: shell(&ctx, "资金管理绩效评价表"),
        paper: Paper {
            serial: format!("资金评价 {}-{}", row.programme, row.year),
            issuer: ctx.config.area_title.clone(),
            issued: row.confirmed_on.clone().unwrap_or_else(|| "（待确认）".into()),
            ..Paper::default()
        },
        lead: format!(
            "资金项目：{}　评价年度：{} 年　得分：{} 分　等次：{}",
            row.programme_name,
            row.year,
            row.total,
            row.grade()
        ),
        basis: told(basis_on(&ctx, &row.entered_on).await?.as_ref()),
        opinion: row.opinion.clone(),
        table: items(&ctx, &row).await?,
    })
}

pub(crate) async fn accept(ctx: Ctx, Path((id, word)): Path<(i64, String)>, filled: Filled) -> Page {
    if word != "confirm" {
        return Err(AppError::not_found("没有这个办理步骤。").into());
    }
    confirm(ctx.app(), ctx.actor(), filled.request_id(), id).await?;
    ctx.done("评价已确认。", &format!("{LIST}/{id}")).await
}
