//! The stored form of a position.

use super::{Hold, Lot};
use crate::form::{ByName, Form, forms};
use crate::read::record;
use crate::text::{As, TimeOfDay, Whole};
use crate::text_ledger::UseName;
use loyalty_core as core;
use loyalty_core::{
    Birthday, BonusId, CampaignId, Code, Currency, Day, DrawId, EventName, Instant, LevelId, MembershipId,
    Moment, Money, PrivilegeId, Purpose, RewardId, RuleId, SegmentId, UseOf, WalletId,
};
use rust_decimal::Decimal;

record! {
    /// Where a member stands. Opaque to shops: hand it to the browser module.
    pub struct Position {
        /// Entries appended so far.
        seq: u64,
        /// When the last one was.
        at: As<Instant>,
        /// Its shop-local day.
        day: As<Day>,
        /// The time of that day.
        time: As<TimeOfDay>,
        /// The day of the first one.
        since: Option<As<Day>>,
        /// Lots made so far.
        lots_made: u64,
        /// Lots with points left, oldest first.
        lots: Vec<Lot>,
        /// Open holds, oldest first.
        holds: Vec<Hold>,
        /// Points owed, by wallet.
        debt: Option<ByName<WalletId, Whole>>,
        /// What counts towards levels, by day.
        activity: Option<Vec<Activity>>,
        /// The tier level.
        level: Option<As<LevelId>>,
        /// A level that a refund leaves for a while.
        kept_level: Option<KeptLevel>,
        /// The last day on which the member earned points or took a reward.
        active: As<Day>,
        /// Orders paid.
        orders: Option<u64>,
        /// Segments the member is in.
        segments: Option<Vec<As<SegmentId>>>,
        /// Consents that are given.
        consents: Option<Vec<As<Purpose>>>,
        /// The birthday.
        birthday: Option<ToldBirthday>,
        /// The paid membership.
        membership: Option<Membership>,
        /// How the member is honoured in public.
        honours: Option<Vec<As<EventName>>>,
        /// How much of each limit is used.
        uses: Option<Vec<Used>>,
        /// What is left over of rules in groups, by rule.
        remainders: Option<ByName<RuleId, As<Decimal>>>,
        /// Tickets by draw.
        tickets: Option<ByName<DrawId, u64>>,
        /// Friends whose reward waits to become spendable.
        friends_waiting: Option<u64>,
        /// Friends whose reward waits no longer.
        friends_rewarded: Option<u64>,
    }
}

record! {
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

record! {
    /// A level kept through a day.
    pub struct KeptLevel {
        /// The level.
        level: As<LevelId>,
        /// The last day on which it is kept.
        through: As<Day>,
    }
}

record! {
    /// A birthday, and the day on which it was told.
    pub struct ToldBirthday {
        /// Month and day.
        birthday: As<Birthday>,
        /// When it was told.
        on: As<Day>,
    }
}

record! {
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

record! {
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

forms! {
    KeptLevel = KeptLevel { level, through }
    ToldBirthday = ToldBirthday { birthday, on }
}

impl Form<core::Position> for Position {
    fn of(p: &core::Position) -> Self {
        Self {
            seq: p.seq,
            at: As(p.last.at),
            day: As(p.last.day),
            time: As(TimeOfDay(p.last.minute)),
            since: p.since.map(As),
            lots_made: p.lots_made,
            lots: Form::of(&p.lots),
            holds: Form::of(&p.holds),
            debt: Form::of(&p.debt),
            activity: Form::of(&p.activity),
            level: Form::of(&p.level),
            kept_level: Form::of(&p.kept_level),
            active: As(p.active),
            orders: Form::of(&p.orders),
            segments: Form::of(&p.segments),
            consents: Form::of(&p.consents),
            birthday: Form::of(&p.birthday),
            membership: Form::of(&p.membership),
            honours: Form::of(&p.honours),
            uses: Form::of(&p.uses),
            remainders: Form::of(&p.remainders),
            tickets: Form::of(&p.tickets),
            friends_waiting: Form::of(&p.friends_waiting),
            friends_rewarded: Form::of(&p.friends_rewarded),
        }
    }

    fn restore(self) -> Result<core::Position, Code> {
        Ok(core::Position {
            seq: self.seq,
            last: Moment { at: self.at.0, day: self.day.0, minute: self.time.0.0 },
            since: self.since.restore()?,
            lots_made: self.lots_made,
            lots: self.lots.restore()?,
            holds: self.holds.restore()?,
            debt: self.debt.restore()?,
            activity: self.activity.restore()?,
            level: self.level.restore()?,
            kept_level: self.kept_level.restore()?,
            active: self.active.0,
            orders: self.orders.restore()?,
            segments: self.segments.restore()?,
            consents: self.consents.restore()?,
            birthday: self.birthday.restore()?,
            membership: self.membership.restore()?,
            honours: self.honours.restore()?,
            uses: self.uses.restore()?,
            remainders: self.remainders.restore()?,
            tickets: self.tickets.restore()?,
            friends_waiting: self.friends_waiting.restore()?,
            friends_rewarded: self.friends_rewarded.restore()?,
        })
    }
}

impl Form<(Day, core::Activity)> for Activity {
    fn of((day, counted): &(Day, core::Activity)) -> Self {
        Self {
            day: As(*day),
            spend: Form::of(&counted.spend),
            points: Form::of(&counted.points),
            orders: Form::of(&counted.orders),
            visits: Form::of(&counted.visits),
            referrals: Form::of(&counted.referrals),
        }
    }

