//! Books that exist already: many checked entries at once, their words, their accounts and the sums.

use std::collections::HashMap;

use ::store::{BulkInsert, Query, args};
use kernel::{AppResult, Date, KeyRing, Money, Month, RegionCode, RegionLevel};
use records::flow::Code;
use trail::RecordedTx;

use super::totals::around;
use crate::model::{AccountKind, Category, Channel};

/// The indexes of `village_entry`, one statement a line. A first load builds them afterwards.
pub(crate) const INDEXES: &str = include_str!("../../migrations/0002_entry_indexes.sql");
/// One of them gave way to another.
pub(crate) const SEARCH_BY_DAY: &str = include_str!("../../migrations/0003_search_by_day.sql");

/// An account of a village, with what it held when the book began.
#[derive(Clone, Debug)]
pub struct LoadedAccount<'a> {
    pub id: i64,
    pub village: RegionCode,
    pub kind: AccountKind,
    pub bank: &'a str,
    pub number: &'a str,
    pub holder: &'a str,
    pub opening: Money,
    pub opened_on: Date,
}

/// A checked entry. `party` and `summary` are positions in the list of words.
#[derive(Clone, Debug)]
pub struct LoadedEntry {
    pub id: i64,
    pub village: RegionCode,
    pub account: i64,
    pub voucher_no: String,
    pub day: Date,
    pub category: Category,
    pub amount: Money,
    pub channel: Channel,
    pub party: usize,
    pub party_is_person: bool,
    pub summary: usize,
}

/// Who wrote and checked what is loaded, as pages name them.
const WRITTEN_BY: [&str; 3] = ["村报账员", "监委会主任", "镇经管站"];

/// Enters accounts.
pub async fn accounts<'a>(
    tx: &RecordedTx,
    keys: &KeyRing,
    rows: impl IntoIterator<Item = LoadedAccount<'a>>,
) -> AppResult<u64> {
    let mut bulk = BulkInsert::new(
        tx,
        "village_account",
        &[
            "id",
            "region",
            "kind",
            "bank",
            "number_digest",
            "number_tail",
            "holder",
            "opening_fen",
            "opened_on",
        ],
        "",
    );
    for a in rows {
        bulk.push(args![
            a.id,
            a.village.as_i64(),
            a.kind.id(),
            a.bank,
            keys.digest("account", a.number) as i64,
            &a.number[a.number.len().saturating_sub(4)..],
            a.holder,
            a.opening.fen(),
            a.opened_on.to_string()
        ])
        .await?;
    }
    bulk.finish().await
}

/// Enters checked entries with their words and the sums; returns how many.
pub async fn entries(
    tx: &RecordedTx,
    next_id: impl Fn() -> i64,
    words: &[String],
    rows: impl IntoIterator<Item = LoadedEntry>,
) -> AppResult<u64> {
    let ids = word_ids(tx, next_id, words).await?;
    let first = tx
        .number(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM village_entry LIMIT 1) f",
            args![],
        )
        .await?
        == 0;
    if first {
        indexes(tx, false).await?;
    }
    let mut sums = Sums::default();
    let mut bulk = BulkInsert::new(
        tx,
        "village_entry",
        &[
            "id",
            "region",
            "town",
            "account",
            "voucher_no",
            "day",
            "direction",
            "category",
            "amount_fen",
            "channel",
            "party",
            "party_is_person",
            "summary",
            "decision_no",
            "state",
            "entered_by",
            "entered_name",
            "signed_name",
            "checked_name",
            "checked_millis",
            "last_actor",
        ],
        "",
    );
    let [entered, signed, checked] = WRITTEN_BY;
    for e in rows {
        sums.add(&e);
        bulk.push(args![
            e.id,
            e.village.as_i64(),
            e.village.at(RegionLevel::Town).as_i64(),
            e.account,
            e.voucher_no,
            e.day.to_string(),
            e.category.direction().id(),
            e.category.id(),
            e.amount.fen(),
            e.channel.id(),
            ids[e.party],
            e.party_is_person,
            ids[e.summary],
            "",
            "checked",
            -1_i64,
            entered,
            signed,
            checked,
            kernel::Timestamp::at_start_of(e.day).millis(),
            -1_i64
        ])
        .await?;
    }
    let count = bulk.finish().await?;
    if first {
        indexes(tx, true).await?;
    }
    sums.write(tx).await?;
    Ok(count)
}

