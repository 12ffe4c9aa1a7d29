//! Jaro and Jaro-Winkler as Winkler published them: window half the longer text less one, prefix of at most four
//! characters weighted 0.1, the prefix bonus only above 0.7.

/// Longer texts are compared by their first characters.
const LONGEST: usize = 64;
const BONUS_ABOVE: f64 = 0.7;
const PREFIX_WEIGHT: f64 = 0.1;
const PREFIX: usize = 4;

/// Jaro similarity, 0.0 to 1.0; two empty texts are equal.
pub fn jaro(a: &[char], b: &[char]) -> f64 {
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    if a == b {
        return 1.0;
    }
    // The pairing of equal characters is greedy; always walking the shorter text makes the measure symmetric in all
    // but texts of equal length, for which the order of the texts themselves decides.
    let (a, b) = if (a.len(), a) <= (b.len(), b) { (a, b) } else { (b, a) };
    if a.is_empty() {
        return 0.0;
    }
    let window = (b.len() / 2).saturating_sub(1);
    let (mut taken, mut matched) = (0_u64, 0_u64);
    for (i, c) in a.iter().enumerate() {
        let (from, to) = (i.saturating_sub(window), (i + window + 1).min(b.len()));
        if let Some(j) = (from..to).find(|j| taken & (1 << j) == 0 && b[*j] == *c) {
            taken |= 1 << j;
            matched |= 1 << i;
        }
    }
    let count = matched.count_ones();
    if count == 0 {
        return 0.0;
    }
    let left = (0..a.len()).filter(|i| matched & (1 << i) != 0).map(|i| a[i]);
    let right = (0..b.len()).filter(|j| taken & (1 << j) != 0).map(|j| b[j]);
    let out_of_order = left.zip(right).filter(|(x, y)| x != y).count();
    let m = f64::from(count);
    (m / a.len() as f64 + m / b.len() as f64 + (m - (out_of_order / 2) as f64) / m) / 3.0
}

/// Jaro-Winkler similarity, 0.0 to 1.0.
pub fn jaro_winkler(a: &[char], b: &[char]) -> f64 {
    let jaro = jaro(a, b);
    if jaro <= BONUS_ABOVE {
        return jaro;
    }
    let prefix = a.iter().zip(b).take(PREFIX).take_while(|(x, y)| x == y).count();
    jaro + prefix as f64 * PREFIX_WEIGHT * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(a: &str, b: &str) -> f64 {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        jaro_winkler(&a, &b)
    }

    #[test]
    fn the_published_examples_come_out() {
        let near = |a: &str, b: &str, expected: f64| assert!((similarity(a, b) - expected).abs() < 1e-4, "{a} {b}");
        near("martha", "marhta", 0.9611);
        near("dwayne", "duane", 0.8400);
        near("dixon", "dicksonx", 0.8133);
        near("abc", "xyz", 0.0);
        near("", "", 1.0);
        near("a", "", 0.0);
    }
}
