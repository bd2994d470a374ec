//! Prize draws: seeded, so that anyone can repeat them (M24).

use crate::ground::ids::{AccountId, DrawId};
use crate::ground::time::Day;
use std::sync::Arc;

/// A prize draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// Names the draw.
    pub id: DrawId,
    /// What shoppers read.
    pub name: Arc<str>,
    /// Through which day tickets are taken.
    pub closes: Day,
    /// How many tickets win, at least 1.
    pub winners: u64,
}

/// The 32 bytes that decide a draw; published after it, and before it only their hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

/// The winners, in the order in which they are drawn; a ticket wins once, a member with several tickets may win
/// several times. Fewer winners than asked for where there are fewer tickets.
///
/// Tickets are numbered from 0 in the order of accounts by name. Each draw takes the next number of
/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), seeded with the
/// four little-endian words of the seed, rejects what would favour low numbers, and takes the rest of its
/// division by the tickets that are left.
#[must_use]
pub fn draw(tickets: &[(AccountId, u64)], seed: Seed, winners: u64) -> Vec<AccountId> {
    let mut tickets = tickets.to_vec();
    tickets.sort_unstable();
    let mut numbers = Numbers::new(seed);
    let mut drawn = Vec::new();
    for _ in 0..winners {
        let left = tickets.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(*count));
        let Some(mut number) = numbers.below(left) else { break };
        for (account, count) in &mut tickets {
            if number < *count {
                *count = count.saturating_sub(1);
                drawn.push(account.clone());
                break;
            }
            number = number.saturating_sub(*count);
        }
    }
    drawn
}

/// xoshiro256**.
struct Numbers([u64; 4]);

impl Numbers {
    fn new(seed: Seed) -> Self {
        let mut words = [0_u64; 4];
        for (word, bytes) in words.iter_mut().zip(seed.0.chunks_exact(8)) {
            *word = bytes.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte));
        }
        // All zeros would stay zeros for ever.
        if words == [0; 4] {
            words = [1; 4];
        }
        Self(words)
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let number = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (c, d) = (c ^ a, d ^ b);
        self.0 = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        number
    }

    /// A number below `count`, each as likely as any other; none below 0.
    fn below(&mut self, count: u64) -> Option<u64> {
        // The largest multiple of `count` that fits: it and numbers above it are drawn again.
        let fair = u64::MAX.checked_rem(count).map(|rest| u64::MAX.saturating_sub(rest))?;
        loop {
            let number = self.next();
            if number < fair {
                return number.checked_rem(count);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str) -> AccountId {
        AccountId::new(name).unwrap()
    }

    #[test]
    fn numbers_are_those_of_the_published_generator() {
        // The first outputs of the authors' reference for the state 1, 2, 3, 4.
        let mut seed = [0; 32];
        for (index, byte) in [1, 2, 3, 4].into_iter().enumerate() {
            seed[index * 8] = byte;
        }
        let mut numbers = Numbers::new(Seed(seed));
        let expected = [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240];
        assert_eq!(expected.map(|_| numbers.next()), expected);
    }

    #[test]
    fn a_ticket_wins_once_and_every_ticket_can_win() {
        let tickets = [(account("b"), 2), (account("a"), 1)];
        let all = draw(&tickets, Seed([7; 32]), 10);
        let count = |name: &str| all.iter().filter(|winner| winner.as_str() == name).count();
        assert_eq!((all.len(), count("a"), count("b")), (3, 1, 2));
        let firsts: Vec<_> = (0..32).flat_map(|byte| draw(&tickets, Seed([byte; 32]), 1)).collect();
        assert!(firsts.contains(&account("a")) && firsts.contains(&account("b")));
    }

    #[test]
    fn the_order_in_which_tickets_are_listed_decides_nothing() {
        let (a, b) = ((account("a"), 5), (account("b"), 5));
        let seed = Seed([3; 32]);
        assert_eq!(draw(&[a.clone(), b.clone()], seed, 4), draw(&[b, a], seed, 4));
        assert!(draw(&[], seed, 4).is_empty());
    }
}
