//! The log, and what can be told from it.

use loyalty_core::{Account, Day, Entry, Event, OrderId, RuleId, Step, WalletId, apply};
use loyalty_tests::Value;
use loyalty_tests::history::{History, history};
use loyalty_tests::store::Store;
use loyalty_tests::world::{Outcome, World, moment, read};
use loyalty_wire::{EntryV1, Write, core::Code, entry};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Account {
    let mut account = Account::default();
    for entry in entries {
        apply(&mut account, entry).unwrap_or_else(|why| panic!("{why}: {entry:?}"));
    }
    account
}

/// What happens in enough of the histories made at random.
const EVENTS: [&str; 30] = [
    "order_paid",
    "order_fulfilled",
    "vested",
    "expired",
    "held",
    "captured",
    "released",
    "reward_fulfilled",
    "reward_cancelled",
    "refunded",
    "repaid",
    "tier_changed",
    "referral_rewarded",
    "referral_revoked",
    "event_recorded",
    "bonus_given",
    "bonus_decided",
    "segment_set",
    "consent_set",
    "birthday_set",
    "membership_paid",
    "membership_cancelled",
    "privilege_used",
    "honoured",
    "exchanged",
    "transfer_sent",
    "transfer_received",
    "adjusted",
    "sale_settled",
    "shared_counted",
];

/// Why commands are refused in some of them.
const REFUSALS: [Code; 6] = [
    Code::RefundExceedsLine,
    Code::HoldExpired,
    Code::HoldNotOpen,
    Code::AboveMaximum,
    Code::InsufficientPoints,
    Code::PointsNotInSteps,
];

/// What has to come together now and then, or laws about it hold of nothing.
const SITUATIONS: [&str; 7] = [
    "a limit takes points away",
    "an exclusive rule carries",
    "an order is paid with a hold",
    "an order is paid with several holds",
    "an order paid with a hold is refunded",
    "an order of another version is refunded",
    "certificates are exchanged",
];

/// Which of them an entry is.
fn situations(world: &World, entry: &Entry) -> Vec<&'static str> {
    let of = |order: &OrderId| &world.account.book.orders[order];
    let mut found = vec![];
    let mut see = |is: bool, situation: usize| found.extend(is.then(|| SITUATIONS[situation]));
    match &entry.event {
        Event::OrderPaid { credits, redeemed, remainders, .. } => {
            let limited = |step: &Step| matches!(step, Step::Limited { .. });
            see(credits.iter().flat_map(|credit| &credit.steps).any(limited), 0);
            let rates = &world.programme.rules().parts().rates;
            let exclusive = |rule: &RuleId| rates.iter().any(|rate| rate.id == *rule && rate.exclusive);
            see(remainders.iter().any(|(rule, _)| exclusive(rule)), 1);
            let held = redeemed.iter().filter(|paid| paid.hold.is_some()).count();
            see(held > 0, 2);
            see(held > 1, 3);
        }
        Event::Refunded { order, .. } => {
            see(of(order).redeemed.iter().any(|paid| paid.hold.is_some()), 4);
            see(of(order).programme != entry.programme, 5);
        }
        Event::Exchanged { from, lot, .. } => {
            see([from, &lot.wallet].iter().any(|wallet| wallet.as_str() == "gift"), 6);
        }
        _ => {}
    }
    found
}

fn replayed(history: &History) -> Result<Store, TestCaseError> {
    let mut world = World::of(history);
    let mut store = Store::new();
    for happening in &history.happenings {
        let Some(request) = world.next(happening) else { continue };
        let by_store = store.step(&world.programme, &request, world.moment);
        let by_memory = match world.deliver(&request) {
            Outcome::Appended(entries) => Ok(!entries.is_empty()),
            Outcome::Known => Ok(false),
            Outcome::Refused(refusal) => Err(refusal.code),
        };
        prop_assert_eq!(by_store, by_memory, "stored and in memory, {}", request);
    }
    let folded = Account { shared: world.account.shared.clone(), ..fold(&world.entries) };
    prop_assert_eq!(&folded, &world.account, "folded from zero");
    let read_back: Vec<Entry> = store
        .log
        .iter()
        .map(|text| entry(text).map_err(|why| TestCaseError::fail(why.to_json())))
        .collect::<Result<_, _>>()?;
    prop_assert_eq!(&read_back, &world.entries, "entries as stored and read back");
    let written: Vec<String> = world.entries.iter().map(|e| EntryV1::from(e).to_json()).collect();
    prop_assert_eq!(&written, &store.log);
    if let Some(stored) = &store.position {
        let tree = loyalty_wire::parse(stored).unwrap();
        prop_assert_eq!(loyalty_wire::position(Some(&tree)), Ok(world.account.position.clone()));
    }
    Ok(store)
}