async fn word_ids(tx: &RecordedTx, next_id: impl Fn() -> i64, words: &[String]) -> AppResult<Vec<i64>> {
    #[derive(::store::FromQueryResult)]
    struct Row {
        id: i64,
        word: String,
    }
    let mut bulk = BulkInsert::new(tx, "village_word", &["id", "word"], "ON CONFLICT (word) DO NOTHING");
    for word in words {
        bulk.push(args![next_id(), word.as_str()]).await?;
    }
    bulk.finish().await?;
    let known: Vec<Row> = tx.rows("SELECT id, word FROM village_word", args![]).await?;
    let known: HashMap<&str, i64> = known.iter().map(|r| (r.word.as_str(), r.id)).collect();
    Ok(words.iter().map(|w| known[w.as_str()]).collect())
}

async fn indexes(tx: &RecordedTx, build: bool) -> AppResult<()> {
    let created = INDEXES.lines().chain(SEARCH_BY_DAY.lines());
    for statement in created.filter(|s| s.starts_with("CREATE") && !s.contains(" village_entry_party ")) {
        let name = statement.split_whitespace().find(|w| w.starts_with("village_entry_"));
        let sql = if build {
            statement.trim_end_matches(';').to_owned()
        } else {
            format!("DROP INDEX {}", name.unwrap_or_default())
        };
        tx.execute(&sql, args![]).await?;
    }
    Ok(())
}

/// Sums collected while entries are entered.
#[derive(Default)]
struct Sums {
    places: HashMap<(RegionCode, i32, &'static str), (i64, i64)>,
    towns: HashMap<(i64, i32, Category, &'static str), (i64, i64)>,
}

impl Sums {
    fn add(&mut self, e: &LoadedEntry) {
        let (month, town) = (Month::of(e.day).index(), e.village.at(RegionLevel::Town).as_i64());
        for place in around(e.village) {
            let sum = self
                .places
                .entry((place, month, e.category.direction().id()))
                .or_default();
            sum.0 += 1;
            sum.1 += e.amount.fen();
        }
        let town = self.towns.entry((town, month, e.category, e.channel.id())).or_default();
        town.0 += 1;
        town.1 += e.amount.fen();
    }

    async fn write(self, tx: &RecordedTx) -> AppResult<()> {
        let month =
            |index: i32| Month::new(index / 12, (index % 12 + 1) as u8).map_or_else(String::new, |m| m.to_string());
        let mut bulk = BulkInsert::new(
            tx,
            "village_month",
            &["region", "parent", "month", "direction", "rows", "amount_fen"],
            "ON CONFLICT (region, month, direction) DO UPDATE SET rows = village_month.rows + excluded.rows, \
             amount_fen = village_month.amount_fen + excluded.amount_fen",
        );
        for ((place, index, direction), (rows, fen)) in self.places {
            let (region, parent) = (place.as_i64(), place.parent().as_i64());
            bulk.push(args![region, parent, month(index), direction, rows, fen])
                .await?;
        }
        bulk.finish().await?;
        let mut bulk = BulkInsert::new(
            tx,
            "village_town_month",
            &[
                "town",
                "month",
                "direction",
                "category",
                "channel",
                "rows",
                "amount_fen",
            ],
            "ON CONFLICT (town, month, direction, category, channel) DO UPDATE SET \
             rows = village_town_month.rows + excluded.rows, amount_fen = village_town_month.amount_fen + excluded.amount_fen",
        );
        for ((town, index, category, channel), (rows, fen)) in self.towns {
            let direction = category.direction().id();
            bulk.push(args![town, month(index), direction, category.id(), channel, rows, fen])
                .await?;
        }
        bulk.finish().await.map(|_| ())
    }
}
