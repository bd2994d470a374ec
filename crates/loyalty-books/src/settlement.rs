//! What partners owe each other for one period, netted (M33). What all of them get adds up to zero.

use crate::amounts::Amounts;
use crate::sums::{Owed, Pair, Sums};
use serde::{Deserialize, Serialize};

/// A settlement: what is owed, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Settlement {
    /// Everything that is owed, by wallet: points of the debtor used up at the creditor, less what was given back.
    pub obligations: Vec<Obligation>,
    /// For each two partners, the one who pays and how much.
    pub payments: Vec<(String, String, i64)>,
    /// What each partner gets in all; below zero what it pays. Adds up to zero.
    pub net: Amounts<String, i64>,
}

/// One partner owes another for points of one wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    /// Who, to whom, of which wallet.
    #[serde(flatten)]
    pub pair: Pair,
    /// How much.
    #[serde(flatten)]
    pub owed: Owed,
}

/// Settles what is owed from after one month through another.
#[must_use]
pub fn settle(sums: &Sums, after: i32, through: i32) -> Settlement {
    let mut all: Amounts<&Pair, Owed> = Amounts::default();
    for ((month, pair), owed) in &sums.owed {
        if (after.saturating_add(1)..=through).contains(month) {
            all.add(pair, owed);
        }
    }
    all.tidy();
    let mut settlement = Settlement::default();
    let mut pairs: Amounts<(&str, &str), i64> = Amounts::default();
    for (pair, owed) in all {
        let (debtor, creditor) = (pair.debtor.as_str(), pair.creditor.as_str());
        let (key, value) = if debtor < creditor {
            ((debtor, creditor), owed.value)
        } else {
            ((creditor, debtor), owed.value.saturating_neg())
        };
        pairs.add(key, &value);
        settlement.obligations.push(Obligation { pair: pair.clone(), owed });
    }
    for ((one, other), value) in pairs {
        for (partner, gets) in [(one, value.saturating_neg()), (other, value)] {
            settlement.net.add(partner.to_owned(), &gets);
        }
        if value != 0 {
            let (pays, gets) = if value > 0 { (one, other) } else { (other, one) };
            settlement.payments.push((pays.to_owned(), gets.to_owned(), value.saturating_abs()));
        }
    }
    settlement
}
