//! A member's position: what every decision starts from.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::ids::{
    BonusId, CampaignId, DrawId, EventName, HoldId, LevelId, MembershipId, PrivilegeId, Purpose, RewardId,
    RuleId, SegmentId, WalletId,
};
use crate::ground::map::{Map, roomy};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::time::{Day, Instant, Moment};
use crate::ledger::lot::{Lot, LotId};
use crate::ledger::records::{Book, Shared};
use crate::rules::tier::Metric;
use crate::rules::when::Birthday;
use rust_decimal::Decimal;

/// A member's account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Everything a decision needs, whatever the command.
    pub position: Position,
    /// Records by name; a host need only load those that [`crate::Command::rows`] lists.
    pub book: Book,
    /// What all members together have used by now, as far as the host has heard.
    pub shared: Shared,
}

/// Where a member stands: small, whatever the length of the history.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Position {
    /// Entries appended so far.
    pub seq: u64,
    /// When the last one was; time never goes back behind it.
    pub last: Moment,
    /// The day of the first one.
    pub since: Option<Day>,
    /// Lots made so far.
    pub lots_made: LotId,
    /// Lots with points left, oldest first.
    pub lots: Vec<Lot>,
    /// Open holds, oldest first.
    pub holds: Vec<Hold>,
    /// Points owed, by wallet: reversed after they were spent.
    pub debt: Map<WalletId, Points>,
    /// What counts towards levels, by day, less what was taken back of it, oldest first.
    pub activity: Vec<(Day, Activity)>,
    /// The tier level.
    pub level: Option<LevelId>,
    /// A level that a refund leaves for a while.
    pub kept_level: Option<KeptLevel>,
    /// The last day on which the member earned or was given points, or took a reward.
    pub active: Day,
    /// Orders paid.
    pub orders: u64,
    /// Segments the member is in.
    pub segments: Vec<SegmentId>,
    /// Consents that are given.
    pub consents: Vec<Purpose>,
    /// The birthday, and the day on which it was told.
    pub birthday: Option<ToldBirthday>,
    /// The paid membership, while it lasts.
    pub membership: Option<PaidMembership>,
    /// How the member is honoured in public.
    pub honours: Vec<EventName>,
    /// How much of each limit is used.
    pub uses: Vec<Used>,
    /// What is left over of rules in groups that carry it to the next order; below zero where groups were made
    /// with what was refunded since.
    pub remainders: Map<RuleId, Decimal>,
    /// Tickets by draw.
    pub tickets: Map<DrawId, u64>,
    /// Friends whose reward waits to become spendable.
    pub friends_waiting: u64,
    /// Friends whose reward waits no longer.
    pub friends_rewarded: u64,
}

/// A copy has room for what an order adds: every decision is drafted on one.
impl Clone for Position {
    fn clone(&self) -> Self {
        Self {
            seq: self.seq,
            last: self.last,
            since: self.since,
            lots_made: self.lots_made,
            lots: roomy(&self.lots),
            holds: roomy(&self.holds),
            debt: self.debt.clone(),
            activity: roomy(&self.activity),
            level: self.level.clone(),
            kept_level: self.kept_level.clone(),
            active: self.active,
            orders: self.orders,
            segments: roomy(&self.segments),
            consents: roomy(&self.consents),
            birthday: self.birthday,
            membership: self.membership.clone(),
            honours: roomy(&self.honours),
            uses: roomy(&self.uses),
            remainders: self.remainders.clone(),
            tickets: self.tickets.clone(),
            friends_waiting: self.friends_waiting,
            friends_rewarded: self.friends_rewarded,
        }
    }
}

/// What counts towards levels on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Activity {
    /// Earning basis of paid orders.
    pub spend: Decimal,
    /// Points that orders earned in the main wallet.
    pub points: i64,
    /// Paid orders.
    pub orders: i64,
    /// Visits.
    pub visits: i64,
    /// Friends whose first order was paid.
    pub referrals: i64,
}

/// A level kept through a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLevel {
    /// The level.
    pub level: LevelId,
    /// The last day on which it is kept.
    pub through: Day,
}

/// A birthday, and the day on which it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldBirthday {
    /// The birthday.
    pub birthday: Birthday,
    /// When it was told.
    pub on: Day,
}

impl core::ops::Deref for ToldBirthday {
    type Target = Birthday;

