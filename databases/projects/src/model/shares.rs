//! Sharing a yield: to the fen, first to every entitled household, then to welfare and posts, never to the running
//! costs of the village.

use kernel::Money;

use super::{Parameters, ceilings::share};

records::codes! {
    /// What a line of the plan is for. The running costs of the village are no use that can be chosen.
    pub enum Use { Household = "household" "发到户", Welfare = "welfare" "村内公益事业", Post = "post" "公益岗位" }
}

/// Shares an amount by weights: whole fen, sums exactly, by largest remainder; among equals the first ones get the
/// odd fen. Empty when all weights are zero.
pub fn by_weight(amount: Money, weights: &[i64]) -> Vec<Money> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum <= 0 || weights.iter().any(|w| *w < 0) {
        return Vec::new();
    }
    let exact = |w: i64| i128::from(amount.fen()) * i128::from(w);
    let mut fen: Vec<i128> = weights.iter().map(|w| exact(*w) / sum).collect();
    let left = i128::from(amount.fen()) - fen.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|i| (-(exact(weights[*i]) % sum), *i));
    for i in order.into_iter().take(left as usize) {
        fen[i] += 1;
    }
    fen.into_iter().map(|f| Money(f as i64)).collect()
}

/// What goes to households, what to other uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    pub households: Money,
    pub welfare: Money,
    pub posts: Money,
}

/// Splits a yield.
///
/// # Errors
/// What stands against it: other uses beyond their part, or no entitled household.
pub fn split(received: Money, welfare: Money, posts: Money, entitled: usize, p: &Parameters) -> Result<Split, String> {
    let other = welfare.checked_add(posts).ok_or("金额超出范围")?;
    let least = share(received, p.get("household_share"));
    let households = received.checked_sub(other).ok_or("金额超出范围")?;
    if entitled == 0 {
        return Err("没有应享受户，请先登记受益户。收益不能转作村级开支。".to_owned());
    }
    if welfare.is_negative() || posts.is_negative() || households < least {
        return Err(format!(
            "发到户的不少于收益的 {}%（{least} 元）；公益和岗位合计最多 {} 元。",
            p.get("household_share") / 100,
            Money(received.fen() - least.fen())
        ));
    }
    if households.fen() < entitled as i64 {
        return Err(format!("发到户的 {households} 元不够 {entitled} 户人人有份。"));
    }
    Ok(Split {
        households,
        welfare,
        posts,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_odd_fen_goes_to_the_largest_remainder() {
        assert_eq!(by_weight(Money(100), &[1, 1, 1]), [Money(34), Money(33), Money(33)]);
        assert_eq!(by_weight(Money(1000), &[3, 5, 4]), [Money(250), Money(417), Money(333)]);
        assert_eq!(by_weight(Money(5), &[]), []);
    }

    #[test]
    fn households_come_first_and_everyone_gets_something() {
        let p = Parameters::default();
        let yuan = Money::from_yuan;
        assert!(
            split(yuan(1000), yuan(300), yuan(101), 3, &p)
                .unwrap_err()
                .contains("600.00")
        );
        assert_eq!(
            split(yuan(1000), yuan(300), yuan(100), 3, &p).unwrap().households,
            yuan(600)
        );
        assert!(
            split(yuan(1000), Money(0), Money(0), 0, &p)
                .unwrap_err()
                .contains("没有应享受户")
        );
        assert!(split(Money(2), Money(0), Money(0), 3, &p).is_err());
    }

    proptest! {
        // accept: 001-36
        #[test]
        fn the_shares_are_the_yield_to_the_fen(fen in 0_i64..10_000_000_000, weights in prop::collection::vec(1_i64..9, 1..300)) {
            let shares = by_weight(Money(fen), &weights);
            prop_assert_eq!(shares.iter().copied().sum::<Money>(), Money(fen));
            for (a, b) in shares.iter().zip(&weights).zip(shares.iter().zip(&weights).skip(1)).map(|(x, y)| ((x.0, *x.1), (y.0, *y.1))) {
                prop_assert!(a.1 < b.1 || a.0.fen() + 1 >= b.0.fen());
            }
        }
    }
}
