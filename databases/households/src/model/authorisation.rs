//! 核对授权委托书: nobody's means are checked before every grown member of the household has signed.

use kernel::{Date, period::parse_date};

use crate::age_on;

/// From this age one signs for oneself.
pub const ADULT_AGE: i32 = 18;

/// A member as far as signing goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    pub person_key: i64,
    pub name: String,
    /// `YYYY-MM-DD`
    pub birth: String,
}

/// The adults who have not signed, by name. `signed` holds person and the last day the signature is good for.
pub fn unsigned(members: &[Signer], signed: &[(i64, String)], today: Date) -> Vec<String> {
    let has_signed = |key: i64| {
        signed
            .iter()
            .any(|(person, to)| *person == key && parse_date(to).is_some_and(|to| today <= to))
    };
    members
        .iter()
        .filter(|m| age_on(&m.birth, today) >= ADULT_AGE && !has_signed(m.person_key))
        .map(|m| m.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(person_key: i64, name: &str, birth: &str) -> Signer {
        Signer {
            person_key,
            name: name.into(),
            birth: birth.into(),
        }
    }

    // accept: 001-07
    #[test]
    fn every_adult_signs_and_a_signature_runs_out() {
        let today = parse_date("2026-03-02").unwrap();
        let members = [
            member(1, "张大山", "1970-01-01"),
            member(2, "李秀英", "1972-05-05"),
            member(3, "张小山", "2010-01-01"),
            member(4, "张大海", "2008-03-02"),
        ];
        let signed = [(1, "2027-01-01".to_owned()), (2, "2026-03-01".to_owned())];
        assert_eq!(unsigned(&members, &signed, today), ["李秀英", "张大海"]);
    }
}
