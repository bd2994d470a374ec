//! Names of things: opaque text chosen outside, 1 to 128 visible ASCII characters.

use crate::ground::code::Code;
use core::fmt;
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident up to $most:literal,)*) => {$(
        $(#[$doc])*
        ///
        #[doc = concat!("1 to ", $most, " visible ASCII characters (`!` to `~`).")]
        #[derive(Debug, Clone, Eq, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        /// Mostly it is the same text, not one like it.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                same(&self.0, &other.0)
            }
        }

        impl $name {
            /// The most characters.
            pub const MOST: usize = $most;

            /// Reads an id.
            ///
            /// # Errors
            /// `id_invalid` for an empty text, one that is too long, or one with a blank, control or non-ASCII
            /// character.
            pub fn new(text: &str) -> Result<Self, Code> {
                let fits = (1..=Self::MOST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
                if fits { Ok(Self(text.into())) } else { Err(Code::IdInvalid) }
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

/// Not inlined: names are compared at many places.
#[inline(never)]
fn same(one: &Arc<str>, other: &Arc<str>) -> bool {
    Arc::ptr_eq(one, other) || one == other
}

/// The last eight bytes of a name as one number: names often begin alike.
pub(crate) fn ending(name: &str) -> u64 {
    let bytes = name.as_bytes();
    match bytes.last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => bytes.iter().fold(0, |ending, byte| ending.rotate_left(8) | u64::from(*byte)),
    }
}

ids! {
    /// A member's account, pseudonymous.
    AccountId up to 128,
    /// A bonus of the programme.
    BonusId up to 128,
    /// A campaign of the programme.
    CampaignId up to 128,
    /// A product category named in carts and rules.
    Category up to 128,
    /// Where an order is placed: `online`, `till`.
    Channel up to 128,
    /// A good cause that points are given to.
    CauseId up to 128,
    /// A prize draw of the programme.
    DrawId up to 128,
    /// What a member did: `newsletter`, `review`, `visit`.
    EventName up to 128,
    /// A hold on points.
    HoldId up to 128,
    /// An idempotency key.
    Key up to 128,
    /// A tier level of the programme.
    LevelId up to 128,
    /// A line of a cart or an order.
    LineId up to 128,
    /// A paid membership of the programme.
    MembershipId up to 128,
    /// An order, as the shop names it.
    OrderId up to 128,
    /// A shop of a coalition.
    PartnerId up to 128,
    /// A privilege of the programme.
    PrivilegeId up to 128,
    /// A product, as the shop names it.
    ProductId up to 128,
    /// A code entered with an order.
    PromoCode up to 128,
    /// What a member has agreed to: `birthday`, `recognition`, `email`.
    Purpose up to 128,
    /// The shop's name for what an event, a payment or an adjustment speaks of.
    Reference up to 128,
    /// A refund, as the shop names it.
    RefundId up to 128,
    /// A reward of the programme.
    RewardId up to 128,
    /// An earning rule of the programme.
    RuleId up to 128,
    /// A group of members: `staff`, `follower`.
    SegmentId up to 128,
    /// What is shared by all members and counted once for all: a budget, a stock, a cause.
    SharedId up to 160,
    /// A published, immutable version of a programme.
    Version up to 128,
    /// A wallet of the programme.
    WalletId up to 128,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_1_to_128_visible_ascii_characters() {
        assert!(OrderId::new("1001").is_ok());
        assert!(OrderId::new(&"x".repeat(128)).is_ok());
        for bad in ["", " ", "a b", "a\n", "é", &"x".repeat(129)] {
            assert_eq!(OrderId::new(bad), Err(Code::IdInvalid), "`{bad}`");
        }
    }
}
