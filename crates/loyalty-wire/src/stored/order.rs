//! The stored form of a booked order.

use super::{DAMAGED, Redeemed, VERSION};
use crate::entry::Credit;
use crate::form::Form;
use crate::form::Within;
use crate::read::record;
use crate::request::Refund;
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{AccountId, Code, Currency, Day, Money, Points, SaleCredit, Version, WalletId};
use rust_decimal::Decimal;

record! {
    /// What was booked for an order, and taken back of it.
    pub struct OrderRecord {
        /// Storage version, 1.
        v: u32,
        /// The order as booked.
        order: Within<std::sync::Arc<loyalty_core::Order>>,
        /// The programme version that decided it.
        programme: As<Version>,
        /// The day of booking.
        day: As<Day>,
        /// Whether it was handed over.
        fulfilled: Option<bool>,
        /// Per line, in the order's order.
        lines: Vec<LineRecord>,
        /// What it earned, by lot.
        credits: Option<Vec<CreditRecord>>,
        /// What it earned its seller.
        sale: Option<Vec<SaleCreditRecord>>,
        /// Rewards that paid for part of it.
        redeemed: Option<Vec<Redeemed>>,
        /// Points of each of them that were restored.
        restored: Option<Vec<Whole>>,
        /// Refunds booked.
        refunds: Option<Vec<Refund>>,
        /// The referral it completed.
        referral: Option<ReferralRecord>,
    }
}

record! {
    /// A booked line.
    pub struct LineRecord {
        /// Its earning basis.
        spend: As<Decimal>,
        /// Refunded of its amount.
        refunded: Option<As<Decimal>>,
        /// Taken back of its basis.
        spend_back: Option<As<Decimal>>,
    }
}

record! {
    /// What an order earned in one lot.
    pub struct CreditRecord {
        /// As booked.
        credit: Credit,
        /// How many of its points were taken back, per line of the order.
        back: Option<Vec<Whole>>,
    }
}

record! {
    /// What an order earned its seller in one wallet.
    pub struct SaleCreditRecord {
        /// Which wallet.
        wallet: As<WalletId>,
        /// Points, per line of the order.
        lines: Vec<Whole>,
        /// How many of them were taken back.
        back: Option<Vec<Whole>>,
    }
}

record! {
    /// The friend's side of a referral.
    pub struct ReferralRecord {
        /// Whose link it was.
        advocate: As<AccountId>,
        /// The lot of the friend's points.
        lot: u64,
        /// How many points.
        points: Whole,
        /// The order's spend below which they are taken back.
        minimum: As<Decimal>,
        /// Whether they were taken back.
        revoked: bool,
    }
}

impl Form<core::OrderRecord> for OrderRecord {
    fn of(record: &core::OrderRecord) -> Self {
        let referral = |referral: &core::ReferralRecord| ReferralRecord {
            advocate: As(referral.advocate.clone()),
            lot: referral.lot,
            points: Whole(referral.points),
            minimum: As(referral.minimum.amount()),
            revoked: referral.revoked,
        };
        Self {
            v: VERSION,
            order: Within(record.order.clone()),
            programme: As(record.programme.clone()),
            day: As(record.day),
            fulfilled: Form::of(&record.fulfilled),
            lines: record.lines.iter().map(LineRecord::of).collect(),
            credits: Form::of(&record.credits),
            sale: Form::of(&record.sale),
            redeemed: Form::of(&record.redeemed),
            restored: unless_none(&record.restored),
            refunds: Form::of(&record.refunds),
            referral: record.referral.as_ref().map(referral),
        }
    }

    fn restore(self) -> Result<core::OrderRecord, Code> {
        let currency = self.order.0.cart.currency();
        let lines = self.lines.into_iter().map(|line| line.restore(currency));
        let redeemed: Vec<core::Redeemed> = self.redeemed.restore()?;
        Ok(core::OrderRecord {
            order: self.order.restore()?,
            programme: self.programme.0,
            day: self.day.0,
            fulfilled: self.fulfilled.restore()?,
            lines: lines.collect::<Result<_, _>>()?,
            credits: self.credits.restore()?,
            sale: self.sale.restore()?,
            restored: as_many(self.restored, redeemed.len())?,
            redeemed,
            refunds: self.refunds.restore()?,
            referral: self.referral.map(|referral| referral.restore(currency)).transpose()?,
        })
    }
}

impl LineRecord {
    fn of(line: &core::LineRecord) -> Self {
        let refunded = (!line.refunded.is_zero()).then(|| As(line.refunded.amount()));
        Self { spend: As(line.spend), refunded, spend_back: Form::of(&line.spend_back) }
    }

