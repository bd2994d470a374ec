//! What happens to a member over several hundred days, at random.

use crate::documents::{CartPlan, Document, cart_plan, coin, document_in};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A reward asked for: which, and how many steps of points for one with a chosen number.
#[derive(Debug, Clone)]
pub struct Ask {
    /// `off`, `share` or `pay`.
    pub reward: &'static str,
    /// Points, for `pay`.
    pub points: u32,
}

/// One thing that happens. What it speaks of is picked from what has happened by then.
#[derive(Debug, Clone)]
pub enum Act {
    /// An order is paid.
    Pay {
        /// What is bought.
        cart: CartPlan,
        /// Rewards taken at once.
        redeem: Vec<Ask>,
        /// A hold that pays, if there is one.
        hold: Option<Index>,
        /// Whether the order names an advocate.
        referred: bool,
    },
    /// A part of an order comes back: lines, each with a share of it in percent, or with the rest of it.
    Refund {
        /// Which order.
        order: Index,
        /// None for all that is left.
        parts: Vec<(Index, Option<i64>)>,
    },
    /// Points are set aside.
    Hold {
        /// For what.
        ask: Ask,
        /// For which cart.
        cart: CartPlan,
        /// A hold that the cart has already, if there is one.
        beside: Option<Index>,
    },
    /// A hold is captured.
    Capture(Index),
    /// A hold is released.
    Release(Index),
    /// One of three friends has ordered.
    Reward(u8),
    /// One of three friends has sent it back.
    Revoke(u8),
    /// A request of before is delivered again.
    Again(Index),
}

/// Minutes to wait, then something happens.
pub type Happening = (u32, Act);

/// A programme and a member's history under it.
#[derive(Debug, Clone)]
pub struct History {
    /// The programme.
    pub document: Document,
    /// The programme that is published in its place when half of it has happened.
    pub later: Document,
    /// What happens, in order.
    pub happenings: Vec<Happening>,
}

fn ask() -> impl Strategy<Value = Ask> {
    let points = prop_oneof![2 => 1..20_u32, 1 => 1..200_u32];
    let reward = select(vec!["off", "share", "pay"]);
    (reward, points).prop_map(|(reward, points)| Ask { reward, points: points * 5 })
}

fn act() -> impl Strategy<Value = Act> {
    let redeem = prop_oneof![3 => Just(vec![]), 2 => vec(ask(), 1..3)];
    let hold = prop::option::weighted(0.3, any::<Index>());
    let pay = (cart_plan(), redeem, hold, prop::bool::weighted(0.3));
    let parts = vec((any::<Index>(), option::of(0..=100_i64)), 0..3);
    prop_oneof![
        6 => pay.prop_map(|(cart, redeem, hold, referred)| Act::Pay { cart, redeem, hold, referred }),
        4 => (any::<Index>(), parts).prop_map(|(order, parts)| Act::Refund { order, parts }),
        4 => (ask(), cart_plan(), prop::option::weighted(0.2, any::<Index>()))
            .prop_map(|(ask, cart, beside)| Act::Hold { ask, cart, beside }),
        1 => any::<Index>().prop_map(Act::Capture),
        1 => any::<Index>().prop_map(Act::Release),
        2 => (0..3_u8).prop_map(Act::Reward),
        2 => (0..3_u8).prop_map(Act::Revoke),
        1 => any::<Index>().prop_map(Act::Again),
    ]
}

/// Mostly minutes to days, now and then months: the very spans that programmes name, so that histories
/// often come to the last day of something.
fn wait() -> impl Strategy<Value = u32> {
    const DAY: u32 = 1440;
    select(vec![
        0,
        0,
        0,
        0,
        1,
        14,
        15,
        DAY,
        DAY,
        DAY,
        7 * DAY,
        10 * DAY,
        13 * DAY,
        14 * DAY,
        28 * DAY,
        30 * DAY,
        40 * DAY,
        90 * DAY,
        100 * DAY,
        365 * DAY,
    ])
}

/// A programme and up to `most` happenings.
pub fn history(most: usize) -> impl Strategy<Value = History> {
    coin().prop_flat_map(move |coin| {
        let parts = (document_in(coin), prop::option::weighted(0.3, document_in(coin)), happenings(most));
        parts.prop_map(|(document, later, happenings)| {
            let later = later.unwrap_or_else(|| document.clone());
            History { document, later, happenings }
        })
    })
}

/// Up to `most` happenings.
pub fn happenings(most: usize) -> impl Strategy<Value = Vec<Happening>> {
    vec((wait(), act()), most / 2..=most)
}
