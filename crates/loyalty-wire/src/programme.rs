//! The programme document proved and versioned.

use crate::document::{
    BasisRules, Document, EarningRule, ExpiryRules, Length, LevelRule, ReferralRules, RefundRules,
    RewardRule, TierRules, VestingRules, WindowRules,
};
use crate::problem::Problem;
use crate::read::{Faults, Path, Read};
use crate::text::{As, DowngradeName, MeasureName, Whole, hex};
use crate::tree::Tree;
use loyalty_core as core;
use loyalty_core::{
    Category, Code, Currency, Downgrade, Expiry, Inclusion, Level, Measure, Money, Points, Reward,
    RewardKind, Span, Tiers, Version, Vesting, Window,
};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

/// The most rules and rewards a programme, and categories a rule may have.
const MOST_RULES: usize = 200;
/// The most tier levels.
const MOST_LEVELS: usize = 20;
/// The most days or months of any span.
const LONGEST: u32 = 3650;
/// The longest hold, in minutes: a week.
const LONGEST_HOLD: u32 = 10_080;

/// A proved programme, with what only hosts need of its document.
#[derive(Debug, Clone)]
pub struct Programme {
    rules: core::Programme,
    time_zone: String,
    canonical: String,
}

impl Programme {
    /// Reads and proves a document. Its version is the first 16 hexadecimal digits of SHA-256 over its
    /// canonical text, so the same document is the same version everywhere.
    ///
    /// # Errors
    /// Every fault with its path.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        Self::from_tree(&crate::parse(text)?)
    }

    /// As [`Self::parse`], from a tree.
    ///
    /// # Errors
    /// Every fault with its path.
    pub fn from_tree(tree: &Tree<'_>) -> Result<Self, Problem> {
        let mut faults = Faults::default();
        let canonical = tree.canonical();
        let hash = hex(&Sha256::digest(&canonical));
        let version = hash.get(..16).and_then(|text| Version::new(text).ok());
        let document = Document::read(tree, &Path::Root, &mut faults);
        let rules = document.as_ref().and_then(|document| document.prove(version?, &mut faults));
        let proved = rules.zip(document).map(|(rules, document)| (rules, document.time_zone));
        let (rules, time_zone) = faults.finish(proved)?;
        Ok(Self { rules, time_zone, canonical })
    }

    /// The proved rules.
    #[must_use]
    pub const fn rules(&self) -> &core::Programme {
        &self.rules
    }

    /// The version's name.
    #[must_use]
    pub fn version(&self) -> &str {
        self.rules.version().as_str()
    }

    /// IANA time zone of the shop's calendar.
    #[must_use]
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// The document's canonical text.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

/// What proving a part of a document needs: the currency of amounts, and where to note faults.
struct Proof<'a> {
    currency: Currency,
    faults: &'a mut Faults,
}

impl Document {
    fn prove(&self, version: Version, faults: &mut Faults) -> Option<core::Programme> {
        let root = Path::Root;
        let mut proof = Proof { currency: self.currency.0, faults };
        proof.within(u64::from(self.format), 1, 1, &root.field("format"));
        proof.within(self.name.chars().count() as u64, 1, 200, &root.field("name"));
        if !is_zone_name(&self.time_zone) {
            proof.faults.add(&root.field("time_zone"), Code::UnknownChoice);
        }
        let rounding = self.rounding.as_ref();
        let rates = proof.each(&self.earning, "earning", MOST_RULES, Proof::rate);
        let no_rewards = Vec::new();
        let rewards = self.rewards.as_ref().unwrap_or(&no_rewards);
        let rewards = proof.each(rewards, "rewards", MOST_RULES, Proof::reward);
        let vesting = proof.vesting(self.vesting.as_ref());
        let expiry = self.expiry.as_ref().map_or(Some(Expiry::default()), |rules| proof.expiry(rules));
        let tiers = self.tiers.as_ref().map(|tiers| proof.tiers(tiers));
        let referral = self.referral.as_ref().map(|referral| proof.referral(referral));
        let hold_minutes = self.holds.as_ref().map_or(15, |holds| holds.minutes);
        proof.within(hold_minutes.into(), 1, LONGEST_HOLD.into(), &root.field("holds").field("minutes"));
        let refunds = proof.refunds(self.refunds.as_ref());
        let parts = core::Parts {
            version,
            currency: self.currency.0,
            rounding: rounding.and_then(|r| r.mode.as_ref()).map(|m| m.0).unwrap_or_default(),
            scope: rounding.and_then(|r| r.scope.as_ref()).map(|s| s.0).unwrap_or_default(),
            basis: self.basis.as_ref().map(BasisRules::prove).unwrap_or_default(),
            rates: rates?,
            vesting,
            expiry: expiry?,
            tiers: tiers.map_or(Some(None), |tiers| tiers.map(Some))?,
            rewards: rewards?,
            hold_minutes,
            refunds,
            referral: referral.map_or(Some(None), |referral| referral.map(Some))?,
        };
        match core::Programme::new(parts) {
            Ok(programme) => Some(programme),
            Err(found) => {
                found.into_iter().for_each(|(path, code)| proof.faults.add_at(path, code));
                None
            }
        }
    }
}

