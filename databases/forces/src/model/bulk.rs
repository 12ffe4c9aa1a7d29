//! Dealing the unpaired households of a village among several helpers: whoever has fewest gets the next one.

use std::collections::HashMap;

/// A helper who takes part, with the households already his.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taker {
    pub helper: i64,
    pub load: i64,
}

/// Deals the households in their order; `most` is how many one helper gets at most in this round. A household that
/// conflicts with all who have room stays without (`None`).
pub fn deal(
    households: &[i64],
    takers: &[Taker],
    most: i64,
    conflicts: impl Fn(i64, i64) -> bool,
) -> Vec<(i64, Option<i64>)> {
    let mut given: HashMap<i64, i64> = HashMap::new();
    households
        .iter()
        .map(|household| {
            let room = takers
                .iter()
                .filter(|t| given.get(&t.helper).copied().unwrap_or(0) < most);
            let fits = room.filter(|t| !conflicts(t.helper, *household));
            let taker = fits.min_by_key(|t| (t.load + given.get(&t.helper).copied().unwrap_or(0), t.helper));
            let helper = taker.map(|t| t.helper);
            if let Some(helper) = helper {
                *given.entry(helper).or_default() += 1;
            }
            (*household, helper)
        })
        .collect()
}

/// One number for a proposal, so that what is confirmed is what was shown.
pub fn seal(proposal: &[(i64, Option<i64>)]) -> String {
    // FNV-1a: this guards against a changed register, not against an opponent, who could send any proposal anyway.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for (household, helper) in proposal {
        for byte in household
            .to_be_bytes()
            .into_iter()
            .chain(helper.unwrap_or(0).to_be_bytes())
        {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [Taker; 2] = [Taker { helper: 1, load: 2 }, Taker { helper: 2, load: 0 }];

    #[test]
    fn whoever_has_fewest_gets_the_next() {
        let dealt = deal(&[10, 11, 12, 13], &TWO, 9, |_, _| false);
        let helpers: Vec<_> = dealt.iter().map(|(_, helper)| helper.unwrap()).collect();
        assert_eq!(helpers, [2, 2, 1, 2]);
    }

    #[test]
    fn near_kin_and_those_with_their_number_are_passed_over() {
        let dealt = deal(&[10, 11, 12], &TWO, 1, |helper, household| {
            helper == 2 && household == 10
        });
        assert_eq!(dealt, [(10, Some(1)), (11, Some(2)), (12, None)]);
        assert_ne!(seal(&dealt), seal(&deal(&[10, 11, 12], &TWO, 1, |_, _| false)));
    }
}
