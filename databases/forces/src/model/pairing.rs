//! One household, one responsible person (一户一责任人), without a hole.
//!
//! A pairing holds from its first day up to, and not including, its last: whoever takes over on a day begins on the
//! day on which the other ends, so that no day is without a helper and none counts twice.

use kernel::{AppError, Date, ErrorKind};

/// One pairing of a household: who, from which day, until before which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The helper's key in the table of pairings.
    pub helper: i64,
    pub from: Date,
    pub to: Option<Date>,
}

impl Span {
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// Why a pairing is not changed. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody helps already: hand over instead.
    AlreadyPaired,
    /// Nobody helps: nothing to hand over or to end.
    NotPaired,
    /// The new helper is the present one.
    SameHelper,
    /// The day lies before the pairing began.
    BeforeItBegan(Date),
    /// The day lies within an earlier pairing.
    WithinEarlier(Date),
    Tomorrow,
    TooEarly,
    /// Near kin, with the reason.
    Kin(String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::AlreadyPaired => f.write_str("该户已有帮扶责任人，请办理“移交”，不要重复结对。"),
            Refusal::NotPaired => f.write_str("该户目前没有帮扶责任人，请办理“结对”。"),
            Refusal::SameHelper => f.write_str("新的责任人就是现在的责任人，请另选。"),
            Refusal::BeforeItBegan(from) => write!(f, "日期早于现有结对的开始日期 {from}，请核对。"),
            Refusal::WithinEarlier(to) => write!(f, "日期落在以前的结对期内（至 {to}），请核对。"),
            Refusal::Tomorrow => f.write_str("日期不能晚于今天。"),
            Refusal::TooEarly => f.write_str("日期不能早于 1900 年。"),
            Refusal::Kin(reason) => f.write_str(reason),
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> AppError {
        let kind = match refusal {
            Refusal::AlreadyPaired | Refusal::NotPaired => ErrorKind::Conflict,
            _ => ErrorKind::Invalid,
        };
        AppError::new(kind, refusal.to_string())
    }
}

/// Whether `helper` may begin on `from`: nobody helps, and the day touches no earlier pairing.
///
/// # Errors
/// The first thing that stands against it.
pub fn pair(spans: &[Span], from: Date, today: Date) -> Result<(), Refusal> {
    fits(from, today)?;
    if spans.iter().any(|span| span.to.is_none()) {
        return Err(Refusal::AlreadyPaired);
    }
    match spans.iter().filter_map(|span| span.to).max() {
        Some(last) if from < last => Err(Refusal::WithinEarlier(last)),
        _ => Ok(()),
    }
}

/// Whether the household may pass to `helper` on `day`, on which the present helper ends.
///
/// # Errors
/// The first thing that stands against it.
pub fn hand_over(spans: &[Span], helper: i64, day: Date, today: Date) -> Result<(), Refusal> {
    end(spans, day, today)?;
    if spans.iter().any(|span| span.to.is_none() && span.helper == helper) {
        return Err(Refusal::SameHelper);
    }
    Ok(())
}

/// Whether the present pairing may end on `day`, leaving the household without a helper from then on.
///
/// # Errors
/// The first thing that stands against it.
pub fn end(spans: &[Span], day: Date, today: Date) -> Result<(), Refusal> {
    fits(day, today)?;
    let began = spans
        .iter()
        .filter(|span| span.to.is_none())
        .map(|span| span.from)
        .max();
    match began {
        None => Err(Refusal::NotPaired),
        Some(from) if day < from => Err(Refusal::BeforeItBegan(from)),
        Some(_) => Ok(()),
    }
}

fn fits(day: Date, today: Date) -> Result<(), Refusal> {
    if day > today {
        Err(Refusal::Tomorrow)
    } else if day.year() < 1900 {
        Err(Refusal::TooEarly)
    } else {
        Ok(())
    }
}

/// Who helps on a day.
pub fn helpers_on(spans: &[Span], day: Date) -> Vec<i64> {
    spans
        .iter()
        .filter(|span| span.holds_on(day))
        .map(|span| span.helper)
        .collect()
}

/// Someone near to a helper, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    pub person: i64,
    /// Known from the kin graph, whose relations villages do not see, or from a household they share(d).
    pub from_graph: bool,
}

/// The reason why a helper may not be paired with a household, if there is one: he belongs to it himself, or
/// somebody near to him does.
pub fn kin_conflict(helper: &str, person: Option<i64>, near: &[Near], household: &[(i64, String)]) -> Option<Refusal> {
    if household.iter().any(|(member, _)| Some(*member) == person) {
        return Some(Refusal::Kin(format!(
            "{helper}是该户成员，按规定须回避，请另选帮扶责任人。"
        )));
    }
    let (kin, (_, name)) = near
        .iter()
        .find_map(|kin| Some((kin, household.iter().find(|(member, _)| *member == kin.person)?)))?;
    Some(Refusal::Kin(if kin.from_graph {
        format!("{helper}与该户存在近亲属关系（亲属申报登记），按规定须回避，请另选帮扶责任人。")
    } else {
        format!("{helper}与该户成员{name}为同户近亲属，按规定须回避，请另选帮扶责任人。")
    }))
}

