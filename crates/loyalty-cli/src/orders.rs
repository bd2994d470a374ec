//! Orders of a shop as they were read, member by member.

use loyalty_core::{AccountId, Code, Currency, Day, Instant, LineKind, Moment, Money, OrderId};
use rust_decimal::Decimal;
use std::fmt;

/// The category of lines that are neither goods nor delivery: manual entries, bank charges, commissions.
pub(crate) const CHARGES: &str = "charges";
const DAY_MS: i64 = 86_400_000;

/// What a file of orders holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Orders {
    /// Of every amount.
    pub(crate) currency: Currency,
    /// By id.
    pub(crate) members: Vec<Member>,
    /// What each product is, by its number.
    pub(crate) products: Vec<Kind>,
    /// What became of every line of the file, where an order has several.
    pub(crate) intake: Option<Intake>,
}

/// A customer of the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: AccountId,
    /// In the order of time.
    pub(crate) invoices: Vec<Invoice>,
}

/// An order, or a cancellation of what was bought before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invoice {
    /// Its first line in the file, counting from 1, as an editor does.
    pub(crate) line: usize,
    pub(crate) id: OrderId,
    pub(crate) moment: Moment,
    pub(crate) cancels: bool,
    pub(crate) lines: Vec<Line>,
}

/// One line of an invoice; its id is its number in the invoice, counting from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// An index of [`Orders::products`].
    pub(crate) product: u32,
    pub(crate) pieces: u32,
    /// In minor units; of a cancellation, what is given back.
    pub(crate) amount: u64,
}

/// What a line sells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Goods,
    Delivery,
    GiftCard,
    /// Neither: of the category [`CHARGES`].
    Charge,
}

/// What a line of the file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Nature {
    Sale,
    /// At no price.
    Free,
    Cancellation,
    /// Pieces taken off in a sale, or added in a cancellation: the stock was put right.
    OtherSign,
    /// At a price below zero.
    BelowZero,
}

/// Lines, and their net amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    /// In ten-thousandths of a major unit, the finest minor unit there is.
    pub(crate) amount: i64,
}

/// What became of the lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Intake {
    /// By nature, lines with a customer; see [`Nature::counts`].
    pub(crate) named: [Tally; Nature::ALL.len()],
    /// Those without a customer, left out whatever their nature.
    pub(crate) nameless: [Tally; Nature::ALL.len()],
    /// Lines with a customer whose amount was rounded half up to the minor unit, and what that added.
    pub(crate) rounded: Tally,
}

/// What is wrong with a row, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Goods, Self::Delivery, Self::GiftCard, Self::Charge];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Goods => "goods",
            Self::Delivery => "delivery",
            Self::GiftCard => "gift_cards",
            Self::Charge => "charges",
        }
    }

    /// As the rules know it.
    pub(crate) const fn of_line(self) -> LineKind {
        match self {
            Self::Goods | Self::Charge => LineKind::Goods,
            Self::Delivery => LineKind::Delivery,
            Self::GiftCard => LineKind::GiftCard,
        }
    }
}

impl Nature {
    pub(crate) const ALL: [Self; 5] =
        [Self::Sale, Self::Free, Self::Cancellation, Self::OtherSign, Self::BelowZero];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sales",
            Self::Free => "free_of_charge",
            Self::Cancellation => "cancellations",
            Self::OtherSign => "pieces_of_the_other_sign",
            Self::BelowZero => "price_below_zero",
        }
    }

    /// Whether such a line with a customer is booked.
    pub(crate) const fn counts(self) -> bool {
        matches!(self, Self::Sale | Self::Free | Self::Cancellation)
    }
}

impl Tally {
    pub(crate) const fn of(amount: i64) -> Self {
        Self { lines: 1, amount }
    }

    /// Sums saturate: they are shown, never booked.
    pub(crate) const fn plus(self, other: Self) -> Self {
        let lines = self.lines.saturating_add(other.lines);
        Self { lines, amount: self.amount.saturating_add(other.amount) }
    }

