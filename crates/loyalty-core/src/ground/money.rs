//! Money: an exact, non-negative decimal in one currency.

use crate::ground::code::Code;
use crate::ground::exact;
use crate::ground::rounding::Rounding;
use core::fmt;
use rust_decimal::Decimal;

/// The largest amount that is taken, 10^15 major units, in minor units by the number of minor digits: with the widest
/// rates every product stays exact.
const MOST_UNITS: [u64; 5] = [10_u64.pow(15), 10_u64.pow(16), 10_u64.pow(17), 10_u64.pow(18), 10_u64.pow(19)];

macro_rules! currencies {
    ($($minor:literal: $($code:ident)*;)*) => {
        /// The currencies of ISO 4217.
        static ISO_4217: &[Unit] = &[$($(Unit::of(stringify!($code), $minor),)*)*];
    };
}

// By the number of their minor digits (SIX list of 2024-06-25).
currencies! {
    0: BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF;
    2: AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
       CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ
       GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
       MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB
       SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN
       UYU UZS VED VES WST XCD YER ZAR ZMW ZWG;
    3: BHD IQD JOD KWD LYD OMR TND;
    4: CLF UYW;
}

/// What a currency is.
#[derive(Debug)]
struct Unit {
    code: [u8; 3],
    minor: u8,
}

impl Unit {
    const fn of(code: &str, minor: u8) -> Self {
        match code.as_bytes() {
            [a, b, c] => Self { code: [*a, *b, *c], minor },
            _ => Self { code: *b"XXX", minor: 0 },
        }
    }
}

/// What ISO 4217 calls no currency.
static NO_CURRENCY: Unit = Unit::of("XXX", 0);

/// A currency of ISO 4217 and its number of minor digits.
///
/// It says where in the list it stands, so that an amount and its currency are two words.
#[derive(Debug, Clone, Copy)]
pub struct Currency(&'static Unit);

impl PartialEq for Currency {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.0, other.0)
    }
}

impl Eq for Currency {}

impl Currency {
    /// What ISO 4217 calls no currency.
    pub const NONE: Self = Self(&NO_CURRENCY);

    /// Finds a currency by its three capital letters.
    ///
    /// # Errors
    /// `currency_unknown` when ISO 4217 has none of that code.
    pub fn new(code: &str) -> Result<Self, Code> {
        let code = code.as_bytes();
        ISO_4217.iter().find(|unit| unit.code == code).map(Self).ok_or(Code::CurrencyUnknown)
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        core::str::from_utf8(&self.0.code).unwrap_or_default()
    }

    /// Digits after the decimal point, 0 to 4.
    #[must_use]
    pub fn minor(&self) -> u32 {
        self.0.minor.into()
    }
}

/// An amount of money, 0 to 10^15, with no more decimal digits than its currency has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Minor units: at most 10^19 of them, for no currency has more than four minor digits.
    units: u64,
    currency: Currency,
}

