//! What the lists of this module share: one page of many rows, saved filters, and all rows as a file.

use access::Resource;
use kernel::{AppResult, Money};
use records::filters;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell as Out, Export},
    parts::Pager,
};

use super::sheet::{Grid, Link, Sheet};
use crate::search::PAGE_ROWS;

impl Grid {
    /// Keeps one page (from 1, as the URL says) of its rows.
    pub(crate) fn paged(mut self, page: &str, path: &str, query: &str) -> Grid {
        let page: u64 = page.parse().unwrap_or(1).max(1);
        let total = self.rows.len() as u64;
        let before = page.saturating_sub(1).saturating_mul(PAGE_ROWS);
        self.rows = self
            .rows
            .into_iter()
            .skip(before as usize)
            .take(PAGE_ROWS as usize)
            .collect();
        self.pager = Some(Pager {
            page,
            page_size: PAGE_ROWS,
            total_rows: total,
            total_amount: None,
            path: path.to_owned(),
            query: query.to_owned(),
        });
        self
    }
}

impl Sheet {
    /// The page of a list: its first table by pages, the saved filters, and the link to the file of all rows.
    pub(crate) async fn as_list(mut self, ctx: &Ctx, path: &str, page: &str, query: &str) -> AppResult<Sheet> {
        if let Some(grid) = self.grids.first_mut() {
            *grid = std::mem::take(grid).paged(page, path, query);
        }
        self.with_bar(ctx, path, query).await
    }

    /// The saved filters of a list and the link to the file of all its rows.
    pub(crate) async fn with_bar(mut self, ctx: &Ctx, path: &str, query: &str) -> AppResult<Sheet> {
        let account = ctx.actor().account.map(|a| a.0);
        self.bar = Some(filters::bar(&ctx.db, account, path, query).await?);
        if ctx.may("fund.export", &Resource::any()) {
            self.links.push(Link {
                title: "导出表格",
                href: format!("{path}.xlsx?{query}"),
                download: true,
            });
        }
        Ok(self)
    }
}

/// Sends all rows of a table under its heads, on the record.
pub(crate) async fn send(ctx: &Ctx, title: &str, grid: Grid, subject: &str) -> Page {
    let columns: Vec<(&str, f64)> = grid.heads.iter().map(|head| (*head, width(head))).collect();
    let mut export = Export::begin(ctx.app(), title, &columns)?;
    for row in grid.rows {
        export.row(row.into_iter().map(|cell| out(cell.text, cell.class)))?;
    }
    let act = Act::new("fund.export", subject.to_owned()).with(json!({ "rows": export.rows() }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send(&format!("{title}.xlsx")).await?)
}

/// Amounts and counts are numbers in the file too.
fn out(text: String, class: &str) -> Out {
    if class != "num" {
        return Out::text(text);
    }
    let plain = text.replace(',', "");
    match (plain.parse::<i64>(), Money::parse(&plain)) {
        (Ok(n), _) => Out::Count(n),
        (_, Ok(money)) => Out::Money(money),
        _ => Out::text(text),
    }
}

fn width(head: &str) -> f64 {
    match head {
        "发现的情况" | "反馈" | "评价意见" | "问题" => 40.0,
        _ if head.contains('元') => 16.0,
        _ if head.contains("日期") || head.contains("期限") => 13.0,
        "年度" | "得分" | "层级" | "笔数" => 8.0,
        _ => 20.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_page_are_numbers_in_the_file() {
        assert_eq!(out("1,400.50".into(), "num"), Out::Money(Money(140_050)));
        assert_eq!(out("12".into(), "num"), Out::Count(12));
        assert_eq!(out("3.50 亩".into(), "num"), Out::text("3.50 亩"));
        assert_eq!(out("2026".into(), ""), Out::text("2026"));
    }
}