/// What the member owns in each wallet, told from the position; wallets in which there is nothing are left out.
fn owned(world: &World) -> BTreeMap<WalletId, i64> {
    let position = &world.account.position;
    let signed = |points: loyalty_core::Points| i64::try_from(points.get()).unwrap();
    let mut owned: BTreeMap<WalletId, i64> = BTreeMap::new();
    for lot in &position.lots {
        *owned.entry(lot.wallet.clone()).or_default() += signed(lot.points);
    }
    for hold in &position.holds {
        *owned.entry(hold.wallet.clone()).or_default() += signed(hold.points);
    }
    for (wallet, points) in &position.debt {
        *owned.entry(wallet.clone()).or_default() -= signed(*points);
    }
    owned.retain(|_, points| *points != 0);
    owned
}

/// What the entries say in all, by wallet.
fn told(entries: &[Entry]) -> BTreeMap<WalletId, i64> {
    let mut told: BTreeMap<WalletId, i64> = BTreeMap::new();
    for (wallet, points) in entries.iter().flat_map(|entry| entry.event.changes()) {
        *told.entry(wallet).or_default() += points;
    }
    told.retain(|_, points| *points != 0);
    told
}

fn kind(entry: &Entry) -> String {
    let told: Value = serde_json::from_str(&EntryV1::from(entry).to_json()).unwrap();
    told["event"]["kind"].as_str().unwrap().to_owned()
}

/// How often each order, refund and hold was booked.
fn bookings(entries: &[Entry]) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for entry in entries {
        let name = match &entry.event {
            Event::OrderPaid { order, .. } => format!("order {}", order.id),
            Event::Refunded { order, refund, .. } => format!("refund {} of {order}", refund.id),
            Event::Held(hold) => format!("hold {}", hold.id),
            Event::Captured { hold, .. } | Event::Released { hold, .. } => format!("end of {hold}"),
            Event::RewardFulfilled { hold } | Event::RewardCancelled { hold, .. } => {
                format!("handing over {hold}")
            }
            Event::OrderFulfilled { order, .. } => format!("fulfilment of {order}"),
            Event::ReferralRewarded { role, other, .. } => format!("{role:?} {other}"),
            Event::ReferralRevoked { role, other, .. } => format!("{role:?} {other} no more"),
            Event::Vested { lot, .. } => format!("vesting of {lot}"),
            Event::EventRecorded { event, reference: Some(reference) } => format!("{event} {reference}"),
            Event::BonusGiven { bonus, used, .. } if used.since != Day::default() => {
                format!("{bonus} since {}", used.since)
            }
            Event::BonusDecided { lot, .. } => format!("decision on {lot}"),
            Event::PrivilegeUsed { reference, .. } => format!("use {reference}"),
            Event::MembershipPaid { payment, .. } => format!("payment {payment}"),
            _ => continue,
        };
        *found.entry(name).or_default() += 1;
    }
    found
}

#[test]
fn histories_hold_every_event() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..400 {
        let history = history(20).new_tree(&mut runner).unwrap().current();
        let mut world = World::of(&history);
        world.live(&history.happenings, |world, outcome| match outcome {
            Outcome::Refused(refusal) => *seen.entry(refusal.code.to_string()).or_default() += 1,
            Outcome::Appended(entries) => {
                for situation in entries.iter().flat_map(|entry| situations(world, entry)) {
                    *seen.entry(situation.to_owned()).or_default() += 1;
                }
            }
            Outcome::Known => {}
        });
        for entry in &world.entries {
            *seen.entry(kind(entry)).or_default() += 1;
        }
    }
    assert!(!seen.contains_key("entry_inconsistent"), "an account and its own entries disagree");
    // A law that nothing ever happens under would hold too.
    let needed = EVENTS.iter().chain(&SITUATIONS);
    let rare: Vec<_> = needed.filter(|kind| seen.get(**kind).is_none_or(|n| *n < 5)).collect();
    assert!(rare.is_empty(), "rare or missing: {rare:?} of {seen:?}");
    for code in REFUSALS {
        assert!(seen.contains_key(code.as_str()), "`{code}` is never met: {seen:?}");
    }
}

