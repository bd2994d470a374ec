//! What a shopper is about to buy, or has bought.

use crate::ground::code::{Code, Refusal};
use crate::ground::ids::{
    Category, Channel, HoldId, LineId, PartnerId, ProductId, PromoCode, RewardId, ending,
};
use crate::ground::money::{Currency, Money};
use crate::ground::order::{places_into, repeated};
use crate::ground::points::Points;

/// What a line sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineKind {
    /// Goods or services.
    #[default]
    Goods,
    /// Delivery; earns only where the programme's basis has delivery in.
    Delivery,
    /// A gift certificate sold; never earns, because it is a payment in advance.
    GiftCard,
}

impl LineKind {
    /// Whether rewards may pay it: money in advance is not paid with rewards.
    pub(crate) fn paid_with_rewards(self) -> bool {
        self != Self::GiftCard
    }
}

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Names the line within its cart.
    pub id: LineId,
    /// What is sold.
    pub kind: LineKind,
    /// The shop's name for the product.
    pub product: Option<ProductId>,
    /// Categories the product belongs to.
    pub categories: Vec<Category>,
    /// Pieces, at least 1.
    pub quantity: u32,
    /// What is charged for the whole line: all pieces, tax included, discount taken off.
    pub amount: Money,
    /// Tax contained in `amount`.
    pub tax: Money,
    /// Discount already taken off `amount`.
    pub discount: Money,
}

/// A reward taken at the checkout of this very cart, without a hold before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redeem {
    /// Which reward.
    pub reward: RewardId,
    /// How much of it.
    pub ask: Ask,
}

/// How much of a reward is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// A reward of a fixed price.
    Fixed,
    /// So many points, of one that is paid with a chosen number.
    Points(Points),
    /// As many points as pay this, rounded up to its step, of one that is paid with a chosen number.
    Value(Money),
}

/// What a cart says of itself beside its lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkout {
    /// Where it is placed.
    pub channel: Option<Channel>,
    /// The shop of a coalition that sells it.
    pub partner: Option<PartnerId>,
    /// Codes entered with it.
    pub codes: Vec<PromoCode>,
}

/// Lines, and how part of them is paid with points or certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    currency: Currency,
    lines: Vec<Line>,
    redeem: Vec<Redeem>,
    holds: Vec<HoldId>,
    certificates: Money,
    checkout: Checkout,
    total: Money,
    goods: Money,
    gift_cards: Money,
}

/// The lines of a cart in the order of their ids, to be found by them.
pub(crate) struct LinesById<'a> {
    cart: &'a Cart,
    places: Vec<usize>,
}

impl<'a> LinesById<'a> {
    pub(crate) fn of(cart: &'a Cart) -> Self {
        let id = |place: usize| cart.lines.get(place).map(|line| &line.id);
        let mut places = Vec::new();
        places_into(&mut places, cart.lines.len(), &|one, other| id(one) < id(other));
        Self { cart, places }
    }

    /// The place of a line in the cart.
    pub(crate) fn place(&self, line: &LineId) -> Option<usize> {
        let id = |place: &usize| self.cart.lines.get(*place).map(|line| &line.id);
        let found = self.places.binary_search_by(|place| id(place).cmp(&Some(line))).ok()?;
        self.places.get(found).copied()
    }
}

impl Cart {
    /// # Errors
    /// `currency_mismatch` when an amount is in another currency, `duplicate_id` for two lines or two
    /// holds of one id, `exceeds_line` when a line's tax is more than the line, `amount_too_large`.
    pub fn new(
        currency: Currency,
        lines: Vec<Line>,
        redeem: Vec<Redeem>,
        holds: Vec<HoldId>,
        certificates: Money,
        checkout: Checkout,
    ) -> Result<Self, Refusal> {
        let ids: Vec<_> = lines.iter().map(|line| (ending(line.id.as_str()), &line.id)).collect();
        let twice = repeated(&ids);
        for (place, line) in lines.iter().enumerate() {
            if twice == Some(place) {
                return Err(Refusal::about(Code::DuplicateId, line.id.as_str()));
            }
            if line.tax.exceeds(line.amount) {
                return Err(Refusal::about(Code::ExceedsLine, line.id.as_str()));
            }
        }
        if let Some(twice) = repeated(&holds).and_then(|place| holds.get(place)) {
            return Err(Refusal::about(Code::DuplicateId, twice.as_str()));
        }
        let of = |kind: LineKind| lines.iter().filter(move |line| line.kind == kind).map(|line| line.amount);
        let goods = Money::sum(currency, of(LineKind::Goods))?;
        let gift_cards = Money::sum(currency, of(LineKind::GiftCard))?;
        let total = goods.plus(gift_cards)?.plus(Money::sum(currency, of(LineKind::Delivery))?)?;
        if certificates.currency() != currency {
            return Err(Code::CurrencyMismatch.into());
        }
        Ok(Self { currency, lines, redeem, holds, certificates, checkout, total, goods, gift_cards })
    }

    /// Puts other pieces and another amount on the line at a place; a refusal changes nothing.
    ///
    /// # Errors
    /// `line_unknown` for a place that has none, `exceeds_line` when the line's tax is more than the amount,
    /// `currency_mismatch`, `amount_too_large`.
    pub fn change_line(&mut self, place: usize, quantity: u32, amount: Money) -> Result<(), Refusal> {
        let line = self.lines.get(place).ok_or(Code::LineUnknown)?;
        if line.tax.exceeds(amount) {
            return Err(Refusal::about(Code::ExceedsLine, line.id.as_str()));
        }
        Ok(self.put(place, quantity, amount)?)
    }

    /// As [`Self::change_line`], of a line whose tax is not looked at.
    pub(crate) fn put(&mut self, place: usize, quantity: u32, amount: Money) -> Result<(), Code> {
        let line = self.lines.get_mut(place).ok_or(Code::LineUnknown)?;
        let changed = |sum: Money| sum.minus(line.amount)?.plus(amount);
        let total = changed(self.total)?;
        match line.kind {
            LineKind::Goods => self.goods = changed(self.goods)?,
            LineKind::GiftCard => self.gift_cards = changed(self.gift_cards)?,
            LineKind::Delivery => {}
        }
        self.total = total;
        (line.quantity, line.amount) = (quantity, amount);
        Ok(())
    }

    /// The currency of every amount.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The lines, in the shop's order.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Rewards taken with this cart.
    #[must_use]
    pub fn redeem(&self) -> &[Redeem] {
        &self.redeem
    }

    /// Holds that pay for part of this cart.
    #[must_use]
    pub fn holds(&self) -> &[HoldId] {
        &self.holds
    }

    /// What is paid with gift certificates that are not in a wallet of the programme.
    #[must_use]
    pub const fn certificates(&self) -> Money {
        self.certificates
    }

    /// Where it is placed.
    #[must_use]
    pub const fn channel(&self) -> Option<&Channel> {
        self.checkout.channel.as_ref()
    }

    /// The shop of a coalition that sells it.
    #[must_use]
    pub const fn partner(&self) -> Option<&PartnerId> {
        self.checkout.partner.as_ref()
    }

    /// Codes entered with it.
    #[must_use]
    pub fn codes(&self) -> &[PromoCode] {
        &self.checkout.codes
    }

    /// The sum of all lines that sell goods.
    #[must_use]
    pub const fn goods(&self) -> Money {
        self.goods
    }

    /// The sum of all gift certificates sold.
    #[must_use]
    pub const fn gift_cards(&self) -> Money {
        self.gift_cards
    }

    /// The sum of all lines, before rewards.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }
}
