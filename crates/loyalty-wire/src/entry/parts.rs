//! What events are made of.

use crate::entry::Step;
use crate::form::{Form, forms};
use crate::read::record;
use crate::stored::Lot;
use crate::text::{As, Whole};
use loyalty_core as core;
use loyalty_core::{
    CampaignId, Code, Currency, Day, LineId, LotId, Money, Points, RuleId, SharedId, WalletId,
};
use rust_decimal::Decimal;

record! {
    /// What an order counts for on one line.
    pub struct BookedLine {
        /// Which line.
        id: As<LineId>,
        /// Its earning basis.
        spend: As<Decimal>,
    }
}

record! {
    /// What an order earns in one lot.
    pub struct Credit {
        /// The lot.
        lot: Lot,
        /// The campaign on whose day it is credited.
        campaign: Option<As<CampaignId>>,
        /// Its points, per line of the order.
        lines: Vec<Whole>,
        /// Why that many points.
        steps: Vec<Step>,
    }
}

record! {
    /// What an order earns its seller in one wallet, or loses.
    pub struct SaleCredit {
        /// Which wallet.
        wallet: As<WalletId>,
        /// Points, per line of the order.
        lines: Vec<Whole>,
    }
}

record! {
    /// What a refund took back on one line.
    pub struct RefundedLine {
        /// Which line.
        id: As<LineId>,
        /// How much of its amount.
        amount: As<Decimal>,
        /// How much of its earning basis.
        spend: As<Decimal>,
    }
}

record! {
    /// What a refund takes back of one lot.
    pub struct CreditBack {
        /// Which lot.
        lot: u64,
        /// Points, per line of the order.
        lines: Vec<Whole>,
        /// Where they were taken from.
        back: ClawBack,
    }
}

record! {
    /// Points of one wallet taken back, and from where.
    pub struct ClawBack {
        /// Which wallet.
        wallet: As<WalletId>,
        /// From lots.
        taken: Option<Vec<Taken>>,
        /// Owed from now on.
        debt: Option<Whole>,
        /// Written off.
        written_off: Option<Whole>,
    }
}

record! {
    /// Points taken from one lot.
    pub struct Taken {
        /// Which lot.
        lot: u64,
        /// How many.
        points: Whole,
    }
}

record! {
    /// Points taken back of one lot of a sale.
    pub struct SaleBack {
        /// Which lot.
        lot: u64,
        /// Where they were taken from.
        back: ClawBack,
    }
}

record! {
    /// A lot whose order was handed over.
    pub struct FulfilledLot {
        /// Which lot.
        lot: u64,
        /// The day on which it becomes spendable.
        vests_on: As<Day>,
    }
}

record! {
    /// What is left over of a rule in groups.
    pub struct Remainder {
        /// Which rule.
        rule: As<RuleId>,
        /// How much.
        amount: As<Decimal>,
    }
}

record! {
    /// How much was used of something that all members share; below zero where it was given back.
    pub struct Count {
        /// Of what: `campaign/…`, `reward/…`.
        of: As<SharedId>,
        /// How much.
        count: i64,
    }
}

record! {
    /// Points of one wallet.
    pub struct Worth {
        /// Which wallet.
        wallet: As<WalletId>,
        /// How many.
        points: Whole,
    }
}

forms! {
    Credit = Credit { lot, campaign, lines, steps }
    SaleCredit = SaleCredit { wallet, lines }
    CreditBack = CreditBack { lot, lines, back }
    ClawBack = ClawBack { wallet, taken, debt, written_off }
    Taken = Taken { lot, points }
}

impl Form<core::BookedLine> for BookedLine {
    fn of(line: &core::BookedLine) -> Self {
        Self { id: As(line.line.clone()), spend: As(line.spend) }
    }

    fn restore(self) -> Result<core::BookedLine, Code> {
        Ok(core::BookedLine { line: self.id.0, spend: self.spend.0 })
    }
}

impl RefundedLine {
    pub(crate) fn of(line: &core::RefundedLine) -> Self {
        Self { id: As(line.line.clone()), amount: As(line.amount.amount()), spend: As(line.spend) }
    }

    pub(crate) fn restore(self, currency: Option<&As<Currency>>) -> Result<core::RefundedLine, Code> {
        let currency = currency.ok_or(Code::EntryInconsistent)?.0;
        let amount = Money::new(self.amount.0, currency)?;
        Ok(core::RefundedLine { line: self.id.0, amount, spend: self.spend.0 })
    }
}

/// Records that the domain keeps as pairs.
macro_rules! pairs {
    ($($form:ident = ($first:ident: $a:ty, $second:ident: $b:ty))*) => {$(
        impl Form<($a, $b)> for $form {
            fn of((first, second): &($a, $b)) -> Self {
                Self { $first: Form::of(first), $second: Form::of(second) }
            }

            fn restore(self) -> Result<($a, $b), Code> {
                Ok((self.$first.restore()?, self.$second.restore()?))
            }
        }
    )*};
}

pairs! {
    SaleBack = (lot: LotId, back: core::ClawBack)
    FulfilledLot = (lot: LotId, vests_on: Day)
    Remainder = (rule: RuleId, amount: Decimal)
    Count = (of: SharedId, count: i64)
    Worth = (wallet: WalletId, points: Points)
}
