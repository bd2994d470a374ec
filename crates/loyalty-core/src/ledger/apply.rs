//! Folding one entry into the account. Mechanical: no rule is looked at, so a log can be replayed
//! without its programmes.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::{HoldId, RuleId, WalletId};
use crate::ground::points::Points;
use crate::ground::time::{Day, Moment};
use crate::ledger::account::{Account, Activity, Hold, Position, ToldBirthday, Used};
use crate::ledger::book;
use crate::ledger::entry::{ClawBack, Entry, Event};
use crate::ledger::lot::{Lot, LotId, Source};
use crate::rules::referral::Role;
use crate::rules::wallet::Wait;
use rust_decimal::Decimal;

/// Folds one appended entry into the account.
///
/// # Errors
/// `entry_inconsistent` when the entry does not follow the account's last one, or speaks of a lot, hold
/// or order the account does not have; the account must then be thrown away.
pub fn apply(account: &mut Account, entry: &Entry) -> Result<(), Code> {
    book::apply(&mut account.book, &account.position, entry)?;
    if Some(entry.seq) != account.position.seq.checked_add(1) {
        return Err(Code::EntryInconsistent);
    }
    take_effect(&mut account.position, &entry.event, entry.moment)?;
    account.book.keys.insert(entry.key.clone(), entry.fingerprint);
    Ok(())
}

/// A result, or the log is damaged.
pub(crate) fn sound<T>(found: Option<T>) -> Result<T, Code> {
    found.ok_or(Code::EntryInconsistent)
}

fn one_more(count: u64) -> Result<u64, Code> {
    sound(count.checked_add(1))
}

/// Folds the next event into the position.
///
/// Inlined, so that where an event is made there is no code for others: the browser module makes few of them.
#[inline(always)]
pub(crate) fn take_effect(position: &mut Position, event: &Event, moment: Moment) -> Result<(), Code> {
    let seq = next(position, moment)?;
    fold(position, event, moment.day)?;
    position.since.get_or_insert(moment.day);
    (position.seq, position.last) = (seq, moment);
    Ok(())
}

/// The number of the next event.
fn next(position: &Position, moment: Moment) -> Result<u64, Code> {
    if moment.at < position.last.at || moment.day < position.last.day {
        return Err(Code::EntryInconsistent);
    }
    one_more(position.seq)
}

