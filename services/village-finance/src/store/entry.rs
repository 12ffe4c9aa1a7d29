//! One entry: found within the scope, and put into words for its history.

use ::store::{FromQueryResult, Query, Sql, args};
use access::{Actor, Scope};
use kernel::{AppError, AppResult, Money, RegionCode};
use records::flow::Code;
use serde_json::{Value, json};

use crate::model::{Category, Channel, Direction, EntryState};

/// An entry as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Entry {
    pub id: i64,
    pub region: i64,
    pub account: i64,
    pub voucher_no: String,
    /// `YYYY-MM-DD`
    pub day: String,
    pub direction: String,
    pub category: String,
    /// Below zero in an entry that takes another back.
    pub amount_fen: i64,
    pub channel: String,
    pub party: String,
    pub party_is_person: bool,
    pub summary: String,
    pub decision_no: String,
    pub state: String,
    /// The entry it takes back.
    pub reverses: Option<i64>,
    pub entered_by: i64,
    pub entered_name: String,
    pub signed_name: String,
    pub checked_name: String,
    pub checked_millis: i64,
    pub last_actor: i64,
}

/// Columns of [`Entry`] from `village_entry e`, `village_word p` (the other party) and `village_word s` (the summary).
pub(super) const COLUMNS: &str = "e.id, e.region, e.account, e.voucher_no, e.day, e.direction, e.category, e.amount_fen, \
     e.channel, p.word AS party, e.party_is_person, s.word AS summary, e.decision_no, e.state, e.reverses, e.entered_by, \
     e.entered_name, e.signed_name, e.checked_name, e.checked_millis, e.last_actor";
pub(super) const WORDS: &str = " JOIN village_word p ON p.id = e.party JOIN village_word s ON s.id = e.summary";

impl Entry {
    pub fn state(&self) -> EntryState {
        EntryState::parse(&self.state).unwrap_or(EntryState::Entered)
    }

    pub fn direction(&self) -> Direction {
        Direction::parse(&self.direction).unwrap_or(Direction::Expense)
    }

    pub fn category(&self) -> &'static str {
        Category::parse(&self.category).map_or("其他支出", |c| c.title())
    }

    pub fn channel(&self) -> &'static str {
        Channel::parse(&self.channel).map_or("转账", |c| c.title())
    }

    pub fn amount(&self) -> Money {
        Money(self.amount_fen)
    }

    pub fn place(&self) -> RegionCode {
        RegionCode::from_i64(self.region).unwrap_or(RegionCode::NATION)
    }

    /// `2026-03`
    pub fn month(&self) -> &str {
        self.day.get(..7).unwrap_or_default()
    }

    /// The other party as anybody may read it: people are masked.
    pub fn public_party(&self) -> String {
        if self.party_is_person {
            kernel::name::mask(&self.party)
        } else {
            self.party.clone()
        }
    }

    /// Whether the person who acts is the one who is paid.
    pub(crate) fn concerns(&self, actor: &Actor) -> bool {
        self.party_is_person && self.party == actor.name
    }
}

/// An entry inside the scope; `None` when it does not exist or lies outside.
pub async fn entry(db: &impl Query, scope: &Scope, id: i64) -> AppResult<Option<Entry>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(" FROM village_entry e").push(WORDS);
    sql.push(" WHERE e.id = ").bind(id);
    scope.restrict(&mut sql, "e.region");
    Ok(db.fetch(sql).await?.pop())
}

/// Entries inside the scope whose vouchers have one of these numbers, of whatever village.
pub(crate) async fn by_vouchers(db: &impl Query, scope: &Scope, numbers: &[&str]) -> AppResult<Vec<Entry>> {
    const AT_ONCE: usize = 500;
    let mut found = Vec::new();
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    for some in numbers.chunks(AT_ONCE) {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push(" FROM village_entry e").push(WORDS);
        sql.push(" WHERE e.voucher_no IN ").bind_list(some.iter().copied());
        scope.restrict(&mut sql, "e.region");
        found.extend(db.fetch::<Entry>(sql).await?);
    }
    Ok(found)
}

/// The entry that takes this one back, if any is under way or checked.
pub async fn reversal_of(db: &impl Query, id: i64) -> AppResult<Option<i64>> {
    let found = db
        .number(
            "SELECT id FROM village_entry WHERE reverses = $1 AND state <> 'withdrawn'",
            args![id],
        )
        .await?;
    Ok((found > 0).then_some(found))
}

pub(crate) fn missing() -> AppError {
    AppError::not_found("没有找到这笔账，或不在您的管理范围内。")
}

/// The entry as its history keeps it.
pub(crate) fn state_of(e: &Entry) -> Value {
    json!({
        "voucher_no": e.voucher_no, "day": e.day, "category": e.category(), "amount": e.amount().to_string(),
        "channel": e.channel(), "party": e.party, "summary": e.summary, "decision_no": e.decision_no,
        "state": e.state().title(),
    })
}

/// Titles of the fields of the history, in the order of the page.
pub const TITLES: [(&str, &str); 9] = [
    ("voucher_no", "凭证号"),
    ("day", "日期"),
    ("category", "科目"),
    ("amount", "金额（元）"),
    ("channel", "收付方式"),
    ("party", "对方"),
    ("summary", "摘要"),
    ("decision_no", "决议号"),
    ("state", "状态"),
];
