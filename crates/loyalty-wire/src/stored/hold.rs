//! The stored forms of holds and of what they paid for.

use super::{DAMAGED, Lot, VERSION};
use crate::form::{Form, Stored, Within};
use crate::part::Part;
use crate::read::record;
use crate::text::{As, Whole};
use crate::text_ledger::HoldEndName;
use crate::write::written;
use loyalty_core as core;
use loyalty_core::{
    Code, Currency, Day, HoldEnd, HoldId, Instant, LineId, Money, OrderId, RewardId, WalletId,
};
use rust_decimal::Decimal;

written! {
    /// Points set aside.
    pub struct Hold {
        /// Names the hold.
        id: As<HoldId>,
        /// For which reward.
        reward: As<RewardId>,
        /// Of which wallet.
        wallet: As<WalletId>,
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
        /// Whether it was taken outside a cart, and so pays for no order.
        outside_cart: Option<bool>,
    }
}

record! {
    /// A hold that has ended.
    pub struct HoldRecord {
        /// Storage version, 1.
        v: u32,
        /// The hold.
        hold: super::Hold,
        /// How it ended.
        end: As<HoldEndName>,
        /// The day on which it ended.
        day: As<Day>,
        /// The order it paid for.
        order: Option<As<OrderId>>,
        /// The lot that the reward gave.
        gave: Option<u64>,
    }
}

record! {
    /// A reward that paid for part of an order.
    pub struct Redeemed {
        /// The hold that was captured; absent for one taken with the order itself.
        hold: Option<As<HoldId>>,
        /// Which reward.
        reward: As<RewardId>,
        /// Of which wallet.
        wallet: As<WalletId>,
        /// How many points.
        points: Whole,
        /// What they paid.
        value: As<Decimal>,
        /// ISO 4217 code of the values.
        currency: As<Currency>,
        /// Whether it is a payment: from a wallet of gift certificates.
        payment: Option<bool>,
        /// The parts of lots they came from.
        parts: Vec<Lot>,
        /// The lines it pays; absent where it pays a share of all.
        lines: Option<Vec<PaidLine>>,
    }
}

record! {
    /// What a reward pays of one line.
    pub struct PaidLine {
        /// Which line.
        id: As<LineId>,
        /// Whole pieces that are free.
        pieces: Option<u32>,
        /// How much.
        value: As<Decimal>,
    }
}

impl Stored for core::Hold {
    type Record = Hold;

    fn record(&self) -> Hold {
        Hold {
            id: As(self.id.clone()),
            reward: As(self.reward.clone()),
            wallet: As(self.wallet.clone()),
            points: Whole(self.points),
            value: As(self.value.amount()),
            currency: As(self.value.currency()),
            parts: Form::of(&self.parts),
            until: As(self.until),
            outside_cart: self.outside_cart.then_some(true),
        }
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        part.expect(Hold::NAMES, &[]);
        let value = part.amount("value", part.given(part.needed("currency")));
        let (points, until) = (part.given_points(part.needed("points")), part.given(part.needed("until")));
        let id = part.given(part.needed("id"));
        let parts = part.all(part.needed("parts"));
        let (reward, wallet) = (part.given(part.needed("reward")), part.given(part.needed("wallet")));
        Some(Self {
            points: points?,
            value: value?,
            until: until?,
            outside_cart: part.flag("outside_cart"),
            id: id?,
            reward: reward?,
            wallet: wallet?,
            parts,
        })
    }
}

impl Form<core::HoldRecord> for HoldRecord {
    fn of(record: &core::HoldRecord) -> Self {
        let (end, order) = match &record.end {
            HoldEnd::Captured(order) => (HoldEndName::Captured, order.clone().map(As)),
            HoldEnd::Fulfilled => (HoldEndName::Fulfilled, None),
            HoldEnd::Cancelled => (HoldEndName::Cancelled, None),
            HoldEnd::Released => (HoldEndName::Released, None),
            HoldEnd::TimedOut => (HoldEndName::TimedOut, None),
        };
        let (hold, day) = (Within(record.hold.clone()), As(record.day));
        Self { v: VERSION, hold, end: As(end), day, order, gave: record.gave }
    }

