//! A programme: the proved, immutable set of rules that decides everything.

use crate::ground::code::Code;
use crate::ground::ids::{RewardId, Version, WalletId};
use crate::ground::money::Currency;
use crate::ground::rounding::Rounding;
use crate::ledger::cart::Cart;
use crate::rules::bonus::Bonus;
use crate::rules::campaign::{Campaign, Multiplying, Stacking};
use crate::rules::draw::Draw;
use crate::rules::exchange::Exchange;
use crate::rules::membership::Membership;
use crate::rules::privilege::{Privilege, Recognition};
use crate::rules::proof::Proof;
use crate::rules::rate::{Basis, Measure, Rate, Scope};
use crate::rules::referral::Referral;
use crate::rules::reward::{OverAsk, Reward};
use crate::rules::select::{Matches, Selects};
use crate::rules::tier::Tiers;
use crate::rules::wallet::Wallet;
use rust_decimal::Decimal;
use std::sync::Arc;

/// What a reversal does with points that were spent already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shortfall {
    /// They are owed, and recovered from the next points that vest.
    #[default]
    Debt,
    /// They are written off.
    WriteOff,
    /// The refund is refused.
    Refuse,
}

/// What a partial refund takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefundBasis {
    /// Its share of what was booked, line by line; exact at the last refund.
    #[default]
    Reverse,
    /// What was booked, less what the rest of the order earns by the same rules; where the programme has
    /// changed since, or a rule carries what is left over, as `Reverse`.
    Recompute,
    /// What the refunded part alone would earn by the same rules, never more than is left, and all of it with
    /// the last refund; where the programme has changed since, or a rule carries what is left over, as `Reverse`.
    Refunded,
}

impl Shortfall {
    /// What holds where another account's booking cannot be refused any more.
    pub(crate) const fn after_booking(self) -> Self {
        match self {
            Self::Refuse => Self::Debt,
            other => other,
        }
    }
}

/// Where points go back to that were spent on a refunded order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Restored {
    /// To the lots they came from, with their dates.
    #[default]
    OriginalLots,
    /// To a new lot, with the dates of points earned now.
    NewLot,
    /// Nowhere: what is spent is spent.
    Never,
}

/// When points go back that were spent on a refunded order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RestoredWith {
    /// With every refund, its share.
    #[default]
    EveryRefund,
    /// All of them, once nothing of the order is left.
    WholeRefund,
}

/// How several earning rules go together that take the same order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Combining {
    /// Each gives its points.
    #[default]
    Add,
    /// In each wallet the one that gives the most, with all that multiplies and limits it; on a tie the first.
    Best,
}

/// How refunds behave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refunds {
    /// What happens to points that were spent already.
    pub shortfall: Shortfall,
    /// What a partial refund takes back.
    pub basis: RefundBasis,
    /// Where spent points go back to.
    pub restored: Restored,
    /// When.
    pub restored_with: RestoredWith,
    /// How many days restored points stay usable whose lot has expired meanwhile.
    pub grace_days: u32,
}

impl Default for Refunds {
    /// What is spent already is owed; a partial refund takes back its share; points go back where they came from, and
    /// stay usable for a month.
    fn default() -> Self {
        Self {
            shortfall: Shortfall::default(),
            basis: RefundBasis::default(),
            restored: Restored::default(),
            restored_with: RestoredWith::default(),
            grace_days: 30,
        }
    }
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
    /// How several rules go together.
    pub combining: Combining,
    /// How several multipliers go together.
    pub stacking: Stacking,
    /// Whether they come before rounding.
    pub multiplying: Multiplying,
    /// What earns.
    pub basis: Basis,
    /// The wallets; the first is the main one, whose points multipliers act on.
    pub wallets: Vec<Wallet>,
    /// Earning rules; a line earns by each rule that takes it.
    pub rates: Vec<Rate>,
    /// Campaigns.
    pub campaigns: Vec<Campaign>,
    /// Bonuses.
    pub bonuses: Vec<Bonus>,
    /// The tiers.
    pub tiers: Option<Tiers>,
    /// Paid memberships.
    pub memberships: Vec<Membership>,
    /// Privileges.
    pub privileges: Vec<Privilege>,
    /// Recognition in public.
    pub recognition: Option<Recognition>,
    /// What points buy.
    pub rewards: Vec<Reward>,
    /// What happens when a reward is asked for more than can be taken.
    pub over_ask: OverAsk,
    /// Prize draws.
    pub draws: Vec<Draw>,
    /// Exchanges between wallets.
    pub exchanges: Vec<Exchange>,
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
    /// Shared, so that what takes them apart again is compiled once.
    parts: Arc<Parts>,
    denominator: i128,
    numerators: Vec<i128>,
    selects: Selects,
}

/// Where in a programme something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The part: a list as a rule.
    pub list: &'static str,
    /// The item of the list; none where it is about all of them.
    pub index: Option<usize>,
    /// The field below it; empty for the whole.
    pub field: &'static str,
    /// The item of that field.
    pub item: Option<usize>,
}

