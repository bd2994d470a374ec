//! Refunds.

use crate::form::Form;
use crate::read::{Faults, Path, record};
use crate::text::As;
use loyalty_core as core;
use loyalty_core::{Code, Currency, LineId, Money, Part, RefundId};
use rust_decimal::Decimal;

record! {
    /// A refund as booked.
    pub struct Refund {
        /// The shop's name for it.
        id: As<RefundId>,
        /// ISO 4217 code of the amounts.
        currency: Option<As<Currency>>,
        /// The parts given back; absent means all that is left of the order.
        #[cfg_attr(feature = "describe", schemars(length(min = 1)))]
        lines: Option<Vec<RefundLine>>,
    }
}

record! {
    /// What is given back of one line.
    pub struct RefundLine {
        /// Which line.
        id: As<LineId>,
        /// How much of what was charged for it; absent means all that is left.
        amount: Option<As<Decimal>>,
    }
}

impl Refund {
    pub(crate) fn prove(self, at: &Path<'_>, faults: &Faults) -> Option<core::Refund> {
        let list = at.field("lines");
        // All that is left is asked for by no list; a list that came out empty would give back what nobody meant.
        if self.lines.as_ref().is_some_and(Vec::is_empty) {
            return faults.check(&list, Err(Code::Missing));
        }
        let mut lines = Vec::new();
        for (index, line) in self.lines.unwrap_or_default().into_iter().enumerate() {
            let at = list.item(index);
            let part = match (line.amount, &self.currency) {
                (None, _) => Some(Part::Rest),
                (Some(amount), Some(currency)) => {
                    faults.check(&at.field("amount"), Money::new(amount.0, currency.0)).map(Part::Amount)
                }
                (Some(_), None) => faults.check(&at, Err(Code::Missing)),
            };
            lines.push(part.map(|part| core::RefundLine { line: line.id.0, part }));
        }
        let lines = lines.into_iter().collect::<Option<Vec<_>>>()?;
        Some(core::Refund { id: self.id.0, lines })
    }
}

impl Form<core::Refund> for Refund {
    fn of(refund: &core::Refund) -> Self {
        let amount = |part: Part| match part {
            Part::Rest => None,
            Part::Amount(amount) => Some(amount),
        };
        let currency =
            refund.lines.iter().find_map(|line| amount(line.part)).map(|money| As(money.currency()));
        let line = |line: &core::RefundLine| RefundLine {
            id: As(line.line.clone()),
            amount: amount(line.part).map(|money| As(money.amount())),
        };
        let lines = (!refund.lines.is_empty()).then(|| refund.lines.iter().map(line).collect());
        Self { id: As(refund.id.clone()), currency, lines }
    }

    fn restore(self) -> Result<core::Refund, Code> {
        self.prove(&Path::Root, &Faults::default()).ok_or(Code::EntryInconsistent)
    }
}
