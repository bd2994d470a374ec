//! The programme document read, proved and versioned.

mod benefit;
mod earning;
mod parts;
mod profile;
mod reward;
mod tier;
mod wallet;
mod when;

use crate::document::{BasisRules, Document, HoldRules, MultiplierRules, PointsRules, RoundingRules};
use crate::packed::packed_rules;
use crate::part::Part;
use crate::problem::Problem;
use crate::programme::parts::{LONGEST_NAME, MOST_RULES};
use crate::programme::profile::PROFILE;
use crate::read::{Faults, Path};
use crate::text::hex;
use crate::tree::Tree;
use crate::write::Writer;
use loyalty_core as core;
use loyalty_core::{Code, Currency, Place, Refunds, Version, WalletId};
use sha2::{Digest, Sha256};
use std::sync::Arc;

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
        let canonical = tree.canonical();
        let hash = hex(&Sha256::digest(&canonical));
        let version = Version::new(hash.get(..16).unwrap_or_default())?;
        let (rules, time_zone) = match profile::of(tree)? {
            Some(profile) => rules(&profile::under(profile, tree), version)?,
            None => rules(tree, version)?,
        };
        Ok(Self { rules, time_zone, canonical })
    }

    /// What a host answers whoever asks for the programme: `version`, `programme`, where that names a profile also
    /// `effective`, the document with the profile's settings written out, and `rules` for the browser module.
    #[must_use]
    pub fn to_answer(&self) -> String {
        let mut to = Writer::default();
        for (before, text) in [(r#"{"version":""#, self.version()), (r#"","programme":"#, &self.canonical)] {
            to.raw(before);
            to.raw(text);
        }
        if let Some(effective) = self.effective() {
            to.raw(r#","effective":"#);
            to.raw(&effective);
        }
        to.raw(r#","rules":"#);
        to.text(&self.packed());
        to.raw("}");
        to.into_text()
    }

    /// The rules as the browser module takes them.
    #[must_use]
    pub fn packed(&self) -> String {
        packed_rules(&self.rules, &self.time_zone)
    }

    fn effective(&self) -> Option<String> {
        let tree = crate::parse(&self.canonical).ok()?;
        let profile = profile::of(&tree).ok()??;
        Some(profile::under(profile, &tree).canonical())
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

/// The rules of a document, and its time zone.
fn rules(tree: &Tree<'_>, version: Version) -> Result<(core::Programme, String), Problem> {
    let faults = Faults::default();
    let read = Part::open(tree, Path::Root, &faults).and_then(|part| {
        part.expect(Document::NAMES, &[]);
        part.number(part.needed("format"), 1, (1, 1));
        part.text(part.needed("name"), LONGEST_NAME, "");
        let currency = part.given(part.needed("currency"));
        let part = part.in_currency(currency.unwrap_or(Currency::NONE));
        let time_zone = part.string(part.needed("time_zone")).unwrap_or_default();
        if !is_zone_name(time_zone) {
            part.wrong("time_zone", Code::UnknownChoice);
        }
        Some((parts(&part, version)?, time_zone.to_owned()))
    });
    let proved = read.filter(|_| faults.is_complete()).and_then(|(parts, time_zone)| {
        match core::Programme::new(parts) {
            Ok(programme) => Some((programme, time_zone)),
            Err(found) => {
                found.into_iter().for_each(|(place, code)| faults.add_at(&pointer(place), code));
                None
            }
        }
    });
    faults.finish(proved)
}

/// The parts in the order in which their faults are told.
fn parts(part: &Part<'_>, version: Version) -> Option<Arc<core::Parts>> {
    // One that is known is written out by now.
    if part.string(PROFILE).is_some() {
        part.unread::<()>(PROFILE, Code::UnknownChoice);
    }
    let points = part.part("points").inspect(|part| part.expect(PointsRules::NAMES, &[]));
    let main = points.as_ref().and_then(|points| points.given("id"));
    let main = main.or_else(|| WalletId::new(MAIN_WALLET).ok())?;
    let rounding = part.part("rounding").inspect(|part| part.expect(RoundingRules::NAMES, &[]));
    let multipliers = part.part("multipliers").inspect(|part| part.expect(MultiplierRules::NAMES, &[]));
    Some(Arc::new(core::Parts {
        version,
        currency: part.currency,
        rounding: rounding.as_ref().map(|part| part.choice("mode")).unwrap_or_default(),
        scope: rounding.as_ref().map(|part| part.choice("scope")).unwrap_or_default(),
        basis: basis(part),
        rates: part.each(part.needed("earning"), MOST_RULES, |part| earning::rate(part, &main)),
        rewards: part.each("rewards", MOST_RULES, |part| reward::reward(part, &main)),
        wallets: wallet::wallets(part, points.as_ref(), &main),
        tiers: part.part("tiers").and_then(|part| tier::tiers(&part)),
        referral: part.part("referral").and_then(|part| benefit::referral(&part)),
        hold_minutes: part.part("holds").map_or(15, |part| {
            part.expect(HoldRules::NAMES, &[]);
            part.number(part.needed("minutes"), 15, (1, LONGEST_HOLD))
        }),
        refunds: part.part("refunds").map_or_else(Refunds::default, |part| benefit::refunds(&part)),
        campaigns: part.each("campaigns", 50, earning::campaign),
        bonuses: part.each("bonuses", 100, |part| earning::bonus(part, &main)),
        memberships: part.each("memberships", 20, benefit::membership),
        privileges: part.each("privileges", 100, benefit::privilege),
        recognition: part.part("recognition").and_then(|part| benefit::recognition(&part)),
        draws: part.each("draws", 50, benefit::draw),
        exchanges: part.each("exchanges", 20, benefit::exchange),
        combining: part.choice("combining"),
        stacking: multipliers.as_ref().map(|part| part.choice("stacking")).unwrap_or_default(),
        multiplying: multipliers.as_ref().map(|part| part.choice("timing")).unwrap_or_default(),
        over_ask: part.choice("over_ask"),
    }))
}

fn basis(part: &Part<'_>) -> core::Basis {
    let default = core::Basis::default();
    let Some(part) = part.part("basis") else { return default };
    part.expect(BasisRules::NAMES, &[]);
    core::Basis {
        tax: part.given_choice("tax").unwrap_or(default.tax),
        delivery: part.given_choice("delivery").unwrap_or(default.delivery),
        discounts: part.given_choice("discounts").unwrap_or(default.discounts),
        points: part.given_choice("points").unwrap_or(default.points),
        certificates: part.given_choice("certificates").unwrap_or(default.certificates),
    }
}

/// Where in the document the core's fault is: its first wallet is the main one, which is not in the list.
fn pointer(place: Place) -> String {
    let (list, index) = match (place.list, place.index) {
        ("wallets", Some(0)) => ("points", None),
        ("wallets", index) => ("wallets", index.map(|index| index - 1)),
        elsewhere => elsewhere,
    };
    let mut pointer = Writer::default();
    for (name, item) in [(list, index), (place.field, place.item)] {
        if !name.is_empty() {
            pointer.raw("/");
            pointer.raw(name);
        }
        if let Some(item) = item {
            pointer.raw("/");
            pointer.whole(item as u64);
        }
    }
    pointer.into_text()
}

/// Whether a text has the form of an IANA zone name; whether the zone exists only a host can tell.
fn is_zone_name(text: &str) -> bool {
    let mut before = b'/';
    let fits = text.bytes().all(|letter| {
        let plain = letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'+' | b'-');
        let ends = letter == b'/' && before != b'/';
        before = letter;
        plain || ends
    });
    text.len() <= 64 && fits && before != b'/'
}

#[cfg(test)]
mod tests;
