//! Which cleared findings the discipline office looks at again: by lot, but a lot that anyone can draw again.

use sha2::{Digest, Sha256};

/// The place of a finding in the draw. Nobody who does not hold the seed can tell it beforehand.
pub fn draw_hash(seed: &str, finding: i64) -> String {
    let mut hasher = Sha256::new();
    hasher.update(seed.as_bytes());
    hasher.update([0]);
    hasher.update(finding.to_be_bytes());
    hex::encode(hasher.finalize())
}

/// The findings drawn: the share in hundredths of a percent rounded up, at least one, lowest hashes first.
/// The order in which the population is given plays no part.
pub fn chosen(seed: &str, population: &[i64], share_bp: i64) -> Vec<i64> {
    let count = (population.len() as i64 * share_bp.clamp(0, 10_000) + 9_999) / 10_000;
    let mut drawn: Vec<(String, i64)> = population.iter().map(|id| (draw_hash(seed, *id), *id)).collect();
    drawn.sort();
    drawn.dedup();
    drawn.truncate(count as usize);
    drawn.into_iter().map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_sample_in_any_order() {
        let ids: Vec<i64> = (1..=95).collect();
        let backwards: Vec<i64> = (1..=95).rev().collect();
        let drawn = chosen("seed", &ids, 1000);
        assert_eq!(drawn.len(), 10, "ten per cent of 95, rounded up");
        assert_eq!(drawn, chosen("seed", &backwards, 1000));
        assert_ne!(drawn, chosen("other", &ids, 1000));
    }

    #[test]
    fn even_one_finding_may_be_drawn() {
        assert_eq!(chosen("seed", &[7], 1000), [7]);
        assert!(chosen("seed", &[], 1000).is_empty());
    }
}
