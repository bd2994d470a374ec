//! Between members: what one account sends, another receives.

use loyalty_core::{Entry, Event, Lot, LotId, OrderId, PartnerId, Points, SharedId, WalletId};
use loyalty_tests::history::{Happening, happenings, programmes};
use loyalty_tests::town::{MEMBERS, Town};
use loyalty_tests::world::World;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Points by anything.
type Sums<K> = BTreeMap<K, i64>;

fn signed(points: Points) -> i64 {
    i64::try_from(points.get()).unwrap()
}

fn add<K: Ord>(sums: &mut Sums<K>, key: K, points: i64) {
    *sums.entry(key).or_default() += points;
}

fn some<K: Ord>(mut sums: Sums<K>) -> Sums<K> {
    sums.retain(|_, points| *points != 0);
    sums
}

fn entries(town: &Town) -> impl Iterator<Item = (&World, &Entry)> {
    town.members.iter().flat_map(|member| member.entries.iter().map(move |entry| (member, entry)))
}

/// Who gave to whom, of which wallet, and who owes it.
type Gift = (String, String, WalletId, Option<PartnerId>);

/// Who gave how much of what to whom, as the giver and as the receiver tell it.
fn transfers(town: &Town) -> [Sums<Gift>; 2] {
    let (mut sent, mut received) = (Sums::new(), Sums::new());
    for (member, entry) in entries(town) {
        let name = member.name.to_string();
        let (sums, from, to, lots) = match &entry.event {
            Event::TransferSent { to, parts, .. } => (&mut sent, name, to.to_string(), parts),
            Event::TransferReceived { from, lots } if MEMBERS.contains(&from.as_str()) => {
                (&mut received, from.to_string(), name, lots)
            }
            _ => continue,
        };
        for lot in lots {
            let key = (from.clone(), to.clone(), lot.wallet.clone(), lot.issuer.clone());
            add(sums, key, signed(lot.points));
        }
    }
    [some(sent), some(received)]
}

/// What each sale is worth by now, as the buyer's order and as the seller tell it.
fn sales(town: &Town) -> [Sums<(String, OrderId, WalletId)>; 2] {
    let (mut bought, mut sold) = (Sums::new(), Sums::new());
    for member in &town.members {
        for (id, record) in &member.account.book.orders {
            for sale in record.sale.iter().filter(|_| record.order.seller.is_some()) {
                let sum = |points: &[Points]| points.iter().copied().map(signed).sum::<i64>();
                let key = (member.name.to_string(), id.clone(), sale.credit.wallet.clone());
                add(&mut bought, key, sum(&sale.credit.lines) - sum(&sale.back));
            }
        }
        for ((buyer, order), record) in &member.account.book.sales {
            for (_, wallet, points) in record.lots.iter().filter(|_| MEMBERS.contains(&buyer.as_str())) {
                add(&mut sold, (buyer.to_string(), order.clone(), wallet.clone()), signed(*points));
            }
        }
    }
    [some(bought), some(sold)]
}

/// Friends that were brought, as they and as their advocates tell it.
fn referrals(town: &Town) -> [Vec<(String, String, OrderId)>; 2] {
    let (mut told, mut heard) = (vec![], vec![]);
    for member in &town.members {
        let name = member.name.to_string();
        for (id, record) in &member.account.book.orders {
            if let Some(referral) = record.referral.as_ref().filter(|referral| !referral.revoked) {
                told.push((name.clone(), referral.advocate.to_string(), id.clone()));
            }
        }
        for (friend, record) in &member.account.book.friends {
            if MEMBERS.contains(&friend.as_str()) && !record.revoked {
                heard.push((friend.to_string(), name.clone(), record.order.clone()));
            }
        }
    }
    told.sort();
    heard.sort();
    [told, heard]
}

/// What all members have used of what they share, as they and as the account that counts it tell it.
fn shared(town: &Town) -> [Sums<SharedId>; 2] {
    let mut used = Sums::new();
    for (_, entry) in entries(town) {
        for (shared, count) in entry.shared() {
            add(&mut used, shared.clone(), *count);
        }
    }
    [some(used), some(town.shared.account.book.shared.clone().into_iter().collect())]
}