#[inline(always)]
fn fold(position: &mut Position, event: &Event, day: Day) -> Result<(), Code> {
    match event {
        Event::OrderPaid { lines, redeemed, points, credits, uses, remainders, .. } => {
            let spend = exact::sum(lines.iter().map(|line| line.spend))?;
            let counts = Activity { spend, points: signed(*points)?, orders: 1, ..Activity::default() };
            add_activity(position, day, &counts)?;
            credits.iter().try_for_each(|credit| open_lot(position, &credit.lot))?;
            for paid in redeemed.iter().filter(|paid| paid.hold.is_none()) {
                take_parts(position, &paid.parts)?;
            }
            position.orders = one_more(position.orders)?;
            position.active = day;
            uses.iter().try_for_each(|used| add_use(position, used))?;
            carry(position, remainders);
        }
        Event::OrderFulfilled { lots, .. } => {
            for (id, day) in lots {
                lot_mut(position, *id)?.wait = Some(Wait::Day(*day));
            }
        }
        Event::Vested { lot, .. } => {
            let found = lot_mut(position, *lot)?;
            found.wait = None;
            if matches!(found.source, Source::Referral(_)) {
                friend_waits_no_longer(position)?;
            }
        }
        Event::Expired { lot, points, .. } => {
            let found = lot_mut(position, *lot)?;
            if !found.vested() && matches!(found.source, Source::Referral(_)) {
                friend_waits_no_longer(position)?;
            }
            debit(position, *lot, *points)?;
        }
        Event::Held(hold) => {
            take_parts(position, &hold.parts)?;
            position.holds.push(hold.clone());
        }
        Event::Captured { hold, returned, uses, gives, ticket, .. } => {
            end_hold(position, hold)?;
            restore(position, returned)?;
            gives.iter().try_for_each(|lot| open_lot(position, lot))?;
            uses.iter().try_for_each(|used| add_use(position, used))?;
            if let Some(draw) = ticket {
                let tickets = position.tickets.get(draw).copied().unwrap_or_default();
                position.tickets.insert(draw.clone(), one_more(tickets)?);
            }
            position.active = day;
        }
        Event::Released { hold, .. } => {
            let parts = end_hold(position, hold)?.parts;
            restore(position, &parts)?;
        }
        Event::RewardCancelled { restored, taken, unused, ticket, .. } => {
            restore(position, restored)?;
            if !restored.is_empty() {
                position.active = day;
            }
            taken.iter().try_for_each(|taken| debit(position, taken.id, taken.points))?;
            unused.iter().for_each(|used| take_use(position, used));
            if let Some(draw) = ticket {
                let tickets = sound(position.tickets.get_mut(draw))?;
                *tickets = sound(tickets.checked_sub(1))?;
                position.tickets.retain(|_, tickets| *tickets > 0);
            }
        }
        Event::Refunded {
            day: booked,
            lines,
            points,
            credits,
            restored,
            remainders,
            unused,
            whole,
            keeps,
            ..
        } => {
            carry(position, remainders);
            unused.iter().for_each(|used| take_use(position, used));
            restored.iter().try_for_each(|parts| restore(position, parts))?;
            if restored.iter().any(|parts| !parts.is_empty()) {
                position.active = day;
            }
            credits.iter().try_for_each(|credit| take_back(position, &credit.back))?;
            let spend = exact::sum(lines.iter().map(|line| line.spend))?;
            let gone = Activity {
                spend: exact::sub(Decimal::ZERO, spend)?,
                points: 0_i64.saturating_sub(signed(*points)?),
                orders: if *whole { -1 } else { 0 },
                ..Activity::default()
            };
            add_activity(position, *booked, &gone)?;
            if keeps.is_some() {
                position.kept_level.clone_from(keeps);
            }
        }
        Event::Repaid { wallet, points, taken } => {
            taken.iter().try_for_each(|part| debit(position, part.lot, part.points))?;
            let left = position.debt(wallet).minus(*points)?;
            set_debt(position, wallet, left);
        }
        Event::TierChanged { to, .. } => position.level.clone_from(to),
        Event::ReferralRewarded { role, lot, .. } => {
            open_lot(position, lot)?;
            position.active = day;
            if *role == Role::Advocate {
                add_activity(position, day, &Activity { referrals: 1, ..Activity::default() })?;
                if lot.vested() {
                    position.friends_rewarded = one_more(position.friends_rewarded)?;
                } else {
                    position.friends_waiting = one_more(position.friends_waiting)?;
                }
            }
        }
        Event::ReferralRevoked { role, back, pending, day: counted, .. } => {
            take_back(position, back)?;
            if *role == Role::Advocate {
                add_activity(position, *counted, &Activity { referrals: -1, ..Activity::default() })?;
                let counter =
                    if *pending { &mut position.friends_waiting } else { &mut position.friends_rewarded };
                *counter = sound(counter.checked_sub(1))?;
            }
        }
        Event::EventRecorded { event, .. } => {
            if event.as_str() == "visit" {
                add_activity(position, day, &Activity { visits: 1, ..Activity::default() })?;
            }
        }
        Event::BonusGiven { lot, used, day: due, .. } => {
            open_lot(position, lot)?;
            add_use(position, used)?;
            position.active = position.active.max(*due);
        }
        Event::BonusDecided { lot, vests_on, gone, .. } => match vests_on {
            Some(day) => lot_mut(position, *lot)?.wait = Some(Wait::Day(*day)),
            None => debit(position, *lot, *gone)?,
        },
        Event::SegmentSet { segment, member } => set(&mut position.segments, segment, *member),
        Event::ConsentSet { purpose, given } => {
            set(&mut position.consents, purpose, *given);
            match (purpose.as_str(), given) {
                ("birthday", false) => position.birthday = None,
                ("recognition", false) => position.honours.clear(),
                _ => {}
            }
        }
        Event::BirthdaySet { birthday } => {
            position.birthday = birthday.map(|birthday| ToldBirthday { birthday, on: day });
        }
        Event::MembershipPaid { membership, .. } => position.membership = Some(membership.clone()),
        Event::MembershipCancelled { .. } => position.membership = None,
        Event::PrivilegeUsed { used, .. } => used.iter().try_for_each(|used| add_use(position, used))?,
        Event::Honoured { form } => set(&mut position.honours, form, true),
        Event::Exchanged { taken, lot, .. } => {
            taken.iter().try_for_each(|part| debit(position, part.lot, part.points))?;
            open_lot(position, lot)?;
            position.active = day;
        }
        Event::TransferSent { parts, .. } => take_parts(position, parts)?,
        Event::TransferReceived { lots, .. } => {
            lots.iter().try_for_each(|lot| open_lot(position, lot))?;
            position.active = day;
        }
        Event::Adjusted { lot, back, .. } => {
            if let Some(lot) = lot {
                open_lot(position, lot)?;
                position.active = day;
            }
            for taken in back.iter().flat_map(|back| &back.taken) {
                let found = lot_mut(position, taken.lot)?;
                let waits = !found.vested() && matches!(found.source, Source::Referral(_));
                if waits && found.points == taken.points {
                    friend_waits_no_longer(position)?;
                }
            }
            back.iter().try_for_each(|back| take_back(position, back))?;
        }
        Event::SaleSettled { lots, back, .. } => {
            if !lots.is_empty() {
                position.active = day;
            }
            lots.iter().try_for_each(|lot| open_lot(position, lot))?;
            back.iter().try_for_each(|(_, back)| take_back(position, back))?;
        }
        Event::RewardFulfilled { .. } | Event::SharedCounted { .. } => {}
    }
    Ok(())
}

fn signed(points: Points) -> Result<i64, Code> {
    i64::try_from(points.get()).map_err(|_| Code::EntryInconsistent)
}

