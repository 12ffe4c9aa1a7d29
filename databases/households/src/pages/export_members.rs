//! `GET /desk/households/members.xlsx` and `incomes.xlsx`: the filtered list in the form of the import templates.
//!
//! What comes out may go in again: a person's code stands in place of the number, so the file shows none. Phones stay
//! out, and so do people's names for those who see names masked: they do not export.

use ::store::{FromQueryResult, Query as _, Sql};
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
    list::{HouseholdRow, after},
};

const CHUNK_ROWS: i64 = 500;

#[derive(FromQueryResult)]
struct MemberRow {
    household_id: i64,
    person_key: i64,
    name: String,
    kin: String,
    health: Option<String>,
    labour: Option<String>,
    student: Option<String>,
    skill: Option<String>,
    std: Option<i64>,
    address: Option<String>,
    other_causes: Option<String>,
}

#[derive(FromQueryResult)]
struct IncomeRow {
    household_id: i64,
    person_key: Option<i64>,
    name: Option<String>,
    kind: String,
    period: String,
    gross_fen: i64,
    cost_fen: i64,
    evidence: String,
}

pub(crate) async fn members(ctx: Ctx, Query(query): Query<ListQuery>) -> Page {
    let tree = regions(ctx.app()).await?;
    let mut export = begin(&ctx, &MemberImport::contract()?)?;
    let filter = query.filter(&ctx).await?;
    let mut last = None;
    loop {
        let households = after(&ctx.db, ctx.scope(), &filter, last.as_ref(), CHUNK_ROWS).await?;
        let mut sql = Sql::new(
            "SELECT m.household_id, m.person_key, p.name, m.kin, p.health, p.labour, p.student, p.skill, d.std, \
             d.address, d.other_causes FROM household_member m JOIN person p ON p.person_key = m.person_key \
             LEFT JOIN household_detail d ON d.household_id = m.household_id \
             WHERE m.left_on IS NULL AND m.household_id IN ",
        );
        sql.bind_list(households.iter().map(|h| h.id))
            .push(" ORDER BY m.household_id, m.kin, p.birth, m.person_key");
        let rows: Vec<MemberRow> = fetch(&ctx, sql, &households).await?;
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
        let mut sql = Sql::new(
            "SELECT i.household_id, i.person_key, p.name, i.kind, i.period, i.gross_fen, i.cost_fen, i.evidence \
             FROM income_item i LEFT JOIN person p ON p.person_key = i.person_key \
             WHERE i.removed_reason IS NULL AND i.household_id IN ",
        );
        sql.bind_list(households.iter().map(|h| h.id))
            .push(" ORDER BY i.household_id, i.to_month DESC, i.id");
        let rows: Vec<IncomeRow> = fetch(&ctx, sql, &households).await?;
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

async fn fetch<T: FromQueryResult + Send>(ctx: &Ctx, sql: Sql, households: &[HouseholdRow]) -> AppResult<Vec<T>> {
    if households.is_empty() {
        return Ok(Vec::new());
    }
    ctx.db.fetch(sql).await
}

async fn send(ctx: &Ctx, export: Export, name: &str) -> Page {
    let act = Act::new("household.export", "household:list").with(json!({ "rows": export.rows(), "file": name }));
    ctx.trail.note(ctx.actor(), act).await?;
    Ok(export.send(name).await?)
}

fn word(text: &Option<String>) -> Cell {
    Cell::text(text.as_deref().unwrap_or_default())
}
