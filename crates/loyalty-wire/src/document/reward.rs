//! What points buy.

use crate::document::{UsesRules, WhenRules};
use crate::part::{outline, outlines};
use crate::text::{As, Whole};
use loyalty_core::{Category, CauseId, DrawId, ProductId, RewardId, WalletId};
use rust_decimal::Decimal;

/// What points buy: its terms and what it gives, in one map.
#[allow(dead_code)]
pub struct RewardRule;

outline! {
    /// What every reward has.
    pub struct RewardTerms {
        /// Unique among the rewards.
        id: As<RewardId>,
        /// What shoppers read, 1 to 200 characters.
        name: String,
        /// Whose points it takes; default the main wallet.
        wallet: Option<As<WalletId>>,
        /// The price; 0 for a benefit that costs nothing. Of `pay_with_points` the rate, at least 1: so many points
        /// pay `value`.
        points: Whole,
        /// The cart total from which it can be taken; default 0, of `money_off` its `value`. Not with a reward that
        /// is handed over outside a cart.
        minimum: Option<As<Decimal>>,
        /// The spendable points from which it can be taken; default 0.
        balance: Option<Whole>,
        /// When, and by whom; default always, by everyone.
        when: Option<WhenRules>,
        /// How often a member can take it; default without end.
        uses: Option<UsesRules>,
        /// How often all members together can take it, at least 1; default without end.
        stock: Option<Whole>,
        /// `true`: taken without being asked for with every cart that it can be taken with. Only where it costs
        /// nothing and takes something off a cart. Default `false`.
        automatic: Option<bool>,
    }
}

outlines! {
    /// What a reward gives.
    pub enum RewardGives {
        /// A fixed amount off.
        MoneyOff = "money_off" {
            /// The amount off, above 0; never more than is due.
            value: As<Decimal>,
        },
        /// A share of the lines it takes off, rounded down to the minor unit.
        PercentOff = "percent_off" {
            /// Above 0, at most 100, with at most 4 decimals.
            percent: As<Decimal>,
            /// The most it gives, above 0; default no limit.
            cap: Option<As<Decimal>>,
            /// Only lines in one of these categories, at most 200; default every line but delivery and gift
            /// certificates.
            only: Option<Vec<As<Category>>>,
            /// Lines of one of these products, at most 200, beside those of `only`; default every line.
            products: Option<Vec<As<ProductId>>>,
            /// No lines in one of these categories, at most 200.
            except: Option<Vec<As<Category>>>,
        },
        /// Part of the cart is paid with a chosen number of points.
        PayWithPoints = "pay_with_points" {
            /// What `points` pay, above 0; pro rata, rounded down to the minor unit.
            value: As<Decimal>,
            /// The chosen number is a multiple of this, at least 1; default 1.
            step: Option<Whole>,
            /// The smallest number that can be chosen, at least 1; default `step`.
            minimum_points: Option<Whole>,
            /// The largest share of the cart total, in percent, that rewards may pay together with this one; above
            /// 0, at most 100, with at most 4 decimals. Default 100.
            max_share: Option<As<Decimal>>,
        },
        /// The delivery lines off.
        FreeDelivery = "free_delivery" {
            /// The most it gives, above 0; default no limit.
            cap: Option<As<Decimal>>,
        },
        /// Pieces of a product off: the cheapest pieces of the lines it takes.
        FreeProduct = "free_product" {
            /// Only lines in one of these categories, at most 200; default every line but delivery and gift
            /// certificates.
            only: Option<Vec<As<Category>>>,
            /// Lines of one of these products, at most 200, beside those of `only`; default every line.
            products: Option<Vec<As<ProductId>>>,
            /// No lines in one of these categories, at most 200.
            except: Option<Vec<As<Category>>>,
            /// How many pieces, 1 to 1000; default 1.
            pieces: Option<u32>,
        },
        /// Money in a wallet of gift certificates.
        Certificate = "certificate" {
            /// Which wallet.
            into: As<WalletId>,
            /// How much, above 0.
            value: As<Decimal>,
        },
        /// Money for a good cause.
        Donation = "donation" {
            /// Which cause.
            cause: As<CauseId>,
            /// How much the shop gives, above 0.
            value: As<Decimal>,
        },
        /// Something that is handed over outside the cart: a thing, an experience, an invitation.
        Gift = "gift" {
            /// What it is worth, for advice.
            value: As<Decimal>,
            /// What is to be done, 1 to 2000 characters.
            instructions: String,
        },
        /// A ticket of a prize draw.
        Ticket = "ticket" {
            /// Which draw.
            draw: As<DrawId>,
        },
    }
}

/// Each kind with the fields of the terms among its own.
#[cfg(feature = "describe")]
impl schemars::JsonSchema for RewardRule {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RewardRule".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        use serde_json::Value;
        let terms = RewardTerms::json_schema(generator);
        let mut rewards = RewardGives::json_schema(generator);
        rewards.insert("description".into(), "What points buy.".into());
        let kinds = rewards.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten();
        for kind in kinds.filter_map(Value::as_object_mut) {
            if let (Some(Value::Object(own)), Some(Value::Object(all))) =
                (kind.get_mut("properties"), terms.get("properties"))
            {
                own.extend(all.clone());
            }
            if let (Some(Value::Array(own)), Some(Value::Array(all))) =
                (kind.get_mut("required"), terms.get("required"))
            {
                own.extend(all.iter().cloned());
            }
        }
        rewards
    }
}
