//! What is known between two people: the way, where it is written, and how far it can be trusted.

use super::step::{Sex, Step, joined};

/// Where a relation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The list of near kin that cadres hand in.
    Declared,
    /// Declared by a helper before being paired.
    Helper,
    /// Both belong to one registered household now.
    Household,
    /// Both belonged to one registered household; one has moved since.
    Former,
}

impl Source {
    /// As readers see it.
    pub fn title(self) -> &'static str {
        match self {
            Source::Declared => "干部近亲属申报",
            Source::Helper => "帮扶人员申报",
            Source::Household => "同户登记",
            Source::Former => "曾同户（户籍变动）",
        }
    }
}

/// How far a relation can be trusted; the weakest step is that of the whole way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trust {
    /// Two records contradict each other, or a name differs from the register: ask first.
    Doubtful,
    /// Written once and not to be compared with anything, or inferred from a household of the past.
    Fair,
    /// Written once, and the names agree with the register.
    Good,
    /// Two independent records agree.
    Confirmed,
}

impl Trust {
    /// As readers see it.
    pub fn title(self) -> &'static str {
        match self {
            Trust::Doubtful => "待核实",
            Trust::Fair => "一般",
            Trust::Good => "较高",
            Trust::Confirmed => "互相印证",
        }
    }

    /// Tone of its badge.
    pub fn tone(self) -> &'static str {
        match self {
            Trust::Doubtful => "back",
            Trust::Fair => "wait",
            Trust::Good => "doing",
            Trust::Confirmed => "done",
        }
    }
}

/// One relation between two people, read from the first to the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub from: i64,
    pub to: i64,
    pub way: Vec<Step>,
    pub sources: Vec<Source>,
    pub trust: Trust,
    /// What a reader should know besides.
    pub note: String,
}

/// Joins what several records say about the same two people, in the same direction.
pub fn merged(mut links: Vec<Link>) -> Vec<Link> {
    links.sort_by(|a, b| (a.from, a.to, b.trust, &a.sources).cmp(&(b.from, b.to, a.trust, &b.sources)));
    let mut out: Vec<Link> = Vec::new();
    for link in links {
        match out.last_mut() {
            Some(kept) if (kept.from, kept.to) == (link.from, link.to) => {
                if !agree(&kept.way, &link.way) {
                    kept.trust = Trust::Doubtful;
                    kept.note = "几处记载的关系不一致".to_owned();
                } else if !kept.sources.contains(&link.sources[0]) && kept.trust > Trust::Doubtful {
                    kept.trust = Trust::Confirmed;
                }
                for source in link.sources {
                    if !kept.sources.contains(&source) {
                        kept.sources.push(source);
                    }
                }
            }
            _ => out.push(link),
        }
    }
    out
}

/// Whether two ways can both be true; what one leaves open the other may say.
fn agree(a: &[Step], b: &[Step]) -> bool {
    let (a, b) = (joined(a), joined(b));
    let open = |way: &[Step]| way.contains(&Step::Other) || way.contains(&Step::Cousin);
    let same = |a: &Step, b: &Step| {
        let alike = std::mem::discriminant(a) == std::mem::discriminant(b);
        alike && (a.sex() == b.sex() || a.sex() == Sex::Unknown || b.sex() == Sex::Unknown)
    };
    open(&a) || open(&b) || (a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same(a, b)))
}

/// Near kin by the list of the rules: spouse, children, parents, brothers and sisters, those of the spouse's parents,
/// and whom children, brothers and sisters married.
pub fn is_near(way: &[Step]) -> bool {
    use Step::{Down, Mate, Side, Up};
    matches!(
        joined(way)[..],
        [Mate(_)] | [Down(_)] | [Up(_)] | [Side(..)] | [Down(_), Mate(_)] | [Mate(_), Up(_)] | [Side(..), Mate(_)]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::step::way_of;

    fn link(code: &str, source: Source, trust: Trust) -> Link {
        Link {
            from: 1,
            to: 2,
            way: way_of(code, Sex::Unknown).unwrap(),
            sources: vec![source],
            trust,
            note: String::new(),
        }
    }

    #[test]
    fn two_records_that_agree_confirm_each_other() {
        let both = merged(vec![
            link("51", Source::Declared, Trust::Good),
            link("50", Source::Household, Trust::Good),
        ]);
        assert_eq!(
            (both.len(), both[0].trust, both[0].sources.len()),
            (1, Trust::Confirmed, 2)
        );
    }

    #[test]
    fn two_records_that_contradict_are_a_question() {
        let both = merged(vec![
            link("51", Source::Declared, Trust::Good),
            link("71", Source::Household, Trust::Good),
        ]);
        assert_eq!(
            (both[0].trust, both[0].note.as_str()),
            (Trust::Doubtful, "几处记载的关系不一致")
        );
    }

    #[test]
    fn near_kin_are_those_of_the_rules_and_nobody_else() {
        for code in ["11", "20", "28", "38", "51", "56", "71", "74", "78"] {
            assert!(is_near(&way_of(code, Sex::Unknown).unwrap()), "{code}");
        }
        for code in ["41", "61", "81", "85", "91", "93", "97"] {
            assert!(!is_near(&way_of(code, Sex::Unknown).unwrap()), "{code}");
        }
    }
}
