//! What a member is, pays for and is granted: birthday, membership, privileges, recognition (M07, M17, M18, M20).

use crate::decide::bonus::period_start;
use crate::decide::draft::Draft;
use crate::ground::code::{Code, Figure, Refusal};
use crate::ground::ids::{EventName, MembershipId, PrivilegeId, Reference};
use crate::ground::money::Money;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ground::time::{Day, Span};
use crate::ledger::account::{PaidMembership, UseOf, Used};
use crate::ledger::entry::Event;
use crate::rules::membership::{FeeRefund, Membership};
use crate::rules::when::Birthday;

/// The most segments, consents and honours a member may have.
const MOST_NAMES: usize = 100;

/// # Errors
/// `too_many` where one more would be more than 100.
pub(crate) fn limit(known: usize, more: bool) -> Result<(), Refusal> {
    if more && known >= MOST_NAMES { Err(Code::TooMany.into()) } else { Ok(()) }
}

fn consented(draft: &Draft<'_>, purpose: &str) -> Result<(), Refusal> {
    let given = draft.position.consents.iter().any(|known| known.as_str() == purpose);
    if given { Ok(()) } else { Err(Refusal::about(Code::ConsentMissing, purpose)) }
}

/// # Errors
/// `consent_missing` without the consent `birthday`.
pub(crate) fn set_birthday(draft: &mut Draft<'_>, birthday: Option<Birthday>) -> Result<(), Refusal> {
    if birthday.is_some() {
        consented(draft, "birthday")?;
    }
    draft.post(Event::BirthdaySet { birthday })
}

fn find<'a>(draft: &Draft<'a>, id: &MembershipId) -> Result<&'a Membership, Refusal> {
    let found = draft.programme.parts().memberships.iter().find(|known| known.id == *id);
    found.ok_or_else(|| Refusal::about(Code::MembershipUnknown, id.as_str()))
}

/// A term was paid for: it begins today, or on the day after the last one that is paid for.
pub(crate) fn pay(draft: &mut Draft<'_>, id: &MembershipId, payment: &Reference) -> Result<(), Refusal> {
    let rules = find(draft, id)?;
    let today = draft.moment.day;
    let running = draft.position.membership.as_ref().filter(|paid| today <= paid.last_day);
    if let Some(other) = running.filter(|paid| paid.id != *id) {
        return Err(Refusal::about(Code::MembershipRunning, other.id.as_str()));
    }
    // A term of a year from 1 March ends on the last day of February.
    let term = |from: Day| from.plus(rules.term).before(Span::Days(1));
    let membership = match running {
        Some(paid) => PaidMembership {
            last_day: following(paid, rules.term),
            fee: paid.fee.plus(rules.fee)?,
            ..paid.clone()
        },
        None => PaidMembership { id: id.clone(), from: today, last_day: term(today), fee: rules.fee },
    };
    draft.post(Event::MembershipPaid { membership, payment: payment.clone() })
}

/// The last day of the term after the one that is paid for. Where all terms were as long, it is counted from the first
/// day: a month from 31 January ends on 27 February, two on 30 March.
fn following(paid: &PaidMembership, term: Span) -> Day {
    let next = paid.last_day.plus(Span::Days(1));
    let begins = |terms: &u32| paid.from.plus(term.times(*terms));
    let terms = (1..=u32::MAX).find(|terms| begins(terms) >= next).filter(|terms| begins(terms) == next);
    let ends = terms.map_or_else(|| next.plus(term), |terms| begins(&terms.saturating_add(1)));
    ends.before(Span::Days(1))
}

/// The membership ends now; the day of cancellation counts as used.
pub(crate) fn cancel(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let today = draft.moment.day;
    let paid = draft.position.membership.as_ref().filter(|paid| today <= paid.last_day);
    let paid = paid.ok_or(Code::MembershipUnknown)?.clone();
    let refund = match find(draft, &paid.id).map(|rules| rules.refund) {
        Ok(FeeRefund::Nothing) => Money::zero(paid.fee.currency()),
        // A membership that has left the programme is refunded as it was sold.
        Ok(FeeRefund::ProRata) | Err(_) => {
            let days = paid.last_day.days_since(paid.from).saturating_add(1);
            let left = paid.last_day.days_since(today);
            paid.fee.part(left.into(), days.into(), Rounding::Down)?
        }
    };
    draft.post(Event::MembershipCancelled { membership: paid.id, refund })
}

/// Uses a privilege.
///
/// # Errors
/// `privilege_unknown`; `not_for_you` where its conditions do not hold; `limit_reached`.
pub(crate) fn use_privilege(
    draft: &mut Draft<'_>,
    id: &PrivilegeId,
    reference: &Reference,
) -> Result<(), Refusal> {
    let refuse = |code| Refusal::about(code, id.as_str());
    let rules = draft.programme.parts().privileges.iter().find(|known| known.id == *id);
    let rules = rules.ok_or_else(|| refuse(Code::PrivilegeUnknown))?;
    if !rules.when.holds(draft.situation(None)) {
        return Err(refuse(Code::NotForYou));
    }
    let mut used = None;
    if let Some(uses) = rules.uses {
        let of = UseOf::Privilege(id.clone());
        let since = period_start(uses.per, draft.moment.day);
        let known = draft.position.used(&of, since);
        if known >= uses.count {
            let (needs, has) = (Figure::Count(uses.count), Figure::Count(known));
            return Err(Refusal::with(Code::LimitReached, needs, has).of(id.as_str()));
        }
        used = Some(Used { of, since, count: 1 });
    }
    draft.post(Event::PrivilegeUsed { privilege: id.clone(), reference: reference.clone(), used })
}

/// Honours the member in public.
///
/// # Errors
/// `consent_missing` without the consent `recognition`; `not_yet_honoured` before the programme's time.
pub(crate) fn honour(draft: &mut Draft<'_>, form: &EventName) -> Result<(), Refusal> {
    consented(draft, "recognition")?;
    limit(draft.position.honours.len(), true)?;
    let rules = draft.programme.parts().recognition;
    let due = rules.and_then(|rules| Some(draft.position.since?.plus(rules.after)));
    if due.is_none_or(|due| draft.moment.day < due) {
        return Err(Code::NotYetHonoured.into());
    }
    draft.post(Event::Honoured { form: form.clone() })
}

/// How often a privilege can still be used; none without end.
pub(crate) fn uses_left(
    rules: &crate::rules::privilege::Privilege,
    position: &crate::ledger::account::Position,
    day: crate::ground::time::Day,
) -> Option<Points> {
    let uses = rules.uses?;
    let used = position.used(&UseOf::Privilege(rules.id.clone()), period_start(uses.per, day));
    Points::new(uses.count.saturating_sub(used)).ok()
}
