//! The programme document proved and versioned.

mod benefit;
mod earning;
mod profile;
mod proof;
mod reward;
mod tier;
mod wallet;
mod when;

use crate::document::{BasisRules, Document};
use crate::problem::Problem;
use crate::programme::proof::{MOST_RULES, Proof, setting};
use crate::read::{Faults, Path, Read};
use crate::text::{As, hex};
use crate::tree::Tree;
use loyalty_core as core;
use loyalty_core::{Code, Inclusion, Version, WalletId};
use sha2::{Digest, Sha256};

/// The longest hold, in minutes: a week.
const LONGEST_HOLD: u32 = 10_080;
/// What the main wallet is called where the document does not say.
const MAIN_WALLET: &str = "points";

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
        let document = match profile::of(tree)? {
            Some(profile) => Document::read(&profile::under(&profile, tree), &Path::Root, &mut faults),
            None => Document::read(tree, &Path::Root, &mut faults),
        };
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

impl Document {
    fn prove(&self, version: Version, faults: &mut Faults) -> Option<core::Programme> {
        let root = Path::Root;
        let main = self.points.as_ref().and_then(|points| points.id.as_ref()).map(|id| id.0.clone());
        let main = main.map_or_else(|| WalletId::new(MAIN_WALLET), Ok);
        let main = faults.check(&root.field("points").field("id"), main)?;
        let mut proof = Proof { currency: self.currency.0, main, faults };
        proof.within(u64::from(self.format), 1, 1, &root.field("format"));
        proof.text(&self.name, 200, &root.field("name"));
        if !is_zone_name(&self.time_zone) {
            proof.faults.add(&root.field("time_zone"), Code::UnknownChoice);
        }
        let parts = self.parts(version, &mut proof)?;
        match core::Programme::new(parts) {
            Ok(programme) => Some(programme),
            Err(found) => {
                found.into_iter().for_each(|(path, code)| faults.add_at(place(path), code));
                None
            }
        }
    }

    fn parts(&self, version: Version, proof: &mut Proof<'_>) -> Option<core::Parts> {
        let rounding = self.rounding.as_ref();
        let multipliers = self.multipliers.as_ref();
        let rates = proof.each(Some(&self.earning), "earning", MOST_RULES, Proof::rate);
        let rewards = proof.each(self.rewards.as_ref(), "rewards", MOST_RULES, Proof::reward);
        let wallets = proof.wallets(self);
        let tiers = proof.some(self.tiers.as_ref(), Proof::tiers);
        let referral = proof.some(self.referral.as_ref(), Proof::referral);
        let hold_minutes = self.holds.as_ref().map_or(15, |holds| holds.minutes);
        let minutes_at = Path::Root.field("holds");
        proof.within(hold_minutes.into(), 1, LONGEST_HOLD.into(), &minutes_at.field("minutes"));
        let refunds = proof.refunds(self.refunds.as_ref());
        let campaigns = proof.each(self.campaigns.as_ref(), "campaigns", 50, Proof::campaign);
        let bonuses = proof.each(self.bonuses.as_ref(), "bonuses", 100, Proof::bonus);
        let memberships = proof.each(self.memberships.as_ref(), "memberships", 20, Proof::membership);
        let privileges = proof.each(self.privileges.as_ref(), "privileges", 100, Proof::privilege);
        let recognition = proof.some(self.recognition.as_ref(), Proof::recognition);
        let draws = proof.each(self.draws.as_ref(), "draws", 50, Proof::draw);
        let exchanges = proof.each(self.exchanges.as_ref(), "exchanges", 20, Proof::exchange);
        Some(core::Parts {
            version,
            currency: self.currency.0,
            rounding: setting(rounding.and_then(|rules| rules.mode.as_ref())),
            scope: setting(rounding.and_then(|rules| rules.scope.as_ref())),
            combining: setting(self.combining.as_ref()),
            stacking: setting(multipliers.and_then(|rules| rules.stacking.as_ref())),
            multiplying: setting(multipliers.and_then(|rules| rules.timing.as_ref())),
            basis: self.basis.as_ref().map(BasisRules::prove).unwrap_or_default(),
            wallets: wallets?,
            rates: rates?,
            campaigns: campaigns?,
            bonuses: bonuses?,
            tiers: tiers?,
            memberships: memberships?,
            privileges: privileges?,
            recognition: recognition?,
            rewards: rewards?,
            over_ask: setting(self.over_ask.as_ref()),
            draws: draws?,
            exchanges: exchanges?,
            hold_minutes,
            refunds,
            referral: referral?,
        })
    }
}

/// Where in the document the core's fault is: its first wallet is the main one, which is not in the list.
fn place(path: String) -> String {
    let further = path.strip_prefix("/wallets/").and_then(|rest| rest.split_once('/'));
    match further.and_then(|(index, field)| Some((index.parse::<usize>().ok()?, field))) {
        Some((index, field)) => match index.checked_sub(1) {
            Some(index) => format!("/wallets/{index}/{field}"),
            None => format!("/points/{field}"),
        },
        None => path,
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

#[cfg(test)]
mod tests;
