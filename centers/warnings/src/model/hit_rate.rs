//! How often a rule's questions are borne out on the spot: the share with its interval, and when a rule misfires (J-09).

/// Verdicts of one rule. What could not be established says nothing about the rule and is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// 属实.
    pub borne_out: i64,
    /// 不属实, or covered by an exception of the catalogue.
    pub cleared: i64,
}

/// A share with the ends of its 95 % interval, each in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub share_bp: i64,
    pub low_bp: i64,
    pub high_bp: i64,
}

/// Below which share a rule misfires, and over how many verdicts at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfire {
    pub below_bp: i64,
    pub verdicts: i64,
}

/// Two-sided 95 % of the normal distribution.
const Z: f64 = 1.959_963_985;

impl Verdicts {
    pub fn decided(self) -> i64 {
        self.borne_out + self.cleared
    }

    /// The share borne out with Wilson's interval, which stays honest for few verdicts; `None` without any.
    pub fn share(self) -> Option<Share> {
        if self.decided() <= 0 {
            return None;
        }
        let (n, p) = (self.decided() as f64, self.borne_out as f64 / self.decided() as f64);
        let scale = 1.0 + Z * Z / n;
        let middle = (p + Z * Z / (2.0 * n)) / scale;
        let half = Z / scale * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let bp = |x: f64| (x.clamp(0.0, 1.0) * 10_000.0).round() as i64;
        Some(Share {
            share_bp: bp(p),
            low_bp: bp(middle - half),
            high_bp: bp(middle + half),
        })
    }

    /// Enough verdicts, and too few of them borne out.
    pub fn misfires(self, limit: Misfire) -> bool {
        self.decided() >= limit.verdicts && self.share().is_some_and(|s| s.share_bp < limit.below_bp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Misfire = Misfire {
        below_bp: 2_000,
        verdicts: 50,
    };

    fn verdicts(borne_out: i64, cleared: i64) -> Verdicts {
        Verdicts { borne_out, cleared }
    }

    #[test]
    fn fuyuan_bore_out_a_fifth_of_twelve_thousand() {
        let share = verdicts(2_564, 12_000 - 2_564).share().unwrap();
        assert_eq!((share.share_bp, share.low_bp, share.high_bp), (2_137, 2_064, 2_211));
    }

    #[test]
    fn few_verdicts_say_little() {
        assert_eq!(verdicts(0, 0).share(), None);
        let one = verdicts(1, 0).share().unwrap();
        assert_eq!((one.share_bp, one.low_bp, one.high_bp), (10_000, 2_065, 10_000));
        let none = verdicts(0, 10).share().unwrap();
        assert_eq!((none.share_bp, none.low_bp, none.high_bp), (0, 0, 2_775));
    }

    #[test]
    fn a_rule_misfires_below_a_fifth_of_at_least_fifty_verdicts() {
        assert!(verdicts(9, 41).misfires(LIMIT));
        assert!(!verdicts(10, 40).misfires(LIMIT), "a fifth is not below a fifth");
        assert!(!verdicts(0, 49).misfires(LIMIT), "too few to tell");
    }
}
