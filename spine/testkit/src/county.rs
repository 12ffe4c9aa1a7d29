//! The small county in which tests happen: two towns with a village each, numbers of invented people, who acts in it.

use access::{AccountId, Actor, Role};
use kernel::{Date, IdNumber, RegionCode, identity::check_char, period::parse_date};

use crate::{TestApp, an_actor};

pub const COUNTY: &str = "371621";
pub const TOWN: &str = "371621102";
pub const COMMUNITY: &str = "371621102001";
pub const WEST: &str = "371621102001001";
pub const OTHER_TOWN: &str = "371621103";
pub const OTHER_COMMUNITY: &str = "371621103001";
pub const EAST: &str = "371621103001001";

/// Codes and names of the county, from above.
pub const DIVISIONS: [(&str, &str); 7] = [
    (COUNTY, "惠民县"),
    (TOWN, "石庙镇"),
    (COMMUNITY, "大田社区"),
    (WEST, "西街村"),
    (OTHER_TOWN, "桑落墅镇"),
    (OTHER_COMMUNITY, "东关社区"),
    (EAST, "东关村"),
];

/// A region code as a test writes it.
pub fn code(text: &str) -> RegionCode {
    text.parse().expect("a region code")
}

/// A day as a test writes it, `2026-03-02`.
pub fn day(text: &str) -> Date {
    parse_date(text).expect("a day")
}

/// The number of the `n`-th invented person, below 1,000, with its check character.
pub fn number_text(n: u32) -> String {
    checked(&format!("37162119700101{n:03}"))
}

/// [`number_text`] as a number.
pub fn number(n: u32) -> IdNumber {
    id_number(&number_text(n))
}

/// Seventeen digits with the character that checks them.
pub fn checked(first17: &str) -> String {
    format!("{first17}{}", check_char(first17).expect("seventeen digits"))
}

/// Eighteen characters as a number.
pub fn id_number(text: &str) -> IdNumber {
    IdNumber::parse(text).expect("an ID number").number
}

/// Someone of a role; `n` tells two people of one role apart.
pub fn one(role: Role, area: &str, n: i64) -> Actor {
    let actor = an_actor(role, area);
    let id = actor.account.map_or(0, |account| account.0) * 10 + n;
    Actor {
        account: Some(AccountId(id)),
        name: format!("{}{n}", role.title()),
        ..actor
    }
}

/// A request id that no other form has.
pub fn fresh(app: &TestApp) -> String {
    format!("test-request-{:x}", app.app.next_id())
}
