//! Domain values of the ledger that the wire writes as text.

use crate::text::{Text, hex, unhex};
use crate::words::words;
use crate::write::{Write, Writer};
use loyalty_core::{Code, Seed};

/// What a limit is a limit of, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseName {
    /// Points a rule gave on one day.
    RateDay,
    /// Points a rule gave in all.
    Rate,
    /// Points a campaign gave in all.
    Campaign,
    /// Times a bonus was given.
    Bonus,
    /// Times a reward was taken.
    Reward,
    /// Times a privilege was used.
    Privilege,
}

/// What points wait for that wait for no day, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitName {
    /// For their order to be fulfilled.
    Fulfilment,
    /// For the merchant to approve them.
    Approval,
}

/// How a hold ended, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldEndName {
    /// Its points were spent.
    Captured,
    /// What they bought was handed over.
    Fulfilled,
    /// What they bought will not be handed over.
    Cancelled,
    /// Its points went back on request.
    Released,
    /// Its time ran out.
    TimedOut,
}

words! {
    UseName {
        RateDay = "rate_day", Rate = "rate", Campaign = "campaign", Bonus = "bonus", Reward = "reward",
        Privilege = "privilege"
    }
    WaitName { Fulfilment = "fulfilment", Approval = "approval" }
    HoldEndName {
        Captured = "captured", Fulfilled = "fulfilled", Cancelled = "cancelled", Released = "released",
        TimedOut = "timed_out"
    }
}

impl Text for Seed {
    fn parse(text: &str) -> Result<Self, Code> {
        unhex(text).map(Self)
    }
    #[cfg(feature = "describe")]
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^[0-9a-fA-F]{64}$"})
    }
}

impl Write for Seed {
    fn write(&self, to: &mut Writer) {
        to.word(&hex(&self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_32_bytes_in_hexadecimal() {
        let seed = Seed(core::array::from_fn(|index| index as u8 * 7));
        assert_eq!(Seed::parse(&hex(&seed.0)), Ok(seed));
        for bad in ["", "00", &"g".repeat(64), &"+1".repeat(32), &"é".repeat(32)] {
            assert_eq!(Seed::parse(bad), Err(Code::IdInvalid), "`{bad}`");
        }
    }
}
