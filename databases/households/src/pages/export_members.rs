//! `GET /desk/households/members.xlsx` and `incomes.xlsx`: the filtered list in the form of the import templates.
//!
//! What comes out may go in again: a person's code stands in place of the number, so the file shows none. Phones stay
//! out, and so do people's names for those who see names masked: they do not export.

use axum::extract::Query;
use directory::regions;
use kernel::{AppResult, Money};
use records::import::Register;
use serde_json::json;
use trail::Act;
use web::{
    Ctx, Page,
    export::{Cell, Export},
};

use super::list::{ListQuery, place_path};
use crate::{
    codes,
    import::{IncomeImport, MemberImport, person_code},
    list::after,
    store::exported,
};

const CHUNK_ROWS: i64 = 500;

pub(crate) async fn members(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let mut export = begin(&ctx, &MemberImport::contract()?)?;
    let filter = query.filter(&ctx).await?;
    let mut last = None;
    loop {
        let households = after(&ctx.db, ctx.scope(), &filter, last.as_ref(), CHUNK_ROWS).await?;
        let ids: Vec<i64> = households.iter().map(|h| h.id).collect();
        let rows = exported::members(&ctx.db, &ids).await?;
        for household in households.iter().filter(|h| h.status != 4) {
            for row in rows.iter().filter(|r| r.household_id == household.id) {
                let kin = codes::kin_title(&row.kin);
                export.row([
                    Cell::text(&household.household_no),
                    Cell::Empty,
                    Cell::text(place_path(&tree, household.region)),
                    Cell::text(person_code(row.person_key)),
                    Cell::Empty,
                    Cell::text(&row.name),
                    Cell::text(if codes::KIN_CLASSES.contains(&kin) { "" } else { kin }),
                    Cell::Empty,
                    word(&row.health),
                    word(&row.labour),
                    word(&row.student),
                    word(&row.skill),
                    Cell::text(codes::title(&codes::ATTRS, household.attr)),
                    Cell::text(row.std.map_or_else(String::new, |s| codes::title(&codes::STANDARDS, s))),
                    Cell::text(&household.main_cause),
                    Cell::text(
                        row.other_causes
                            .as_deref()
                            .unwrap_or_default()
                            .split('、')
                            .next()
                            .unwrap_or_default(),
                    ),
                    word(&row.address),
                    Cell::Empty,
                ])?;
            }
        }
        let full = households.len() as i64 == CHUNK_ROWS;
        last = households.into_iter().next_back();
        if !full {
            break;
        }
    }
    send(&ctx, export, "帮扶户及成员.xlsx").await
}

pub(crate) async fn incomes(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let mut export = begin(&ctx, &IncomeImport::contract()?)?;
    let filter = query.filter(&ctx).await?;
    let mut last = None;
    loop {
        let households = after(&ctx.db, ctx.scope(), &filter, last.as_ref(), CHUNK_ROWS).await?;
        let ids: Vec<i64> = households.iter().map(|h| h.id).collect();
        let rows = exported::incomes(&ctx.db, &ids).await?;
        for household in households.iter().filter(|h| h.status != 4) {
            for row in rows.iter().filter(|r| r.household_id == household.id) {
                let kind = crate::model::income::IncomeKind::of(&row.kind);
                export.row([
                    Cell::text(&household.household_no),
                    Cell::text(row.person_key.map(person_code).unwrap_or_default()),
                    Cell::Empty,
                    word(&row.name),
                    Cell::text(kind.map_or(row.kind.as_str(), |k| k.title)),
                    Cell::text(&row.period),
                    Cell::Money(Money(row.gross_fen)),
                    if kind.is_some_and(|k| k.needs_cost()) {
                        Cell::Money(Money(row.cost_fen))
                    } else {
                        Cell::Empty
                    },
                    Cell::text(&row.evidence),
                ])?;
            }
        }
        let full = households.len() as i64 == CHUNK_ROWS;
        last = households.into_iter().next_back();
        if !full {
            break;
        }
    }
    send(&ctx, export, "帮扶户收入.xlsx").await
}

/// Columns of the template, in its order.
fn begin(ctx: &Ctx, contract: &intake::contract::Contract) -> AppResult<Export> {
    let columns: Vec<(&str, f64)> = contract.columns.iter().map(|c| (c.header.as_str(), 16.0)).collect();
    Export::begin(ctx.app(), &contract.title, &columns)
}

async fn send(ctx: &Ctx, export: Export, name: &str) -> Page {
    let act = Act::new("household.export", "household:list").with(json!({ "rows": export.rows(), "file": name }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send(name).await?)
}

fn word(text: &Option<String>) -> Cell {
    Cell::text(text.as_deref().unwrap_or_default())
}
