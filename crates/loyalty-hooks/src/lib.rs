//! Webhooks in, without a platform under them: who sent one, what it says of an order, what becomes of that in an
//! account.
//!
//! 1. [`signature`]: the raw bytes are authentic.
//! 2. [`read`]: a platform's body becomes an [`OrderState`], whatever the platform.
//! 3. [`OrderState::join`]: what is known of an order grows; neither order nor number of deliveries matter.
//! 4. [`plan`]: what is known, less what was asked before, is what to ask of the account now.
//!
//! What an order of each platform becomes is in this crate's README.

mod json;
mod plan;
mod read;
mod shopify;
pub mod signature;
mod standard;
mod state;
mod stripe;
mod target;
mod time;
mod woocommerce;

pub use plan::{Asked, Booked, Plan, plan};
pub use read::{Delivery, Privacy, Reading, Unusable, read};
pub use state::{Amount, Back, Kind, Line, OrderState, Owner, Refund, Snapshot};

/// Who sends webhooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// Shopify.
    Shopify,
    /// WooCommerce.
    WooCommerce,
    /// Stripe Checkout.
    Stripe,
    /// Any other shop, by Standard Webhooks.
    Standard,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 4] = [Self::Shopify, Self::WooCommerce, Self::Stripe, Self::Standard];

    /// Its name in paths.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shopify => "shopify",
            Self::WooCommerce => "woocommerce",
            Self::Stripe => "stripe",
            Self::Standard => "standard",
        }
    }

    /// The platform of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| platform.as_str() == name)
    }

    /// The header that says what a webhook is about; the others say so in the body.
    #[must_use]
    pub const fn topic_header(self) -> Option<&'static str> {
        match self {
            Self::Shopify => Some("X-Shopify-Topic"),
            Self::WooCommerce => Some("X-WC-Webhook-Topic"),
            Self::Stripe | Self::Standard => None,
        }
    }
}
