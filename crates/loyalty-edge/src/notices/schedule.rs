//! When a message is sent again, when an endpoint is left in peace, when it is given up.

/// From one attempt to the next, in seconds, as Standard Webhooks proposes: at once, then over three days.
const AGAIN: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// After how long without any success an endpoint is given up, in milliseconds: longer than all attempts of a message.
const GIVEN_UP: i64 = 5 * 86_400_000;

/// The longest time in which an endpoint that failed is asked nothing, in milliseconds.
const PEACE: i64 = 60_000;

/// How many lots there are to draw one of.
pub(crate) const LOTS: i32 = 1_000;

/// In how many milliseconds a message is sent again after so many attempts that failed; nothing after the last. `lot`,
/// drawn of [`LOTS`], adds up to a quarter, so that a thousand messages do not come back together.
pub(crate) fn again(failed: u32, lot: i64) -> Option<i64> {
    let wait = AGAIN.get(usize::try_from(failed.checked_sub(1)?).ok()?)?.saturating_mul(1_000);
    Some(wait.saturating_add(wait / 4 * lot.clamp(0, LOTS.into()) / i64::from(LOTS)))
}

/// How long an endpoint is asked nothing after so many failures in a row, in milliseconds: one that does not answer must
/// not keep the others waiting.
pub(crate) fn peace(failures: u32) -> i64 {
    i64::from(failures).saturating_mul(5_000).min(PEACE)
}

/// Whether an endpoint that has not taken anything `since` is given up.
pub(crate) fn is_given_up(since: i64, now: i64) -> bool {
    now.saturating_sub(since) >= GIVEN_UP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_attempts_in_three_days() {
        let waits: Vec<_> = (1..).map_while(|failed| again(failed, 0)).collect();
        assert_eq!(waits.len(), 9);
        assert_eq!((waits[0], waits[8]), (5_000, 86_400_000));
        assert!(waits.is_sorted());
        let whole: i64 = waits.iter().sum();
        assert!((72..80).contains(&(whole / 3_600_000)), "{whole}");
        assert_eq!((again(0, 0), again(10, 0)), (None, None));
        let longest: i64 = (1..).map_while(|failed| again(failed, LOTS.into())).sum();
        assert!(!is_given_up(0, longest), "a message has all its attempts before its endpoint is given up");
    }

    #[test]
    fn chance_adds_up_to_a_quarter() {
        assert_eq!((again(1, 0), again(1, 500), again(1, 1_000)), (Some(5_000), Some(5_625), Some(6_250)));
        assert_eq!(again(1, i64::MAX), Some(6_250));
    }

    #[test]
    fn an_endpoint_rests_longer_the_more_it_fails() {
        assert_eq!((peace(0), peace(1), peace(3), peace(u32::MAX)), (0, 5_000, 15_000, 60_000));
        assert!(is_given_up(1_000, 432_001_000) && !is_given_up(1_001, 432_001_000));
    }
}
