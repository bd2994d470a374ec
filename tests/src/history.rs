//! What happens to a member over several hundred days, at random.

use crate::carts::{CartPlan, cart_plan};
use crate::documents::{
    BONUSES, DAYS, Document, EVENTS, EXCHANGED, MEMBERSHIPS, ON_CART, OUTSIDE, PRIVILEGES, Paid, SEGMENTS,
    WALLETS, coin, document_in,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// A reward asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Which.
    pub reward: &'static str,
    /// Of one with a chosen number: points, or minor units that they are to pay.
    pub chosen: Option<(bool, u32)>,
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
        /// Holds that pay, where there are any.
        holds: Vec<Index>,
        /// The advocate the order names, among the others.
        advocate: Option<Index>,
        /// The seller it names, among the others.
        seller: Option<Index>,
    },
    /// An order is handed over.
    Fulfil(Index),
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
        /// Holds that the cart has already, where there are any.
        beside: Vec<Index>,
    },
    /// Points are set aside for what is handed over outside a cart.
    HoldOutside(&'static str),
    /// A hold is captured: all, or so many of its points.
    Capture(Index, Option<u32>),
    /// Something else is done with a hold: `release`, `fulfil_reward`, `cancel_reward`.
    End(&'static str, Index),
    /// One of three friends has ordered.
    Reward(u8),
    /// One of three friends has sent it back.
    Revoke(u8),
    /// Points go to another member.
    Transfer {
        /// To whom, among the others.
        to: Index,
        /// Of which wallet.
        wallet: &'static str,
        /// How many.
        points: u32,
    },
    /// Points come from a friend.
    Receive {
        /// Of which wallet.
        wallet: &'static str,
        /// How many.
        points: u32,
        /// Their last day.
        last_day: Option<&'static str>,
    },
    /// What was sold to one of three friends is worth so much now.
    Sale {
        /// Which friend.
        buyer: u8,
        /// In the main wallet and in the one of stamps.
        worth: (u32, u32),
    },
    /// A lot that is there is corrected downwards.
    Correct(Index, u32),
    /// A command that speaks of nothing that happened before.
    Plain(Value),
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
    (select(&ON_CART[..]), prop::bool::weighted(0.3), points).prop_map(|((reward, paid), value, points)| {
        Ask { reward, chosen: (paid == Paid::Chosen).then_some((value, points * 5)) }
    })
}

/// Commands that speak of nothing that happened before; references are few, so that they come again.
fn plain() -> impl Strategy<Value = Value> {
    let points = || prop_oneof![3 => 1..100_u32, 1 => 1..2000_u32];
    let reference = || option::of((0..5_u8).prop_map(|number| format!("ref-{number}")));
    let wallet = || select(&WALLETS[..]);
    let shortfall = option::of(select(vec!["debt", "write_off", "refuse"]));
    let birthday = option::weighted(0.9, select(vec!["01-01", "02-14", "02-29", "06-30", "12-31"]));
    prop_oneof![
        4 => (select(&EVENTS[..]), reference())
            .prop_map(|(event, reference)| json!({"kind": "record_event", "event": event, "reference": reference})),
        2 => (select(&BONUSES[..]), reference(), any::<bool>()).prop_map(|(bonus, reference, approved)| {
            json!({"kind": "decide_bonus", "bonus": bonus, "reference": reference, "approved": approved})
        }),
        1 => (select(&SEGMENTS[..]), any::<bool>())
            .prop_map(|(segment, member)| json!({"kind": "set_segment", "segment": segment, "member": member})),
        2 => (select(vec!["birthday", "recognition"]), prop::bool::weighted(0.8))
            .prop_map(|(purpose, given)| json!({"kind": "set_consent", "purpose": purpose, "given": given})),
        2 => birthday.prop_map(|birthday| json!({"kind": "set_birthday", "birthday": birthday})),
        2 => (select(&MEMBERSHIPS[..]), 0..4_u8).prop_map(|(membership, number)| {
            json!({"kind": "pay_membership", "membership": membership, "payment": format!("payment-{number}")})
        }),
        1 => Just(json!({"kind": "cancel_membership"})),
        2 => (select(&PRIVILEGES[..]), 0..5_u8).prop_map(|(privilege, number)| {
            json!({"kind": "use_privilege", "privilege": privilege, "reference": format!("use-{number}")})
        }),
        1 => Just(json!({"kind": "honour", "form": "photo"})),
        4 => (select(&EXCHANGED[..]), points()).prop_map(|((from, to), points)| {
            json!({"kind": "exchange", "from": from, "to": to, "points": points})
        }),
        6 => (wallet(), points(), option::weighted(0.3, select(&DAYS[..])), any::<bool>())
            .prop_map(|(wallet, points, last_day, ever)| {
                let ever = last_day.is_none().then_some(ever);
                json!({"kind": "adjust", "wallet": wallet, "reason": "gift", "credit": points, "last_day": last_day,
                    "lasts_ever": ever})
            }),
        1 => (wallet(), points(), shortfall).prop_map(|(wallet, points, shortfall)| {
            json!({"kind": "adjust", "wallet": wallet, "reason": "error", "debit": points, "shortfall": shortfall})
        }),
        1 => (0..5_u64, -50..50_i64).prop_map(|(seq, count)| {
            json!({"kind": "count_shared", "by": "friend-0", "seq": seq, "counts": [{"of": "cause/trees", "count": count}]})
        }),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let one = any::<Index>;
    let redeem = prop_oneof![3 => Just(vec![]), 2 => vec(ask(), 1..3)];
    let maybe = |often| prop::option::weighted(often, one());
    let holds = || prop_oneof![6 => Just(vec![]), 3 => vec(one(), 1..=3)];
    let pay = (cart_plan(), redeem, holds(), maybe(0.3), maybe(0.2)).prop_map(
        |(cart, redeem, holds, advocate, seller)| Act::Pay { cart, redeem, holds, advocate, seller },
    );
    let parts = vec((one(), option::of(0..=100_i64)), 0..3);
    let hold = (ask(), cart_plan(), holds());
    let ends = select(vec!["release", "fulfil_reward", "cancel_reward"]);
    let move_to = (one(), select(&WALLETS[..]), prop_oneof![1..30_u32, 1..300_u32]);
    let receive = (select(&WALLETS[..]), 1..200_u32, option::of(select(&DAYS[..])));
    prop_oneof![
        8 => pay,
        2 => one().prop_map(Act::Fulfil),
        5 => (one(), parts).prop_map(|(order, parts)| Act::Refund { order, parts }),
        5 => hold.prop_map(|(ask, cart, beside)| Act::Hold { ask, cart, beside }),
        3 => select(&OUTSIDE[..]).prop_map(Act::HoldOutside),
        3 => (one(), prop::option::weighted(0.3, 1..60_u32)).prop_map(|(hold, points)| Act::Capture(hold, points)),
        3 => (ends, one()).prop_map(|(end, hold)| Act::End(end, hold)),
        2 => (0..3_u8).prop_map(Act::Reward),
        2 => (0..3_u8).prop_map(Act::Revoke),
        2 => move_to.prop_map(|(to, wallet, points)| Act::Transfer { to, wallet, points }),
        1 => receive.prop_map(|(wallet, points, last_day)| Act::Receive { wallet, points, last_day }),
        1 => (0..3_u8, (0..200_u32, 0..20_u32)).prop_map(|(buyer, worth)| Act::Sale { buyer, worth }),
        1 => (one(), 1..60_u32).prop_map(|(lot, points)| Act::Correct(lot, points)),
        12 => plain().prop_map(Act::Plain),
        1 => one().prop_map(Act::Again),
    ]
}

/// Mostly minutes to days, now and then months: the very spans that programmes name, so that histories
/// often come to the last day of something.
fn wait() -> impl Strategy<Value = u32> {
    const DAY: u32 = 1440;
    let minutes = || select(vec![0, 1, 14, 15, 300, 700]);
    let days = select(vec![1, 1, 1, 7, 10, 13, 14, 28, 30, 40, 90, 100, 365]);
    prop_oneof![4 => Just(0), 3 => minutes(), 4 => days.prop_map(|days| days * DAY)]
}

/// A programme, and the one that is published in its place: mostly the same.
pub fn programmes() -> impl Strategy<Value = (Document, Document)> {
    coin().prop_flat_map(move |coin| {
        let both = (document_in(coin), option::weighted(0.3, document_in(coin)));
        both.prop_map(|(document, later)| (document.clone(), later.unwrap_or(document)))
    })
}

/// A programme and up to `most` happenings.
pub fn history(most: usize) -> impl Strategy<Value = History> {
    (programmes(), happenings(most)).prop_map(|((document, later), happenings)| History {
        document,
        later,
        happenings,
    })
}

/// What often comes one after the other, and seldom by chance.
fn scene() -> impl Strategy<Value = Vec<Act>> {
    let one = any::<Index>;
    let captured = || (one(), prop::option::weighted(0.2, 1..60_u32));
    let capture = |(hold, points): (Index, Option<u32>)| Act::Capture(hold, points);
    let end = || (select(vec!["fulfil_reward", "cancel_reward"]), one());
    let consent =
        |purpose: &str| Act::Plain(json!({"kind": "set_consent", "purpose": purpose, "given": true}));
    let pay = |cart: CartPlan, holds: Vec<Index>| Act::Pay {
        cart,
        redeem: vec![],
        holds,
        advocate: None,
        seller: None,
    };
    let parts = || vec((one(), option::of(0..=100_i64)), 0..3);
    let told = select(vec!["01-01", "02-14", "02-29", "06-30"]);
    prop_oneof![
        3 => (select(&OUTSIDE[..]), captured(), end()).prop_map(move |(reward, hold, (how, which))| {
            vec![Act::HoldOutside(reward), capture(hold), Act::End(how, which)]
        }),
        2 => (ask(), cart_plan(), captured())
            .prop_map(move |(ask, cart, hold)| vec![Act::Hold { ask, cart, beside: vec![] }, capture(hold)]),
        5 => (vec(ask(), 1..=3), cart_plan().prop_map(CartPlan::paid_in_money), vec(one(), 2..=3), one(), parts()).prop_map(
            move |(asks, cart, holds, order, parts)| {
                let hold = |ask| Act::Hold { ask, cart: cart.clone(), beside: holds.clone() };
                let mut acts: Vec<_> = asks.into_iter().map(hold).collect();
                acts.extend([pay(cart.clone(), holds.clone()), Act::Refund { order, parts }]);
                acts
            },
        ),
        3 => (cart_plan(), one(), parts(), parts()).prop_map(move |(cart, order, parts, more)| {
            vec![pay(cart, vec![]), Act::Refund { order, parts }, Act::Refund { order, parts: more }]
        }),
        1 => told.prop_map(move |birthday| {
            vec![consent("birthday"), Act::Plain(json!({"kind": "set_birthday", "birthday": birthday}))]
        }),
        1 => Just(vec![consent("recognition"), Act::Plain(json!({"kind": "honour", "form": "interview"}))]),
        2 => (select(vec!["review", "review", "visit"]), select(&BONUSES[..2]), option::of(0..9_u8), any::<bool>()).prop_map(
            |(event, bonus, number, approved)| {
                let reference = number.map(|number| format!("done-{number}"));
                vec![
                    Act::Plain(json!({"kind": "record_event", "event": event, "reference": reference})),
                    Act::Plain(json!({"kind": "decide_bonus", "bonus": bonus, "reference": reference, "approved": approved})),
                ]
            },
        ),
        1 => (select(&MEMBERSHIPS[..]), 4..9_u8).prop_map(|(membership, number)| {
            let payment = format!("payment-{number}");
            vec![
                Act::Plain(json!({"kind": "pay_membership", "membership": membership, "payment": payment})),
                Act::Plain(json!({"kind": "cancel_membership"})),
            ]
        }),
        1 => ((0..3_u8), one()).prop_map(|(friend, lot)| {
            vec![Act::Reward(friend), Act::Correct(lot, 10_000), Act::Revoke(friend)]
        }),
    ]
}

/// Up to `most` happenings; often to a member who has plenty already, so that rewards are in reach.
pub fn happenings(most: usize) -> impl Strategy<Value = Vec<Happening>> {
    let plenty = option::weighted(0.7, (100..2000_u32, any::<bool>()));
    let credit = |(points, ever): (u32, bool)| {
        let credit = move |wallet| {
            let command = json!({"kind": "adjust", "wallet": wallet, "reason": "plenty", "credit": points,
                "lasts_ever": ever});
            (0, Act::Plain(command))
        };
        WALLETS.map(credit).to_vec()
    };
    let alone = act().prop_map(|act| vec![act]);
    let scenes = vec((wait(), prop_oneof![4 => alone, 1 => scene()]), most / 2..=most);
    // What belongs together mostly comes at once.
    let gaps = vec(prop_oneof![4 => Just(0), 1 => wait()], 4);
    (plenty, scenes, gaps).prop_map(move |(plenty, scenes, gaps)| {
        let together = |(wait, acts): (u32, Vec<Act>)| {
            let waits = std::iter::once(wait).chain(gaps.clone());
            waits.zip(acts).collect::<Vec<_>>()
        };
        let first = plenty.map(credit).unwrap_or_default();
        first.into_iter().chain(scenes.into_iter().flat_map(together)).collect()
    })
}
