//! A programme: the proved, immutable set of rules that decides everything.

use crate::ground::code::Code;
use crate::ground::ids::{CampaignId, LevelId, Version, WalletId};
use crate::ground::money::Currency;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ledger::cart::Line;
use crate::rules::bonus::Bonus;
use crate::rules::campaign::{Campaign, Multiplying, Stacking};
use crate::rules::draw::Draw;
use crate::rules::exchange::{self, Exchange};
use crate::rules::membership::Membership;
use crate::rules::privilege::{Privilege, Recognition};
use crate::rules::rate::{Basis, Measure, Rate, Scope};
use crate::rules::referral::Referral;
use crate::rules::reward::{OverAsk, Reward, RewardKind};
use crate::rules::tier::Tiers;
use crate::rules::wallet::{Wallet, WalletKind};
use crate::rules::when::Selects;
use rust_decimal::Decimal;

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
    /// changed since, as `Reverse`.
    Recompute,
    /// What the refunded part alone would earn by the same rules, never more than is left, and all of it with
    /// the last refund; where the programme has changed since, as `Reverse`.
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
    /// In each wallet the one that gives the most, on a tie the first.
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
    parts: Parts,
    denominator: Decimal,
    numerators: Vec<Decimal>,
    selects: Selects,
}

/// The largest common denominator of rates: with amounts to 10^15 every product stays within 28 digits.
const LARGEST_DENOMINATOR: i128 = 1_000_000_000_000;