fn friend_waits_no_longer(position: &mut Position) -> Result<(), Code> {
    position.friends_waiting = sound(position.friends_waiting.checked_sub(1))?;
    position.friends_rewarded = one_more(position.friends_rewarded)?;
    Ok(())
}

fn lot_mut(position: &mut Position, id: LotId) -> Result<&mut Lot, Code> {
    sound(position.lots.iter_mut().find(|lot| lot.id == id))
}

/// Adds a lot that was not there before; one without points takes its number only.
fn open_lot(position: &mut Position, lot: &Lot) -> Result<(), Code> {
    if Some(lot.id) != position.lots_made.checked_add(1) {
        return Err(Code::EntryInconsistent);
    }
    position.lots_made = lot.id;
    if !lot.points.is_zero() {
        position.lots.push(lot.clone());
    }
    Ok(())
}

/// Gives points back to the lots they came from, or makes a lot anew that was used up. Of two last days the
/// later holds.
pub(crate) fn restore(position: &mut Position, parts: &[Lot]) -> Result<(), Code> {
    for part in parts.iter().filter(|part| !part.points.is_zero()) {
        match position.lots.binary_search_by_key(&part.id, |known| known.id) {
            Ok(index) => {
                let known = sound(position.lots.get_mut(index))?;
                known.points = known.points.plus(part.points)?;
                match (known.last_day, part.last_day) {
                    (Some(before), Some(new)) if new > before => {
                        (known.last_day, known.until) = (part.last_day, part.until);
                    }
                    (Some(_), Some(_)) => {}
                    _ => (known.last_day, known.until) = (None, None),
                }
            }
            Err(index) if part.id <= position.lots_made => position.lots.insert(index, part.clone()),
            Err(_) => open_lot(position, part)?,
        }
    }
    Ok(())
}

/// Takes points out of a lot; an empty lot is gone.
fn debit(position: &mut Position, id: LotId, points: Points) -> Result<(), Code> {
    if points.is_zero() {
        return Ok(());
    }
    let index = sound(position.lots.iter().position(|lot| lot.id == id))?;
    let lot = sound(position.lots.get_mut(index))?;
    lot.points = lot.points.minus(points).map_err(|_| Code::EntryInconsistent)?;
    if lot.points.is_zero() {
        position.lots.remove(index);
    }
    Ok(())
}

fn take_parts(position: &mut Position, parts: &[Lot]) -> Result<(), Code> {
    parts.iter().try_for_each(|part| debit(position, part.id, part.points))
}

pub(crate) fn take_back(position: &mut Position, back: &ClawBack) -> Result<(), Code> {
    back.taken.iter().try_for_each(|part| debit(position, part.lot, part.points))?;
    let owed = position.debt(&back.wallet).plus(back.debt)?;
    set_debt(position, &back.wallet, owed);
    Ok(())
}

fn set_debt(position: &mut Position, wallet: &WalletId, owed: Points) {
    if owed.is_zero() {
        position.debt.remove(wallet);
    } else {
        position.debt.insert(wallet.clone(), owed);
    }
}

fn end_hold(position: &mut Position, id: &HoldId) -> Result<Hold, Code> {
    let index = sound(position.holds.iter().position(|hold| hold.id == *id))?;
    Ok(position.holds.remove(index))
}

/// Adds to what counts towards levels on a day.
pub(crate) fn add_activity(position: &mut Position, day: Day, more: &Activity) -> Result<(), Code> {
    if more.is_nothing() {
        return Ok(());
    }
    match position.activity.binary_search_by_key(&day, |(known, _)| *known) {
        Ok(index) => {
            let (_, known) = sound(position.activity.get_mut(index))?;
            *known = known.plus(more)?;
            if known.is_nothing() {
                position.activity.remove(index);
            }
        }
        Err(index) => position.activity.insert(index, (day, *more)),
    }
    Ok(())
}

/// Adds to what is used of a limit; a new day, month or year starts anew.
fn add_use(position: &mut Position, more: &Used) -> Result<(), Code> {
    match position.uses.iter_mut().find(|used| used.of == more.of) {
        Some(known) if known.since == more.since => {
            known.count = sound(known.count.checked_add(more.count))?;
        }
        Some(known) => *known = more.clone(),
        None => position.uses.push(more.clone()),
    }
    Ok(())
}

/// Keeps what is left over of rules that carry it.
fn carry(position: &mut Position, remainders: &[(RuleId, Decimal)]) {
    for (rule, rest) in remainders {
        position.remainders.insert(rule.clone(), *rest);
    }
    position.remainders.retain(|_, rest| !rest.is_zero());
}

/// Takes from what is used of a limit, where it still counts the same day, month or year.
fn take_use(position: &mut Position, less: &Used) {
    if let Some(known) = position.uses.iter_mut().find(|used| used.of == less.of && used.since == less.since)
    {
        known.count = known.count.saturating_sub(less.count);
    }
}

/// Puts a name on a list, or takes it off.
fn set<T: PartialEq + Clone>(list: &mut Vec<T>, name: &T, on: bool) {
    list.retain(|known| known != name);
    if on {
        list.push(name.clone());
    }
}
