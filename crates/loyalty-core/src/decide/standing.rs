//! Where a member stands.

use crate::decide::draft::Draft;
use crate::decide::member::uses_left;
use crate::decide::settle::last_day;
use crate::ground::code::{Code, Refusal};
use crate::ground::ids::{AccountId, HoldId, Key, LevelId, WalletId};
use crate::ground::points::Points;
use crate::ground::time::{Day, Instant, Moment};
use crate::ledger::account::{Account, Position};
use crate::ledger::command::{Command, Fingerprint, Request};
use crate::ledger::entry::Entry;
use crate::ledger::lot::Lot;
use crate::rules::privilege::Privilege;
use crate::rules::programme::Programme;
use crate::rules::tier::Next;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a member stands at a moment: everything due by then is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Lots, holds, debt.
    pub position: Position,
    /// The tier; none in a programme without tiers.
    pub tier: Option<Tier<'a>>,
    /// The moment.
    pub moment: Moment,
}

/// A member's tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier<'a> {
    /// The level; none below the lowest.
    pub level: Option<LevelId>,
    /// The level's name.
    pub name: Option<&'a Arc<str>>,
    /// How much of the metric the window holds.
    pub progress: Decimal,
    /// The next level up.
    pub next: Option<Next<'a>>,
}

/// Points that gather until they are enough to become spendable (M03).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pot {
    /// Points in it.
    pub points: Points,
    /// What it must hold.
    pub threshold: Points,
}

impl Standing<'_> {
    /// The last day on which a lot can be spent, by its own day and by the member's inactivity; none for ever.
    #[must_use]
    pub fn last_day(&self, programme: &Programme, lot: &Lot) -> Option<Day> {
        last_day(programme, &self.position, lot)
    }

    /// Spendable points of a wallet by their last usable day.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn expiring(&self, programme: &Programme, wallet: &WalletId) -> Result<BTreeMap<Day, Points>, Code> {
        let vested = self.position.in_wallet(wallet).filter(|lot| lot.vested());
        by_day(vested.filter_map(|lot| Some((last_day(programme, &self.position, lot)?, lot.points))))
    }

    /// Pending points of a wallet by the day their wait ends, where it is known and has not.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn vesting(&self, wallet: &WalletId) -> Result<BTreeMap<Day, Points>, Code> {
        let pending = self.position.in_wallet(wallet).filter_map(|lot| Some((lot.vests_on()?, lot.points)));
        by_day(pending.filter(|(day, _)| *day > self.moment.day))
    }

    /// The pot of a wallet that has one.
    ///
    /// # Errors
    /// `points_out_of_range`.
    pub fn pot(&self, programme: &Programme, wallet: &WalletId) -> Result<Option<Pot>, Code> {
        let threshold = programme.wallet(wallet).map(|wallet| wallet.vesting.threshold).unwrap_or_default();
        if threshold.is_zero() {
            return Ok(None);
        }
        let today = self.moment.day;
        let waited =
            self.position.in_wallet(wallet).filter(|lot| lot.vests_on().is_some_and(|day| day <= today));
        Ok(Some(Pot { points: Points::sum(waited.map(|lot| lot.points))?, threshold }))
    }

    /// The privileges the member has now, and how often each can still be used; none without end.
    #[must_use]
    pub fn privileges<'p>(&self, programme: &'p Programme) -> Vec<(&'p Privilege, Option<Points>)> {
        let situation = crate::rules::when::Situation {
            moment: self.moment,
            position: &self.position,
            level: self.position.level.as_ref(),
            cart: None,
        };
        let granted = programme.parts().privileges.iter().filter(|privilege| privilege.when.holds(situation));
        granted.map(|privilege| (privilege, uses_left(privilege, &self.position, self.moment.day))).collect()
    }
}

fn by_day(lots: impl Iterator<Item = (Day, Points)>) -> Result<BTreeMap<Day, Points>, Code> {
    let mut days = BTreeMap::new();
    for (day, points) in lots {
        let sum: &mut Points = days.entry(day).or_default();
        *sum = sum.plus(points)?;
    }
    Ok(days)
}

/// What the rules look at is a minute of the shop's day at the shortest, and zones are whole minutes apart.
const MINUTE_MS: i64 = 60_000;

/// The first instant later than `at` at which time alone may change where an account stands: a minute ends, a hold, or
/// a lot with an instant of its own.
#[must_use]
pub fn unchanged_until(position: &Position, at: Instant) -> Instant {
    let minute = at.get().div_euclid(MINUTE_MS).saturating_add(1).saturating_mul(MINUTE_MS);
    let holds = position.holds.iter().map(|hold| hold.until);
    let lots = position.lots.iter().filter_map(|lot| lot.until);
    holds.chain(lots).filter(|end| *end > at).chain(Instant::new(minute)).min().unwrap_or(at)
}

/// Where an account stands at `moment`.
///
/// # Errors
/// `points_out_of_range`, `amount_too_large`, `entry_inconsistent` for a damaged account.
pub fn standing<'a>(
    programme: &'a Programme,
    account: &Account,
    moment: Moment,
) -> Result<Standing<'a>, Refusal> {
    let mut draft = Draft::new(programme, account, None, moment);
    draft.settle()?;
    let tier = tier(programme, &draft);
    Ok(Standing { moment: draft.moment, position: draft.position, tier })
}

/// What falls due by `moment`, as the entries that the next command would append first: [`standing`] is where
/// they lead.
///
/// # Errors
/// As [`standing`].
pub fn due(programme: &Programme, account: &Account, moment: Moment) -> Result<Vec<Entry>, Refusal> {
    let mut draft = Draft::new(programme, account, None, moment);
    draft.settle()?;
    // Nothing but its key is read.
    let request = Request {
        account: AccountId::new("standing")?,
        key: Key::new("standing")?,
        fingerprint: Fingerprint([0; 16]),
        command: Command::Release { hold: HoldId::new("standing")? },
    };
    Ok(draft.entries(&request)?)
}

/// The tier of a member for whom everything due is settled.
pub(crate) fn tier<'a>(programme: &'a Programme, draft: &Draft<'_>) -> Option<Tier<'a>> {
    let tiers = programme.tiers()?;
    let (level, progress) = (draft.position.level.clone(), draft.progress);
    let name = level.as_ref().and_then(|id| tiers.find(id)).map(|level| &level.name);
    let next = tiers.next(progress, level.as_ref());
    Some(Tier { level, name, progress, next })
}
