//! Points that move: between wallets, between members, by the merchant's correction (M32).

use crate::decide::draft::Draft;
use crate::ground::code::{Code, Refusal};
use crate::ground::exact;
use crate::ground::ids::{AccountId, Reference, WalletId};
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ledger::command::{Adjustment, Lasting};
use crate::ledger::entry::{ClawBack, Event, Taken};
use crate::ledger::lot::{Lot, LotId, Source};
use crate::rules::programme::Shortfall;
use crate::rules::wallet::{Terms, Wallet};

/// Exchanges points of one wallet for points of another, pro rata, rounded down.
///
/// # Errors
/// `exchange_unknown`; `insufficient_points`; `below_minimum` where they make no point of the other.
pub(crate) fn exchange(
    draft: &mut Draft<'_>,
    from: &WalletId,
    to: &WalletId,
    points: Points,
) -> Result<(), Refusal> {
    let rules = draft.programme.parts().exchanges.iter().find(|known| known.from == *from && known.to == *to);
    let rules = rules.ok_or_else(|| Refusal::about(Code::ExchangeUnknown, to.as_str()))?;
    let product = exact::mul(points.get().into(), rules.get.get().into())?;
    let got = Rounding::Down.points(product, rules.give.get().into())?;
    if got.is_zero() {
        return Err(Code::BelowMinimum.into());
    }
    let taken = draft.take(from, points)?.iter().map(Taken::from).collect();
    let wallet = draft.wallet(to)?;
    let lot = draft.lot(0, wallet, Source::Exchange(from.clone()), got, wallet.lasting(draft.moment));
    draft.post(Event::Exchanged { from: from.clone(), points, taken, lot })
}

/// Gives points to another member; they keep their last day.
pub(crate) fn transfer(
    draft: &mut Draft<'_>,
    to: &AccountId,
    wallet: Option<&WalletId>,
    points: Points,
) -> Result<(), Refusal> {
    if Some(to) == draft.owner {
        return Err(Code::SelfTransfer.into());
    }
    if points.is_zero() {
        return Err(Code::BelowMinimum.into());
    }
    let wallet = &named(draft, wallet)?.id;
    let parts = draft.take(wallet, points)?;
    draft.post(Event::TransferSent { to: to.clone(), wallet: wallet.clone(), parts })
}

/// Takes points that another member gave.
pub(crate) fn receive(draft: &mut Draft<'_>, from: &AccountId, parts: &[Lot]) -> Result<(), Refusal> {
    let made = draft.position.lots_made;
    let mut lots = Vec::with_capacity(parts.len());
    for (id, part) in (made.saturating_add(1)..).zip(parts) {
        lots.push(Lot { id, source: Source::Transfer(from.clone()), wait: None, ..part.clone() });
    }
    draft.post(Event::TransferReceived { from: from.clone(), lots })
}

/// Corrects a balance.
///
/// # Errors
/// `wallet_unknown`; `below_minimum` for no points; `points_spent` where points are taken that are not there
/// and the correction may neither owe nor write off.
pub(crate) fn adjust(
    draft: &mut Draft<'_>,
    wallet: Option<&WalletId>,
    adjustment: Adjustment,
    points: Points,
    reason: &Reference,
) -> Result<(), Refusal> {
    let rules = named(draft, wallet)?;
    let wallet = &rules.id;
    if points.is_zero() {
        return Err(Code::BelowMinimum.into());
    }
    let (lot, back) = match adjustment {
        Adjustment::Credit(lasting) => {
            let terms = match lasting {
                Lasting::AsEarned => rules.lasting(draft.moment),
                Lasting::Through(day) => Terms { last_day: Some(day), ..Terms::default() },
                Lasting::Ever => Terms::default(),
            };
            (Some(draft.lot(0, rules, Source::Adjustment(reason.clone()), points, terms)), None)
        }
        Adjustment::Debit { lot: Some(lot), .. } => (None, Some(of_lot(draft, wallet, lot, points)?)),
        Adjustment::Debit { lot: None, shortfall } => {
            (None, Some(draft.claw_back(&draft.position, wallet, None, points, shortfall)?))
        }
    };
    draft.post(Event::Adjusted { reason: reason.clone(), lot, back })?;
    draft.repay()
}

/// The wallet of this name; the main one where none is named.
fn named<'a>(draft: &Draft<'a>, wallet: Option<&WalletId>) -> Result<&'a Wallet, Refusal> {
    match wallet {
        Some(wallet) => draft.wallet(wallet),
        None => Ok(draft.programme.main_wallet()?),
    }
}

/// Takes points of one lot, also of one that has not vested.
fn of_lot(draft: &Draft<'_>, wallet: &WalletId, lot: LotId, points: Points) -> Result<ClawBack, Refusal> {
    let known = draft.position.in_wallet(wallet).any(|known| known.id == lot && known.points >= points);
    if !known {
        return Err(Code::PointsSpent.into());
    }
    draft.claw_back(&draft.position, wallet, Some(lot), points, Shortfall::Refuse)
}
