//! Wallets.

use crate::document::{ExpiryRules, VestingRules, WalletRules};
use crate::part::Part;
use crate::programme::parts::{LONGEST, LONGEST_NAME, length, name, span};
use loyalty_core::{Boundary, Code, Expiry, Vesting, Wallet, WalletId, WalletKind};

/// The most wallets beside the main one.
const MOST_WALLETS: usize = 9;
/// The most digits that are shown behind the point.
const LARGEST_SCALE: u32 = 4;

/// All wallets, the main one first; its settings stand in the document itself, some of them in a part of their own.
pub(super) fn wallets(document: &Part<'_>, points: Option<&Part<'_>>, main: &WalletId) -> Vec<Wallet> {
    let mut wallets = vec![Wallet {
        id: main.clone(),
        vesting: vesting(document),
        expiry: expiry(document),
        name: points.map_or_else(|| "Points".into(), |points| points.text("name", LONGEST_NAME, "Points")),
        scale: points.map_or(0, scale),
        kind: WalletKind::Points,
        spend: points.map(|points| points.choice("spend")).unwrap_or_default(),
        issuer: points.and_then(|points| points.given("issuer")),
    }];
    wallets.extend(document.each("wallets", MOST_WALLETS, further_wallet));
    wallets
}

#[inline(never)]
fn further_wallet(part: &Part<'_>) -> Option<Wallet> {
    part.expect(WalletRules::NAMES, &[]);
    let id = part.given(part.needed("id"));
    let kind = part.choice("kind");
    let scale = scale(part);
    part.unused(kind == WalletKind::Certificates && part.has("scale"), "scale");
    Some(Wallet {
        name: name(part),
        scale: if kind == WalletKind::Certificates { part.currency.minor() } else { scale },
        kind,
        spend: part.choice("spend"),
        issuer: part.given("issuer"),
        vesting: vesting(part),
        expiry: expiry(part),
        id: id?,
    })
}

#[inline(never)]
fn scale(part: &Part<'_>) -> u32 {
    part.number("scale", 0, (0, LARGEST_SCALE))
}

#[inline(never)]
fn vesting(part: &Part<'_>) -> Vesting {
    let Some(part) = part.part("vesting") else { return Vesting::default() };
    part.expect(VestingRules::NAMES, &[]);
    Vesting {
        days: part.number("days", 0, (0, LONGEST)),
        from: part.choice("from"),
        on: part.given("on"),
        threshold: part.at_least_one("threshold").unwrap_or_default(),
    }
}

#[inline(never)]
fn expiry(part: &Part<'_>) -> Expiry {
    let Some(part) = part.part("expiry") else { return Expiry::default() };
    part.expect(ExpiryRules::NAMES, &[]);
    let inactivity = length(&part, "inactivity");
    let (days, months) = (part.given_number("days"), part.given_number("months"));
    let after = days.or(months).and_then(|_| span(&part, days, months));
    let (period, boundary) = (part.given_choice("until_end_of"), part.choice("boundary"));
    if after.is_none() && (period.is_some() || boundary == Boundary::Instant) {
        part.wrong_whole::<()>(Code::Missing);
    }
    Expiry { after, period, on: part.given("on"), inactivity, boundary }
}
