//! `GET /desk/funds/budgets`: the yearly budgets of programmes beside what was spent of them.

use std::collections::HashMap;

use access::Resource;
use axum::extract::Query;
use kernel::{AppError, AppResult, Money};
use serde::Deserialize;
use web::{
    Ctx, Page, html,
    parts::{Field, Filter},
};

use super::{
    filled::Filled,
    lists,
    oversight::{programme_options, shell, tabs},
    sheet::{ActForm, Cell, Grid, Link, Note, Sheet, Tile, short},
};
use crate::budget::{Budget, NewBudget, budgets, set, spent};

pub(super) const LIST: &str = "/desk/funds/budgets";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct YearQuery {
    year: String,
    page: String,
}

impl YearQuery {
    /// The year asked for; blank is this year, `all` every year.
    fn year(&self, ctx: &Ctx) -> Option<i64> {
        match self.year.as_str() {
            "all" => None,
            text => Some(text.parse().unwrap_or_else(|_| ctx.clock.today().year().into())),
        }
    }
}

pub(crate) async fn show(ctx: Ctx, Query(query): Query<YearQuery>) -> Page {
    let today = ctx.clock.today();
    let year = query.year(&ctx);
    let (lines, done) = read(&ctx, year).await?;
    let planned: i64 = lines.iter().map(|b| b.amount_fen).sum();
    let mut of: Vec<_> = lines.iter().map(|b| (b.programme.as_str(), b.year)).collect();
    of.dedup();
    let used: i64 = of.iter().filter_map(|key| done.get(&(key.0.to_owned(), key.1))).sum();
    let uncoded = lines.iter().filter(|b| b.code.is_empty()).count();
    let chosen = year.map_or_else(|| "all".to_owned(), |y| y.to_string());
    let years = (today.year() - 5..=today.year() + 1).rev();
    let mut options: Vec<(String, String)> = years.map(|y| (y.to_string(), format!("{y} 年"))).collect();
    options.push(("all".into(), "全部".into()));
    let text = web::query_of([("year", &query.year)]);
    let mut sheet = Sheet {
        shell: shell(&ctx, "年度预算"),
        tabs: tabs(LIST),
        filter: Some(Filter {
            action: LIST.into(),
            fields: vec![Field::select("year", "年度", options).value(&chosen)],
        }),
        notes: vec![Note {
            tone: "info",
            text:
                "到人到户的资金按实际发放计执行，其他资金按台账“已使用”计。9 月底不足一半、超过预算或没有经济分类的，\
                   比对时会请主管部门说明。"
                    .into(),
        }],
        tiles: vec![
            tile("预算", short(planned), format!("{} 个资金项目", of.len()), false),
            tile("已执行", short(used), rate(used, planned), false),
            tile(
                "没有经济分类",
                format!("{uncoded} 项"),
                if uncoded > 0 { "请补登科目" } else { "都有科目" }.into(),
                uncoded > 0,
            ),
        ],
        grids: vec![grid(&lines, &done)],
        forms: form(&ctx).await?,
        ..Sheet::default()
    };
    if ctx.may("fund.record", &Resource::any()) {
        sheet.links.push(Link {
            title: "导入表格",
            href: format!("{LIST}/import"),
            download: false,
        });
    }
    html(sheet.as_list(&ctx, LIST, &query.page, &text).await?)
}

fn tile(title: &'static str, value: String, foot: String, alert: bool) -> Tile {
    Tile {
        title,
        value,
        foot,
        alert,
    }
}

type Done = HashMap<(String, i64), i64>;

async fn read(ctx: &Ctx, year: Option<i64>) -> AppResult<(Vec<Budget>, Done)> {
    let lines = budgets(&ctx.db, ctx.scope(), year).await?;
    let done = spent(&ctx.db, ctx.config.area).await?;
    let done = done.into_iter().map(|s| ((s.programme, s.year), s.spent_fen)).collect();
    Ok((lines, done))
}

/// Percent of a budget, one decimal.
fn rate(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return String::new();
    }
    let per_mille = i128::from(part) * 1_000 / i128::from(whole);
    format!("{}.{}%", per_mille / 10, per_mille.abs() % 10)
}

fn share(part: i64, whole: i64) -> Cell {
    Cell {
        text: rate(part, whole),
        class: "num",
        ..Cell::default()
    }
}

