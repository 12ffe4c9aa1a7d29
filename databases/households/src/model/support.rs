//! The support fee that children living apart are reckoned to give (赡养费).
//!
//! The seed names the rule and no figures; base and rate are parameters, shown beside every result.

use kernel::Money;

/// What the fee is reckoned with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportRule {
    /// Income per head a child's own household keeps.
    pub base: Money,
    /// Share of what lies above, in hundredths of a percent.
    pub rate_bp: i64,
}

/// One child who lives apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    pub name: String,
    /// Net income per head of the child's household, a year.
    pub per_head: Money,
    /// Fee agreed in writing, a year.
    pub agreed: Money,
    /// Cannot support: itself registered, in custody, gravely ill.
    pub exempt: bool,
}

/// `max(agreed, max(0, per_head - base) * rate)`; nothing for the exempt unless they agreed to pay.
pub fn support_fee(child: &Child, rule: SupportRule) -> Money {
    let above = (child.per_head.fen() - rule.base.fen()).max(0);
    let reckoned = if child.exempt {
        0
    } else {
        i64::try_from(i128::from(above) * i128::from(rule.rate_bp) / 10_000).unwrap_or(i64::MAX)
    };
    Money(reckoned.max(child.agreed.fen()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: SupportRule = SupportRule {
        base: Money(1_000_000),
        rate_bp: 1_000,
    };

    fn child(per_head: i64, agreed: i64, exempt: bool) -> Child {
        Child {
            name: String::new(),
            per_head: Money::from_yuan(per_head),
            agreed: Money::from_yuan(agreed),
            exempt,
        }
    }

    // accept: 000-94
    #[test]
    fn children_give_a_share_of_what_lies_above_their_own_need() {
        let yuan = |child: Child| support_fee(&child, RULE).fen() / 100;
        assert_eq!(yuan(child(30_000, 0, false)), 2_000);
        assert_eq!(yuan(child(8_000, 0, false)), 0, "who has too little gives nothing");
        assert_eq!(
            yuan(child(30_000, 3_600, false)),
            3_600,
            "an agreement above the share holds"
        );
        assert_eq!(
            yuan(child(30_000, 600, true)),
            600,
            "the exempt give what they agreed to"
        );
    }
}