/// The largest common denominator of rates: with amounts of real shops every product stays within 38 digits, and
/// what does not is refused.
const LARGEST_DENOMINATOR: u64 = 1_000_000_000_000;

impl Programme {
    /// Proves the parts together.
    ///
    /// # Errors
    /// Every fault with its place: `duplicate_id`, `unknown_reference`, `unknown_field`, `rates_too_fine`,
    /// `exchange_gains`.
    pub fn new(parts: impl Into<Arc<Parts>>) -> Result<Self, Vec<(Place, Code)>> {
        let parts: Arc<Parts> = parts.into();
        let proved = Self::of_proved(Arc::clone(&parts));
        let faults = Proof::of(&parts, proved.is_some());
        proved.filter(|_| faults.is_empty()).ok_or(faults)
    }

    /// As [`Self::new`], of the parts of a programme that was proved: written out by one host, and read by another that
    /// trusts it. Of others there may be no programme, or one that decides what no proved one would; nothing panics.
    #[must_use]
    pub fn of_proved(parts: impl Into<Arc<Parts>>) -> Option<Self> {
        let parts: Arc<Parts> = parts.into();
        let (denominator, numerators) = common_denominator(&parts.rates, parts.currency)?;
        let of_rates = parts.rates.iter().map(|rate| &rate.select);
        let of_campaigns = parts.campaigns.iter().map(|campaign| &campaign.select);
        let selects = Selects::new(of_rates.chain(of_campaigns).cloned().collect());
        Some(Self { parts, denominator, numerators, selects })
    }

    /// The version's name.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.parts.version
    }

    /// The currency of every amount.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.parts.currency
    }

    /// All parts.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The tiers.
    #[must_use]
    pub fn tiers(&self) -> Option<&Tiers> {
        self.parts.tiers.as_ref()
    }

    /// A wallet.
    #[must_use]
    pub fn wallet(&self, id: &WalletId) -> Option<&Wallet> {
        self.parts.wallets.iter().find(|wallet| wallet.id == *id)
    }

    /// A reward.
    pub(crate) fn reward(&self, id: &RewardId) -> Option<&Reward> {
        self.parts.rewards.iter().find(|reward| reward.id == *id)
    }

    /// The main wallet.
    ///
    /// # Errors
    /// None in a proved programme, which has at least one wallet.
    pub(crate) fn main_wallet(&self) -> Result<&Wallet, Code> {
        self.parts.wallets.first().ok_or(Code::EntryInconsistent)
    }

    /// Rules with their exact points for one minor unit or one piece of what they measure, over
    /// [`Self::denominator`].
    pub(crate) fn rates(&self) -> impl Iterator<Item = (&Rate, i128)> {
        self.parts.rates.iter().zip(self.numerators.iter().copied())
    }

    /// Which lines of a cart each rule and each campaign takes.
    #[must_use]
    pub fn matches(&self, cart: &Cart) -> Matches {
        Matches::new(&self.selects, self.parts.rates.len(), cart.lines())
    }

    pub(crate) const fn denominator(&self) -> i128 {
        self.denominator
    }
}

/// The least common multiple of all `per` amounts in their smallest units, for minor units of the currency, and each
/// rate's numerator.
#[inline(never)]
fn common_denominator(rates: &[Rate], currency: Currency) -> Option<(i128, Vec<i128>)> {
    let per = |rate: &Rate| match rate.measure {
        Measure::ProRata(per) | Measure::Groups { per, .. } => per.amount().normalize(),
        Measure::Pieces | Measure::Order | Measure::GiftCards => Decimal::ONE,
    };
    let mut pers = Vec::with_capacity(rates.len());
    let mut common: u64 = 1;
    for rate in rates {
        let per = per(rate);
        let unit = u64::try_from(per.mantissa()).ok()?;
        pers.push((unit, per.scale()));
        common = times(common.checked_div(greatest_common_divisor(common, unit))?, unit)?;
    }
    let minor = 10_u64.checked_pow(currency.minor())?;
    let mut numerators = Vec::with_capacity(rates.len());
    for (rate, (unit, scale)) in rates.iter().zip(pers) {
        let factor = (0..scale).try_fold(common.checked_div(unit)?, |factor, _| times(factor, 10))?;
        let numerator = times(factor, rate.points.get())?;
        numerators.push(i128::from(match rate.measure {
            Measure::ProRata(_) | Measure::Groups { .. } | Measure::Order => numerator,
            // What is counted in pieces has no minor units.
            Measure::Pieces | Measure::GiftCards => numerator.saturating_mul(minor),
        }));
    }
    Some((common.saturating_mul(minor).into(), numerators))
}

/// None above the largest.
#[inline(never)]
fn times(a: u64, b: u64) -> Option<u64> {
    (b <= LARGEST_DENOMINATOR.checked_div(a)?).then(|| a.wrapping_mul(b))
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    match a.checked_rem(b) {
        Some(rest) => greatest_common_divisor(b, rest),
        None => a.max(1),
    }
}