    fn deref(&self) -> &Birthday {
        &self.birthday
    }
}

/// A membership that was paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidMembership {
    /// Which.
    pub id: MembershipId,
    /// The first day of what is paid for, without a gap up to its last.
    pub from: Day,
    /// The last day.
    pub last_day: Day,
    /// What was paid for these days.
    pub fee: Money,
}

/// What a limit is a limit of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UseOf {
    /// Points a rule gave on one day.
    RateDay(RuleId),
    /// Points a rule gave in all.
    Rate(RuleId),
    /// Points a campaign gave in all.
    Campaign(CampaignId),
    /// Times a bonus was given.
    Bonus(BonusId),
    /// Times a reward was taken.
    Reward(RewardId),
    /// Times a privilege was used.
    Privilege(PrivilegeId),
}

/// How much of a limit is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Of what.
    pub of: UseOf,
    /// Since this day: the first of its day, month or year; 1970-01-01 for in all.
    pub since: Day,
    /// How much.
    pub count: u64,
}

/// Points set aside for a reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Names the hold.
    pub id: HoldId,
    /// For which reward.
    pub reward: RewardId,
    /// Of which wallet.
    pub wallet: WalletId,
    /// How many points.
    pub points: Points,
    /// What they are worth on the cart they were held for.
    pub value: Money,
    /// The parts of lots they came from.
    pub parts: Vec<Lot>,
    /// When it lapses; usable before this instant, no longer at it.
    pub until: Instant,
    /// Whether it was taken outside a cart: such a reward is handed over, and pays for no order.
    pub outside_cart: bool,
}

impl Position {
    /// Spendable points of a wallet: vested, not expired, not held.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn available(&self, wallet: &WalletId) -> Result<Points, Code> {
        Points::sum(self.in_wallet(wallet).filter(|lot| lot.vested()).map(|lot| lot.points))
    }

    /// Points of a wallet that have not vested.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn pending(&self, wallet: &WalletId) -> Result<Points, Code> {
        // Names are compared last: of most lots nothing waits.
        let waits = self.lots.iter().filter(|lot| !lot.vested() && lot.wallet == *wallet);
        Points::sum(waits.map(|lot| lot.points))
    }

    /// Points of a wallet in open holds.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn held(&self, wallet: &WalletId) -> Result<Points, Code> {
        Points::sum(self.holds.iter().filter(|hold| hold.wallet == *wallet).map(|hold| hold.points))
    }

    /// Points owed of a wallet.
    #[must_use]
    pub fn debt(&self, wallet: &WalletId) -> Points {
        self.debt.get(wallet).copied().unwrap_or_default()
    }

    /// Lots of a wallet, oldest first.
    pub fn in_wallet<'a>(&'a self, wallet: &'a WalletId) -> impl Iterator<Item = &'a Lot> {
        self.lots.iter().filter(move |lot| lot.wallet == *wallet)
    }

    /// How much of a limit is used since a day.
    #[must_use]
    pub fn used(&self, of: &UseOf, since: Day) -> u64 {
        let known = self.uses.iter().find(|used| used.of == *of && used.since == since);
        known.map_or(0, |used| used.count)
    }
}

impl Activity {
    /// How much of a metric it is.
    pub(crate) fn of(&self, metric: Metric) -> Decimal {
        match metric {
            Metric::Spend | Metric::Purchase => self.spend,
            Metric::Points => self.points.into(),
            Metric::Orders => self.orders.into(),
            Metric::Visits => self.visits.into(),
            Metric::Referrals => self.referrals.into(),
        }
    }

    /// Both together.
    pub(crate) fn plus(&self, more: &Self) -> Result<Self, Code> {
        let sum = |a: i64, b: i64| a.checked_add(b).ok_or(Code::EntryInconsistent);
        Ok(Self {
            spend: exact::add(self.spend, more.spend)?,
            points: sum(self.points, more.points)?,
            orders: sum(self.orders, more.orders)?,
            visits: sum(self.visits, more.visits)?,
            referrals: sum(self.referrals, more.referrals)?,
        })
    }

    /// Whether nothing counts.
    pub(crate) fn is_nothing(&self) -> bool {
        self.spend.is_zero() && [self.points, self.orders, self.visits, self.referrals] == [0; 4]
    }
}
