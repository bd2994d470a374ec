//! Requests: a command with its idempotency key.

use crate::cart::{Cart, Order};
use crate::problem::Problem;
use crate::read::{Faults, Path, Read, record, variants};
use crate::text::{As, Whole, hex};
use crate::tree::Tree;
use crate::write::Write;
use loyalty_core as core;
use loyalty_core::{
    AccountId, Currency, Day, Fingerprint, HoldId, Key, LineId, Money, OrderId, Part, RefundId, RewardId,
};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::sync::Arc;

variants! {
    /// What can be asked of an account.
    pub enum Command {
        /// An order was paid.
        PayOrder = "pay_order" {
            /// The order.
            order: Order,
        },
        /// An order, or a part of it, was refunded.
        Refund = "refund" {
            /// Which order.
            order: As<OrderId>,
            /// The shop's name for the refund.
            refund: As<RefundId>,
            /// ISO 4217 code of the amounts; needed where there are amounts.
            currency: Option<As<Currency>>,
            /// The parts given back; absent means all that is left of the order.
            lines: Option<Vec<RefundLine>>,
        },
        /// Set points aside for a reward.
        Hold = "hold" {
            /// Names the new hold.
            hold: As<HoldId>,
            /// Which reward.
            reward: As<RewardId>,
            /// How many points, for a reward paid with a chosen number.
            points: Option<Whole>,
            /// The cart it is taken for.
            cart: Cart,
        },
        /// Spend held points.
        Capture = "capture" {
            /// Which hold.
            hold: As<HoldId>,
        },
        /// Give held points back.
        Release = "release" {
            /// Which hold.
            hold: As<HoldId>,
        },
        /// A friend's first order was paid; sent by the friend's account.
        RewardReferral = "reward_referral" {
            /// The friend's account.
            friend: As<AccountId>,
            /// The friend's order.
            order: As<OrderId>,
            /// The shop-local day of that order.
            day: As<Day>,
        },
        /// That order was refunded below the minimum; sent by the friend's account.
        RevokeReferral = "revoke_referral" {
            /// The friend's account.
            friend: As<AccountId>,
            /// The friend's order.
            order: As<OrderId>,
        },
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

record! {
    /// A command with its idempotency key.
    pub struct Request {
        /// Whose account.
        account: As<AccountId>,
        /// The same key never books twice.
        key: As<Key>,
        /// What is asked.
        command: Command,
    }
}

/// Reads a request.
///
/// # Errors
/// Every fault of the text.
pub fn request(text: &str) -> Result<core::Request, Problem> {
    request_of(&crate::parse(text)?)
}

pub(crate) fn request_of(tree: &Tree) -> Result<core::Request, Problem> {
    let mut faults = Faults::default();
    let proved = Request::read(tree, &Path::Root, &mut faults).and_then(|request| {
        let command = request.command.prove(&Path::Root.field("command"), &mut faults)?;
        let fingerprint = tree.field("command").map(fingerprint)?;
        Some(core::Request { account: request.account.0, key: request.key.0, fingerprint, command })
    });
    faults.finish(proved)
}

/// The first 16 bytes of SHA-256 over the canonical text of a command.
///
/// An order's advocate is left out: the host finds it by a referral code, and may find it only when the
/// same request comes again.
fn fingerprint(command: &Tree) -> Fingerprint {
    let mut command = command.clone();
    if let Some(Tree::Map(order)) = command.field_mut("order") {
        order.retain(|(name, _)| name != "advocate");
    }
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(Sha256::digest(command.canonical())) {
        *byte = hashed;
    }
    Fingerprint(bytes)
}

impl Command {
    fn prove(self, at: &Path<'_>, faults: &mut Faults) -> Option<core::Command> {
        Some(match self {
            Self::PayOrder { order } => {
                core::Command::PayOrder(Arc::new(order.prove(&at.field("order"), faults)?))
            }
            Self::Refund { order, refund, currency, lines } => {
                let refund = Refund { id: refund, currency, lines }.prove(at, faults)?;
                core::Command::Refund { order: order.0, refund }
            }
            Self::Hold { hold, reward, points, cart } => {
                // Names with `#` are given to rewards that are taken at the checkout itself.
                if hold.0.as_str().starts_with('#') {
                    faults.add(&at.field("hold"), core::Code::IdInvalid);
                }
                core::Command::Hold {
                    hold: hold.0,
                    reward: reward.0,
                    points: points.map(|p| p.0),
                    cart: cart.prove(&at.field("cart"), faults)?,
                }
            }
            Self::Capture { hold } => core::Command::Capture { hold: hold.0 },
            Self::Release { hold } => core::Command::Release { hold: hold.0 },
            Self::RewardReferral { friend, order, day } => {
                core::Command::RewardReferral { friend: friend.0, order: order.0, day: day.0 }
            }
            Self::RevokeReferral { friend, order } => {
                core::Command::RevokeReferral { friend: friend.0, order: order.0 }
            }
        })
    }
}

record! {
    /// A refund as booked.
    pub struct Refund {
        /// The shop's name for it.
        id: As<RefundId>,
        /// ISO 4217 code of the amounts.
        currency: Option<As<Currency>>,
        /// The parts given back.
        lines: Option<Vec<RefundLine>>,
    }
}

impl Refund {
    pub(crate) fn prove(self, at: &Path<'_>, faults: &mut Faults) -> Option<core::Refund> {
        let list = at.field("lines");
        let mut lines = Vec::new();
        for (index, line) in self.lines.unwrap_or_default().into_iter().enumerate() {
            let at = list.item(index);
            let part = match (line.amount, &self.currency) {
                (None, _) => Some(Part::Rest),
                (Some(amount), Some(currency)) => {
                    faults.check(&at.field("amount"), Money::new(amount.0, currency.0)).map(Part::Amount)
                }
                (Some(_), None) => faults.check(&at, Err(core::Code::Missing)),
            };
            lines.push(part.map(|part| core::RefundLine { line: line.id.0, part }));
        }
        let lines = lines.into_iter().collect::<Option<Vec<_>>>()?;
        Some(core::Refund { id: self.id.0, lines })
    }
}

impl From<&core::Refund> for Refund {
    fn from(refund: &core::Refund) -> Self {
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
}

/// The text of a request that one account sends to another.
pub(crate) fn message(from: &AccountId, message: &core::Message) -> Option<(AccountId, String)> {
    // Hashed, so that a key stays a key whatever the length of the account's name.
    let from_hash = hex(&Sha256::digest(from.as_str()));
    let (command, key) = match &message.command {
        core::Command::RewardReferral { friend, order, day } => (
            Command::RewardReferral { friend: As(friend.clone()), order: As(order.clone()), day: As(*day) },
            format!("referral:{from_hash}"),
        ),
        core::Command::RevokeReferral { friend, order } => (
            Command::RevokeReferral { friend: As(friend.clone()), order: As(order.clone()) },
            format!("referral-revoked:{from_hash}"),
        ),
        _ => return None,
    };
    let key = As(Key::new(&key).ok()?);
    let request = Request { account: As(message.to.clone()), key, command };
    Some((message.to.clone(), request.to_json()))
}
