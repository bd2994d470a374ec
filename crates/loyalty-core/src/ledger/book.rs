//! Folding one entry into the book of records.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::HoldId;
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ground::time::Day;
use crate::ledger::account::Position;
use crate::ledger::apply::sound;
use crate::ledger::entry::{Credit, CreditBack, Entry, Event, RefundedLine, SaleCredit};
use crate::ledger::lot::{Lot, LotId};
use crate::ledger::records::{
    Book, CreditRecord, FriendRecord, HoldEnd, HoldRecord, LineRecord, Named, OrderRecord, ReferralRecord,
    SaleCreditRecord, SaleRecord,
};
use crate::rules::referral::Role;
use rust_decimal::Decimal;
use std::sync::Arc;

pub(crate) fn apply(book: &mut Book, before: &Position, entry: &Entry) -> Result<(), Code> {
    let day = entry.moment.day;
    match &entry.event {
        Event::OrderPaid { order, redeemed, .. } => {
            for hold in redeemed.iter().filter_map(|paid| paid.hold.as_ref()) {
                if let Some(record) = book.holds.get_mut(hold) {
                    record.end = HoldEnd::Captured(Some(order.id.clone()));
                }
            }
            book.orders.insert(order.id.clone(), order_record(entry)?);
        }
        Event::OrderFulfilled { order, .. } => sound(book.orders.get_mut(order))?.fulfilled = true,
        Event::Captured { hold, points, returned, gives, .. } => {
            end(book, before, day, hold, HoldEnd::Captured(None), gives.as_ref().map(|lot| lot.id))?;
            let record = sound(book.holds.get_mut(hold))?;
            if *points != record.hold.points {
                // Up: where the reward is still there, its own price of the part decides.
                let (part, of) = (points.get().into(), record.hold.points.get().into());
                record.hold.value = record.hold.value.part(part, of, Rounding::Up)?;
            }
            record.hold.points = *points;
            for back in returned {
                let part = sound(record.hold.parts.iter_mut().find(|part| part.id == back.id))?;
                part.points = part.points.minus(back.points)?;
            }
            record.hold.parts.retain(|part| !part.points.is_zero());
        }
        Event::Released { hold, timed_out: true, .. } => {
            end(book, before, day, hold, HoldEnd::TimedOut, None)?
        }
        Event::Released { hold, timed_out: false, .. } => {
            end(book, before, day, hold, HoldEnd::Released, None)?
        }
        Event::RewardFulfilled { hold } => sound(book.holds.get_mut(hold))?.end = HoldEnd::Fulfilled,
        Event::RewardCancelled { hold, .. } => sound(book.holds.get_mut(hold))?.end = HoldEnd::Cancelled,
        Event::Refunded { order, refund, lines, credits, sale, restored, .. } => {
            let record = sound(book.orders.get_mut(order))?;
            lines.iter().try_for_each(|line| refund_line(record, line))?;
            credits.iter().try_for_each(|credit| take_back(record, credit))?;
            sale_back(record, sale)?;
            restore(record, restored)?;
            record.refunds.push(refund.clone());
        }
        Event::ReferralRewarded { role: Role::Friend, other, order, minimum, lot, .. } => {
            sound(book.orders.get_mut(order))?.referral = Some(ReferralRecord {
                advocate: other.clone(),
                lot: lot.id,
                points: lot.points,
                minimum: *minimum,
                revoked: false,
            });
        }
        Event::ReferralRevoked { role: Role::Friend, order, .. } => {
            let record = sound(book.orders.get_mut(order))?;
            sound(record.referral.as_mut())?.revoked = true;
        }
        Event::ReferralRewarded { role: Role::Advocate, other, order, lot, .. } => {
            let (lot, points) = (lot.id, lot.points);
            book.friends.insert(
                other.clone(),
                FriendRecord { order: order.clone(), lot, points, day, revoked: false },
            );
        }
        Event::ReferralRevoked { role: Role::Advocate, other, .. } => {
            sound(book.friends.get_mut(other))?.revoked = true;
        }
        Event::EventRecorded { event, reference: Some(reference) } => {
            book.named.insert(Named::Event(event.clone(), reference.clone()), None);
        }
        Event::BonusGiven { bonus, reference, lot, .. } => {
            book.named.insert(Named::Bonus(bonus.clone(), reference.clone()), Some(lot.id));
        }
        Event::PrivilegeUsed { privilege, reference, .. } => {
            book.named.insert(Named::Privilege(privilege.clone(), reference.clone()), None);
        }
        Event::MembershipPaid { payment, .. } => {
            book.named.insert(Named::Payment(payment.clone()), None);
        }
        Event::SaleSettled { buyer, order, heard, lots, back } => {
            let record = book.sales.entry((buyer.clone(), order.clone())).or_default();
            settle_sale(record, *heard, lots, back)?;
        }
        Event::SharedCounted { counts, .. } => {
            for (shared, count) in counts {
                let sum = book.shared.get(shared).copied().unwrap_or_default();
                book.shared.insert(shared.clone(), sound(sum.checked_add(*count))?);
            }
        }
        Event::Vested { .. }
        | Event::Expired { .. }
        | Event::Held(_)
        | Event::Repaid { .. }
        | Event::TierChanged { .. }
        | Event::EventRecorded { reference: None, .. }
        | Event::BonusDecided { .. }
        | Event::SegmentSet { .. }
        | Event::ConsentSet { .. }
        | Event::BirthdaySet { .. }
        | Event::MembershipCancelled { .. }
        | Event::Honoured { .. }
        | Event::Exchanged { .. }
        | Event::TransferSent { .. }
        | Event::TransferReceived { .. }
        | Event::Adjusted { .. } => {}
    }
    Ok(())
}

