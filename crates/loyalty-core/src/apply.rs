//! Folding one entry into the account. Mechanical: no rule is looked at, so a log can be replayed
//! without its programmes.

use crate::account::{
    Account, Book, FriendRecord, Hold, HoldEnd, HoldRecord, LineRecord, OrderRecord, Position, ReferralRecord,
};
use crate::code::Code;
use crate::entry::{ClawBack, Entry, Event, RefundedLine, Taken};
use crate::exact;
use crate::lot::{Lot, LotId, Source};
use crate::money::Money;
use crate::points::Points;
use crate::programme::Role;
use crate::time::Day;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Folds one appended entry into the account.
///
/// # Errors
/// `entry_inconsistent` when the entry does not follow the account's last one, or speaks of a lot, hold
/// or order the account does not have; the account must then be thrown away.
pub fn apply(account: &mut Account, entry: &Entry) -> Result<(), Code> {
    apply_to_book(&mut account.book, &account.position, entry)?;
    apply_to_position(&mut account.position, entry)?;
    account.book.keys.insert(entry.key.clone(), entry.fingerprint);
    Ok(())
}

/// A result, or the log is damaged.
fn sound<T>(found: Option<T>) -> Result<T, Code> {
    found.ok_or(Code::EntryInconsistent)
}

fn one_more(count: u64) -> Result<u64, Code> {
    sound(count.checked_add(1))
}

pub(crate) fn apply_to_position(position: &mut Position, entry: &Entry) -> Result<(), Code> {
    if Some(entry.seq) != position.seq.checked_add(1) || entry.moment < position.last {
        return Err(Code::EntryInconsistent);
    }
    match &entry.event {
        Event::OrderPaid { order, lines, points, vests_on, last_day, .. } => {
            let source = Source::Order(order.id.clone());
            credit(
                position,
                Lot { id: entry.seq, source, points: *points, vests_on: *vests_on, last_day: *last_day },
            )?;
            add_spend(position, entry.moment.day, exact::sum(lines.iter().map(|line| line.spend))?)?;
            position.orders = one_more(position.orders)?;
            position.active = entry.moment.day;
        }
        Event::Vested { lot, .. } => {
            let found = sound(position.lots.iter_mut().find(|l| l.id == *lot))?;
            found.vests_on = None;
            if matches!(found.source, Source::Referral(_)) {
                friend_waits_no_longer(position)?;
            }
        }
        Event::Expired { lot, points, .. } => {
            let found = sound(position.lots.iter().find(|l| l.id == *lot))?;
            if !found.vested() && matches!(found.source, Source::Referral(_)) {
                friend_waits_no_longer(position)?;
            }
            debit(position, *lot, *points)?;
        }
        Event::Held { hold, reward, points, value, parts, until } => {
            for part in parts {
                debit(position, part.id, part.points)?;
            }
            position.holds.push(Hold {
                id: hold.clone(),
                reward: reward.clone(),
                points: *points,
                value: *value,
                parts: parts.clone(),
                until: *until,
            });
        }
        Event::Captured { hold, .. } => {
            end_hold(position, hold)?;
            position.active = entry.moment.day;
        }
        Event::Released { hold, .. } => {
            for part in end_hold(position, hold)?.parts {
                credit(position, part)?;
            }
        }
        Event::Refunded { day, lines, back, restored, .. } => {
            restore(position, restored)?;
            take_back(position, back)?;
            let gone = exact::sum(lines.iter().map(|line| line.spend))?;
            add_spend(position, *day, exact::sub(Decimal::ZERO, gone)?)?;
        }
        Event::Repaid { points, taken } => {
            take(position, taken)?;
            position.debt = position.debt.minus(*points)?;
        }
        Event::TierChanged { to, .. } => position.level.clone_from(to),
        Event::ReferralRewarded { role, other, points, vests_on, last_day, .. } => {
            let source = match role {
                Role::Advocate => Source::Referral(other.clone()),
                Role::Friend => Source::Welcome(other.clone()),
            };
            credit(
                position,
                Lot { id: entry.seq, source, points: *points, vests_on: *vests_on, last_day: *last_day },
            )?;
            position.active = entry.moment.day;
            match (role, vests_on) {
                (Role::Advocate, Some(_)) => position.friends_waiting = one_more(position.friends_waiting)?,
                (Role::Advocate, None) => position.friends_rewarded = one_more(position.friends_rewarded)?,
                (Role::Friend, _) => {}
            }
        }
        Event::ReferralRevoked { role, back, pending, .. } => {
            take_back(position, back)?;
            let counter = match (role, pending) {
                (Role::Advocate, true) => Some(&mut position.friends_waiting),
                (Role::Advocate, false) => Some(&mut position.friends_rewarded),
                (Role::Friend, _) => None,
            };
            if let Some(counter) = counter {
                *counter = sound(counter.checked_sub(1))?;
            }
        }
    }
    position.seq = entry.seq;
    position.last = entry.moment;
    Ok(())
}

fn friend_waits_no_longer(position: &mut Position) -> Result<(), Code> {
    position.friends_waiting = sound(position.friends_waiting.checked_sub(1))?;
    position.friends_rewarded = one_more(position.friends_rewarded)?;
    Ok(())
}

/// Adds points to their lot, or makes it anew. Of two last days the later holds.
fn credit(position: &mut Position, lot: Lot) -> Result<(), Code> {
    if lot.points.is_zero() {
        return Ok(());
    }
    match position.lots.binary_search_by_key(&lot.id, |known| known.id) {
        Ok(index) => {
            let known = sound(position.lots.get_mut(index))?;
            known.points = known.points.plus(lot.points)?;
            known.last_day = match (known.last_day, lot.last_day) {
                (Some(known), Some(new)) => Some(known.max(new)),
                _ => None,
            };
        }
        Err(index) => position.lots.insert(index, lot),
    }
    Ok(())
}