#[cfg(test)]
mod tests {
    use kernel::period::parse_date;
    use proptest::prelude::*;
    use time::Duration;

    use super::*;

    fn d(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    #[test]
    fn a_household_has_one_responsible_person() {
        let spans = [Span {
            helper: 1,
            from: d("2026-01-01"),
            to: None,
        }];
        let today = d("2026-03-02");
        assert_eq!(pair(&spans, today, today), Err(Refusal::AlreadyPaired));
        assert_eq!(hand_over(&spans, 1, today, today), Err(Refusal::SameHelper));
        assert_eq!(hand_over(&[], 1, today, today), Err(Refusal::NotPaired));
        assert_eq!(
            hand_over(&spans, 2, d("2025-12-31"), today),
            Err(Refusal::BeforeItBegan(d("2026-01-01")))
        );
        assert_eq!(hand_over(&spans, 2, d("2026-03-03"), today), Err(Refusal::Tomorrow));
        assert_eq!(hand_over(&spans, 2, today, today), Ok(()));
    }

    #[test]
    fn a_new_pairing_does_not_reach_into_an_earlier_one() {
        let ended = [Span {
            helper: 1,
            from: d("2026-01-01"),
            to: Some(d("2026-02-01")),
        }];
        let today = d("2026-03-02");
        assert_eq!(
            pair(&ended, d("2026-01-31"), today),
            Err(Refusal::WithinEarlier(d("2026-02-01")))
        );
        assert_eq!(pair(&ended, d("2026-02-01"), today), Ok(()));
    }

    #[test]
    fn near_kin_are_refused_with_the_reason() {
        let household = [(1, "张大山".to_owned()), (2, "李秀英".to_owned())];
        let reason =
            |person, near: &[Near]| kin_conflict("王助", Some(person), near, &household).map(|r| r.to_string());
        assert!(reason(2, &[]).unwrap().contains("是该户成员"));
        let mother = Near {
            person: 2,
            from_graph: false,
        };
        assert!(reason(9, &[mother]).unwrap().contains("与该户成员李秀英"));
        let graph = Near {
            person: 2,
            from_graph: true,
        };
        assert!(
            !reason(9, &[graph]).unwrap().contains("李秀英"),
            "villages do not see the kin graph"
        );
        assert_eq!(reason(9, &[]), None);
    }

    /// Carries out what was allowed, as the store does.
    fn drive(spans: &mut Vec<Span>, act: u8, helper: i64, day: Date, today: Date) {
        match act {
            0 if pair(spans, day, today).is_ok() => spans.push(Span {
                helper,
                from: day,
                to: None,
            }),
            1 if hand_over(spans, helper, day, today).is_ok() => {
                spans
                    .iter_mut()
                    .filter(|s| s.to.is_none())
                    .for_each(|s| s.to = Some(day));
                spans.push(Span {
                    helper,
                    from: day,
                    to: None,
                });
            }
            2 if end(spans, day, today).is_ok() => {
                spans
                    .iter_mut()
                    .filter(|s| s.to.is_none())
                    .for_each(|s| s.to = Some(day));
            }
            _ => {}
        }
    }

    proptest! {
        /// Whatever is tried, on any day, in any order: nobody helps twice on one day, and after any number of
        /// hand-overs no day between the first pairing and today is without a helper.
        // accept: 001-38
        #[test]
        fn hand_overs_leave_no_day_without_a_helper(acts in prop::collection::vec((0_u8..2, 1_i64..5, 0_i64..400), 1..60)) {
            let first = d("2025-01-01");
            let today = first + Duration::days(399);
            let mut spans = Vec::new();
            for (act, helper, offset) in acts {
                drive(&mut spans, act, helper, first + Duration::days(offset), today);
            }
            if let Some(began) = spans.iter().map(|s| s.from).min() {
                let mut day = began;
                while day <= today {
                    prop_assert_eq!(helpers_on(&spans, day).len(), 1, "{}", day);
                    day += Duration::days(1);
                }
            }
        }

        #[test]
        fn nobody_helps_twice_on_one_day(acts in prop::collection::vec((0_u8..3, 1_i64..5, 0_i64..100), 1..60)) {
            let first = d("2025-01-01");
            let today = first + Duration::days(99);
            let mut spans = Vec::new();
            for (act, helper, offset) in acts {
                drive(&mut spans, act, helper, first + Duration::days(offset), today);
            }
            for offset in 0..100 {
                prop_assert!(helpers_on(&spans, first + Duration::days(offset)).len() <= 1);
            }
        }
    }
}