/// The record of an order that was just paid.
fn order_record(entry: &Entry) -> Result<OrderRecord, Code> {
    let Event::OrderPaid { order, lines, redeemed, credits, sale, .. } = &entry.event else {
        return Err(Code::EntryInconsistent);
    };
    let zero = Money::zero(order.cart.currency());
    let nothing = |lines: &[Points]| vec![Points::ZERO; lines.len()];
    let line = |spend: Decimal| LineRecord { spend, refunded: zero, spend_back: Decimal::ZERO };
    let credit = |credit: &Credit| CreditRecord { credit: credit.clone(), back: nothing(&credit.lines) };
    let sold =
        |credit: &SaleCredit| SaleCreditRecord { credit: credit.clone(), back: nothing(&credit.lines) };
    Ok(OrderRecord {
        order: Arc::clone(order),
        programme: entry.programme.clone(),
        day: entry.moment.day,
        fulfilled: false,
        lines: lines.iter().map(|booked| line(booked.spend)).collect(),
        credits: credits.iter().map(credit).collect(),
        sale: sale.iter().map(sold).collect(),
        redeemed: redeemed.clone(),
        restored: vec![Points::ZERO; redeemed.len()],
        refunds: vec![],
        referral: None,
    })
}

fn end(
    book: &mut Book,
    before: &Position,
    day: Day,
    id: &HoldId,
    end: HoldEnd,
    gave: Option<LotId>,
) -> Result<(), Code> {
    let hold = sound(before.holds.iter().find(|hold| hold.id == *id))?.clone();
    book.holds.insert(id.clone(), HoldRecord { hold, end, day, gave });
    Ok(())
}

fn refund_line(record: &mut OrderRecord, line: &RefundedLine) -> Result<(), Code> {
    let mut lines = record.order.cart.lines().iter().zip(&mut record.lines);
    let (_, known) = sound(lines.find(|(known, _)| known.id == line.line))?;
    known.refunded = known.refunded.plus(line.amount)?;
    known.spend_back = exact::add(known.spend_back, line.spend)?;
    Ok(())
}

fn take_back(record: &mut OrderRecord, credit: &CreditBack) -> Result<(), Code> {
    let known = sound(record.credits.iter_mut().find(|known| known.credit.lot.id == credit.lot))?;
    add_each(&mut known.back, &credit.lines)
}

fn sale_back(record: &mut OrderRecord, sale: &[SaleCredit]) -> Result<(), Code> {
    for (known, back) in record.sale.iter_mut().zip(sale) {
        add_each(&mut known.back, &back.lines)?;
    }
    Ok(())
}

fn restore(record: &mut OrderRecord, restored: &[Vec<Lot>]) -> Result<(), Code> {
    for (known, parts) in record.restored.iter_mut().zip(restored) {
        *known = Points::sum(parts.iter().map(|part| part.points))?.plus(*known)?;
    }
    Ok(())
}

fn add_each(sums: &mut [Points], more: &[Points]) -> Result<(), Code> {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum = sum.plus(*more)?;
    }
    Ok(())
}

fn settle_sale(
    record: &mut SaleRecord,
    heard: u64,
    lots: &[Lot],
    back: &[(LotId, crate::ledger::entry::ClawBack)],
) -> Result<(), Code> {
    record.seq = heard;
    for (lot, back) in back {
        let (_, _, worth) = sound(record.lots.iter_mut().find(|(known, ..)| known == lot))?;
        *worth = worth.minus(back.points()?.plus(back.written_off)?)?;
    }
    record.lots.extend(lots.iter().map(|lot| (lot.id, lot.wallet.clone(), lot.points)));
    Ok(())
}