    fn restore(self) -> Result<core::HoldRecord, Code> {
        let end = match (self.end.0, self.order) {
            (HoldEndName::Captured, order) => HoldEnd::Captured(order.map(|order| order.0)),
            (HoldEndName::Fulfilled, None) => HoldEnd::Fulfilled,
            (HoldEndName::Cancelled, None) => HoldEnd::Cancelled,
            (HoldEndName::Released, None) => HoldEnd::Released,
            (HoldEndName::TimedOut, None) => HoldEnd::TimedOut,
            (_, Some(_)) => return Err(DAMAGED),
        };
        Ok(core::HoldRecord { hold: self.hold.restore()?, end, day: self.day.0, gave: self.gave })
    }
}

impl Form<core::Redeemed> for Redeemed {
    fn of(redeemed: &core::Redeemed) -> Self {
        let lines = || redeemed.lines.iter().map(PaidLine::of).collect();
        Self {
            hold: redeemed.hold.clone().map(As),
            reward: As(redeemed.reward.clone()),
            wallet: As(redeemed.wallet.clone()),
            points: Whole(redeemed.points),
            value: As(redeemed.value.amount()),
            currency: As(redeemed.value.currency()),
            payment: Form::of(&redeemed.payment),
            parts: Form::of(&redeemed.parts),
            lines: (!redeemed.lines.is_empty()).then(lines),
        }
    }

    fn restore(self) -> Result<core::Redeemed, Code> {
        let currency = self.currency.0;
        let lines = self.lines.unwrap_or_default().into_iter();
        Ok(core::Redeemed {
            hold: self.hold.map(|hold| hold.0),
            reward: self.reward.0,
            wallet: self.wallet.0,
            points: self.points.0,
            value: Money::new(self.value.0, currency)?,
            payment: self.payment.restore()?,
            parts: self.parts.restore()?,
            lines: lines.map(|line| line.restore(currency)).collect::<Result<_, _>>()?,
        })
    }
}

impl PaidLine {
    fn of(line: &core::PaidLine) -> Self {
        Self { id: As(line.line.clone()), pieces: Form::of(&line.pieces), value: As(line.value.amount()) }
    }

    fn restore(self, currency: Currency) -> Result<core::PaidLine, Code> {
        let value = Money::new(self.value.0, currency)?;
        Ok(core::PaidLine { line: self.id.0, pieces: self.pieces.restore()?, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document;
    use crate::write::Write;

    const HOLD: &str = r#"{"id":"h","reward":"r","wallet":"points","points":5,"value":"0.50","currency":"EUR","parts":[{"id":1,"wallet":"points","order":"1","points":5}],"until":"2026-01-31T10:00:00.000Z"}"#;

    fn record(end: &str) -> Result<core::HoldRecord, Code> {
        let text = format!(r#"{{"v":1,"hold":{HOLD},{end}}}"#);
        document::<HoldRecord>(&crate::parse(&text).unwrap()).unwrap().restore()
    }

    #[test]
    fn a_hold_that_has_ended_reads_back_what_it_writes() {
        for end in [
            r#""end":"captured","day":"2026-01-31""#,
            r#""end":"captured","day":"2026-01-31","order":"1","gave":3"#,
            r#""end":"fulfilled","day":"2026-01-31","gave":3"#,
            r#""end":"cancelled","day":"2026-01-31""#,
            r#""end":"released","day":"2026-01-31""#,
            r#""end":"timed_out","day":"2026-01-31""#,
        ] {
            let written = HoldRecord::of(&record(end).unwrap()).to_json();
            assert_eq!(written, format!(r#"{{"v":1,"hold":{HOLD},{end}}}"#));
        }
        assert_eq!(record(r#""end":"released","day":"2026-01-31","order":"1""#), Err(DAMAGED));
    }

    #[test]
    fn what_paid_for_an_order_reads_back_what_it_writes() {
        for text in [
            r#"{"reward":"r","wallet":"points","points":5,"value":"0.50","currency":"EUR","parts":[]}"#,
            r#"{"hold":"h","reward":"r","wallet":"gift","points":5,"value":"3.50","currency":"EUR","payment":true,"parts":[{"id":1,"wallet":"gift","order":"1","points":5}],"lines":[{"id":"a","pieces":2,"value":"3.00"},{"id":"b","value":"0.50"}]}"#,
        ] {
            let read = document::<Redeemed>(&crate::parse(text).unwrap()).unwrap().restore().unwrap();
            assert_eq!(Redeemed::of(&read).to_json(), text);
        }
    }
}