proptest! {
    /// Law `replay`: folding all entries from zero gives the account that was reached step by step; so do
    /// the entries written and read back; and a host that keeps nothing but texts gets the same entries,
    /// the same refusals and the same position.
    #[test]
    fn replay(history in history(20)) {
        replayed(&history)?;
    }

    /// An answer says that something was applied when something was.
    #[test]
    fn answers_say_what_was_done(history in history(10)) {
        prop_assert!(replayed(&history)?.honest);
    }

    /// Law `sum`: in each wallet available + pending + held − debt is what the entries say in all, after each of
    /// them; the log has no gap; nobody owes points of a wallet and has points of it to spend at once;
    /// no day counts less than nothing towards levels.
    #[test]
    fn sum(history in history(20)) {
        let mut world = World::of(&history);
        let mut found = Ok(());
        world.live(&history.happenings, |world, _| {
            let dense = world.entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq);
            let position = &world.account.position;
            let owing = position.debt.keys().find(|wallet| !position.available(wallet).unwrap().is_zero());
            let (told, owned) = (told(&world.entries), owned(world));
            // What comes back counts on the day it was booked on; on this the formula for levels rests.
            let below = position.activity.iter().find(|(_, day)| {
                let least = day.points.min(day.orders).min(day.visits).min(day.referrals);
                day.spend.is_sign_negative() && !day.spend.is_zero() || least < 0
            });
            if found.is_ok() && below.is_some() {
                found = Err(TestCaseError::fail(format!("{below:?}: {:?}", world.entries.last())));
            }
            if found.is_ok() && (told != owned || !dense || owing.is_some()) {
                found = Err(TestCaseError::fail(format!("{told:?} told, {owned:?} owned, owing {owing:?}: {:?}", world.entries.last())));
            }
        });
        found?;
    }

    /// Law `exactly-once`: requests delivered again and again, in any order, book once each; a key used
    /// again for something else is refused and changes nothing.
    #[test]
    fn exactly_once(
        history in history(10),
        again in prop::collection::vec((any::<prop::sample::Index>(), 0..3_i64), 10..40),
    ) {
        let mut world = World::of(&history);
        // Written first, so that they can be delivered in any order, also before what they speak of.
        let mut requests: Vec<String> = history.happenings.iter().filter_map(|h| world.next(h)).collect();
        world.moment = moment(0);
        prop_assume!(!requests.is_empty());
        let shuffled: Vec<_> = again.iter().map(|(which, wait)| (which.get(&requests).clone(), *wait)).collect();
        requests.dedup();
        for (text, wait) in shuffled {
            world.wait(wait * 700);
            let request = read(&text);
            let before = world.account.clone();
            let known = before.book.keys.contains_key(&request.key);
            let outcome = world.decide(&request);
            if known {
                prop_assert_eq!(&outcome, &Outcome::Known);
            }
            if !matches!(outcome, Outcome::Appended(_)) {
                prop_assert_eq!(&world.account, &before);
            }
            // Deliver it at once again, then its key with another body.
            let settled = world.account.clone();
            let booked = settled.book.keys.contains_key(&request.key);
            let repeated = world.decide(&request);
            if booked {
                prop_assert_eq!(repeated, Outcome::Known);
                let mut other = request.clone();
                other.fingerprint.0[0] ^= 1;
                let refused = Outcome::Refused(Code::IdempotencyKeyReused.into());
                prop_assert_eq!(world.decide(&other), refused);
            }
            prop_assert_eq!(&world.account, &settled);
        }
        for (name, times) in bookings(&world.entries) {
            prop_assert_eq!(times, 1, "{} was booked {} times", name, times);
        }
    }
}