/// Takes points out of a lot; an empty lot is gone.
fn debit(position: &mut Position, id: LotId, points: Points) -> Result<(), Code> {
    let index = sound(position.lots.iter().position(|lot| lot.id == id))?;
    let lot = sound(position.lots.get_mut(index))?;
    lot.points = lot.points.minus(points).map_err(|_| Code::EntryInconsistent)?;
    if lot.points.is_zero() {
        position.lots.remove(index);
    }
    Ok(())
}

/// Gives points back to the lots they came from.
pub(crate) fn restore(position: &mut Position, parts: &[Lot]) -> Result<(), Code> {
    parts.iter().try_for_each(|part| credit(position, part.clone()))
}

fn take(position: &mut Position, taken: &[Taken]) -> Result<(), Code> {
    taken.iter().try_for_each(|part| debit(position, part.lot, part.points))
}

fn take_back(position: &mut Position, back: &ClawBack) -> Result<(), Code> {
    take(position, &back.taken)?;
    position.debt = position.debt.plus(back.debt)?;
    Ok(())
}

fn end_hold(position: &mut Position, id: &crate::ids::HoldId) -> Result<Hold, Code> {
    let index = sound(position.holds.iter().position(|hold| hold.id == *id))?;
    Ok(position.holds.remove(index))
}

/// Adds to, or takes from, what was spent on a day.
fn add_spend(position: &mut Position, day: Day, spend: Decimal) -> Result<(), Code> {
    if spend.is_zero() {
        return Ok(());
    }
    match position.spend.binary_search_by_key(&day, |(known, _)| *known) {
        Ok(index) => {
            let (_, known) = sound(position.spend.get_mut(index))?;
            *known = exact::add(*known, spend)?;
            if known.is_zero() {
                position.spend.remove(index);
            }
        }
        Err(index) => position.spend.insert(index, (day, spend)),
    }
    Ok(())
}

fn apply_to_book(book: &mut Book, before: &Position, entry: &Entry) -> Result<(), Code> {
    match &entry.event {
        Event::OrderPaid { order, lines, redeemed, .. } => {
            for paid in redeemed {
                if let Some(record) = book.holds.get_mut(&paid.hold) {
                    record.end = HoldEnd::Captured(Some(order.id.clone()));
                }
            }
            let zero = Money::zero(order.cart.currency());
            let record = |booked: &crate::entry::BookedLine| LineRecord {
                booked: booked.clone(),
                refunded: zero,
                spend_back: Decimal::ZERO,
                points_back: Points::ZERO,
            };
            book.orders.insert(
                order.id.clone(),
                OrderRecord {
                    order: Arc::clone(order),
                    day: entry.moment.day,
                    lot: entry.seq,
                    lines: lines.iter().map(record).collect(),
                    redeemed: redeemed.clone(),
                    restored: Points::ZERO,
                    refunds: vec![],
                    referral: None,
                },
            );
        }
        Event::Captured { hold, .. } => end(book, before, hold, HoldEnd::Captured(None))?,
        Event::Released { hold, timed_out: true, .. } => end(book, before, hold, HoldEnd::TimedOut)?,
        Event::Released { hold, timed_out: false, .. } => end(book, before, hold, HoldEnd::Released)?,
        Event::Refunded { order, refund, lines, restored, .. } => {
            let record = sound(book.orders.get_mut(order))?;
            for line in lines {
                refund_line(record, line)?;
            }
            record.restored = Points::sum(restored.iter().map(|lot| lot.points))?.plus(record.restored)?;
            record.refunds.push(refund.clone());
        }
        Event::ReferralRewarded { role: Role::Friend, other, order, minimum, points, .. } => {
            sound(book.orders.get_mut(order))?.referral = Some(ReferralRecord {
                advocate: other.clone(),
                lot: entry.seq,
                points: *points,
                minimum: *minimum,
                revoked: false,
            });
        }
        Event::ReferralRevoked { role: Role::Friend, order, .. } => {
            let record = sound(book.orders.get_mut(order))?;
            sound(record.referral.as_mut())?.revoked = true;
        }
        Event::ReferralRewarded { role: Role::Advocate, other, order, points, .. } => {
            let record =
                FriendRecord { order: order.clone(), lot: entry.seq, points: *points, revoked: false };
            book.friends.insert(other.clone(), record);
        }
        Event::ReferralRevoked { role: Role::Advocate, other, .. } => {
            sound(book.friends.get_mut(other))?.revoked = true;
        }
        Event::Vested { .. }
        | Event::Expired { .. }
        | Event::Held { .. }
        | Event::Repaid { .. }
        | Event::TierChanged { .. } => {}
    }
    Ok(())
}

fn end(book: &mut Book, before: &Position, id: &crate::ids::HoldId, end: HoldEnd) -> Result<(), Code> {
    let hold = sound(before.holds.iter().find(|hold| hold.id == *id))?.clone();
    book.holds.insert(id.clone(), HoldRecord { hold, end });
    Ok(())
}

fn refund_line(record: &mut OrderRecord, line: &RefundedLine) -> Result<(), Code> {
    let known = sound(record.lines.iter_mut().find(|known| known.booked.line == line.line))?;
    known.refunded = known.refunded.plus(line.amount)?;
    known.spend_back = exact::add(known.spend_back, line.spend)?;
    known.points_back = known.points_back.plus(line.points)?;
    Ok(())
}
