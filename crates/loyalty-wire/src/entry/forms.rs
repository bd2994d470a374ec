//! Events to their stored form and back.

use crate::entry::event::EventV1;
use crate::entry::parts::RefundedLine;
use crate::form::Stored;
use crate::form::{Form, variant_forms};
use crate::text::As;
use loyalty_core as core;
use loyalty_core::Money;

variant_forms! {
    EventV1 = Event {
        OrderPaid { order, lines, redeemed, points, credits, sale, uses, remainders, shared, referral }
        OrderFulfilled { order, lots }
        Vested { lot, wallet, points, due }
        Expired { lot, wallet, points, last_day }
        Captured { hold, reward, wallet, points, returned, uses, shared, gives, ticket }
        Released { hold, wallet, points, timed_out }
        RewardFulfilled { hold }
        RewardCancelled { hold, restored, taken, unused, shared, ticket }
        Repaid { wallet, points, taken }
        TierChanged { from, to, progress }
        ReferralRevoked { role, other, order, back, pending, day }
        EventRecorded { event, reference }
        BonusGiven { bonus, event, reference, day, lot, used }
        BonusDecided { bonus, lot, vests_on, wallet, gone }
        SegmentSet { segment, member }
        ConsentSet { purpose, given }
        BirthdaySet { birthday }
        MembershipPaid { membership, payment }
        PrivilegeUsed { privilege, reference, used }
        Honoured { form }
        Exchanged { from, points, taken, lot }
        TransferSent { to, wallet, parts }
        TransferReceived { from, lots }
        Adjusted { reason, lot, back }
        SaleSettled { buyer, order, heard, lots, back }
        SharedCounted { by, counts }
    }
    write {
        core::Event::Held(hold) => {
            let record = hold.record();
            Self::Held {
                hold: record.id,
                reward: record.reward,
                wallet: record.wallet,
                points: record.points,
                value: record.value,
                currency: record.currency,
                parts: record.parts,
                until: record.until,
                outside_cart: record.outside_cart,
            }
        },
        core::Event::Refunded {
            order,
            day,
            refund,
            lines,
            points,
            credits,
            sale,
            restored,
            remainders,
            unused,
            shared,
            whole,
            keeps,
        } => Self::Refunded {
            order: As(order.clone()),
            day: As(*day),
            currency: lines.first().map(|line| As(line.amount.currency())),
            refund: Form::of(refund),
            lines: lines.iter().map(RefundedLine::of).collect(),
            points: Form::of(points),
            credits: Form::of(credits),
            sale: Form::of(sale),
            restored: Form::of(restored),
            remainders: Form::of(remainders),
            unused: Form::of(unused),
            shared: Form::of(shared),
            whole: *whole,
            keeps: Form::of(keeps),
        },
        core::Event::ReferralRewarded { role, other, order, day, minimum, lot } => Self::ReferralRewarded {
            role: As(*role),
            other: As(other.clone()),
            order: As(order.clone()),
            on: As(*day),
            minimum: As(minimum.amount()),
            currency: As(minimum.currency()),
            lot: Form::of(lot),
        },
        core::Event::MembershipCancelled { membership, refund } => Self::MembershipCancelled {
            membership: As(membership.clone()),
            refund: As(refund.amount()),
            currency: As(refund.currency()),
        },
    }
    restore {
        Self::Held { hold, reward, wallet, points, value, currency, parts, until, outside_cart } => {
            core::Event::Held(core::Hold {
                id: hold.0,
                reward: reward.0,
                wallet: wallet.0,
                points: points.0,
                value: Money::new(value.0, currency.0)?,
                parts: parts.restore()?,
                until: until.0,
                outside_cart: outside_cart.unwrap_or_default(),
            })
        },
        Self::Refunded {
            order,
            day,
            currency,
            refund,
            lines,
            points,
            credits,
            sale,
            restored,
            remainders,
            unused,
            shared,
            whole,
            keeps,
        } => {
            let lines = lines.into_iter().map(|line| line.restore(currency.as_ref()));
            core::Event::Refunded {
                order: order.0,
                day: day.0,
                refund: refund.restore()?,
                lines: lines.collect::<Result<_, _>>()?,
                points: points.0,
                credits: credits.restore()?,
                sale: sale.restore()?,
                restored: restored.restore()?,
                remainders: remainders.restore()?,
                unused: unused.restore()?,
                shared: shared.restore()?,
                whole,
                keeps: keeps.restore()?,
            }
        },
        Self::ReferralRewarded { role, other, order, on, minimum, currency, lot } => {
            core::Event::ReferralRewarded {
                role: role.0,
                other: other.0,
                order: order.0,
                day: on.0,
                minimum: Money::new(minimum.0, currency.0)?,
                lot: lot.restore()?,
            }
        },
        Self::MembershipCancelled { membership, refund, currency } => core::Event::MembershipCancelled {
            membership: membership.0,
            refund: Money::new(refund.0, currency.0)?,
        },
    }
}