    pub(crate) fn sum<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        all.into_iter().copied().fold(Self::default(), Self::plus)
    }

    /// The amount in major units, with as many digits as it needs and at least the currency's.
    pub(crate) fn amount(self, currency: Currency) -> String {
        let mut amount = Decimal::new(self.amount, 4).normalize();
        if amount.scale() < currency.minor() {
            amount.rescale(currency.minor());
        }
        amount.to_string()
    }
}

impl Orders {
    /// Orders, cancellations not counted.
    pub(crate) fn count(&self) -> usize {
        self.invoices().filter(|invoice| !invoice.cancels).count()
    }

    /// The day of the last invoice.
    pub(crate) fn last_day(&self) -> Option<Day> {
        self.invoices().map(|invoice| invoice.moment.day).max()
    }

    fn invoices(&self) -> impl Iterator<Item = &Invoice> {
        self.members.iter().flat_map(|member| &member.invoices)
    }

    /// Keeps only the first orders of the file, and what was cancelled before the next.
    pub(crate) fn keep(&mut self, most: usize) {
        let mut lines: Vec<usize> =
            self.invoices().filter(|invoice| !invoice.cancels).map(|invoice| invoice.line).collect();
        lines.sort_unstable();
        let Some(end) = lines.get(most).copied() else { return };
        for member in &mut self.members {
            member.invoices.retain(|invoice| invoice.line < end);
        }
        self.members.retain(|member| !member.invoices.is_empty());
    }

    pub(crate) fn kind(&self, line: &Line) -> Kind {
        usize::try_from(line.product)
            .ok()
            .and_then(|product| self.products.get(product).copied())
            .unwrap_or(Kind::Goods)
    }

    /// One line of an amount in minor units.
    pub(crate) fn tally(&self, minor: u64) -> Tally {
        let unit = 10_i64.pow(4_u32.saturating_sub(self.currency.minor()));
        Tally::of(i64::try_from(minor).unwrap_or(i64::MAX).saturating_mul(unit))
    }

    /// Minor units as money.
    ///
    /// # Errors
    /// `amount_too_large`.
    pub(crate) fn money(&self, minor: u64) -> Result<Money, Code> {
        let units = i64::try_from(minor).map_err(|_| Code::AmountTooLarge)?;
        Money::new(Decimal::new(units, self.currency.minor()), self.currency)
    }
}

/// Noon UTC of a day: the same calendar day in every time zone from UTC−12 to UTC+11.
///
/// # Errors
/// `instant_invalid`, for no day there is.
pub(crate) fn noon(day: Day) -> Result<Moment, Code> {
    let at = Instant::new(i64::from(day.get()) * DAY_MS + DAY_MS / 2)?;
    Ok(Moment { at, day, minute: 12 * 60 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_shows_the_digits_it_needs_and_the_currencys() {
        let check = |amount: i64, currency: &str, expected: &str| {
            assert_eq!(Tally::of(amount).amount(Currency::new(currency).unwrap()), expected);
        };
        check(97_477_479_340, "GBP", "9747747.934");
        check(-50_000, "GBP", "-5.00");
        check(0, "GBP", "0.00");
        check(70_000, "JPY", "7");
    }

    #[test]
    fn a_minor_unit_is_the_currencys() {
        let orders = |currency: &str| Orders {
            currency: Currency::new(currency).unwrap(),
            members: vec![],
            products: vec![],
            intake: None,
        };
        assert_eq!(orders("GBP").money(1005).unwrap().to_string(), "10.05");
        assert_eq!(orders("GBP").tally(1005).amount, 100_500);
        assert_eq!(orders("JPY").money(1005).unwrap().to_string(), "1005");
        assert_eq!(orders("JPY").tally(1005).amount, 10_050_000);
    }
}
