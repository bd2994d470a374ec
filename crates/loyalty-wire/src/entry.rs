//! The stored and published form of a ledger entry, version 1.

use crate::cart::Order;
use crate::problem::Problem;
use crate::read::{Faults, Path, document, record, variants};
use crate::request::Refund;
use crate::stored::{Lot, Redeemed};
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{
    AccountId, Code, Currency, Day, Fingerprint, HoldId, Instant, Key, LevelId, LineId, Moment, Money,
    OrderId, RewardId, Role, RuleId, Version,
};
use rust_decimal::Decimal;
use std::sync::Arc;

record! {
    /// One appended row of the ledger.
    pub struct EntryV1 {
        /// Storage version, 1.
        v: u32,
        /// Dense from 1.
        seq: u64,
        /// When it was appended.
        at: As<Instant>,
        /// The shop-local day of that.
        day: As<Day>,
        /// The programme version that decided it.
        programme: As<Version>,
        /// The command's idempotency key.
        key: As<Key>,
        /// The command's fingerprint.
        fingerprint: As<Fingerprint>,
        /// How it changes what the member owns in all: available + pending + held − debt.
        change: i64,
        /// What happened.
        event: EventV1,
    }
}

variants! {
    /// What happened.
    pub enum EventV1 {
        /// An order was paid.
        OrderPaid = "order_paid" {
            /// The order as booked.
            order: Order,
            /// Per line.
            lines: Vec<BookedLine>,
            /// Rewards that paid for part of it.
            redeemed: Vec<Redeemed>,
            /// Why that many points.
            steps: Vec<Step>,
            /// Points credited.
            points: Whole,
            /// The day on which they vest; null at once.
            vests_on: Option<As<Day>>,
            /// Their last usable day; null for ever.
            last_day: Option<As<Day>>,
            /// Why the referral named in the order was not taken.
            referral: Option<As<Code>>,
        },
        /// A pending lot became spendable.
        Vested = "vested" {
            /// Which lot.
            lot: u64,
            /// How many points.
            points: Whole,
            /// The day it was due.
            due: As<Day>,
        },
        /// What was left of a lot expired.
        Expired = "expired" {
            /// Which lot.
            lot: u64,
            /// How many points.
            points: Whole,
            /// Its last usable day.
            last_day: As<Day>,
        },
        /// Points were set aside.
        Held = "held" {
            /// Names the hold.
            hold: As<HoldId>,
            /// For which reward.
            reward: As<RewardId>,
            /// How many points.
            points: Whole,
            /// What they are worth.
            value: As<Decimal>,
            /// ISO 4217 code of `value`.
            currency: As<Currency>,
            /// The parts of lots they came from.
            parts: Vec<Lot>,
            /// When the hold lapses.
            until: As<Instant>,
        },
        /// Held points were spent.
        Captured = "captured" {
            /// Which hold.
            hold: As<HoldId>,
            /// How many points.
            points: Whole,
        },
        /// Held points went back.
        Released = "released" {
            /// Which hold.
            hold: As<HoldId>,
            /// How many points.
            points: Whole,
            /// Whether its time ran out.
            timed_out: bool,
        },
        /// An order was refunded, wholly or in part.
        Refunded = "refunded" {
            /// Which order.
            order: As<OrderId>,
            /// The day the order was booked on.
            day: As<Day>,
            /// ISO 4217 code of the amounts.
            currency: Option<As<Currency>>,
            /// The refund as asked.
            refund: Refund,
            /// Per refunded line.
            lines: Vec<RefundedLine>,
            /// Where the points were taken from.
            back: ClawBack,
            /// Points spent on the order that return.
            restored: Vec<Lot>,
        },
        /// Debt was recovered.
        Repaid = "repaid" {
            /// How many points.
            points: Whole,
            /// From which lots.
            taken: Vec<Taken>,
        },
        /// The tier changed.
        TierChanged = "tier_changed" {
            /// The level before.
            from: Option<As<LevelId>>,
            /// The level from now on.
            to: Option<As<LevelId>>,
            /// The spend that decided it.
            spend: As<Decimal>,
        },
        /// A referral earned points.
        ReferralRewarded = "referral_rewarded" {
            /// Whose side this account is on.
            role: As<Role>,
            /// The account on the other side.
            other: As<AccountId>,
            /// The friend's order.
            order: As<OrderId>,
            /// The day of that order.
            on: As<Day>,
            /// The spend below which it falls when the order is refunded.
            minimum: As<Decimal>,
            /// ISO 4217 code of `minimum`.
            currency: As<Currency>,
            /// How many points.
            points: Whole,
            /// The day on which they vest; null at once.
            vests_on: Option<As<Day>>,
            /// Their last usable day; null for ever.
            last_day: Option<As<Day>>,
        },
        /// A referral's points were taken back.
        ReferralRevoked = "referral_revoked" {
            /// Whose side this account is on.
            role: As<Role>,
            /// The account on the other side.
            other: As<AccountId>,
            /// The friend's order.
            order: As<OrderId>,
            /// Where the points were taken from.
            back: ClawBack,
            /// Whether they had not vested yet.
            pending: bool,
        },
    }
}

