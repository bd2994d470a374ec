//! Memberships, privileges, honours, draws, exchanges, refunds and referrals.

use crate::document::{
    DrawRule, ExchangeRule, MembershipRule, PrivilegeRule, RecognitionRules, ReferralReward, ReferralRules,
    RefundRules,
};
use crate::part::Part;
use crate::programme::parts::{LONGEST, length, name};
use crate::programme::when::{uses, when};
use loyalty_core::{
    Code, Draw, Exchange, Membership, Points, Privilege, Recognition, Referral, Refunds, Span,
};

/// The most winners of a draw.
const MOST_WINNERS: u32 = 10_000;
/// The most points of a rate between wallets.
const MOST_POINTS: u64 = 1_000_000;
/// Hexadecimal digits of a hash.
const HASH_DIGITS: usize = 64;

#[inline(never)]
pub(super) fn membership(part: &Part<'_>) -> Option<Membership> {
    part.expect(MembershipRule::NAMES, &[]);
    let id = part.given(part.needed("id"));
    Some(Membership {
        fee: part.money_or_zero(part.needed("fee")),
        term: length(part, part.needed("term")).unwrap_or(Span::Days(1)),
        name: name(part),
        level: part.given("level"),
        refund: part.choice("refund"),
        id: id?,
    })
}

#[inline(never)]
pub(super) fn privilege(part: &Part<'_>) -> Option<Privilege> {
    part.expect(PrivilegeRule::NAMES, &[]);
    let id = part.given(part.needed("id"));
    Some(Privilege { name: name(part), when: when(part), uses: uses(part), id: id? })
}

#[inline(never)]
pub(super) fn recognition(part: &Part<'_>) -> Option<Recognition> {
    part.expect(RecognitionRules::NAMES, &[]);
    Some(Recognition { after: length(part, part.needed("after"))? })
}

#[inline(never)]
pub(super) fn draw(part: &Part<'_>) -> Option<Draw> {
    part.expect(DrawRule::NAMES, &[]);
    let winners = part.number(part.needed("winners"), 1, (1, MOST_WINNERS));
    let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if part.string("seed_hash").is_some_and(|hash| hash.len() != HASH_DIGITS || !hash.bytes().all(digit)) {
        part.wrong("seed_hash", Code::IdInvalid);
    }
    let id = part.given(part.needed("id"));
    Some(Draw {
        name: name(part),
        closes: part.given(part.needed("closes")).unwrap_or_default(),
        winners: winners.into(),
        id: id?,
    })
}

#[inline(never)]
pub(super) fn exchange(part: &Part<'_>) -> Option<Exchange> {
    part.expect(ExchangeRule::NAMES, &[]);
    let (from, to) = (part.given(part.needed("from")), part.given(part.needed("to")));
    if from.is_some() && from == to {
        part.wrong("to", Code::DuplicateId);
    }
    let points = |name| part.points(part.needed(name), 1, MOST_POINTS).unwrap_or_default();
    Some(Exchange { give: points("give"), get: points("get"), from: from?, to: to? })
}

#[inline(never)]
pub(super) fn refunds(part: &Part<'_>) -> Refunds {
    part.expect(RefundRules::NAMES, &[]);
    Refunds {
        shortfall: part.choice("shortfall"),
        basis: part.choice("basis"),
        restored: part.choice("restored"),
        restored_with: part.choice("restored_with"),
        grace_days: part.number("grace_days", 30, (0, LONGEST)),
    }
}

#[inline(never)]
pub(super) fn referral(part: &Part<'_>) -> Option<Referral> {
    part.expect(ReferralRules::NAMES, &[]);
    let reward = |name, least| {
        let side = part.part(part.needed(name))?;
        side.expect(ReferralReward::NAMES, &[]);
        side.points(side.needed("points"), least, Points::MAX.get())
    };
    Some(Referral {
        advocate: reward("advocate", 1).unwrap_or_default(),
        friend: reward("friend", 0).unwrap_or_default(),
        return_days: part.number("return_days", 14, (0, LONGEST)),
        minimum: part.money_or_zero("minimum"),
    })
}
