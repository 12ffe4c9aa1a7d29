//! What people said about pairs shown to them: it settles these pairs, counts as experience, and corrects probabilities
//! that were too bold or too timid.

use crate::hash::Map;

/// One answer from the review queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// Tag of the row, as in [`super::Rows::tag`].
    pub tag: u64,
    /// Key of the person shown.
    pub key: i64,
    pub same: bool,
    /// The probability at the time; not a number when it was not kept.
    pub probability: f32,
}

/// Answers by row.
pub(crate) struct Answers {
    of: Map<u64, Vec<(i64, bool)>>,
    shift: f64,
    slope: f64,
}

impl Answers {
    pub(crate) fn new(answers: &[Answer]) -> Answers {
        let mut of: Map<u64, Vec<(i64, bool)>> = Map::default();
        for answer in answers {
            of.entry(answer.tag).or_default().push((answer.key, answer.same));
        }
        let (shift, slope) = calibrate(answers);
        Answers { of, shift, slope }
    }

    pub(crate) fn of(&self, tag: Option<u64>) -> &[(i64, bool)] {
        tag.and_then(|tag| self.of.get(&tag)).map_or(&[], Vec::as_slice)
    }

    /// Who a person said a row is about, if they said so.
    pub(crate) fn confirmed(&self, tag: Option<u64>) -> Option<i64> {
        self.of(tag).iter().find(|(_, same)| *same).map(|(key, _)| *key)
    }

    /// The probability as experience corrects it.
    pub(crate) fn corrected(&self, probability: f64) -> f64 {
        1.0 / (1.0 + (-(self.shift + self.slope * log_odds(probability))).exp())
    }
}

fn log_odds(probability: f64) -> f64 {
    let inside = probability.clamp(1e-9, 1.0 - 1e-9);
    (inside / (1.0 - inside)).ln()
}

/// Logistic regression of the answers on the log-odds shown, held near "as is" so that a few answers change little.
fn calibrate(answers: &[Answer]) -> (f64, f64) {
    const SHIFT_LOOSE: f64 = 1.0;
    const SLOPE_LOOSE: f64 = 0.1;
    let mut shown: Vec<(f64, f64)> = answers
        .iter()
        .filter(|answer| answer.probability.is_finite())
        .map(|answer| {
            (
                log_odds(f64::from(answer.probability)),
                f64::from(u8::from(answer.same)),
            )
        })
        .collect();
    // Sums must not depend on the order in which people answered.
    shown.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut shift, mut slope) = (0.0, 1.0);
    for _ in 0..25 {
        let (mut g0, mut g1) = (-shift / SHIFT_LOOSE, -(slope - 1.0) / SLOPE_LOOSE);
        let (mut h00, mut h01, mut h11) = (1.0 / SHIFT_LOOSE, 0.0, 1.0 / SLOPE_LOOSE);
        for (x, y) in &shown {
            let p = 1.0 / (1.0 + (-(shift + slope * x)).exp());
            let w = p * (1.0 - p);
            g0 += y - p;
            g1 += (y - p) * x;
            h00 += w;
            h01 += w * x;
            h11 += w * x * x;
        }
        let determinant = h00 * h11 - h01 * h01;
        shift += (h11 * g0 - h01 * g1) / determinant;
        slope += (h00 * g1 - h01 * g0) / determinant;
    }
    if shift.is_finite() && slope > 0.0 {
        (shift, slope)
    } else {
        (0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(probability: f32, yes: usize, no: usize) -> Vec<Answer> {
        let answer = |same| Answer {
            tag: 1,
            key: 2,
            same,
            probability,
        };
        [vec![answer(true); yes], vec![answer(false); no]].concat()
    }

    #[test]
    fn too_bold_probabilities_are_taken_back() {
        let bold = Answers::new(&answers(0.8, 30, 70));
        assert!((bold.corrected(0.8) - 0.3).abs() < 0.06, "{}", bold.corrected(0.8));
        let right = Answers::new(&answers(0.7, 70, 30));
        assert!((right.corrected(0.7) - 0.7).abs() < 0.02);
    }

    #[test]
    fn without_answers_nothing_changes_and_a_few_change_little() {
        let none = Answers::new(&[]);
        assert!((none.corrected(0.37) - 0.37).abs() < 1e-9);
        let one = Answers::new(&answers(0.6, 0, 1));
        assert!(one.corrected(0.6) > 0.4);
    }
}
