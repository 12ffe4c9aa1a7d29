//! One step of kinship, and how steps join: a father's wife is a mother, a son's mother is a wife, a brother's
//! brother is a brother. What a code of GB/T 4761 says is a way of one to three such steps.

/// A person's sex, where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
    Unknown,
}

impl Sex {
    /// Of GB/T 2261.1.
    pub fn of(code: i64) -> Sex {
        match code {
            1 => Sex::Male,
            2 => Sex::Female,
            _ => Sex::Unknown,
        }
    }

    fn or(self, other: Sex) -> Sex {
        if self == Sex::Unknown { other } else { self }
    }

    fn other(self) -> Sex {
        match self {
            Sex::Male => Sex::Female,
            Sex::Female => Sex::Male,
            Sex::Unknown => Sex::Unknown,
        }
    }
}

/// From one person to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// To a parent of this sex.
    Up(Sex),
    /// To a child.
    Down(Sex),
    /// To the spouse.
    Mate(Sex),
    /// To a brother or sister; whether older, where it is known.
    Side(Sex, Option<bool>),
    /// To a cousin on the mother's side or by an aunt (表亲): the way is not told.
    Cousin,
    /// To kin of whom nothing more is said.
    Other,
}

use Sex::{Female, Male, Unknown};
use Step::{Cousin, Down, Mate, Other, Side, Up};

impl Step {
    /// The sex of whom it leads to.
    pub fn sex(self) -> Sex {
        match self {
            Up(sex) | Down(sex) | Mate(sex) | Side(sex, _) => sex,
            Cousin | Other => Unknown,
        }
    }

    fn with_sex(self, sex: Sex) -> Step {
        match self {
            Up(own) => Up(own.or(sex)),
            Down(own) => Down(own.or(sex)),
            Mate(own) => Mate(own.or(sex)),
            Side(own, elder) => Side(own.or(sex), elder),
            Cousin | Other => self,
        }
    }

    /// How many generations up.
    pub fn generation(self) -> i64 {
        match self {
            Up(_) => 1,
            Down(_) => -1,
            _ => 0,
        }
    }

    fn back(self, origin: Sex) -> Step {
        match self {
            Up(_) => Down(origin),
            Down(_) => Up(origin),
            Mate(sex) => Mate(origin.or(sex.other())),
            Side(_, elder) => Side(origin, elder.map(|elder| !elder)),
            Cousin | Other => self,
        }
    }
}

/// The way a code of GB/T 4761 says, from the one to whom the code relates; `sex` of the relative where the code
/// leaves it open. `None`: no kin (99), or no code of the standard.
pub fn way_of(code: &str, sex: Sex) -> Option<Vec<Step>> {
    let number: u8 = code.parse().ok()?;
    let uncle = |parent: Sex, side: Sex, elder: Option<bool>| vec![Up(parent), Side(side, elder)];
    let aunt_by_marriage =
        |parent: Sex, side: Sex, elder: Option<bool>, mate: Sex| vec![Up(parent), Side(side, elder), Mate(mate)];
    let mut way = match number {
        1 | 2 => vec![],
        10 => vec![Mate(Unknown)],
        11 => vec![Mate(Male)],
        12 => vec![Mate(Female)],
        28 => vec![Down(Female), Mate(Male)],
        20..=29 => vec![Down(Male)],
        38 => vec![Down(Male), Mate(Female)],
        30..=39 => vec![Down(Female)],
        40 => vec![Down(Unknown), Down(Unknown)],
        41 => vec![Down(Male), Down(Male)],
        42 => vec![Down(Male), Down(Female)],
        43 => vec![Down(Female), Down(Male)],
        44 => vec![Down(Female), Down(Female)],
        50 => vec![Up(Unknown)],
        51 | 57 => vec![Up(Male)],
        52 | 58 => vec![Up(Female)],
        53 => vec![Mate(Male), Up(Male)],
        54 => vec![Mate(Male), Up(Female)],
        55 => vec![Mate(Female), Up(Male)],
        56 => vec![Mate(Female), Up(Female)],
        60 => vec![Up(Unknown), Up(Unknown)],
        61 => vec![Up(Male), Up(Male)],
        62 => vec![Up(Male), Up(Female)],
        63 => vec![Up(Female), Up(Male)],
        64 => vec![Up(Female), Up(Female)],
        70 => vec![Side(Unknown, None)],
        71 => vec![Side(Male, Some(true))],
        72 => vec![Side(Male, Some(true)), Mate(Female)],
        73 => vec![Side(Male, Some(false))],
        74 => vec![Side(Male, Some(false)), Mate(Female)],
        75 => vec![Side(Female, Some(true))],
        76 => vec![Side(Female, Some(true)), Mate(Male)],
        77 => vec![Side(Female, Some(false))],
        78 => vec![Side(Female, Some(false)), Mate(Male)],
        81 => uncle(Male, Male, Some(true)),
        82 => aunt_by_marriage(Male, Male, Some(true), Female),
        83 => uncle(Male, Male, Some(false)),
        84 => aunt_by_marriage(Male, Male, Some(false), Female),
        85 => uncle(Female, Male, None),
        86 => aunt_by_marriage(Female, Male, None, Female),
        87 => aunt_by_marriage(Female, Female, None, Male),
        88 => uncle(Female, Female, None),
        89 => aunt_by_marriage(Male, Female, None, Male),
        90 => uncle(Male, Female, None),
        91 => vec![Up(Male), Side(Male, None), Down(Unknown)],
        92 => vec![Cousin],
        93 => vec![Side(Male, None), Down(Male)],
        94 => vec![Side(Male, None), Down(Female)],
        95 => vec![Side(Female, None), Down(Male)],
        96 => vec![Side(Female, None), Down(Female)],
        97 => vec![Other],
        _ => return None,
    };
    if let Some(last) = way.last_mut() {
        *last = last.with_sex(sex);
    }
    Some(way)
}

/// The way back from the end to the beginning; `origin` is the sex of the one at the beginning.
pub fn reversed(way: &[Step], origin: Sex) -> Vec<Step> {
    let before = |i: usize| if i == 0 { origin } else { way[i - 1].sex() };
    (0..way.len()).rev().map(|i| way[i].back(before(i))).collect()
}

/// The shortest way that says the same. All people on it are different, so a father's son is a brother.
pub fn joined(way: &[Step]) -> Vec<Step> {
    let mut out: Vec<Step> = Vec::new();
    for &step in way {
        out.push(step);
        while let [.., a, b] = out[..] {
            let Some(one) = one_for(a, b) else { break };
            out.truncate(out.len() - 2);
            out.push(one);
        }
    }
    out
}

fn one_for(a: Step, b: Step) -> Option<Step> {
    Some(match (a, b) {
        (Down(_), Up(sex)) => Mate(sex),
        (Up(_), Down(sex)) => Side(sex, None),
        (Up(_), Mate(sex)) => Up(sex),
        (Mate(_), Down(sex)) => Down(sex),
        (Side(..), Up(sex)) => Up(sex),
        (Side(..), Side(sex, _)) => Side(sex, None),
        (Down(_), Side(sex, _)) => Down(sex),
        _ => return None,
    })
}