    fn restore(self, currency: Currency) -> Result<core::LineRecord, Code> {
        Ok(core::LineRecord {
            spend: self.spend.0,
            refunded: self.refunded.map_or(Ok(Money::zero(currency)), |sum| Money::new(sum.0, currency))?,
            spend_back: self.spend_back.restore()?,
        })
    }
}

impl Form<core::CreditRecord> for CreditRecord {
    fn of(record: &core::CreditRecord) -> Self {
        Self { credit: Credit::of(&record.credit), back: unless_none(&record.back) }
    }

    fn restore(self) -> Result<core::CreditRecord, Code> {
        let back = as_many(self.back, self.credit.lines.len())?;
        Ok(core::CreditRecord { credit: self.credit.restore()?, back })
    }
}

impl Form<core::SaleCreditRecord> for SaleCreditRecord {
    fn of(sale: &core::SaleCreditRecord) -> Self {
        let core::SaleCredit { wallet, lines } = &sale.credit;
        Self { wallet: As(wallet.clone()), lines: Form::of(lines), back: unless_none(&sale.back) }
    }

    fn restore(self) -> Result<core::SaleCreditRecord, Code> {
        let back = as_many(self.back, self.lines.len())?;
        let credit = SaleCredit { wallet: self.wallet.0, lines: self.lines.restore()? };
        Ok(core::SaleCreditRecord { credit, back })
    }
}

impl ReferralRecord {
    fn restore(self, currency: Currency) -> Result<core::ReferralRecord, Code> {
        Ok(core::ReferralRecord {
            advocate: self.advocate.0,
            lot: self.lot,
            points: self.points.0,
            minimum: Money::new(self.minimum.0, currency)?,
            revoked: self.revoked,
        })
    }
}

/// Points that are left out where none of them is above 0.
fn unless_none(points: &Vec<Points>) -> Option<Vec<Whole>> {
    points.iter().any(|points| !points.is_zero()).then(|| Form::of(points))
}

/// So many points as were left out.
fn as_many(points: Option<Vec<Whole>>, count: usize) -> Result<Vec<Points>, Code> {
    match points {
        None => Ok(vec![Points::ZERO; count]),
        Some(points) if points.len() == count => points.restore(),
        Some(_) => Err(DAMAGED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document;
    use crate::write::Write;

    const ORDER: &str =
        r#"{"id":"1","currency":"EUR","lines":[{"id":"a","amount":"12.50"},{"id":"b","amount":"1.00"}]}"#;
    const CREDIT: &str = r#"{"lot":{"id":1,"wallet":"points","order":"1","points":12},"lines":[12,0],"steps":[{"kind":"order","rule":"r","points":12}]}"#;

    fn read(rest: &str) -> Result<core::OrderRecord, Code> {
        document::<OrderRecord>(&crate::parse(&text(rest)).unwrap()).unwrap().restore()
    }

    fn text(rest: &str) -> String {
        format!(r#"{{"v":1,"order":{ORDER},"programme":"v1","day":"2026-01-31",{rest}}}"#)
    }

    #[test]
    fn a_booked_order_reads_back_what_it_writes() {
        let plain = r#""lines":[{"spend":"12.50"},{"spend":"0.00"}]"#;
        let full = format!(
            r#""fulfilled":true,"lines":[{{"spend":"12.50","refunded":"2.50","spend_back":"2.50"}},{{"spend":"1.00"}}],"credits":[{{"credit":{CREDIT},"back":[2,0]}},{{"credit":{CREDIT}}}],"sale":[{{"wallet":"points","lines":[3,0],"back":[1,0]}}],"redeemed":[{{"reward":"r","wallet":"points","points":5,"value":"0.50","currency":"EUR","parts":[]}}],"restored":[2],"refunds":[{{"id":"r1"}}],"referral":{{"advocate":"x","lot":2,"points":100,"minimum":"10.00","revoked":false}}"#
        );
        for rest in [plain, &full] {
            let record = read(rest).unwrap();
            assert_eq!(OrderRecord::of(&record).to_json(), text(rest));
        }
        let record = read(&full).unwrap();
        assert_eq!(record.credits[1].back, [Points::ZERO; 2]);
    }

    #[test]
    fn lists_of_another_length_than_what_they_speak_of_are_damaged() {
        for rest in [
            format!(r#""lines":[],"credits":[{{"credit":{CREDIT},"back":[2]}}]"#),
            r#""lines":[],"sale":[{"wallet":"points","lines":[3],"back":[1,1]}]"#.to_owned(),
            r#""lines":[],"restored":[1]"#.to_owned(),
        ] {
            assert_eq!(read(&rest), Err(DAMAGED), "{rest}");
        }
    }
}
