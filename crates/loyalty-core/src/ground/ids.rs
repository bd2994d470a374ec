//! Names of things: opaque text chosen outside, 1 to 128 visible ASCII characters.

use crate::ground::code::Code;
use core::fmt;
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        ///
        /// 1 to 128 visible ASCII characters (`!` to `~`).
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads an id.
            ///
            /// # Errors
            /// `id_invalid` for an empty text, one longer than 128 characters, or one with a blank,
            /// control or non-ASCII character.
            pub fn new(text: &str) -> Result<Self, Code> {
                let fits = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
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

ids! {
    /// A member's account, pseudonymous.
    AccountId,
    /// A bonus of the programme.
    BonusId,
    /// A campaign of the programme.
    CampaignId,
    /// A product category named in carts and rules.
    Category,
    /// Where an order is placed: `online`, `till`.
    Channel,
    /// A good cause that points are given to.
    CauseId,
    /// A prize draw of the programme.
    DrawId,
    /// What a member did: `newsletter`, `review`, `visit`.
    EventName,
    /// A hold on points.
    HoldId,
    /// An idempotency key.
    Key,
    /// A tier level of the programme.
    LevelId,
    /// A line of a cart or an order.
    LineId,
    /// A paid membership of the programme.
    MembershipId,
    /// An order, as the shop names it.
    OrderId,
    /// A shop of a coalition.
    PartnerId,
    /// A privilege of the programme.
    PrivilegeId,
    /// A product, as the shop names it.
    ProductId,
    /// A code entered with an order.
    PromoCode,
    /// What a member has agreed to: `birthday`, `recognition`, `email`.
    Purpose,
    /// The shop's name for what an event, a payment or an adjustment speaks of.
    Reference,
    /// A refund, as the shop names it.
    RefundId,
    /// A reward of the programme.
    RewardId,
    /// An earning rule of the programme.
    RuleId,
    /// A group of members: `staff`, `follower`.
    SegmentId,
    /// What is shared by all members and counted once for all: a budget, a stock, a cause.
    SharedId,
    /// A published, immutable version of a programme.
    Version,
    /// A wallet of the programme.
    WalletId,
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