record! {
    /// What an order earned on one line.
    pub struct BookedLine {
        /// Which line.
        id: As<LineId>,
        /// Its earning basis.
        spend: As<Decimal>,
        /// Its points.
        points: Whole,
    }
}

record! {
    /// What a refund took back on one line.
    pub struct RefundedLine {
        /// Which line.
        id: As<LineId>,
        /// How much of its amount.
        amount: As<Decimal>,
        /// How much of its earning basis.
        spend: As<Decimal>,
        /// How many of its points.
        points: Whole,
    }
}

record! {
    /// Points taken back, and from where.
    pub struct ClawBack {
        /// From lots.
        taken: Vec<Taken>,
        /// Owed from now on.
        debt: Whole,
        /// Written off.
        written_off: Whole,
    }
}

record! {
    /// Points taken from one lot.
    pub struct Taken {
        /// Which lot.
        lot: u64,
        /// How many.
        points: Whole,
    }
}

variants! {
    /// One explained part of what an order earns.
    #[derive(PartialEq)]
    pub enum Step {
        /// A rule gave points: `points_per` for every `per` of `amount`.
        Rate = "rate" {
            /// Which rule.
            rule: As<RuleId>,
            /// The earning basis the rule took.
            amount: As<Decimal>,
            /// The rate's points.
            points_per: Whole,
            /// The rate's amount.
            per: As<Decimal>,
            /// ISO 4217 code of the amounts.
            currency: As<Currency>,
            /// Whole groups of `per` in `amount`, for a rule in groups.
            groups: Option<Whole>,
            /// Points given.
            points: Whole,
        },
        /// A rule gave points for pieces.
        Pieces = "pieces" {
            /// Which rule.
            rule: As<RuleId>,
            /// How many pieces it took.
            pieces: u64,
            /// Points for each.
            points_per: Whole,
            /// Points given.
            points: Whole,
        },
        /// The tier multiplied them.
        Tier = "tier" {
            /// Which level.
            level: As<LevelId>,
            /// By how much.
            multiplier: As<Decimal>,
            /// Points added.
            points: Whole,
        },
    }
}

impl From<&core::Step> for Step {
    fn from(step: &core::Step) -> Self {
        match step {
            core::Step::Rate { rule, amount, points_per, per, groups, points } => Self::Rate {
                rule: As(rule.clone()),
                amount: As(*amount),
                points_per: Whole(*points_per),
                per: As(per.amount()),
                currency: As(per.currency()),
                groups: groups.map(Whole),
                points: Whole(*points),
            },
            core::Step::Pieces { rule, pieces, points_per, points } => Self::Pieces {
                rule: As(rule.clone()),
                pieces: *pieces,
                points_per: Whole(*points_per),
                points: Whole(*points),
            },
            core::Step::Tier { level, multiplier, points } => {
                Self::Tier { level: As(level.clone()), multiplier: As(*multiplier), points: Whole(*points) }
            }
        }
    }
}

impl Step {
    fn restore(self) -> Result<core::Step, Code> {
        Ok(match self {
            Self::Rate { rule, amount, points_per, per, currency, groups, points } => core::Step::Rate {
                rule: rule.0,
                amount: amount.0,
                points_per: points_per.0,
                per: Money::new(per.0, currency.0)?,
                groups: groups.map(|groups| groups.0),
                points: points.0,
            },
            Self::Pieces { rule, pieces, points_per, points } => {
                core::Step::Pieces { rule: rule.0, pieces, points_per: points_per.0, points: points.0 }
            }
            Self::Tier { level, multiplier, points } => {
                core::Step::Tier { level: level.0, multiplier: multiplier.0, points: points.0 }
            }
        })
    }
}

