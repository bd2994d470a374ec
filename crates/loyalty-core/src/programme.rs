//! A programme: the proved, immutable set of rules that decides everything.

use crate::code::Code;
use crate::ids::{Category, RuleId, Version};
use crate::money::{Currency, Money};
use crate::points::Points;
use crate::reward::Reward;
use crate::rounding::Rounding;
use crate::tier::Tiers;
use crate::time::{Day, Period, Span};
use rust_decimal::Decimal;

/// What a rule's points are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Every so much, above 0, in proportion: at 3 for every 10.00, 109.99 gives 32.997.
    ProRata(Money),
    /// Every so much, above 0, in whole groups, the remainder dropped: at 3 for every 10.00, 109.99 gives 30.
    Groups(Money),
    /// Every piece of a line that has anything to pay: at 5 for a piece, 3 pieces give 15.
    Pieces,
}

/// What is rounded on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// The sum of all rules over the whole order, once.
    #[default]
    Order,
    /// Each rule over the whole order.
    Rule,
    /// Each rule on each line.
    Line,
}

/// Whether something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inclusion {
    /// It counts.
    In,
    /// It does not.
    Out,
}

/// What of an order earns, and counts towards a tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// Tax contained in the amounts.
    pub tax: Inclusion,
    /// Delivery lines.
    pub delivery: Inclusion,
    /// Discounts already taken off.
    pub discounts: Inclusion,
    /// Value paid with points.
    pub points: Inclusion,
    /// Value paid with gift certificates.
    pub certificates: Inclusion,
}

impl Default for Basis {
    /// Tax in, delivery out, after discounts, not on value paid with points; gift certificates count as
    /// payment.
    fn default() -> Self {
        Self {
            tax: Inclusion::In,
            delivery: Inclusion::Out,
            discounts: Inclusion::Out,
            points: Inclusion::Out,
            certificates: Inclusion::In,
        }
    }
}

/// An earning rule: so many points for so much (M01, M09).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rate {
    /// Names the rule.
    pub id: RuleId,
    /// Points, at least 1.
    pub points: Points,
    /// What they are for.
    pub measure: Measure,
    /// The earning basis of the whole order from which the rule gives anything.
    pub minimum: Money,
    /// The most it gives on one order, the tier's part included.
    pub most: Option<Points>,
    /// Only lines in one of these categories; none means every line.
    pub only: Vec<Category>,
    /// No lines in one of these categories.
    pub except: Vec<Category>,
}

/// When points become spendable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Vesting {
    /// Days after the order, 0 to 3650; 0 at once.
    pub days: u32,
    /// What the pot must hold: points whose days are over wait until together they are that many, then all
    /// of them become spendable and the pot starts anew. 0 for no pot.
    pub threshold: Points,
}

/// When points expire: through the end of the earliest day that any of these names; never where none does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expiry {
    /// A span after the day they were earned.
    pub after: Option<Span>,
    /// That span runs on to the end of the month or year it ends in.
    pub period: Option<Period>,
    /// One day for all points.
    pub on: Option<Day>,
    /// A span after the last day on which the member earned points or took a reward.
    pub inactivity: Option<Span>,
}

/// What a reversal does with points that were spent already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shortfall {
    /// They are owed, and recovered from the next points that vest.
    #[default]
    Debt,
    /// They are written off.
    WriteOff,
}

/// How refunds behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refunds {
    /// What happens to points that were spent already.
    pub shortfall: Shortfall,
    /// How many days restored points stay usable whose lot has expired meanwhile.
    pub grace_days: u32,
}

/// Rewards for bringing friends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// What the advocate earns, at least 1.
    pub advocate: Points,
    /// What the friend earns.
    pub friend: Points,
    /// The spend of the friend's first order from which both are rewarded.
    pub minimum: Money,
    /// Days after that order until the rewards vest: the return window, 0 to 3650.
    pub return_days: u32,
}

/// The two sides of a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Whose link it was.
    Advocate,
    /// Who followed it.
    Friend,
}

/// When credited points vest and expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The day they become spendable; none at once.
    pub vests_on: Option<Day>,
    /// Their last usable day; none for ever.
    pub last_day: Option<Day>,
}

/// The parts of a programme, before they are proved together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The version's name.
    pub version: Version,
    /// The currency of every amount.
    pub currency: Currency,
    /// How earned points are rounded.
    pub rounding: Rounding,
    /// What is rounded on its own.
    pub scope: Scope,
    /// What earns.
    pub basis: Basis,
    /// Earning rules; a line earns by each rule that takes it.
    pub rates: Vec<Rate>,
    /// When earned points vest.
    pub vesting: Vesting,
    /// When points expire.
    pub expiry: Expiry,
    /// The tiers.
    pub tiers: Option<Tiers>,
    /// What points buy.
    pub rewards: Vec<Reward>,
    /// Minutes a hold lasts, 1 to 10080.
    pub hold_minutes: u32,
    /// How refunds behave.
    pub refunds: Refunds,
    /// Rewards for bringing friends.
    pub referral: Option<Referral>,
}

