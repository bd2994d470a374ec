//! A programme, as the Worker hands it to the browser module.

use super::{FORM, Packed, Rows, packed_choices, packed_records};
use crate::write::Writer;
use loyalty_core::{
    Basis, Bonus, Campaign, Conditions, Downgrade, Draw, Exchange, Expiry, Level, Measure, Membership,
    Occasion, Parts, Privilege, Programme, Rate, Recognition, Referral, Refunds, Reward, RewardKind, Select,
    Span, TierParts, Tiers, Uses, Vesting, Wallet, Weekdays, When, Window,
};
use std::mem::ManuallyDrop;
use std::sync::Arc;

/// The rules of a proved programme in rows, with its time zone.
pub(crate) fn packed(rules: &Programme, time_zone: &str) -> String {
    let mut to = Writer::default();
    FORM.pack(&mut to);
    rules.parts().pack(&mut to);
    Arc::<str>::from(time_zone).pack(&mut to);
    to.into_text()
}

/// Reads what a host's answer for the programme has as `rules`, with its time zone; none where it is not that. The host has
/// proved it.
#[must_use]
pub fn rules(text: &str) -> Option<(Programme, Arc<str>)> {
    let mut rows = Rows::of_worker(text)?;
    let parts = Parts::unpack(&mut rows)?;
    let time_zone = Packed::unpack(&mut rows)?;
    let rules = Programme::of_proved(parts)?;
    rows.end().then_some((rules, time_zone))
}

packed_records! {
    Parts {
        version, currency, rounding, scope, combining, stacking, multiplying, basis, wallets, rates, campaigns,
        bonuses, tiers, memberships, privileges, recognition, rewards, over_ask, draws, exchanges, hold_minutes,
        refunds, referral
    }
    Basis { tax, delivery, discounts, points, certificates }
    Wallet { id, name, scale, kind, spend, issuer, vesting, expiry }
    Vesting { days, from, on, threshold }
    Expiry { after, period, on, inactivity, boundary }
    Rate {
        id, wallet, to, points, measure, select, when, campaign, priority, exclusive, minimum, least_pieces,
        most, most_per_day, most_per_member
    }
    Campaign {
        id, name, when, select, multiplier, priority, exclusive, most, most_per_member, budget, credited_on
    }
    Bonus { id, name, occasion, wallet, points, limit, approval, days, lasts, when }
    TierParts { metric, window, timing, downgrade, soft_landing, refund_keeps, levels }
    Level { id, name, from, multiplier, segments }
    Membership { id, name, fee, term, level, refund }
    Privilege { id, name, when, uses }
    Uses { count, per }
    Recognition { after }
    Reward { id, name, wallet, points, minimum, balance, when, uses, stock, automatic, kind }
    Draw { id, name, closes, winners }
    Exchange { from, to, give, get }
    Refunds { shortfall, basis, restored, restored_with, grace_days }
    Referral { advocate, friend, minimum, return_days }
    Conditions {
        from, until, weekdays, hours, channels, codes, segments, except_segments, levels, memberships,
        first_order, birthday
    }
}

packed_choices! {
    Measure {
        0 ProRata { 0: per }
        1 Groups { per: per, carry: carry }
        2 Pieces {}
        3 Order {}
        4 GiftCards {}
    }
    Occasion {
        0 Event { 0: name }
        1 Birthday { before: before, after: after }
    }
    Window {
        0 Rolling { 0: span }
        1 Calendar { 0: period }
        2 MemberYear {}
        3 Lifetime {}
    }
    Downgrade {
        0 AtOnce {}
        1 Never {}
        2 AfterGrace { 0: span }
        3 AtPeriodEnd { 0: period }
    }
    Span {
        0 Days { 0: days }
        1 Months { 0: months }
    }
    RewardKind {
        0 MoneyOff { value: value }
        1 PercentOff { percent: percent, cap: cap, select: select }
        2 PayWithPoints { value: value, step: step, least: least, max_share: max_share }
        3 FreeDelivery { cap: cap }
        4 FreeProduct { select: select, pieces: pieces }
        5 Certificate { wallet: wallet, value: value }
        6 Donation { cause: cause, value: value }
        7 Gift { value: value, instructions: instructions }
        8 Ticket { draw: draw }
    }
}

impl Packed for Tiers {
    fn pack(&self, to: &mut Writer) {
        self.parts().pack(to);
    }
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Self::new(Packed::unpack(from)?).ok()
    }
}

impl Packed for Select {
    fn pack(&self, to: &mut Writer) {
        for names in [self.only(), self.except()] {
            names.to_vec().pack(to);
        }
        self.products().to_vec().pack(to);
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        let (only, except) = (Packed::unpack(from)?, Packed::unpack(from)?);
        Some(Self::new(only, Packed::unpack(from)?, except))
    }
}

impl Packed for When {
    fn pack(&self, to: &mut Writer) {
        self.conditions().cloned().pack(to);
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Some(Option::unpack(from)?.map_or_else(Self::default, Self::under))
    }
}

impl Packed for Weekdays {
    fn pack(&self, to: &mut Writer) {
        let bits = self.get().into_iter().rev().fold(0, |bits, day| bits << 1 | u64::from(day));
        super::number(bits, to);
    }
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        let bits = from.number()?;
        Some(Self::new(std::array::from_fn(|place| bits >> place & 1 == 1)))
    }
}