/// One row a line; what was spent stands once, on the first line of a programme's year.
fn grid(lines: &[Budget], done: &Done) -> Grid {
    let mut whole: HashMap<(&str, i64), i64> = HashMap::new();
    for b in lines {
        *whole.entry((b.programme.as_str(), b.year)).or_default() += b.amount_fen;
    }
    let mut last = None;
    let rows = lines.iter().map(|b| {
        let key = (b.programme.as_str(), b.year);
        let first = last.replace(key) != Some(key);
        let used = done.get(&(b.programme.clone(), b.year)).copied().unwrap_or(0);
        let mut cells = vec![
            Cell::whole(b.year.to_string()),
            Cell::whole(&b.programme),
            Cell::link(&b.programme_name, format!("/desk/funds/programmes/{}", b.programme)),
            if b.code.is_empty() {
                Cell::state("未登记", "late")
            } else {
                Cell::whole(&b.code)
            },
            Cell::money(b.amount_fen),
            if b.first_fen == b.amount_fen {
                Cell::default()
            } else {
                Cell::money(b.first_fen)
            },
        ];
        if first {
            cells.extend([Cell::money(used), share(used, whole[&key])]);
        } else {
            cells.extend([Cell::text("同上"), Cell::default()]);
        }
        cells.push(Cell::whole(b.adjusted_doc.as_ref().unwrap_or(&b.doc_no)));
        cells.push(Cell::whole(b.adjusted_on.as_ref().unwrap_or(&b.approved_on)));
        cells
    });
    Grid {
        title: "年度预算".into(),
        total: format!("共 {} 项", lines.len()),
        rows: rows.collect(),
        heads: vec![
            "年度",
            "项目代码",
            "资金项目",
            "经济分类",
            "预算（元）",
            "原批复（元）",
            "已执行（元）",
            "执行率",
            "批复文号",
            "批复日期",
        ],
        empty: "这一年还没有登记预算。批复后在下面逐项登记，或用表格导入。",
        ..Grid::default()
    }
}

async fn form(ctx: &Ctx) -> AppResult<Vec<ActForm>> {
    if !ctx.may("fund.record", &Resource::any()) {
        return Ok(Vec::new());
    }
    let today = ctx.clock.today();
    Ok(vec![ActForm {
        title: "登记或调整预算".into(),
        hint: "年度、资金项目和经济分类都相同的，再登记一次即为预算调整，须填调整的文号；原批复金额保留。".into(),
        action: LIST.into(),
        request_id: format!("budget-{:x}", ctx.next_id()),
        fields: vec![
            Field::text("year", "年度").value(today.year().to_string()).required(),
            Field::select("programme", "资金项目", programme_options(ctx, None).await?).required(),
            Field::text("code", "经济分类").placeholder("例如 30305"),
            Field::text("amount", "预算（元）").required(),
            Field::text("doc_no", "批复文号").required(),
            Field::input("date", "approved_on", "批复日期")
                .value(today.to_string())
                .required(),
        ],
        button: "登记".into(),
        class: "btn-primary",
        ..ActForm::default()
    }])
}

/// `POST /desk/funds/budgets`
pub(crate) async fn add(ctx: Ctx, filled: Filled) -> Page {
    let year = filled.get("year").parse();
    let amount = Money::parse(filled.get("amount"))
        .map_err(|e| AppError::invalid(format!("预算：{e}。请写成 1200 或 1200.50。")))?;
    let new = NewBudget {
        programme: filled.get("programme").to_owned(),
        year: year.map_err(|_| AppError::invalid("年度应为四位数字，例如 2026。"))?,
        code: filled.get("code").to_owned(),
        amount,
        doc_no: filled.get("doc_no").to_owned(),
        approved_on: filled
            .day("approved_on", "批复日期")?
            .ok_or_else(|| AppError::invalid("请填写批复日期。"))?,
    };
    set(ctx.app(), ctx.actor(), filled.request_id(), &new).await?;
    ctx.done("预算已登记。", &format!("{LIST}?year={}", new.year)).await
}

/// `GET /desk/funds/budgets.xlsx`: every line of the year, in the columns of the template.
pub(crate) async fn export(ctx: Ctx, Query(query): Query<YearQuery>) -> Page {
    let (lines, done) = read(&ctx, query.year(&ctx)).await?;
    let mut sheet = grid(&lines, &done);
    // Blank, as the template takes it.
    for row in &mut sheet.rows {
        if row[3].text == "未登记" {
            row[3] = Cell::default();
        }
    }
    lists::send(&ctx, "年度预算", sheet, "fund_budget:list").await
}