/// A proved programme.
///
/// INVARIANT: all amounts are in its currency; ids are unique; every rate is a whole number of points
/// over one common denominator, so sums of rates are exact before their one rounding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    parts: Parts,
    denominator: Decimal,
    numerators: Vec<Decimal>,
}

/// The largest common denominator of rates: with amounts to 10^15 every product stays within 28 digits.
const LARGEST_DENOMINATOR: i128 = 1_000_000_000_000;

impl Programme {
    /// Proves the parts together.
    ///
    /// # Errors
    /// Every fault with its path below the document's root: `duplicate_id`, `currency_mismatch`,
    /// `rates_too_fine`.
    pub fn new(parts: Parts) -> Result<Self, Vec<(String, Code)>> {
        let mut faults = duplicates("earning", parts.rates.iter().map(|r| r.id.as_str()));
        faults.extend(duplicates("rewards", parts.rewards.iter().map(|r| r.id.as_str())));
        let levels = parts.tiers.iter().flat_map(|t| &t.levels);
        faults.extend(duplicates("tiers/levels", levels.map(|l| l.id.as_str())));
        let rates = common_denominator(&parts.rates);
        if rates.is_none() {
            faults.push(("/earning".into(), Code::RatesTooFine));
        }
        match rates {
            Some((denominator, numerators)) if faults.is_empty() => {
                Ok(Self { parts, denominator, numerators })
            }
            _ => Err(faults),
        }
    }

    /// The version's name.
    #[must_use]
    pub const fn version(&self) -> &Version {
        &self.parts.version
    }

    /// The currency of every amount.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.parts.currency
    }

    /// What points buy.
    #[must_use]
    pub fn rewards(&self) -> &[Reward] {
        &self.parts.rewards
    }

    /// The tiers.
    #[must_use]
    pub const fn tiers(&self) -> Option<&Tiers> {
        self.parts.tiers.as_ref()
    }

    /// The referral rewards.
    #[must_use]
    pub const fn referral(&self) -> Option<&Referral> {
        self.parts.referral.as_ref()
    }

    pub(crate) const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Rules with their exact points per unit of money over [`Self::denominator`].
    pub(crate) fn rates(&self) -> impl Iterator<Item = (&Rate, Decimal)> {
        self.parts.rates.iter().zip(self.numerators.iter().copied())
    }

    pub(crate) const fn denominator(&self) -> Decimal {
        self.denominator
    }

    /// When points earned on `day` vest, `wait` days later, and expire.
    pub(crate) fn terms(&self, day: Day, wait: u32) -> Terms {
        let Expiry { after, period, on, .. } = self.parts.expiry;
        let waits = wait > 0 || !self.parts.vesting.threshold.is_zero();
        let after = after.map(|span| period.map_or(day.plus(span), |period| day.plus(span).end_of(period)));
        Terms {
            vests_on: waits.then(|| day.plus(Span::Days(wait))),
            last_day: after.into_iter().chain(on).min(),
        }
    }
}

fn duplicates<'a>(list: &str, ids: impl Iterator<Item = &'a str> + Clone) -> Vec<(String, Code)> {
    let earlier = |index, id: &str| ids.clone().take(index).any(|other| other == id);
    let found = ids.clone().enumerate().filter(|(index, id)| earlier(*index, id));
    found.map(|(index, _)| (format!("/{list}/{index}/id"), Code::DuplicateId)).collect()
}

/// The least common multiple of all `per` amounts in their smallest units, and each rate's numerator.
fn common_denominator(rates: &[Rate]) -> Option<(Decimal, Vec<Decimal>)> {
    let per = |rate: &Rate| match rate.measure {
        Measure::ProRata(per) | Measure::Groups(per) => per.amount(),
        Measure::Pieces => Decimal::ONE,
    };
    let units = |rate: &Rate| per(rate).mantissa();
    let mut common: i128 = 1;
    for rate in rates {
        let unit = units(rate);
        common = common.checked_div(greatest_common_divisor(common, unit))?.checked_mul(unit)?;
        if common > LARGEST_DENOMINATOR {
            return None;
        }
    }
    let mut numerators = Vec::with_capacity(rates.len());
    for rate in rates {
        let scale = 10_i128.checked_pow(per(rate).scale())?;
        let factor = common.checked_div(units(rate))?.checked_mul(scale)?;
        let numerator = factor.checked_mul(rate.points.get().into())?;
        if numerator > LARGEST_DENOMINATOR {
            return None;
        }
        numerators.push(Decimal::try_from_i128_with_scale(numerator, 0).ok()?);
    }
    Some((Decimal::try_from_i128_with_scale(common, 0).ok()?, numerators))
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    match a.checked_rem(b) {
        Some(rest) => greatest_common_divisor(b, rest),
        None => a.max(1),
    }
}
