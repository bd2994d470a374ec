//! What proving a part of a document needs, and the proofs of single values.

use crate::document::Length;
use crate::read::{Faults, Path};
use crate::text::{As, Whole};
use loyalty_core::{Category, Code, Currency, Money, Points, ProductId, Select, Span, WalletId};
use rust_decimal::Decimal;

/// The most rules and rewards a programme, and categories and products a rule may have.
pub(super) const MOST_RULES: usize = 200;
/// The most days or months of any span.
pub(super) const LONGEST: u32 = 3650;
/// The most characters of what shoppers read.
const LONGEST_NAME: u64 = 200;

/// What proving a part of a document needs: the currency of amounts, the wallet that is meant where none is
/// named, and where to note faults.
pub(super) struct Proof<'a> {
    pub(super) currency: Currency,
    pub(super) main: WalletId,
    pub(super) faults: &'a mut Faults,
}

/// A choice, or its default.
pub(super) fn setting<T: Copy + Default>(given: Option<&As<T>>) -> T {
    given.map(|given| given.0).unwrap_or_default()
}

impl Proof<'_> {
    pub(super) fn each<T, U>(
        &mut self,
        items: Option<&Vec<T>>,
        name: &str,
        most: usize,
        prove: fn(&mut Self, &T, &Path<'_>) -> Option<U>,
    ) -> Option<Vec<U>> {
        let items = items.map_or(&[][..], Vec::as_slice);
        let list = Path::Root.field(name);
        if items.len() > most {
            return self.faults.check(&list, Err(Code::TooMany));
        }
        let proved: Vec<_> =
            items.iter().enumerate().map(|(index, item)| prove(self, item, &list.item(index))).collect();
        proved.into_iter().collect()
    }

    /// What is there proved; none of it where it is not there.
    pub(super) fn some<T, U>(
        &mut self,
        given: Option<&T>,
        prove: impl FnOnce(&mut Self, &T) -> Option<U>,
    ) -> Option<Option<U>> {
        given.map_or(Some(None), |given| prove(self, given).map(Some))
    }

    pub(super) fn within(&mut self, number: u64, least: u64, most: u64, at: &Path<'_>) {
        if !(least..=most).contains(&number) {
            self.faults.add(at, Code::NumberOutOfRange);
        }
    }

    /// Notes a field that the others beside it have no use for.
    pub(super) fn unused(&mut self, wrong: bool, at: &Path<'_>) {
        if wrong {
            self.faults.add(at, Code::UnknownField);
        }
    }

    pub(super) fn text(&mut self, text: &str, most: u64, at: &Path<'_>) -> Box<str> {
        self.within(text.chars().count() as u64, 1, most, at);
        text.into()
    }

    /// What shoppers read.
    pub(super) fn name(&mut self, name: &str, at: &Path<'_>) -> Box<str> {
        self.text(name, LONGEST_NAME, &at.field("name"))
    }

    /// A number from `least` to `most`, or `default` where none is given.
    pub(super) fn number(
        &mut self,
        given: Option<u32>,
        default: u32,
        (least, most): (u32, u32),
        at: &Path<'_>,
    ) -> u32 {
        if let Some(number) = given {
            self.within(number.into(), least.into(), most.into(), at);
        }
        given.unwrap_or(default)
    }

    pub(super) fn points(&mut self, points: Whole, least: u64, most: u64, at: &Path<'_>) -> Points {
        self.within(points.0.get(), least, most, at);
        points.0
    }

    /// A number of points of which one is the least.
    pub(super) fn at_least_one(&mut self, points: Option<Whole>, at: &Path<'_>) -> Option<Points> {
        points.map(|points| self.points(points, 1, Points::MAX.get(), at))
    }

    pub(super) fn money(&mut self, amount: &As<Decimal>, at: &Path<'_>) -> Option<Money> {
        self.faults.check(at, Money::new(amount.0, self.currency))
    }

    pub(super) fn some_money(&mut self, amount: &As<Decimal>, at: &Path<'_>) -> Option<Money> {
        let money = self.money(amount, at)?;
        let some = if money.is_zero() { Err(Code::NumberOutOfRange) } else { Ok(money) };
        self.faults.check(at, some)
    }

    pub(super) fn money_or(
        &mut self,
        amount: Option<&As<Decimal>>,
        default: Money,
        at: &Path<'_>,
    ) -> Option<Money> {
        amount.map_or(Some(default), |amount| self.money(amount, at))
    }

    /// A decimal above 0, at most 100, with at most 4 decimals.
    pub(super) fn factor(&mut self, value: Decimal, at: &Path<'_>) -> Option<Decimal> {
        let value = value.normalize();
        let fits = Decimal::ZERO < value && value <= Decimal::ONE_HUNDRED && value.scale() <= 4;
        self.faults.check(at, if fits { Ok(value) } else { Err(Code::NumberOutOfRange) })
    }

    pub(super) fn span(&mut self, length: &Length, at: &Path<'_>) -> Option<Span> {
        let (span, number, field) = match (length.days, length.months) {
            (Some(days), None) => (Span::Days(days), days, "days"),
            (None, Some(months)) => (Span::Months(months), months, "months"),
            _ => return self.faults.check(at, Err(Code::AmountAmbiguous)),
        };
        self.within(number.into(), 1, LONGEST.into(), &at.field(field));
        Some(span)
    }

    pub(super) fn list<T: Clone>(
        &mut self,
        given: &Option<Vec<As<T>>>,
        most: usize,
        at: &Path<'_>,
    ) -> Vec<T> {
        if given.as_ref().is_some_and(|list| list.len() > most) {
            self.faults.add(at, Code::TooMany);
        }
        given.iter().flatten().map(|item| item.0.clone()).collect()
    }

    pub(super) fn select(
        &mut self,
        only: &Option<Vec<As<Category>>>,
        products: &Option<Vec<As<ProductId>>>,
        except: &Option<Vec<As<Category>>>,
        at: &Path<'_>,
    ) -> Select {
        let only = self.list(only, MOST_RULES, &at.field("only"));
        let products = self.list(products, MOST_RULES, &at.field("products"));
        Select::new(only, products, self.list(except, MOST_RULES, &at.field("except")))
    }

    /// The wallet that is named, or the main one.
    pub(super) fn wallet_or_main(&self, given: Option<&As<WalletId>>) -> WalletId {
        given.map_or_else(|| self.main.clone(), |id| id.0.clone())
    }
}
