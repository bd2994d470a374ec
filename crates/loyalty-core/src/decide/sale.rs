//! The seller's side of a sale to another member (M11).

use crate::decide::draft::Draft;
use crate::ground::code::Refusal;
use crate::ground::ids::{AccountId, OrderId, WalletId};
use crate::ground::points::Points;
use crate::ledger::apply;
use crate::ledger::entry::Event;
use crate::ledger::lot::Source;
use crate::rules::wallet::Wait;

/// Credits what a sale is worth more than before, and takes back what it is worth less.
pub(crate) fn settle(
    draft: &mut Draft<'_>,
    buyer: &AccountId,
    order: &OrderId,
    worth: &[(WalletId, Points)],
    seq: u64,
) -> Result<(), Refusal> {
    let record = draft.book.sales.get(&(buyer.clone(), order.clone())).cloned().unwrap_or_default();
    let shortfall = draft.programme.parts().refunds.shortfall.after_booking();
    let mut position = draft.position.clone();
    let (mut lots, mut back) = (Vec::new(), Vec::new());
    for (wallet, worth) in worth {
        let known = record.lots.iter().filter(|(_, known, _)| known == wallet);
        let before = Points::sum(known.clone().map(|(.., points)| *points))?;
        if *worth > before {
            let rules = draft.wallet(wallet)?;
            let mut terms = rules.order_terms(draft.moment, None);
            // The seller has nothing that would be handed over.
            if let Some(Wait::Fulfilment(days)) = terms.wait {
                terms = rules.terms(draft.moment, days, None);
            }
            let source = Source::Sale(buyer.clone());
            lots.push(draft.lot(lots.len(), rules, source, worth.minus(before)?, terms));
        }
        let mut gone = before.above(*worth);
        for (lot, _, points) in known {
            let part = gone.min(*points);
            gone = gone.minus(part)?;
            if !part.is_zero() {
                let taken = draft.claw_back(&position, wallet, Some(*lot), part, shortfall)?;
                apply::take_back(&mut position, &taken)?;
                back.push((*lot, taken));
            }
        }
    }
    draft.post(Event::SaleSettled { buyer: buyer.clone(), order: order.clone(), heard: seq, lots, back })?;
    draft.repay()
}