/// What all members own by wallet, and what entries other than transfers say in all.
fn totals(town: &Town) -> [Sums<WalletId>; 2] {
    let (mut owned, mut told) = (Sums::new(), Sums::new());
    for member in &town.members {
        let position = &member.account.position;
        position.lots.iter().for_each(|lot| add(&mut owned, lot.wallet.clone(), signed(lot.points)));
        position.holds.iter().for_each(|hold| add(&mut owned, hold.wallet.clone(), signed(hold.points)));
        position.debt.iter().for_each(|(wallet, points)| add(&mut owned, wallet.clone(), -signed(*points)));
    }
    for (_, entry) in entries(town) {
        let between_members = match &entry.event {
            Event::TransferSent { .. } => true,
            Event::TransferReceived { from, .. } => MEMBERS.contains(&from.as_str()),
            _ => false,
        };
        for (wallet, points) in entry.event.changes().into_iter().filter(|_| !between_members) {
            add(&mut told, wallet, points);
        }
    }
    [some(owned), some(told)]
}

/// Whoever owes what a lot is worth owes what any part of it is worth, wherever the part goes.
fn issuers_stay(member: &World) -> Result<(), TestCaseError> {
    let mut known: BTreeMap<LotId, Option<PartnerId>> = BTreeMap::new();
    for entry in &member.entries {
        let (made, parts): (Vec<&Lot>, Vec<&Lot>) = match &entry.event {
            Event::OrderPaid { credits, redeemed, .. } => (
                credits.iter().map(|credit| &credit.lot).collect(),
                redeemed.iter().flat_map(|paid| &paid.parts).collect(),
            ),
            Event::ReferralRewarded { lot, .. }
            | Event::BonusGiven { lot, .. }
            | Event::Exchanged { lot, .. } => (vec![lot], vec![]),
            Event::Adjusted { lot, .. } => (lot.iter().collect(), vec![]),
            Event::Captured { gives, returned, .. } => (gives.iter().collect(), returned.iter().collect()),
            Event::SaleSettled { lots, .. } | Event::TransferReceived { lots, .. } => {
                (lots.iter().collect(), vec![])
            }
            Event::Held(hold) => (vec![], hold.parts.iter().collect()),
            Event::TransferSent { parts, .. } => (vec![], parts.iter().collect()),
            Event::RewardCancelled { restored, .. } => (vec![], restored.iter().collect()),
            Event::Refunded { restored, .. } => {
                restored.iter().flatten().partition(|lot| !known.contains_key(&lot.id))
            }
            _ => continue,
        };
        known.extend(made.into_iter().map(|lot| (lot.id, lot.issuer.clone())));
        for part in parts {
            prop_assert_eq!(known.get(&part.id), Some(&part.issuer), "{:?}", part);
        }
    }
    Ok(())
}

/// What happens to whom, and whose message arrives then.
fn life() -> impl Strategy<Value = Vec<(usize, Happening, usize)>> {
    let three = 0..MEMBERS.len();
    happenings(24).prop_flat_map(move |all| {
        let each = |happening: Happening| (three.clone(), Just(happening), three.clone());
        all.into_iter().map(each).collect::<Vec<_>>()
    })
}

proptest! {
    /// Law `settlement-zero`: what one member's account sends another's is what that one receives, whenever the
    /// messages of each arrive, and however often, under whatever programme by then: points given away, sales, friends
    /// brought, what all members share. Over all members the points of each wallet change by nothing but what names its cause, and the
    /// partner who owes a lot owes every part of it.
    #[test]
    fn settlement_zero((document, mut later) in programmes(), life in life()) {
        // Once a programme has no referrals any more, nobody is rewarded for one.
        if let Some(referral) = document.json.get("referral") {
            later.json["referral"] = referral.clone();
        }
        let mut town = Town::new(&document, (life.len() / 2, later));
        for (who, happening, sender) in &life {
            town.happen(*who, happening);
            town.arrive(*sender);
        }
        town.rest();
        let before: Vec<_> = town.members.iter().map(|member| member.account.book.clone()).collect();
        for request in town.arrived.clone() {
            town.deliver(&request);
        }
        for (member, before) in town.members.iter().zip(before) {
            prop_assert_eq!(&member.account.book, &before, "messages that arrive again change nothing");
            issuers_stay(member)?;
        }
        let [sent, received] = transfers(&town);
        prop_assert_eq!(sent, received);
        let [bought, sold] = sales(&town);
        prop_assert_eq!(bought, sold);
        let [told, heard] = referrals(&town);
        prop_assert_eq!(told, heard);
        let [used, counted] = shared(&town);
        prop_assert_eq!(used, counted);
        let [owned, told] = totals(&town);
        prop_assert_eq!(owned, told);
    }
}
