//! Valid and unique citizen ID numbers.
//!
//! Huimin's prefix was 372321 until 1999, 371621 after; people who married in keep the prefix of their home.

use kernel::{
    Date, IdNumber,
    identity::{Sex, check_char},
    period::epoch_days,
};

/// Hands out numbers that never repeat: per prefix, birth day and sex a counter walks through the 500 sequence
/// numbers from a start that depends on the day.
pub(crate) struct IdNumbers {
    prefixes: Vec<(u32, Vec<u16>)>,
}

/// Birth days covered, counted from 1900-01-01.
const DAYS: usize = 366 * 140;
const FIRST_DAY: i32 = -25_567;

impl IdNumbers {
    pub(crate) fn new() -> Self {
        IdNumbers { prefixes: Vec::new() }
    }

    /// The next number for this prefix, birth and sex.
    pub(crate) fn next(&mut self, prefix: u32, birth: Date, sex: Sex) -> IdNumber {
        let day = (epoch_days(birth) - FIRST_DAY).clamp(0, DAYS as i32 - 1) as usize;
        let slot = day * 2 + usize::from(sex == Sex::Male);
        let counters = match self.prefixes.iter().position(|(p, _)| *p == prefix) {
            Some(i) => &mut self.prefixes[i].1,
            None => {
                self.prefixes.push((prefix, vec![0; DAYS * 2]));
                &mut self
                    .prefixes
                    .last_mut()
                    .unwrap_or_else(|| unreachable!("just pushed"))
                    .1
            }
        };
        let n = counters[slot];
        counters[slot] = n + 1;
        assert!(n < 500, "more than 500 people of one sex, birthday and prefix");
        let half = (slot as u32 * 7919 + u32::from(n)) % 500;
        let sequence = half * 2 + u32::from(sex == Sex::Male);
        make(prefix, birth, sequence)
    }
}

fn make(prefix: u32, birth: Date, sequence: u32) -> IdNumber {
    let first = format!(
        "{prefix:06}{:04}{:02}{:02}{sequence:03}",
        birth.year(),
        u8::from(birth.month()),
        birth.day()
    );
    let check = check_char(&first).unwrap_or('0');
    match IdNumber::parse(&format!("{first}{check}")) {
        Ok(parsed) => parsed.number,
        Err(problem) => unreachable!("a made number is valid: {problem}"),
    }
}
