//! What do many noisy times say?

/// The middle of some values, and where half of them lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter of the values are lower.
    pub low: f64,
    /// Half of the values are lower.
    pub median: f64,
    /// A quarter of the values are higher.
    pub high: f64,
}

impl Spread {
    /// None: there are no values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            low: quantile(&sorted, 0.25)?,
            median: quantile(&sorted, 0.5)?,
            high: quantile(&sorted, 0.75)?,
        })
    }
}

/// How many times as long as the baseline: each value over the baseline's of the same turn,
/// so that a machine that slows down slows both. None: no turn has both.
pub fn ratios(values: &[f64], baseline: &[f64]) -> Option<Spread> {
    let pairs = values.iter().zip(baseline);
    let ratios: Vec<f64> = pairs.map(|(value, base)| value / base).collect();
    Spread::of(&ratios)
}

/// Between two values, the straight line. `sorted` rises.
fn quantile(sorted: &[f64], part: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    #[expect(clippy::cast_precision_loss, reason = "there are some thousand values")]
    let place = part * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place is between 0 and the last index"
    )]
    let below = place.floor() as usize;
    let lower = sorted.get(below)?;
    let upper = sorted.get(below + 1).unwrap_or(lower);
    Some(lower + (upper - lower) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        let odd = Spread::of(&[9.0, 1.0, 5.0]).unwrap();
        assert_eq!((odd.low, odd.median, odd.high), (3.0, 5.0, 7.0));
        let even = Spread::of(&[4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((even.low, even.median, even.high), (1.75, 2.5, 3.25));
    }

    #[test]
    fn one_value_is_its_own_spread_and_none_has_none() {
        let one = Spread::of(&[7.0]).unwrap();
        assert_eq!((one.low, one.median, one.high), (7.0, 7.0, 7.0));
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn one_very_slow_turn_does_not_move_the_median() {
        let usual = Spread::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        let stalled = Spread::of(&[1.0, 2.0, 3.0, 4.0, 5000.0]).unwrap();
        assert_eq!(usual.median, stalled.median);
    }

    #[test]
    fn a_machine_that_slows_down_leaves_the_ratio_alone() {
        let baseline = [1.0, 1.0, 2.0, 4.0];
        let twice = [2.0, 2.0, 4.0, 8.0];
        let ratio = ratios(&twice, &baseline).unwrap();
        assert_eq!((ratio.low, ratio.median, ratio.high), (2.0, 2.0, 2.0));
    }

    #[test]
    fn a_turn_without_its_baseline_is_left_out() {
        assert_eq!(ratios(&[3.0, 100.0], &[1.0]).unwrap().median, 3.0);
        assert_eq!(ratios(&[3.0], &[]), None);
    }
}
