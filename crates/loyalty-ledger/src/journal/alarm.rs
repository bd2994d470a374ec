//! When the journal runs: what is owed, when it is due, how long to wait after failures.

use crate::account::Meta;
use crate::store::Store;
use crate::trouble::Trouble;

/// From an entry to the run that writes it, in milliseconds: long enough for several entries to share it.
const SOON: i64 = 300;

/// Between two runs, in milliseconds: what a busy account books meanwhile shares one copy of it for readers, one batch for
/// the books, and the alarms. KV itself takes one write a second to one key.
const BETWEEN: i64 = 3_000;

/// The longest time between runs, in milliseconds.
const LONGEST: i64 = 900_000;

/// When to come back if a run dies, in milliseconds.
pub(crate) const IF_ALL_FAILS: i64 = 10_000;

/// How many letters may wait; with more, no further messages are sent before some are delivered.
pub(crate) const LETTERS: u32 = 500;

/// How many lots there are to draw one of, for what is left to chance.
pub const LOTS: u32 = 1_000;

/// In how many milliseconds the alarm has to be set for what is owed, if none is set or a later one is; nothing
/// where the one that is set will do. An alarm is never moved later.
///
/// # Errors
/// `Unavailable`.
pub fn alarm(store: &impl Store, now: i64, set: Option<i64>) -> Result<Option<i64>, Trouble> {
    // Nothing is due sooner than that.
    if set.is_some_and(|set| set <= now.saturating_add(SOON)) {
        return Ok(None);
    }
    let Some(meta) = store.meta()? else { return Ok(None) };
    let due = if owes(&meta) {
        Some(due(&meta, now))
    } else {
        let letters = store.waiting(LETTERS)?;
        letters.into_iter().filter_map(|letter| letter.due).min().map(|due| due.max(now.saturating_add(SOON)))
    };
    let wanted = due.filter(|due| set.is_none_or(|set| set > *due));
    Ok(wanted.map(|due| due.saturating_sub(now)))
}

/// Whether entries are not yet in KV, their messages not yet sent, or the books do not know them yet.
pub(crate) const fn owes(meta: &Meta) -> bool {
    meta.flushed_seq < meta.head_seq || meta.sent_seq < meta.head_seq || meta.fed_seq < meta.head_seq
}

/// When the next run is due. With each failure the time between runs doubles, up to 15 minutes.
fn due(meta: &Meta, now: i64) -> i64 {
    let between = 1_000_i64.checked_shl(meta.failures.min(20)).unwrap_or(i64::MAX).clamp(BETWEEN, LONGEST);
    now.saturating_add(SOON).max(meta.flushed_at.saturating_add(between))
}

/// How long a letter waits that was sent so many times: 30 seconds, then ever longer, up to 15 minutes.
pub(crate) fn patience(tries: u32) -> i64 {
    15_000_i64.checked_shl(tries.clamp(1, 20)).unwrap_or(LONGEST).min(LONGEST)
}

/// Up to a quarter of the time between runs, so that a thousand objects do not come back together.
/// `lot` is drawn of [`LOTS`].
pub(crate) fn jitter(failures: u32, lot: u32) -> i64 {
    let most = 250_i64.checked_shl(failures.min(10)).unwrap_or(LONGEST).min(LONGEST / 4);
    most * i64::from(lot.min(LOTS)) / i64::from(LOTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Name;

    fn born() -> Meta {
        Meta::newborn(&Name::read("demo/a").unwrap(), "e".into())
    }

    fn check(failures: u32, flushed_at: i64, expected: i64) {
        let meta = Meta { failures, flushed_at, ..born() };
        assert_eq!(due(&meta, 1_000_000_000), expected);
    }

    #[test]
    fn a_run_is_due_soon_and_later_after_failures() {
        check(0, 0, 1_000_000_300);
        check(0, 999_999_900, 1_000_002_900);
        check(1, 1_000_000_000, 1_000_003_000);
        check(3, 1_000_000_000, 1_000_008_000);
        check(9, 1_000_000_000, 1_000_512_000);
        check(10, 1_000_000_000, 1_000_900_000);
        check(u32::MAX, 1_000_000_000, 1_000_900_000);
    }

    #[test]
    fn something_is_owed_until_all_is_written_and_sent() {
        assert!(!owes(&born()));
        let done = Meta { head_seq: 1, flushed_seq: 1, sent_seq: 1, fed_seq: 1, ..born() };
        assert!(!owes(&done));
        assert!(owes(&Meta { flushed_seq: 0, ..done.clone() }));
        assert!(owes(&Meta { sent_seq: 0, ..done.clone() }));
        assert!(owes(&Meta { fed_seq: 0, ..done }));
    }

    #[test]
    fn a_letter_waits_ever_longer() {
        assert_eq!(
            [0, 1, 2, 3, 6, 7, u32::MAX].map(patience),
            [30, 30, 60, 120, 900, 900, 900].map(|s| s * 1_000)
        );
    }

    #[test]
    fn what_is_left_to_chance_is_at_most_a_quarter() {
        assert_eq!((jitter(0, 0), jitter(0, LOTS), jitter(3, 500)), (0, 250, 1_000));
        assert_eq!((jitter(10, LOTS), jitter(u32::MAX, u32::MAX)), (225_000, 225_000));
    }
}