impl From<&core::ClawBack> for ClawBack {
    fn from(back: &core::ClawBack) -> Self {
        Self {
            taken: back.taken.iter().map(Taken::from).collect(),
            debt: Whole(back.debt),
            written_off: Whole(back.written_off),
        }
    }
}

impl ClawBack {
    fn restore(self) -> core::ClawBack {
        let taken = self.taken.into_iter().map(Taken::restore).collect();
        core::ClawBack { taken, debt: self.debt.0, written_off: self.written_off.0 }
    }
}

impl From<&core::Taken> for Taken {
    fn from(taken: &core::Taken) -> Self {
        Self { lot: taken.lot, points: Whole(taken.points) }
    }
}

impl Taken {
    const fn restore(self) -> core::Taken {
        core::Taken { lot: self.lot, points: self.points.0 }
    }
}

impl From<&core::BookedLine> for BookedLine {
    fn from(line: &core::BookedLine) -> Self {
        Self { id: As(line.line.clone()), spend: As(line.spend), points: Whole(line.points) }
    }
}

impl From<&core::Entry> for EntryV1 {
    fn from(entry: &core::Entry) -> Self {
        Self {
            v: 1,
            seq: entry.seq,
            at: As(entry.moment.at),
            day: As(entry.moment.day),
            programme: As(entry.programme.clone()),
            key: As(entry.key.clone()),
            fingerprint: As(entry.fingerprint),
            change: entry.event.change(),
            event: EventV1::from(&entry.event),
        }
    }
}

impl From<&core::Event> for EventV1 {
    fn from(event: &core::Event) -> Self {
        use core::Event as E;
        let lots = |parts: &[core::Lot]| parts.iter().map(Lot::from).collect::<Vec<_>>();
        match event {
            E::OrderPaid { order, lines, redeemed, steps, points, vests_on, last_day, referral } => {
                Self::OrderPaid {
                    order: Order::from(&**order),
                    lines: lines.iter().map(BookedLine::from).collect(),
                    redeemed: redeemed.iter().map(Redeemed::from).collect(),
                    steps: steps.iter().map(Step::from).collect(),
                    points: Whole(*points),
                    vests_on: vests_on.map(As),
                    last_day: last_day.map(As),
                    referral: referral.map(As),
                }
            }
            E::Vested { lot, points, due } => {
                Self::Vested { lot: *lot, points: Whole(*points), due: As(*due) }
            }
            E::Expired { lot, points, last_day } => {
                Self::Expired { lot: *lot, points: Whole(*points), last_day: As(*last_day) }
            }
            E::Held { hold, reward, points, value, parts, until } => Self::Held {
                hold: As(hold.clone()),
                reward: As(reward.clone()),
                points: Whole(*points),
                value: As(value.amount()),
                currency: As(value.currency()),
                parts: lots(parts),
                until: As(*until),
            },
            E::Captured { hold, points } => Self::Captured { hold: As(hold.clone()), points: Whole(*points) },
            E::Released { hold, points, timed_out } => {
                Self::Released { hold: As(hold.clone()), points: Whole(*points), timed_out: *timed_out }
            }
            E::Refunded { order, day, refund, lines, back, restored } => Self::Refunded {
                order: As(order.clone()),
                day: As(*day),
                currency: lines.first().map(|line| As(line.amount.currency())),
                refund: Refund::from(refund),
                lines: lines.iter().map(RefundedLine::from).collect(),
                back: ClawBack::from(back),
                restored: lots(restored),
            },
            E::Repaid { points, taken } => {
                Self::Repaid { points: Whole(*points), taken: taken.iter().map(Taken::from).collect() }
            }
            E::TierChanged { from, to, spend } => {
                Self::TierChanged { from: from.clone().map(As), to: to.clone().map(As), spend: As(*spend) }
            }
            E::ReferralRewarded { role, other, order, day, minimum, points, vests_on, last_day } => {
                Self::ReferralRewarded {
                    role: As(*role),
                    other: As(other.clone()),
                    order: As(order.clone()),
                    on: As(*day),
                    minimum: As(minimum.amount()),
                    currency: As(minimum.currency()),
                    points: Whole(*points),
                    vests_on: vests_on.map(As),
                    last_day: last_day.map(As),
                }
            }
            E::ReferralRevoked { role, other, order, back, pending } => Self::ReferralRevoked {
                role: As(*role),
                other: As(other.clone()),
                order: As(order.clone()),
                back: ClawBack::from(back),
                pending: *pending,
            },
        }
    }
}