    fn restore(self) -> Result<(Day, core::Activity), Code> {
        let counted = core::Activity {
            spend: self.spend.restore()?,
            points: self.points.restore()?,
            orders: self.orders.restore()?,
            visits: self.visits.restore()?,
            referrals: self.referrals.restore()?,
        };
        Ok((self.day.0, counted))
    }
}

impl Form<core::PaidMembership> for Membership {
    fn of(paid: &core::PaidMembership) -> Self {
        Self {
            id: As(paid.id.clone()),
            from: As(paid.from),
            last_day: As(paid.last_day),
            fee: As(paid.fee.amount()),
            currency: As(paid.fee.currency()),
        }
    }

    fn restore(self) -> Result<core::PaidMembership, Code> {
        Ok(core::PaidMembership {
            id: self.id.0,
            from: self.from.0,
            last_day: self.last_day.0,
            fee: Money::new(self.fee.0, self.currency.0)?,
        })
    }
}

impl Form<core::Used> for Used {
    fn of(used: &core::Used) -> Self {
        let (of, id) = match &used.of {
            UseOf::RateDay(rule) => (UseName::RateDay, rule.as_str()),
            UseOf::Rate(rule) => (UseName::Rate, rule.as_str()),
            UseOf::Campaign(campaign) => (UseName::Campaign, campaign.as_str()),
            UseOf::Bonus(bonus) => (UseName::Bonus, bonus.as_str()),
            UseOf::Reward(reward) => (UseName::Reward, reward.as_str()),
            UseOf::Privilege(privilege) => (UseName::Privilege, privilege.as_str()),
        };
        let since = (used.since != Day::default()).then_some(As(used.since));
        Self { of: As(of), id: id.to_owned(), since, count: used.count }
    }

    fn restore(self) -> Result<core::Used, Code> {
        let id = self.id.as_str();
        let of = match self.of.0 {
            UseName::RateDay => UseOf::RateDay(RuleId::new(id)?),
            UseName::Rate => UseOf::Rate(RuleId::new(id)?),
            UseName::Campaign => UseOf::Campaign(CampaignId::new(id)?),
            UseName::Bonus => UseOf::Bonus(BonusId::new(id)?),
            UseName::Reward => UseOf::Reward(RewardId::new(id)?),
            UseName::Privilege => UseOf::Privilege(PrivilegeId::new(id)?),
        };
        Ok(core::Used { of, since: self.since.map_or(Day::default(), |day| day.0), count: self.count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document;
    use crate::write::Write;

    #[track_caller]
    fn check(text: &str) -> core::Position {
        let read = document::<Position>(&crate::parse(text).unwrap()).unwrap().restore().unwrap();
        assert_eq!(Position::of(&read).to_json(), text);
        read
    }

    #[test]
    fn a_position_reads_back_what_it_writes() {
        let text = Position::of(&core::Position::default()).to_json();
        assert_eq!(check(&text), core::Position::default());
        let full = check(concat!(
            r#"{"seq":9,"at":"2026-01-31T10:05:00.000Z","day":"2026-01-31","time":"11:05","since":"2025-01-01","#,
            r#""lots_made":4,"lots":[{"id":4,"wallet":"points","order":"1","points":5}],"#,
            r#""holds":[{"id":"h","reward":"r","wallet":"points","points":5,"value":"0.50","currency":"EUR","#,
            r#""parts":[],"until":"2026-01-31T10:10:00.000Z"}],"debt":{"points":3,"stamps":1},"#,
            r#""activity":[{"day":"2026-01-30","spend":"10.00","points":5,"orders":1,"visits":1,"referrals":-1},"#,
            r#"{"day":"2026-01-31","visits":1}],"level":"gold","#,
            r#""kept_level":{"level":"gold","through":"2026-03-01"},"active":"2026-01-31","orders":2,"#,
            r#""segments":["staff"],"consents":["birthday"],"birthday":{"birthday":"02-29","on":"2026-01-01"},"#,
            r#""membership":{"id":"club","from":"2026-01-01","last_day":"2026-12-31","fee":"49.00","currency":"EUR"},"#,
            r#""honours":["photo"],"uses":[{"of":"rate_day","id":"r","since":"2026-01-31","count":5},"#,
            r#"{"of":"rate","id":"r","count":5},{"of":"campaign","id":"c","count":5},"#,
            r#"{"of":"bonus","id":"b","since":"2026-01-01","count":1},{"of":"reward","id":"w","count":1},"#,
            r#"{"of":"privilege","id":"p","count":1}],"remainders":{"r":"0.50"},"tickets":{"d":2},"#,
            r#""friends_waiting":1,"friends_rewarded":2}"#,
        ));
        assert_eq!(full.last.minute, 665);
        assert_eq!(full.uses.len(), 6);
    }

    #[test]
    fn a_limit_of_a_name_that_is_no_id_is_damaged() {
        let text = r#"{"of":"rate","id":"two words","count":5}"#;
        let used = document::<Used>(&crate::parse(text).unwrap()).unwrap();
        assert_eq!(used.restore(), Err(Code::IdInvalid));
    }
}
