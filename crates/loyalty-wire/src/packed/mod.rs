//! What the browser module takes, and in [`patch`] what it answers: text in rows, in the order of the fields, with no names of them.
//!
//! The Worker writes the programme and where a member stands, the page its cart. To read rows takes a fraction of the code that
//! JSON takes, and they tell no faults: what is no programme or no cart is asked of the Worker, which does.
//!
//! A row ends with a line feed. Of what it takes, a number is its digits, and nothing where it is zero; a list is its length and its items; what
//! may be missing is a list of at most one; a choice is its number and its fields. A text that people read has its length
//! before it, for it may have line feeds.

mod cart;
mod form;
mod member;
mod patch;
mod programme;

pub use form::FORM;
pub use member::{member, packed as packed_member};
pub use patch::Patch;
pub(crate) use patch::{AnswerRows, changing, changing_variants};
pub(crate) use programme::packed as packed_rules;
pub use programme::rules;

use crate::text::Text;
use crate::write::Writer;
use loyalty_core::{Currency, Day, Money, Points};
use rust_decimal::Decimal;
use std::mem::ManuallyDrop;
use std::sync::Arc;

/// Rows, while they are read.
pub(crate) struct Rows<'a> {
    rest: &'a str,
    currency: Currency,
}

impl<'a> Rows<'a> {
    const fn of(text: &'a str) -> Self {
        Self { rest: text, currency: Currency::NONE }
    }

    /// Rows of the Worker's; none of another form.
    fn of_worker(text: &'a str) -> Option<Self> {
        let mut rows = Self::of(text);
        (rows.number()? == FORM).then_some(rows)
    }

    #[inline(never)]
    pub(crate) fn row(&mut self) -> Option<&'a str> {
        // The library's way to split a text is made for long rows.
        let end = self.rest.bytes().position(|byte| byte == b'\n')?;
        let row = self.rest.get(..end)?;
        self.rest = self.rest.get(end + 1..)?;
        Some(row)
    }

    /// Digits, and none for zero.
    #[inline(never)]
    pub(crate) fn number(&mut self) -> Option<u64> {
        self.row()?.bytes().try_fold(0_u64, |number, byte| {
            let digit = byte.wrapping_sub(b'0');
            (digit < 10).then(|| number.checked_mul(10)?.checked_add(digit.into()))?
        })
    }

    /// So many bytes, whatever they are.
    #[inline(never)]
    fn letters(&mut self) -> Option<&'a str> {
        let count = usize::try_from(self.number()?).ok()?;
        let (letters, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest.strip_prefix('\n')?;
        Some(letters)
    }

    /// Whether nothing is left.
    const fn end(&self) -> bool {
        self.rest.is_empty()
    }
}

/// What is written in rows, and read from them.
///
/// What was read before something turns out to be none is left in memory: to take it apart would be a third of the code, of
/// which a page that works has no use.
pub(crate) trait Packed: Sized {
    fn pack(&self, to: &mut Writer);
    fn unpack(from: &mut Rows<'_>) -> Option<Self>;
}

/// Writes a number.
pub(crate) fn number(number: u64, to: &mut Writer) {
    if number > 0 {
        to.whole(number);
    }
    to.raw("\n");
}

macro_rules! packed_numbers {
    ($($type:ty),*) => {$(
        impl Packed for $type {
            fn pack(&self, to: &mut Writer) {
                number((*self).into(), to);
            }
            fn unpack(from: &mut Rows<'_>) -> Option<Self> {
                from.number()?.try_into().ok()
            }
        }
    )*};
}

packed_numbers!(u64, u32, u16);

impl Packed for bool {
    fn pack(&self, to: &mut Writer) {
        number((*self).into(), to);
    }
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        match from.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Packed for Points {
    fn pack(&self, to: &mut Writer) {
        number(self.get(), to);
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Self::new(from.number()?).ok()
    }
}

impl Packed for Day {
    fn pack(&self, to: &mut Writer) {
        number(self.get().unsigned_abs().into(), to);
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Self::new(from.number()?.try_into().ok()?).ok()
    }
}

impl Packed for Currency {
    fn pack(&self, to: &mut Writer) {
        to.raw(self.as_str());
        to.raw("\n");
    }
    /// Amounts behind it are in this currency.
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        from.currency = Self::new(from.row()?).ok()?;
        Some(from.currency)
    }
}

impl Packed for Decimal {
    fn pack(&self, to: &mut Writer) {
        to.raw(&crate::Write::to_row(self));
        to.raw("\n");
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Text::parse(from.row()?).ok()
    }
}

impl Packed for Money {
    fn pack(&self, to: &mut Writer) {
        self.amount().pack(to);
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Self::new(Packed::unpack(from)?, from.currency).ok()
    }
}

impl Packed for Arc<str> {
    fn pack(&self, to: &mut Writer) {
        number(self.len() as u64, to);
        to.raw(self);
        to.raw("\n");
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        from.letters().map(Self::from)
    }
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, to: &mut Writer) {
        number(self.is_some().into(), to);
        self.iter().for_each(|value| value.pack(to));
    }
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Some(if bool::unpack(from)? { Some(T::unpack(from)?) } else { None })
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, to: &mut Writer) {
        number(self.len() as u64, to);
        self.iter().for_each(|value| value.pack(to));
    }
    #[inline(never)]
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        let mut list = ManuallyDrop::new(Self::new());
        for _ in 0..from.number()? {
            list.push(T::unpack(from)?);
        }
        Some(ManuallyDrop::into_inner(list))
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn pack(&self, to: &mut Writer) {
        self.0.pack(to);
        self.1.pack(to);
    }
    fn unpack(from: &mut Rows<'_>) -> Option<Self> {
        Some((A::unpack(from)?, B::unpack(from)?))
    }
}

/// Records, with their fields in the order in which they are written.
macro_rules! packed_records {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl Packed for $type {
            fn pack(&self, to: &mut Writer) {
                let Self { $($field),* } = self;
                $($field.pack(to);)*
            }
            #[inline(never)]
            fn unpack(from: &mut Rows<'_>) -> Option<Self> {
                $(let $field = ManuallyDrop::new(Packed::unpack(from)?);)*
                Some(Self { $($field: ManuallyDrop::into_inner($field)),* })
            }
        }
    )*};
}

/// Choices with fields, each with its number.
macro_rules! packed_choices {
    ($($type:ident { $($number:literal $variant:ident { $($key:tt: $name:ident),* })* })*) => {$(
        impl Packed for $type {
            fn pack(&self, to: &mut Writer) {
                match self {$(
                    Self::$variant { $($key: $name),* } => {
                        super::number($number, to);
                        $($name.pack(to);)*
                    }
                )*}
            }
            #[inline(never)]
            fn unpack(from: &mut Rows<'_>) -> Option<Self> {
                Some(match from.number()? {
                    $($number => {
                        $(let $name = ManuallyDrop::new(Packed::unpack(from)?);)*
                        Self::$variant { $($key: ManuallyDrop::into_inner($name)),* }
                    })*
                    _ => return None,
                })
            }
        }
    )*};
}

use {packed_choices, packed_records};