impl From<&core::RefundedLine> for RefundedLine {
    fn from(line: &core::RefundedLine) -> Self {
        Self {
            id: As(line.line.clone()),
            amount: As(line.amount.amount()),
            spend: As(line.spend),
            points: Whole(line.points),
        }
    }
}

/// Reads a stored entry.
///
/// # Errors
/// Every fault of the text; `entry_inconsistent` when it cannot be what was stored.
pub fn entry(text: &str) -> Result<core::Entry, Problem> {
    let stored: EntryV1 = document(&crate::parse(text)?)?;
    let event = stored.event.restore()?;
    let entry = core::Entry {
        seq: stored.seq,
        moment: Moment { at: stored.at.0, day: stored.day.0 },
        programme: stored.programme.0,
        key: stored.key.0,
        fingerprint: stored.fingerprint.0,
        event,
    };
    let sound = stored.v == 1 && entry.event.change() == stored.change;
    if sound { Ok(entry) } else { Err(Code::EntryInconsistent.into()) }
}

impl EventV1 {
    fn restore(self) -> Result<core::Event, Code> {
        use core::Event as E;
        let lots = |parts: Vec<Lot>| parts.into_iter().map(Lot::restore).collect::<Result<Vec<_>, _>>();
        let damaged = Code::EntryInconsistent;
        let quiet = &mut Faults::default();
        Ok(match self {
            Self::OrderPaid { order, lines, redeemed, steps, points, vests_on, last_day, referral } => {
                let currency = order.currency.0;
                let line =
                    |l: BookedLine| core::BookedLine { line: l.id.0, spend: l.spend.0, points: l.points.0 };
                E::OrderPaid {
                    order: Arc::new(order.prove(&Path::Root, quiet).ok_or(damaged)?),
                    lines: lines.into_iter().map(line).collect(),
                    redeemed: redeemed.into_iter().map(|r| r.restore(currency)).collect::<Result<_, _>>()?,
                    steps: steps.into_iter().map(Step::restore).collect::<Result<_, _>>()?,
                    points: points.0,
                    vests_on: vests_on.map(|day| day.0),
                    last_day: last_day.map(|day| day.0),
                    referral: referral.map(|code| code.0),
                }
            }
            Self::Vested { lot, points, due } => E::Vested { lot, points: points.0, due: due.0 },
            Self::Expired { lot, points, last_day } => {
                E::Expired { lot, points: points.0, last_day: last_day.0 }
            }
            Self::Held { hold, reward, points, value, currency, parts, until } => E::Held {
                hold: hold.0,
                reward: reward.0,
                points: points.0,
                value: Money::new(value.0, currency.0)?,
                parts: lots(parts)?,
                until: until.0,
            },
            Self::Captured { hold, points } => E::Captured { hold: hold.0, points: points.0 },
            Self::Released { hold, points, timed_out } => {
                E::Released { hold: hold.0, points: points.0, timed_out }
            }
            Self::Refunded { order, day, currency, refund, lines, back, restored } => {
                let line = |line: RefundedLine| {
                    Ok(core::RefundedLine {
                        line: line.id.0,
                        amount: Money::new(line.amount.0, currency.as_ref().ok_or(damaged)?.0)?,
                        spend: line.spend.0,
                        points: line.points.0,
                    })
                };
                E::Refunded {
                    order: order.0,
                    day: day.0,
                    refund: refund.prove(&Path::Root, quiet).ok_or(damaged)?,
                    lines: lines.into_iter().map(line).collect::<Result<_, Code>>()?,
                    back: back.restore(),
                    restored: lots(restored)?,
                }
            }
            Self::Repaid { points, taken } => {
                E::Repaid { points: points.0, taken: taken.into_iter().map(Taken::restore).collect() }
            }
            Self::TierChanged { from, to, spend } => E::TierChanged {
                from: from.map(|level| level.0),
                to: to.map(|level| level.0),
                spend: spend.0,
            },
            Self::ReferralRewarded {
                role,
                other,
                order,
                on,
                minimum,
                currency,
                points,
                vests_on,
                last_day,
            } => E::ReferralRewarded {
                role: role.0,
                other: other.0,
                order: order.0,
                day: on.0,
                minimum: Money::new(minimum.0, currency.0)?,
                points: points.0,
                vests_on: vests_on.map(|day| day.0),
                last_day: last_day.map(|day| day.0),
            },
            Self::ReferralRevoked { role, other, order, back, pending } => E::ReferralRevoked {
                role: role.0,
                other: other.0,
                order: order.0,
                back: back.restore(),
                pending,
            },
        })
    }
}
