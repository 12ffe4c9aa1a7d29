//! Sums as citizens read them: large amounts in 万元, shares in percent, sources in the order of their level.

use funds::Indicator;
use kernel::{Money, Timestamp};

/// Levels money comes from, highest first.
const LEVELS: [&str; 5] = ["中央", "省", "市", "县", "社会"];

/// An amount with the unit that suits its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub number: String,
    pub unit: &'static str,
}

/// Ten thousand yuan and more are told in 万元, cut to two decimals; below that every fen is shown.
pub(crate) fn amount(money: Money) -> Amount {
    const WAN_FEN: i64 = 1_000_000;
    if money.fen().abs() < WAN_FEN {
        return Amount {
            number: money.to_string(),
            unit: "元",
        };
    }
    Amount {
        number: Money(money.fen() / 10_000).to_string(),
        unit: "万元",
    }
}

/// `72,542`
pub(crate) fn count(n: i64) -> String {
    let shown = Money(n.saturating_mul(100)).to_string();
    shown.trim_end_matches(".00").to_owned()
}

/// `12.3%` of a whole; `None` when there is no whole.
pub(crate) fn percent(part: i64, whole: i64) -> Option<String> {
    if whole <= 0 {
        return None;
    }
    let tenths = i128::from(part) * 1000 / i128::from(whole);
    Some(format!("{}.{}%", tenths / 10, tenths.abs() % 10))
}

/// What came from one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub level: String,
    pub amount: Money,
    pub documents: usize,
}

/// Documents summed by level, highest level first, levels nobody lists last.
pub(crate) fn by_level(indicators: &[Indicator]) -> Vec<Source> {
    let mut sources: Vec<Source> = Vec::new();
    for i in indicators {
        match sources.iter_mut().find(|s| s.level == i.level) {
            Some(source) => {
                source.amount = Money(source.amount.fen() + i.amount_fen);
                source.documents += 1;
            }
            None => sources.push(Source {
                level: i.level.clone(),
                amount: Money(i.amount_fen),
                documents: 1,
            }),
        }
    }
    sources.sort_by_key(|s| rank(&s.level));
    sources
}

/// Puts documents in the order in which they are read: the newest first, of one day those of the highest level.
pub(crate) fn in_reading_order(mut indicators: Vec<Indicator>) -> Vec<Indicator> {
    indicators.sort_by(|a, b| {
        b.arrived_on
            .cmp(&a.arrived_on)
            .then(rank(&a.level).cmp(&rank(&b.level)))
            .then_with(|| a.doc_no.cmp(&b.doc_no))
    });
    indicators
}

fn rank(level: &str) -> usize {
    LEVELS.iter().position(|l| *l == level).unwrap_or(LEVELS.len())
}

/// `中央财政`, `社会捐助` …
pub(crate) fn level_title(level: &str) -> String {
    match level {
        "社会" => "社会捐助".to_owned(),
        level if LEVELS.contains(&level) => format!("{level}级财政").replace("中央级", "中央"),
        level => level.to_owned(),
    }
}

/// Documents that arrived in a year, or all.
pub(crate) fn of_year(indicators: Vec<Indicator>, year: Option<i32>) -> Vec<Indicator> {
    let Some(year) = year else { return indicators };
    let start = format!("{year:04}-");
    indicators
        .into_iter()
        .filter(|i| i.arrived_on.starts_with(&start))
        .collect()
}

/// `数据截至 2026-11-21 09:30，最近一笔发放于 2026-11-20`.
pub(crate) fn as_of(total: &funds::Total) -> String {
    match &total.last_paid_on {
        Some(day) => format!("数据截至 {}，最近一笔发放于 {day}", Timestamp(total.updated_millis)),
        None => "还没有发放数据".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_amounts_show_every_fen_and_large_ones_their_size() {
        assert_eq!(
            amount(Money(123_456)),
            Amount {
                number: "1,234.56".to_owned(),
                unit: "元"
            }
        );
        assert_eq!(
            amount(Money(123_456_789_00)),
            Amount {
                number: "12,345.67".to_owned(),
                unit: "万元"
            }
        );
        assert_eq!(amount(Money::ZERO).number, "0.00");
    }

    #[test]
    fn counts_show_thousands() {
        assert_eq!([count(0), count(100), count(72_542)], ["0", "100", "72,542"]);
    }

    #[test]
    fn a_share_of_nothing_is_not_told() {
        assert_eq!(percent(1, 0), None);
        assert_eq!(percent(877, 1000).as_deref(), Some("87.7%"));
        assert_eq!(percent(i64::MAX, i64::MAX).as_deref(), Some("100.0%"));
    }

    #[test]
    fn sources_stand_from_the_highest_level_down() {
        let document = |level: &str, fen| Indicator {
            programme: "HN01".to_owned(),
            doc_no: "鲁财农〔2026〕1号".to_owned(),
            level: level.to_owned(),
            amount_fen: fen,
            arrived_on: "2026-01-05".to_owned(),
        };
        let sources = by_level(&[document("县", 1), document("中央", 20), document("县", 2)]);
        let told: Vec<_> = sources
            .iter()
            .map(|s| (s.level.as_str(), s.amount.fen(), s.documents))
            .collect();
        assert_eq!(told, [("中央", 20, 1), ("县", 3, 2)]);
        assert_eq!(
            [level_title("中央"), level_title("省"), level_title("社会")],
            ["中央财政", "省级财政", "社会捐助"]
        );
    }
}
