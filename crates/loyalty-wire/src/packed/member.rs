//! Where a member stands, and what all members have used, as the Worker hands them to the browser module.

use super::{FORM, Packed, Rows, number, packed_choices, packed_records};
use crate::write::Writer;
use loyalty_core::{
    Activity, Birthday, Currency, Hold, Instant, KeptLevel, Lot, Map, Moment, PaidMembership, Position,
    Shared, Source, ToldBirthday, UseOf, Used, Wait,
};
use std::mem::ManuallyDrop;

/// A position in rows, with what all members have used. Its amounts are of one currency, which a shop keeps.
#[must_use]
pub fn packed(position: &Position, shared: &Shared) -> String {
    let mut to = Writer::default();
    FORM.pack(&mut to);
    let held = position.holds.first().map(|hold| hold.value);
    let paid = position.membership.as_ref().map(|membership| membership.fee);
    held.or(paid).map(|money| money.currency()).pack(&mut to);
    position.pack(&mut to);
    shared.pack(&mut to);
    to.into_text()
}

/// Reads what [`packed`] wrote; none where it is not that.
#[must_use]
pub fn member(text: &str) -> Option<(Position, Shared)> {
    let mut rows = Rows::of_worker(text)?;
    Option::<Currency>::unpack(&mut rows)?;
    let (position, shared) = (Packed::unpack(&mut rows)?, Packed::unpack(&mut rows)?);
    rows.end().then_some((position, shared))
}

packed_records! {
    Position {
        seq, last, since, lots_made, lots, holds, debt, activity, level, kept_level, active, orders, segments,
        consents, birthday, membership, honours, uses, remainders, tickets, friends_waiting, friends_rewarded
    }
    Moment { at, day, minute }
    Lot { id, wallet, source, points, wait, last_day, until, issuer }
    Hold { id, reward, wallet, points, value, parts, until, outside_cart }
    Activity { spend, points, orders, visits, referrals }
    KeptLevel { level, through }
    ToldBirthday { birthday, on }
    PaidMembership { id, from, last_day, fee }
    Used { of, since, count }
}

packed_choices! {
    Source {
        0 Order { 0: order }
        1 Welcome { 0: advocate }
        2 Referral { 0: friend }
        3 Bonus { 0: bonus }
        4 Sale { 0: seller }
        5 Exchange { 0: wallet }
        6 Transfer { 0: giver }
        7 Reward { 0: hold }
        8 Adjustment { 0: reason }
        9 Refund { 0: order }
    }
    Wait {
        0 Day { 0: day }
        1 Fulfilment { 0: days }
        2 Approval { 0: days }
    }
    UseOf {
        0 RateDay { 0: rule }
        1 Rate { 0: rule }
        2 Campaign { 0: campaign }
        3 Bonus { 0: bonus }
        4 Reward { 0: reward }
        5 Privilege { 0: privilege }
    }
}

impl Packed for Instant {
    fn pack(&self, to: &mut Writer) {
        self.get().pack(to);
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Self::new(from.number()?.try_into().ok()?).ok()
    }
}

impl Packed for i64 {
    fn pack(&self, to: &mut Writer) {
        if *self < 0 {
            to.raw("-");
        }
        self.unsigned_abs().pack(to);
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        let below = from.rest.strip_prefix('-');
        from.rest = below.unwrap_or(from.rest);
        let number = Self::try_from(from.number()?).ok()?;
        Some(if below.is_some() { -number } else { number })
    }
}

impl Packed for Birthday {
    fn pack(&self, to: &mut Writer) {
        self.get().pack(to);
    }
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        let (month, day) = Packed::unpack(from)?;
        Self::new(month, day).ok()
    }
}

impl<K: Packed + Ord, V: Packed> Packed for Map<K, V> {
    fn pack(&self, to: &mut Writer) {
        number(self.len() as u64, to);
        for (key, value) in self {
            key.pack(to);
            value.pack(to);
        }
    }
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Self::of_sorted(Packed::unpack(from)?)
    }
}
