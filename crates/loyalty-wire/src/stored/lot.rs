//! The stored form of a lot.

use super::DAMAGED;
use crate::form::Stored;
use crate::part::Part;
use crate::text::{As, Whole};
use crate::text_ledger::WaitName;
use crate::write::written;
use loyalty_core as core;
use loyalty_core::{
    AccountId, BonusId, Day, HoldId, Instant, OrderId, PartnerId, Reference, Source, Wait, WalletId,
};

written! {
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

impl Stored for core::Lot {
    type Record = Lot;

    fn record(&self) -> Lot {
        let (vests_on, waits_for, days) = match self.wait {
            None => (None, None, None),
            Some(Wait::Day(day)) => (Some(As(day)), None, None),
            Some(Wait::Fulfilment(days)) => (None, Some(As(WaitName::Fulfilment)), Some(days)),
            Some(Wait::Approval(days)) => (None, Some(As(WaitName::Approval)), Some(days)),
        };
        let mut record = Lot {
            id: self.id,
            wallet: As(self.wallet.clone()),
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
            points: Whole(self.points),
            vests_on,
            waits_for,
            days,
            last_day: self.last_day.map(As),
            until: self.until.map(As),
            issuer: self.issuer.clone().map(As),
        };
        record.come_from(&self.source);
        record
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        part.expect(Lot::NAMES, &[]);
        let (id, points) = (part.given_count(part.needed("id")), part.given_points(part.needed("points")));
        let (wallet, source) = (part.given(part.needed("wallet")), read_source(part));
        let wait = match (part.given("vests_on"), part.given_choice("waits_for"), part.given_number("days")) {
            (None, None, None) => None,
            (Some(day), None, None) => Some(Wait::Day(day)),
            (None, Some(WaitName::Fulfilment), Some(days)) => Some(Wait::Fulfilment(days)),
            (None, Some(WaitName::Approval), Some(days)) => Some(Wait::Approval(days)),
            _ => return part.wrong_whole(DAMAGED),
        };
        Some(Self {
            id: id?,
            points: points?,
            wait,
            last_day: part.given("last_day"),
            until: part.given("until"),
            issuer: part.given("issuer"),
            wallet: wallet?,
            source: source?,
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
}

type ReadSource = fn(&Part<'_>, &str) -> Option<Source>;

/// What kinds of things points come from, and how the name of each is read.
const SOURCES: [(&str, ReadSource); 10] = [
    ("order", |part, name| part.given(name).map(Source::Order)),
    ("welcome", |part, name| part.given(name).map(Source::Welcome)),
    ("referral", |part, name| part.given(name).map(Source::Referral)),
    ("bonus", |part, name| part.given(name).map(Source::Bonus)),
    ("sale", |part, name| part.given(name).map(Source::Sale)),
    ("exchange", |part, name| part.given(name).map(Source::Exchange)),
    ("transfer", |part, name| part.given(name).map(Source::Transfer)),
    ("reward", |part, name| part.given(name).map(Source::Reward)),
    ("adjustment", |part, name| part.given(name).map(Source::Adjustment)),
    ("refund", |part, name| part.given(name).map(Source::Refund)),
];

/// What kind of thing the points of a lot came from, and which: a field of [`Lot`].
#[must_use]
pub fn source(source: &Source) -> (&'static str, &str) {
    match source {
        Source::Order(id) => ("order", id.as_str()),
        Source::Welcome(id) => ("welcome", id.as_str()),
        Source::Referral(id) => ("referral", id.as_str()),
        Source::Bonus(id) => ("bonus", id.as_str()),
        Source::Sale(id) => ("sale", id.as_str()),
        Source::Exchange(id) => ("exchange", id.as_str()),
        Source::Transfer(id) => ("transfer", id.as_str()),
        Source::Reward(id) => ("reward", id.as_str()),
        Source::Adjustment(id) => ("adjustment", id.as_str()),
        Source::Refund(id) => ("refund", id.as_str()),
    }
}

/// Where the points of a lot came from: from one thing.
fn read_source(part: &Part<'_>) -> Option<Source> {
    let mut given = SOURCES.into_iter().filter(|(name, _)| part.has(name));
    match (given.next(), given.next()) {
        (Some((name, read)), None) => read(part, name),
        _ => part.wrong_whole(DAMAGED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Within;
    use crate::read::document;
    use crate::write::Write;
    use loyalty_core::Code;

    fn read(text: &str) -> Result<core::Lot, Code> {
        document::<Within<core::Lot>>(&crate::parse(text).unwrap())
            .map(|lot| lot.0)
            .map_err(|problem| problem.code)
    }

    #[test]
    fn a_lot_reads_back_what_it_writes() {
        for (kind, _) in SOURCES {
            for rest in [
                r#""points":5}"#,
                r#""points":5,"vests_on":"2026-01-31"}"#,
                r#""points":5,"waits_for":"fulfilment","days":14,"last_day":"2026-12-31"}"#,
                r#""points":5,"waits_for":"approval","days":0}"#,
                r#""points":5,"last_day":"2026-12-31","until":"2026-12-31T10:00:00.000Z","issuer":"cafe"}"#,
            ] {
                let text = format!(r#"{{"id":7,"wallet":"points","{kind}":"x",{rest}"#);
                let lot = read(&text).unwrap();
                assert_eq!((lot.record().to_json(), source(&lot.source)), (text, (kind, "x")));
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
