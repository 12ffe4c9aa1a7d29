//! Spot checks in the home (入户抽查): five questions, each answered yes or no by the household.

/// The questions, in the household's words. Which ones are asked is for the county to say; their number is fixed.
pub const QUESTIONS: [&str; 5] = [
    "知道本户的帮扶责任人是谁",
    "近一个月帮扶责任人到过家里",
    "走访记录所写与实际相符",
    "登记的帮扶措施已经落实",
    "对帮扶工作满意",
];

/// Where the effective rate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colour {
    Green,
    Yellow,
    Red,
}

impl Colour {
    /// At least 75 % yes is green, at least 60 % yellow, anything less red; `None` when nothing was asked.
    pub fn of(yes: i64, asked: i64) -> Option<Colour> {
        if asked <= 0 {
            return None;
        }
        Some(if yes * 100 >= asked * 75 {
            Colour::Green
        } else if yes * 100 >= asked * 60 {
            Colour::Yellow
        } else {
            Colour::Red
        })
    }

    pub fn title(self) -> &'static str {
        match self {
            Colour::Green => "绿色",
            Colour::Yellow => "黄色",
            Colour::Red => "红色",
        }
    }

    /// The tone of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            Colour::Green => "done",
            Colour::Yellow => "wait",
            Colour::Red => "late",
        }
    }
}

/// `83.3%`, rounded down to a tenth.
pub fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "—".to_owned();
    }
    let tenths = part * 1000 / whole;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_of_five_is_green_three_is_yellow_two_is_red() {
        let colours = [5, 4, 3, 2, 0].map(|yes| Colour::of(yes, 5).unwrap());
        assert_eq!(
            colours,
            [Colour::Green, Colour::Green, Colour::Yellow, Colour::Red, Colour::Red]
        );
        assert_eq!(Colour::of(0, 0), None);
        assert_eq!(Colour::of(75, 100), Some(Colour::Green));
        assert_eq!(Colour::of(7499, 10_000), Some(Colour::Yellow));
    }

    #[test]
    fn a_rate_is_never_rounded_up() {
        assert_eq!(percent(2999, 3000), "99.9%");
        assert_eq!(percent(0, 0), "—");
    }
}
