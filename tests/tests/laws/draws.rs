//! Prize draws.

use loyalty_core::{AccountId, Seed, draw};
use proptest::collection::vec;
use proptest::prelude::*;

fn account(number: usize) -> AccountId {
    AccountId::new(&format!("member-{number:03}")).unwrap()
}

proptest! {
    /// A draw is repeatable from its seed, whatever the order in which tickets are listed; every ticket wins once
    /// at most, all of them where there are prizes enough; and more prizes never change who won the first.
    #[test]
    fn a_draw_can_be_repeated(counts in vec(0..20_u64, 0..12), seed in any::<[u8; 32]>(), winners in 0..60_u64, turn in 0..12_usize) {
        let tickets: Vec<_> = counts.iter().enumerate().map(|(index, count)| (account(index), *count)).collect();
        let drawn = draw(&tickets, Seed(seed), winners);
        let mut turned = tickets.clone();
        turned.rotate_left(if tickets.is_empty() { 0 } else { turn % tickets.len() });
        prop_assert_eq!(&draw(&turned, Seed(seed), winners), &drawn);
        let all: u64 = counts.iter().sum();
        prop_assert_eq!(u64::try_from(drawn.len()).unwrap(), winners.min(all));
        for (account, count) in &tickets {
            let won = drawn.iter().filter(|winner| *winner == account).count();
            prop_assert!(u64::try_from(won).unwrap() <= *count, "{} won {} with {}", account, won, count);
        }
        prop_assert_eq!(&draw(&tickets, Seed(seed), winners + 1)[..drawn.len()], &drawn[..]);
    }
}

/// Over many seeds each place of a draw is won in proportion to the tickets: within five standard deviations.
#[test]
fn a_draw_is_fair() {
    const SEEDS: u32 = 20_000;
    let tickets: Vec<_> =
        [1_u64, 2, 0, 7].into_iter().enumerate().map(|(index, count)| (account(index), count)).collect();
    let mut won = [[0_u32; 4]; 2];
    for number in 0..SEEDS {
        // Spread over the seed: xoshiro256** takes some numbers to leave a state of mostly zeros.
        let mut seed = [0; 32];
        for (index, byte) in seed.iter_mut().enumerate() {
            let spread =
                number.wrapping_add(1).wrapping_mul(2_654_435_761).rotate_left(u32::try_from(index).unwrap());
            *byte = spread.wrapping_mul(u32::try_from(index).unwrap() * 2 + 1).to_le_bytes()[3];
        }
        for (place, winner) in draw(&tickets, Seed(seed), 2).into_iter().enumerate() {
            won[place][tickets.iter().position(|(account, _)| *account == winner).unwrap()] += 1;
        }
    }
    for wins in won {
        for ((_, count), wins) in tickets.iter().zip(wins) {
            let share = f64::from(u32::try_from(*count).unwrap()) / 10.0;
            let (mean, deviation) =
                (share * f64::from(SEEDS), (share * (1.0 - share) * f64::from(SEEDS)).sqrt());
            assert!(
                (f64::from(wins) - mean).abs() <= 5.0 * deviation,
                "{count} of 10 tickets won {wins} of {SEEDS}"
            );
        }
    }
}