/// Whether a text has the form of an IANA zone name; whether the zone exists only a host can tell.
fn is_zone_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-');
    (1..=64).contains(&text.len()) && text.split('/').all(|part| !part.is_empty() && part.bytes().all(plain))
}

impl BasisRules {
    fn prove(&self) -> core::Basis {
        let default = core::Basis::default();
        let or = |given: &Option<As<Inclusion>>, default| given.as_ref().map_or(default, |given| given.0);
        core::Basis {
            tax: or(&self.tax, default.tax),
            delivery: or(&self.delivery, default.delivery),
            discounts: or(&self.discounts, default.discounts),
            points: or(&self.points, default.points),
            certificates: or(&self.certificates, default.certificates),
        }
    }
}

impl Proof<'_> {
    fn each<T, U>(
        &mut self,
        items: &[T],
        name: &str,
        most: usize,
        prove: fn(&mut Self, &T, &Path<'_>) -> Option<U>,
    ) -> Option<Vec<U>> {
        let list = Path::Root.field(name);
        if items.len() > most {
            return self.faults.check(&list, Err(Code::TooMany));
        }
        let proved: Vec<_> =
            items.iter().enumerate().map(|(index, item)| prove(self, item, &list.item(index))).collect();
        proved.into_iter().collect()
    }

    fn within(&mut self, number: u64, least: u64, most: u64, at: &Path<'_>) {
        if !(least..=most).contains(&number) {
            self.faults.add(at, Code::NumberOutOfRange);
        }
    }

    fn points(&mut self, points: Whole, least: u64, most: u64, at: &Path<'_>) -> Points {
        self.within(points.0.get(), least, most, at);
        points.0
    }

    fn money(&mut self, amount: &As<Decimal>, at: &Path<'_>) -> Option<Money> {
        self.faults.check(at, Money::new(amount.0, self.currency))
    }

    fn some_money(&mut self, amount: &As<Decimal>, at: &Path<'_>) -> Option<Money> {
        let money = self.money(amount, at)?;
        let some = if money.is_zero() { Err(Code::NumberOutOfRange) } else { Ok(money) };
        self.faults.check(at, some)
    }

    fn money_or(&mut self, amount: Option<&As<Decimal>>, default: Money, at: &Path<'_>) -> Option<Money> {
        amount.map_or(Some(default), |amount| self.money(amount, at))
    }

    /// A decimal above `least` (or at it, where `closed`) up to `most`, with at most 4 decimals.
    fn factor(
        &mut self,
        value: Decimal,
        least: u32,
        closed: bool,
        most: u32,
        at: &Path<'_>,
    ) -> Option<Decimal> {
        let least = Decimal::from(least);
        let low = if closed { value >= least } else { value > least };
        let fits = low && value <= Decimal::from(most) && value.normalize().scale() <= 4;
        self.faults.check(at, if fits { Ok(value.normalize()) } else { Err(Code::NumberOutOfRange) })
    }

    fn span(&mut self, length: &Length, at: &Path<'_>) -> Option<Span> {
        let (span, number, field) = match (length.days, length.months) {
            (Some(days), None) => (Span::Days(days), days, "days"),
            (None, Some(months)) => (Span::Months(months), months, "months"),
            _ => return self.faults.check(at, Err(Code::AmountAmbiguous)),
        };
        self.within(number.into(), 1, LONGEST.into(), &at.field(field));
        Some(span)
    }

    fn vesting(&mut self, rules: Option<&VestingRules>) -> Vesting {
        let at = Path::Root.field("vesting");
        let days = rules.and_then(|rules| rules.days).unwrap_or(0);
        self.within(days.into(), 0, LONGEST.into(), &at.field("days"));
        let threshold = rules.and_then(|rules| rules.threshold);
        let least = |points| self.points(points, 1, Points::MAX.get(), &at.field("threshold"));
        Vesting { days, threshold: threshold.map(least).unwrap_or_default() }
    }

    fn expiry(&mut self, rules: &ExpiryRules) -> Option<Expiry> {
        let at = Path::Root.field("expiry");
        let after = match (rules.days, rules.months) {
            (None, None) => None,
            (days, months) => Some(self.span(&Length { days, months }, &at)?),
        };
        let period = rules.until_end_of.as_ref().map(|period| period.0);
        if period.is_some() && after.is_none() {
            return self.faults.check(&at, Err(Code::Missing));
        }
        let inactivity = match &rules.inactivity {
            Some(length) => Some(self.span(length, &at.field("inactivity"))?),
            None => None,
        };
        Some(Expiry { after, period, on: rules.on.as_ref().map(|day| day.0), inactivity })
    }

    fn rate(&mut self, rule: &EarningRule, at: &Path<'_>) -> Option<core::Rate> {
        for (name, list) in [("only", &rule.only), ("except", &rule.except)] {
            if list.as_ref().is_some_and(|list| list.len() > MOST_RULES) {
                self.faults.add(&at.field(name), Code::TooMany);
            }
        }
        let list = |list: &Option<Vec<As<Category>>>| {
            list.iter().flatten().map(|category| category.0.clone()).collect::<Vec<_>>()
        };
        let points = self.points(rule.points, 1, 1_000_000, &at.field("points"));
        let most = rule.most.map(|most| self.points(most, 1, Points::MAX.get(), &at.field("most")));
        let zero = Money::zero(self.currency);
        let minimum = self.money_or(rule.minimum.as_ref(), zero, &at.field("minimum"));
        Some(core::Rate {
            id: rule.id.0.clone(),
            points,
            measure: self.measure(rule, &at.field("per"))?,
            minimum: minimum?,
            most,
            only: list(&rule.only),
            except: list(&rule.except),
        })
    }

    fn measure(&mut self, rule: &EarningRule, at: &Path<'_>) -> Option<Measure> {
        let name = rule.measure.as_ref().map(|measure| measure.0).unwrap_or_default();
        match (name, &rule.per) {
            (MeasureName::Pieces, None) => Some(Measure::Pieces),
            (MeasureName::Pieces, Some(_)) => self.faults.check(at, Err(Code::UnknownField)),
            (MeasureName::ProRata | MeasureName::Groups, None) => self.faults.check(at, Err(Code::Missing)),
            (MeasureName::ProRata, Some(per)) => self.some_money(per, at).map(Measure::ProRata),
            (MeasureName::Groups, Some(per)) => self.some_money(per, at).map(Measure::Groups),
        }
    }

    fn tiers(&mut self, tiers: &TierRules) -> Option<Tiers> {
        let at = Path::Root.field("tiers");
        let window = self.window(&tiers.window, &at.field("window"));
        let list = at.field("levels");
        self.within(tiers.levels.len() as u64, 1, MOST_LEVELS as u64, &list);
        let levels: Vec<_> = tiers
            .levels
            .iter()
            .enumerate()
            .map(|(index, level)| self.level(level, &list.item(index)))
            .collect();
        let timing = tiers.timing.as_ref().map(|t| t.0).unwrap_or_default();
        let downgrade = self.downgrade(tiers, &at);
        let levels = levels.into_iter().collect::<Option<Vec<_>>>()?;
        match Tiers::new(window?, timing, downgrade?, levels) {
            Ok(tiers) => Some(tiers),
            Err((index, code)) => self.faults.check(&list.item(index).field("from"), Err(code)),
        }
    }

    fn window(&mut self, rules: &WindowRules, at: &Path<'_>) -> Option<Window> {
        let lifetime = rules.lifetime.unwrap_or(false);
        match (rules.days, rules.months, &rules.calendar, lifetime) {
            (None, None, Some(period), false) => Some(Window::Calendar(period.0)),
            (None, None, None, true) => Some(Window::Lifetime),
            (days, months, None, false) => self.span(&Length { days, months }, at).map(Window::Rolling),
            _ => self.faults.check(at, Err(Code::AmountAmbiguous)),
        }
    }

    fn downgrade(&mut self, tiers: &TierRules, at: &Path<'_>) -> Option<Downgrade> {
        let name = tiers.downgrade.as_ref().map(|downgrade| downgrade.0).unwrap_or_default();
        if tiers.grace.is_some() && name != DowngradeName::AfterGrace {
            self.faults.add(&at.field("grace"), Code::UnknownField);
        }
        if tiers.period.is_some() && name != DowngradeName::AtPeriodEnd {
            self.faults.add(&at.field("period"), Code::UnknownField);
        }
        match (name, &tiers.grace, &tiers.period) {
            (DowngradeName::AtOnce, ..) => Some(Downgrade::AtOnce),
            (DowngradeName::Never, ..) => Some(Downgrade::Never),
            (DowngradeName::AfterGrace, Some(grace), _) => {
                self.span(grace, &at.field("grace")).map(Downgrade::AfterGrace)
            }
            (DowngradeName::AfterGrace, None, _) => self.faults.check(&at.field("grace"), Err(Code::Missing)),
            (DowngradeName::AtPeriodEnd, _, Some(period)) => Some(Downgrade::AtPeriodEnd(period.0)),
            (DowngradeName::AtPeriodEnd, _, None) => {
                self.faults.check(&at.field("period"), Err(Code::Missing))
            }
        }
    }

    fn level(&mut self, level: &LevelRule, at: &Path<'_>) -> Option<Level> {
        let given = level.multiplier.as_ref().map_or(Decimal::ONE, |m| m.0);
        let multiplier = self.factor(given, 1, true, 100, &at.field("multiplier"));
        let from = self.money(&level.from, &at.field("from"));
        Some(Level {
            id: level.id.0.clone(),
            name: level.name.as_str().into(),
            from: from?,
            multiplier: multiplier?,
        })
    }

    fn reward(&mut self, rule: &RewardRule, at: &Path<'_>) -> Option<Reward> {
        let most = Points::MAX.get();
        let (value_at, minimum_at) = (at.field("value"), at.field("minimum"));
        let zero = Money::zero(self.currency);
        let (id, name, kind, minimum) = match rule {
            RewardRule::MoneyOff { id, name, points, value, minimum } => {
                let points = self.points(*points, 1, most, &at.field("points"));
                let value = self.some_money(value, &value_at)?;
                let minimum = self.money_or(minimum.as_ref(), value, &minimum_at);
                (id, name, RewardKind::MoneyOff { points, value }, minimum?)
            }
            RewardRule::PercentOff { id, name, points, percent, cap, minimum } => {
                let points = self.points(*points, 1, most, &at.field("points"));
                let percent = self.factor(percent.0, 0, false, 100, &at.field("percent"));
                let cap = match cap {
                    Some(cap) => Some(self.some_money(cap, &at.field("cap"))?),
                    None => None,
                };
                let minimum = self.money_or(minimum.as_ref(), zero, &minimum_at);
                (id, name, RewardKind::PercentOff { points, percent: percent?, cap }, minimum?)
            }
            RewardRule::PayWithPoints {
                id,
                name,
                points,
                value,
                step,
                minimum_points,
                max_share,
                minimum,
            } => {
                let points = self.points(*points, 1, most, &at.field("points"));
                let value = self.some_money(value, &value_at);
                let one = Whole(Points::new(1).ok()?);
                let step = self.points(step.unwrap_or(one), 1, most, &at.field("step"));
                let least = minimum_points.unwrap_or(Whole(step));
                let least = self.points(least, 1, most, &at.field("minimum_points"));
                let share = max_share.as_ref().map_or(Decimal::ONE_HUNDRED, |share| share.0);
                let max_share = self.factor(share, 0, false, 100, &at.field("max_share"));
                let minimum = self.money_or(minimum.as_ref(), zero, &minimum_at);
                let kind =
                    RewardKind::PayWithPoints { points, value: value?, step, least, max_share: max_share? };
                (id, name, kind, minimum?)
            }
        };
        Some(Reward { id: id.0.clone(), name: name.as_str().into(), minimum, kind })
    }

    fn refunds(&mut self, rules: Option<&RefundRules>) -> core::Refunds {
        let grace_days = rules.and_then(|r| r.grace_days).unwrap_or(30);
        self.within(grace_days.into(), 0, LONGEST.into(), &Path::Root.field("refunds").field("grace_days"));
        let shortfall = rules.and_then(|r| r.shortfall.as_ref()).map(|s| s.0).unwrap_or_default();
        core::Refunds { shortfall, grace_days }
    }

    fn referral(&mut self, rules: &ReferralRules) -> Option<core::Referral> {
        let at = Path::Root.field("referral");
        let most = Points::MAX.get();
        let advocate = self.points(rules.advocate.points, 1, most, &at.field("advocate").field("points"));
        let return_days = rules.return_days.unwrap_or(14);
        self.within(return_days.into(), 0, LONGEST.into(), &at.field("return_days"));
        let minimum =
            self.money_or(rules.minimum.as_ref(), Money::zero(self.currency), &at.field("minimum"))?;
        Some(core::Referral { advocate, friend: rules.friend.points.0, minimum, return_days })
    }
}