impl Programme {
    /// Proves the parts together.
    ///
    /// # Errors
    /// Every fault with its path below the document's root: `duplicate_id`, `unknown_reference`,
    /// `rates_too_fine`, `exchange_gains`.
    pub fn new(parts: Parts) -> Result<Self, Vec<(String, Code)>> {
        let mut faults = parts.duplicates();
        faults.extend(parts.unknown_references());
        let rates = common_denominator(&parts.rates);
        if rates.is_none() {
            faults.push(("/earning".into(), Code::RatesTooFine));
        }
        match parts.ways().and_then(|(paths, ways)| Ok((paths, exchange::gain(&ways)?))) {
            Ok((_, None)) => {}
            Ok((paths, Some(index))) => {
                faults.push((paths.get(index).cloned().unwrap_or_default(), Code::ExchangeGains));
            }
            Err(code) => faults.push(("/exchanges".into(), code)),
        }
        match rates {
            Some((denominator, numerators)) if faults.is_empty() => {
                let of_rates = parts.rates.iter().map(|rate| &rate.select);
                let of_campaigns = parts.campaigns.iter().map(|campaign| &campaign.select);
                let selects = Selects::new(of_rates.chain(of_campaigns).cloned().collect());
                Ok(Self { parts, denominator, numerators, selects })
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

    /// All parts.
    #[must_use]
    pub const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The tiers.
    #[must_use]
    pub const fn tiers(&self) -> Option<&Tiers> {
        self.parts.tiers.as_ref()
    }

    /// A wallet.
    #[must_use]
    pub fn wallet(&self, id: &WalletId) -> Option<&Wallet> {
        self.parts.wallets.iter().find(|wallet| wallet.id == *id)
    }

    /// The main wallet.
    ///
    /// # Errors
    /// None in a proved programme, which has at least one wallet.
    pub(crate) fn main_wallet(&self) -> Result<&Wallet, Code> {
        self.parts.wallets.first().ok_or(Code::EntryInconsistent)
    }

    /// Rules with their exact points per unit of what they measure over [`Self::denominator`].
    pub(crate) fn rates(&self) -> impl Iterator<Item = (&Rate, Decimal)> {
        self.parts.rates.iter().zip(self.numerators.iter().copied())
    }

    /// The lines of a cart that each rule takes, and those that each campaign takes.
    pub(crate) fn lines_taken(&self, lines: &[Line]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        let mut of_rates = self.selects.takes(lines);
        let of_campaigns = of_rates.split_off(self.parts.rates.len().min(of_rates.len()));
        (of_rates, of_campaigns)
    }

    pub(crate) const fn denominator(&self) -> Decimal {
        self.denominator
    }
}

impl Parts {
    /// All ways from one wallet into another, with their places: exchanges, and rewards that give certificates for
    /// points.
    fn ways(&self) -> Result<(Vec<String>, Vec<Exchange>), Code> {
        let exchanges = self.exchanges.iter().cloned().enumerate();
        let (mut paths, mut ways): (Vec<_>, Vec<_>) =
            exchanges.map(|(index, exchange)| (format!("/exchanges/{index}"), exchange)).unzip();
        for (index, reward) in self.rewards.iter().enumerate() {
            let RewardKind::Certificate { wallet, value } = &reward.kind else { continue };
            let get = u64::try_from(value.amount().mantissa()).map_err(|_| Code::RatesTooFine)?;
            if !reward.points.is_zero() {
                paths.push(format!("/rewards/{index}"));
                ways.push(Exchange {
                    from: reward.wallet.clone(),
                    to: wallet.clone(),
                    give: reward.points,
                    get: Points::new(get).map_err(|_| Code::RatesTooFine)?,
                });
            }
        }
        Ok((paths, ways))
    }

    fn duplicates(&self) -> Vec<(String, Code)> {
        let levels = self.tiers.iter().flat_map(Tiers::levels);
        let mut faults = duplicates("earning", self.rates.iter().map(|r| r.id.as_str()));
        faults.extend(duplicates("rewards", self.rewards.iter().map(|r| r.id.as_str())));
        faults.extend(duplicates("tiers/levels", levels.map(|l| l.id.as_str())));
        faults.extend(duplicates("wallets", self.wallets.iter().map(|w| w.id.as_str())));
        faults.extend(duplicates("campaigns", self.campaigns.iter().map(|c| c.id.as_str())));
        faults.extend(duplicates("bonuses", self.bonuses.iter().map(|b| b.id.as_str())));
        faults.extend(duplicates("memberships", self.memberships.iter().map(|m| m.id.as_str())));
        faults.extend(duplicates("privileges", self.privileges.iter().map(|p| p.id.as_str())));
        faults.extend(duplicates("draws", self.draws.iter().map(|d| d.id.as_str())));
        faults
    }

    /// Names of wallets, campaigns, levels and draws that the programme does not have.
    fn unknown_references(&self) -> Vec<(String, Code)> {
        let wallet = |id: &WalletId| self.wallets.iter().find(|wallet| wallet.id == *id);
        let no_wallet = |id: &WalletId| wallet(id).is_none();
        let no_certificates = |id: &WalletId| wallet(id).is_none_or(|w| w.kind != WalletKind::Certificates);
        let no_campaign = |id: &CampaignId| self.campaigns.iter().all(|campaign| campaign.id != *id);
        let no_level = |id: &LevelId| self.tiers.as_ref().is_none_or(|tiers| tiers.find(id).is_none());
        let mut faults = Vec::new();
        let mut unknown = |wrong: bool, path: String| {
            if wrong {
                faults.push((path, Code::UnknownReference));
            }
        };
        for (index, rate) in self.rates.iter().enumerate() {
            let wrong = match rate.measure {
                Measure::GiftCards => no_certificates(&rate.wallet),
                _ => no_wallet(&rate.wallet),
            };
            unknown(wrong, format!("/earning/{index}/wallet"));
            unknown(rate.campaign.as_ref().is_some_and(no_campaign), format!("/earning/{index}/campaign"));
        }
        for (index, bonus) in self.bonuses.iter().enumerate() {
            unknown(no_wallet(&bonus.wallet), format!("/bonuses/{index}/wallet"));
        }
        for (index, membership) in self.memberships.iter().enumerate() {
            unknown(membership.level.as_ref().is_some_and(no_level), format!("/memberships/{index}/level"));
        }
        for (index, reward) in self.rewards.iter().enumerate() {
            unknown(no_wallet(&reward.wallet), format!("/rewards/{index}/wallet"));
            match &reward.kind {
                RewardKind::Certificate { wallet, .. } => {
                    unknown(no_certificates(wallet), format!("/rewards/{index}/into"));
                }
                RewardKind::Ticket { draw } => {
                    unknown(
                        self.draws.iter().all(|known| known.id != *draw),
                        format!("/rewards/{index}/draw"),
                    );
                }
                _ => {}
            }
        }
        for (index, exchange) in self.exchanges.iter().enumerate() {
            unknown(no_wallet(&exchange.from), format!("/exchanges/{index}/from"));
            unknown(no_wallet(&exchange.to), format!("/exchanges/{index}/to"));
        }
        let whens = self.rates.iter().map(|r| &r.when).enumerate().map(|(i, w)| (format!("/earning/{i}"), w));
        let whens =
            whens.chain(self.rewards.iter().enumerate().map(|(i, r)| (format!("/rewards/{i}"), &r.when)));
        let whens =
            whens.chain(self.campaigns.iter().enumerate().map(|(i, c)| (format!("/campaigns/{i}"), &c.when)));
        let whens =
            whens.chain(self.bonuses.iter().enumerate().map(|(i, b)| (format!("/bonuses/{i}"), &b.when)));
        let whens = whens
            .chain(self.privileges.iter().enumerate().map(|(i, p)| (format!("/privileges/{i}"), &p.when)));
        for (path, when) in whens {
            for (index, level) in when.levels.iter().enumerate() {
                unknown(no_level(level), format!("{path}/when/levels/{index}"));
            }
            for (index, id) in when.memberships.iter().enumerate() {
                let wrong = self.memberships.iter().all(|membership| membership.id != *id);
                unknown(wrong, format!("{path}/when/memberships/{index}"));
            }
        }
        faults
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
        Measure::ProRata(per) | Measure::Groups { per, .. } => per.amount().normalize(),
        Measure::Pieces | Measure::Order | Measure::GiftCards => Decimal::ONE,
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
