//! How a payee's name stands on a public list.
//!
//! The programme decides (`public_name_mode`); children are masked whatever it says. A payee of whom no birth date
//! is known counts as a child: a mask too many harms nobody.

use funds::{NameMode, Programme};
use households::age_on;
use kernel::{name, period::parse_date};

const ADULT_YEARS: i32 = 18;

/// What stands in place of a name that is not published.
pub(crate) const NOT_PUBLISHED: &str = "按规定不公开姓名";

/// The name as anybody may read it. `birth` and `paid_on` as `YYYY-MM-DD`.
pub(crate) fn shown(programme: &Programme, payee: &str, birth: Option<&str>, paid_on: &str) -> String {
    match programme.name_mode() {
        NameMode::None => NOT_PUBLISHED.to_owned(),
        NameMode::Full if !programme.pays_people() || was_adult(birth, paid_on) => payee.to_owned(),
        NameMode::Full | NameMode::Masked => name::mask(payee),
    }
}

/// Whether somebody was of age on the day of payment, as far as is known.
pub(crate) fn was_adult(birth: Option<&str>, paid_on: &str) -> bool {
    let (Some(birth), Some(day)) = (birth, parse_date(paid_on)) else {
        return false;
    };
    parse_date(birth).is_some() && age_on(birth, day) >= ADULT_YEARS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programme(mode: &str) -> Programme {
        Programme {
            code: "HN01".to_owned(),
            name: "耕地地力保护补贴".to_owned(),
            org: "agriculture".to_owned(),
            fund_class: 1,
            unit: "亩".to_owned(),
            rate_fen: 12_500,
            cycle: "年".to_owned(),
            payee_kind: "person".to_owned(),
            targeted: false,
            public_name_mode: mode.to_owned(),
            basis: String::new(),
            what_done: String::new(),
            effect: String::new(),
        }
    }

    fn name_of(mode: &str, birth: Option<&str>) -> String {
        shown(&programme(mode), "王小明", birth, "2026-02-10")
    }

    #[test]
    fn the_programme_decides_how_an_adult_is_named() {
        assert_eq!(name_of("full", Some("1960-01-01")), "王小明");
        assert_eq!(name_of("masked", Some("1960-01-01")), "王*明");
        assert_eq!(name_of("none", Some("1960-01-01")), NOT_PUBLISHED);
        assert_eq!(name_of("a mode nobody knows", Some("1960-01-01")), NOT_PUBLISHED);
    }

    #[test]
    fn a_child_is_masked_until_the_day_of_coming_of_age() {
        assert_eq!(name_of("full", Some("2008-02-11")), "王*明");
        assert_eq!(name_of("full", Some("2008-02-10")), "王小明");
    }

    #[test]
    fn without_a_birth_date_a_payee_counts_as_a_child() {
        assert_eq!(name_of("full", None), "王*明");
        assert_eq!(name_of("full", Some("不详")), "王*明");
    }

    #[test]
    fn a_village_that_is_paid_has_no_age() {
        let village = Programme {
            payee_kind: "village".to_owned(),
            ..programme("full")
        };
        assert_eq!(shown(&village, "石庙社区", None, "2026-02-10"), "石庙社区");
    }
}