impl Money {
    /// # Errors
    /// `amount_negative`, `amount_too_fine` (a digit other than zero behind the currency's last),
    /// `amount_too_large` above 10^15.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, Code> {
        if amount.mantissa() < 0 {
            return Err(Code::AmountNegative);
        }
        // Up, so that whatever is above the largest is too large, and not too fine.
        let units = exact::units(amount, currency.minor(), Rounding::Up)?;
        let money = Self::of(u64::try_from(units).ok(), currency)?;
        if amount.scale() > currency.minor() && money.amount() != amount {
            return Err(Code::AmountTooFine);
        }
        Ok(money)
    }

    /// So many minor units.
    ///
    /// # Errors
    /// `amount_too_large` above 10^15.
    pub(crate) fn of(units: Option<u64>, currency: Currency) -> Result<Self, Code> {
        let most = MOST_UNITS.get(usize::from(currency.0.minor));
        let units = units.filter(|units| most.is_some_and(|most| units <= most));
        units.map(|units| Self { units, currency }).ok_or(Code::AmountTooLarge)
    }

    /// Nothing, in `currency`.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { units: 0, currency }
    }

    /// The amount in major units.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        let [a, b, c, d, e, f, g, h] = self.units.to_le_bytes();
        let (low, high) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        Decimal::from_parts(low, high, 0, false, self.currency.minor())
    }

    /// The amount in minor units.
    pub(crate) const fn units(&self) -> u64 {
        self.units
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.units == 0
    }

    /// Whether it is more than the other, whatever the currencies.
    #[must_use]
    pub fn exceeds(self, other: Self) -> bool {
        if self.currency == other.currency {
            self.units > other.units
        } else {
            self.amount() > other.amount()
        }
    }

    /// # Errors
    /// `currency_mismatch`; `amount_too_large`.
    pub fn plus(self, other: Self) -> Result<Self, Code> {
        self.same(other)?;
        Self::of(self.units.checked_add(other.units), self.currency)
    }

    /// # Errors
    /// `currency_mismatch`; `amount_negative` when `other` is more.
    pub fn minus(self, other: Self) -> Result<Self, Code> {
        self.same(other)?;
        let units = self.units.checked_sub(other.units).ok_or(Code::AmountNegative)?;
        Ok(Self { units, ..self })
    }

    /// What is left above `other`, nothing when `other` is more.
    ///
    /// # Errors
    /// `currency_mismatch`.
    pub fn above(self, other: Self) -> Result<Self, Code> {
        self.same(other)?;
        Ok(Self { units: self.units.saturating_sub(other.units), ..self })
    }

    /// The smaller of the two.
    ///
    /// # Errors
    /// `currency_mismatch`.
    pub fn at_most(self, other: Self) -> Result<Self, Code> {
        self.same(other)?;
        Ok(Self { units: self.units.min(other.units), ..self })
    }

    /// `count` times the amount.
    ///
    /// # Errors
    /// `amount_too_large`.
    pub fn times(self, count: u32) -> Result<Self, Code> {
        Self::of(self.units.checked_mul(count.into()), self.currency)
    }

    /// The part `numerator / denominator` of the amount, rounded to the currency's minor unit; `numerator` ≥ 0, `denominator` > 0.
    ///
    /// # Errors
    /// `amount_too_large`.
    pub fn part(self, numerator: Decimal, denominator: Decimal, rounding: Rounding) -> Result<Self, Code> {
        let (numerator, denominator) = exact::same_scale(numerator, denominator)?;
        let units = rounding.ratio(exact::times(self.units.into(), numerator)?, denominator)?;
        Self::of(u64::try_from(units).ok(), self.currency)
    }

    /// # Errors
    /// `amount_too_large`; `currency_mismatch`.
    pub fn sum(currency: Currency, all: impl IntoIterator<Item = Self>) -> Result<Self, Code> {
        let mut sum: u64 = 0;
        for money in all {
            if money.currency != currency {
                return Err(Code::CurrencyMismatch);
            }
            sum = sum.saturating_add(money.units);
        }
        Self::of(Some(sum), currency)
    }

    fn same(self, other: Self) -> Result<(), Code> {
        if self.currency == other.currency { Ok(()) } else { Err(Code::CurrencyMismatch) }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.amount(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sums_and_products_are_those_of_decimals(
            (one, other) in (0..=100_000_000_000_000_000_i128, 0..=200_000_i128),
            count in 0..1000_u32,
        ) {
            let currency = Currency::new("EUR").unwrap();
            let [one, other] = [one, other].map(|cents| Decimal::from_i128_with_scale(cents, 2));
            let money = |amount| Money::new(amount, currency);
            let (a, b) = (money(one).unwrap(), money(other).unwrap());
            let [sum, difference, debt] =
                [exact::add(one, other), exact::sub(one, other), exact::sub(other, one)].map(Result::unwrap);
            let product = exact::mul(one, count.into()).unwrap();
            prop_assert_eq!(a.amount(), one);
            prop_assert_eq!(a.plus(b), money(sum));
            prop_assert_eq!(a.minus(b), money(difference));
            prop_assert_eq!(b.minus(a), money(debt));
            prop_assert_eq!(a.times(count), money(product));
            prop_assert_eq!(a.exceeds(b), one > other);
            prop_assert_eq!(Money::sum(currency, [a, b]), money(sum));
        }
    }

    fn eur(text: &str) -> Result<Money, Code> {
        Money::new(Decimal::from_str_exact(text).unwrap(), Currency::new("EUR").unwrap())
    }

    #[test]
    fn an_amount_keeps_to_its_currency() {
        assert_eq!(eur("12.5").unwrap().to_string(), "12.50");
        assert_eq!(eur("12.500").unwrap().to_string(), "12.50");
        assert_eq!(eur("12.345"), Err(Code::AmountTooFine));
        assert_eq!(eur("-0.01"), Err(Code::AmountNegative));
        assert_eq!(eur("-0").unwrap().to_string(), "0.00");
        assert!(eur("1000000000000000").is_ok());
        assert_eq!(eur("1000000000000000.01"), Err(Code::AmountTooLarge));
        let yen = Money::new(Decimal::ONE, Currency::new("JPY").unwrap()).unwrap();
        assert_eq!(eur("1").unwrap().plus(yen), Err(Code::CurrencyMismatch));
    }

    #[test]
    fn amounts_of_two_currencies_are_compared_by_their_major_units() {
        let yen = Money::new(5.into(), Currency::new("JPY").unwrap()).unwrap();
        for (text, more, less) in [("4.99", false, true), ("5", false, false), ("5.01", true, false)] {
            let euro = eur(text).unwrap();
            assert_eq!((euro.exceeds(yen), yen.exceeds(euro)), (more, less), "{text}");
        }
    }

    #[test]
    fn every_currency_of_the_list_is_found_and_nothing_between() {
        for unit in ISO_4217 {
            let code = core::str::from_utf8(&unit.code).unwrap();
            let known = Currency::new(code).unwrap();
            assert_eq!((known.as_str(), known.minor()), (code, unit.minor.into()));
        }
        for code in ["", "E", "EU", "UR ", "R E", "eur", "EURO", "XXX"] {
            assert_eq!(Currency::new(code), Err(Code::CurrencyUnknown), "{code}");
        }
        assert_eq!(ISO_4217.len(), 166);
    }

    #[test]
    fn a_part_is_rounded_to_the_minor_unit_by_name() {
        let part = |mode| eur("199.90").unwrap().part(5.into(), 100.into(), mode).unwrap().to_string();
        assert_eq!(part(Rounding::Down), "9.99", "M02");
        assert_eq!(part(Rounding::HalfUp), "10.00", "M02");
    }

    #[test]
    fn a_part_of_the_largest_amount_is_exact() {
        let part = |amount: &str, share: &str, of: &str| {
            let [share, of] = [share, of].map(|text| Decimal::from_str_exact(text).unwrap());
            eur(amount).unwrap().part(share, of, Rounding::Down).map(|part| part.to_string())
        };
        let most = "1000000000000000.00";
        assert_eq!(part(most, most, most).unwrap(), most);
        assert_eq!(part(most, "99.9999", "100").unwrap(), "999999000000000.00");
        assert_eq!(
            part("999999999999999.99", "999999999999999.98", "999999999999999.99").unwrap(),
            "999999999999999.98"
        );
        assert_eq!(part(most, "100.01", "100"), Err(Code::AmountTooLarge));
        assert_eq!(part(most, "1", "0"), Err(Code::AmountTooLarge));
    }
}
