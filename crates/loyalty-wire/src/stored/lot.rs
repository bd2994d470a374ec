//! The stored form of a lot.

use super::DAMAGED;
use crate::form::Form;
use crate::read::record;
use crate::text::{As, Whole};
use crate::text_ledger::WaitName;
use loyalty_core as core;
use loyalty_core::{
    AccountId, BonusId, Code, Day, HoldId, Instant, OrderId, PartnerId, Reference, Source, Wait, WalletId,
};

record! {
    /// Points of one accrual. Exactly one of `order`, `welcome`, `referral`, `bonus`, `sale`, `exchange`, `transfer`,
    /// `reward`, `adjustment` and `refund` says where they came from.
    pub struct Lot {
        /// Number, rising with time.
        id: u64,
        /// Which wallet they are in.
        wallet: As<WalletId>,
        /// The order that earned them.
        order: Option<As<OrderId>>,
        /// The advocate who brought this friend.
        welcome: Option<As<AccountId>>,
        /// The friend who was brought.
        referral: Option<As<AccountId>>,
        /// The bonus.
        bonus: Option<As<BonusId>>,
        /// The account that bought what this member sold.
        sale: Option<As<AccountId>>,
        /// The wallet whose points became these.
        exchange: Option<As<WalletId>>,
        /// The account that gave them.
        transfer: Option<As<AccountId>>,
        /// The hold of the reward that gave them.
        reward: Option<As<HoldId>>,
        /// The merchant's name for the reason of a correction.
        adjustment: Option<As<Reference>>,
        /// The refunded order they were spent on.
        refund: Option<As<OrderId>>,
        /// How many.
        points: Whole,
        /// The day on which they become spendable.
        vests_on: Option<As<Day>>,
        /// Where they wait for no day yet: what they wait for.
        waits_for: Option<As<WaitName>>,
        /// So many days after that they become spendable.
        days: Option<u32>,
        /// Their last usable day.
        last_day: Option<As<Day>>,
        /// On that day usable before this instant.
        until: Option<As<Instant>>,
        /// The shop of a coalition that owes what they are worth.
        issuer: Option<As<PartnerId>>,
    }
}

impl Form<core::Lot> for Lot {
    fn of(lot: &core::Lot) -> Self {
        let (vests_on, waits_for, days) = match lot.wait {
            None => (None, None, None),
            Some(Wait::Day(day)) => (Some(As(day)), None, None),
            Some(Wait::Fulfilment(days)) => (None, Some(As(WaitName::Fulfilment)), Some(days)),
            Some(Wait::Approval(days)) => (None, Some(As(WaitName::Approval)), Some(days)),
        };
        let mut form = Self {
            id: lot.id,
            wallet: As(lot.wallet.clone()),
            order: None,
            welcome: None,
            referral: None,
            bonus: None,
            sale: None,
            exchange: None,
            transfer: None,
            reward: None,
            adjustment: None,
            refund: None,
            points: Whole(lot.points),
            vests_on,
            waits_for,
            days,
            last_day: lot.last_day.map(As),
            until: lot.until.map(As),
            issuer: lot.issuer.clone().map(As),
        };
        form.come_from(&lot.source);
        form
    }

    fn restore(self) -> Result<core::Lot, Code> {
        let wait = match (&self.vests_on, &self.waits_for, self.days) {
            (None, None, None) => None,
            (Some(day), None, None) => Some(Wait::Day(day.0)),
            (None, Some(As(WaitName::Fulfilment)), Some(days)) => Some(Wait::Fulfilment(days)),
            (None, Some(As(WaitName::Approval)), Some(days)) => Some(Wait::Approval(days)),
            _ => return Err(DAMAGED),
        };
        Ok(core::Lot {
            id: self.id,
            points: self.points.0,
            wait,
            last_day: self.last_day.as_ref().map(|day| day.0),
            until: self.until.as_ref().map(|until| until.0),
            issuer: self.issuer.clone().map(|issuer| issuer.0),
            wallet: self.wallet.0.clone(),
            source: self.source()?,
        })
    }
}

impl Lot {
    fn come_from(&mut self, source: &Source) {
        match source {
            Source::Order(order) => self.order = Some(As(order.clone())),
            Source::Welcome(advocate) => self.welcome = Some(As(advocate.clone())),
            Source::Referral(friend) => self.referral = Some(As(friend.clone())),
            Source::Bonus(bonus) => self.bonus = Some(As(bonus.clone())),
            Source::Sale(buyer) => self.sale = Some(As(buyer.clone())),
            Source::Exchange(wallet) => self.exchange = Some(As(wallet.clone())),
            Source::Transfer(giver) => self.transfer = Some(As(giver.clone())),
            Source::Reward(hold) => self.reward = Some(As(hold.clone())),
            Source::Adjustment(reason) => self.adjustment = Some(As(reason.clone())),
            Source::Refund(order) => self.refund = Some(As(order.clone())),
        }
    }

    fn source(self) -> Result<Source, Code> {
        let sources = [
            self.order.map(|order| Source::Order(order.0)),
            self.welcome.map(|advocate| Source::Welcome(advocate.0)),
            self.referral.map(|friend| Source::Referral(friend.0)),
            self.bonus.map(|bonus| Source::Bonus(bonus.0)),
            self.sale.map(|buyer| Source::Sale(buyer.0)),
            self.exchange.map(|wallet| Source::Exchange(wallet.0)),
            self.transfer.map(|giver| Source::Transfer(giver.0)),
            self.reward.map(|hold| Source::Reward(hold.0)),
            self.adjustment.map(|reason| Source::Adjustment(reason.0)),
            self.refund.map(|order| Source::Refund(order.0)),
        ];
        let mut given = sources.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(source), None) => Ok(source),
            _ => Err(DAMAGED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document;
    use crate::write::Write;

    fn read(text: &str) -> Result<core::Lot, Code> {
        document::<Lot>(&crate::parse(text).unwrap()).unwrap().restore()
    }

    #[test]
    fn a_lot_reads_back_what_it_writes() {
        for source in [
            "order",
            "welcome",
            "referral",
            "bonus",
            "sale",
            "exchange",
            "transfer",
            "reward",
            "adjustment",
            "refund",
        ] {
            for rest in [
                r#""points":5}"#,
                r#""points":5,"vests_on":"2026-01-31"}"#,
                r#""points":5,"waits_for":"fulfilment","days":14,"last_day":"2026-12-31"}"#,
                r#""points":5,"waits_for":"approval","days":0}"#,
                r#""points":5,"last_day":"2026-12-31","until":"2026-12-31T10:00:00.000Z","issuer":"cafe"}"#,
            ] {
                let text = format!(r#"{{"id":7,"wallet":"points","{source}":"x",{rest}"#);
                assert_eq!(Lot::of(&read(&text).unwrap()).to_json(), text);
            }
        }
    }

    #[test]
    fn a_lot_that_cannot_have_been_written_is_damaged() {
        for rest in [
            r#""points":5"#,
            r#""order":"1","refund":"1","points":5"#,
            r#""order":"1","points":5,"vests_on":"2026-01-31","waits_for":"approval","days":1"#,
            r#""order":"1","points":5,"waits_for":"approval""#,
            r#""order":"1","points":5,"days":1"#,
        ] {
            assert_eq!(read(&format!(r#"{{"id":7,"wallet":"points",{rest}}}"#)), Err(DAMAGED), "{rest}");
        }
    }
}
