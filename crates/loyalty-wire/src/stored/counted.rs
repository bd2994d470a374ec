//! The stored forms of what a position counts and remembers.

use crate::form::{Form, Stored};
use crate::part::Part;
use crate::text::As;
use crate::text_ledger::UseName;
use crate::write::written;
use loyalty_core as core;
use loyalty_core::{Birthday, Currency, Day, LevelId, MembershipId, UseOf};
use rust_decimal::Decimal;

written! {
    /// What counts towards levels on one day.
    pub struct Activity {
        /// The day.
        day: As<Day>,
        /// Earning basis of paid orders, less refunds.
        spend: Option<As<Decimal>>,
        /// Points that orders earned in the main wallet.
        points: Option<i64>,
        /// Paid orders.
        orders: Option<i64>,
        /// Visits.
        visits: Option<i64>,
        /// Friends whose first order was paid.
        referrals: Option<i64>,
    }
}

written! {
    /// A level kept through a day.
    pub struct KeptLevel {
        /// The level.
        level: As<LevelId>,
        /// The last day on which it is kept.
        through: As<Day>,
    }
}

written! {
    /// A birthday, and the day on which it was told.
    pub struct ToldBirthday {
        /// Month and day.
        birthday: As<Birthday>,
        /// When it was told.
        on: As<Day>,
    }
}

written! {
    /// A membership that was paid for.
    pub struct Membership {
        /// Which.
        id: As<MembershipId>,
        /// The first day of what is paid for.
        from: As<Day>,
        /// The last day.
        last_day: As<Day>,
        /// What was paid for these days.
        fee: As<Decimal>,
        /// ISO 4217 code of `fee`.
        currency: As<Currency>,
    }
}

written! {
    /// How much of a limit is used.
    pub struct Used {
        /// Of what kind of thing.
        of: As<UseName>,
        /// Of which rule, campaign, bonus, reward or privilege.
        id: String,
        /// Since this day; absent for in all.
        since: Option<As<Day>>,
        /// How much.
        count: u64,
    }
}

impl Stored for core::KeptLevel {
    type Record = KeptLevel;

    fn record(&self) -> KeptLevel {
        KeptLevel { level: As(self.level.clone()), through: As(self.through) }
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        part.expect(KeptLevel::NAMES, &[]);
        let (level, through) = (part.given(part.needed("level")), part.given(part.needed("through")));
        Some(Self { through: through?, level: level? })
    }
}

impl Stored for core::ToldBirthday {
    type Record = ToldBirthday;

    fn record(&self) -> ToldBirthday {
        ToldBirthday { birthday: As(self.birthday), on: As(self.on) }
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        part.expect(ToldBirthday::NAMES, &[]);
        let (birthday, on) = (part.given(part.needed("birthday")), part.given(part.needed("on")));
        Some(Self { birthday: birthday?, on: on? })
    }
}

impl Stored for (Day, core::Activity) {
    type Record = Activity;

    fn record(&self) -> Activity {
        let (day, counted) = self;
        Activity {
            day: As(*day),
            spend: Form::of(&counted.spend),
            points: Form::of(&counted.points),
            orders: Form::of(&counted.orders),
            visits: Form::of(&counted.visits),
            referrals: Form::of(&counted.referrals),
        }
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        part.expect(Activity::NAMES, &[]);
        let count = |name| part.whole(name).unwrap_or_default();
        let counted = core::Activity {
            spend: part.decimal("spend").unwrap_or_default(),
            points: count("points"),
            orders: count("orders"),
            visits: count("visits"),
            referrals: count("referrals"),
        };
        Some((part.given(part.needed("day"))?, counted))
    }
}

impl Stored for core::PaidMembership {
    type Record = Membership;

    fn record(&self) -> Membership {
        Membership {
            id: As(self.id.clone()),
            from: As(self.from),
            last_day: As(self.last_day),
            fee: As(self.fee.amount()),
            currency: As(self.fee.currency()),
        }
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        part.expect(Membership::NAMES, &[]);
        let (from, last_day) = (part.given(part.needed("from")), part.given(part.needed("last_day")));
        let (id, fee) =
            (part.given(part.needed("id")), part.amount("fee", part.given(part.needed("currency"))));
        Some(Self { from: from?, last_day: last_day?, fee: fee?, id: id? })
    }
}

impl Stored for core::Used {
    type Record = Used;

    fn record(&self) -> Used {
        let (of, id) = match &self.of {
            UseOf::RateDay(rule) => (UseName::RateDay, rule.as_str()),
            UseOf::Rate(rule) => (UseName::Rate, rule.as_str()),
            UseOf::Campaign(campaign) => (UseName::Campaign, campaign.as_str()),
            UseOf::Bonus(bonus) => (UseName::Bonus, bonus.as_str()),
            UseOf::Reward(reward) => (UseName::Reward, reward.as_str()),
            UseOf::Privilege(privilege) => (UseName::Privilege, privilege.as_str()),
        };
        let since = (self.since != Day::default()).then_some(As(self.since));
        Used { of: As(of), id: id.to_owned(), since, count: self.count }
    }

    fn read(part: &Part<'_>) -> Option<Self> {
        part.expect(Used::NAMES, &[]);
        let count = part.given_count(part.needed("count"));
        let (of, id) = (part.given_choice(part.needed("of")), part.needed("id"));
        let of = match of? {
            UseName::RateDay => UseOf::RateDay(part.given(id)?),
            UseName::Rate => UseOf::Rate(part.given(id)?),
            UseName::Campaign => UseOf::Campaign(part.given(id)?),
            UseName::Bonus => UseOf::Bonus(part.given(id)?),
            UseName::Reward => UseOf::Reward(part.given(id)?),
            UseName::Privilege => UseOf::Privilege(part.given(id)?),
        };
        Some(Self { of, since: part.given("since").unwrap_or_default(), count: count? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Within;
    use crate::read::document;
    use loyalty_core::Code;

    #[test]
    fn a_limit_of_a_name_that_is_no_id_is_damaged() {
        let text = r#"{"of":"rate","id":"two words","count":5}"#;
        let read = document::<Within<core::Used>>(&crate::parse(text).unwrap());
        assert_eq!(read.map(|_| ()).unwrap_err().code, Code::IdInvalid);
    }
}
