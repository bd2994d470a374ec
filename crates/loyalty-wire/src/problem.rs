//! What is wrong with an input, or why a command is refused, as the wire says it.

use crate::text::{As, Text};
use crate::words::{Words, words};
use crate::write::{Write, Writer, answer};
use loyalty_core::{Code, Figure, Refusal};

/// What the figures of a refusal are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Points, without the wallet's scale.
    Points,
    /// An amount.
    Money,
    /// A number of times, or of things.
    Count,
    /// A day.
    Day,
}

words! {
    Unit { Points = "points", Money = "money", Count = "count", Day = "day" }
}

impl Unit {
    /// Its word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.word()
    }
}

answer! {
    /// One fault of a document or request.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Fault {
        /// JSON Pointer to the value at fault.
        path: String,
        /// What is wrong with it.
        #[cfg_attr(feature = "describe", schemars(schema_with = "crate::text::code_schema"))]
        code: Code,
    }

    /// A refusal: its code, what it is about, and for a faulty input every fault.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Problem {
        /// The first code in precedence order.
        #[cfg_attr(feature = "describe", schemars(schema_with = "crate::text::code_schema"))]
        code: Code,
        /// The line, hold, reward or order concerned.
        about: Option<String>,
        /// The bound that is not kept.
        needs: Option<String>,
        /// What was there, or was asked for, instead.
        has: Option<String>,
        /// What `needs` and `has` are.
        unit: Option<As<Unit>>,
        /// All faults of a faulty input.
        faults: Vec<Fault>,
    }
}

/// A figure of a refusal, written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown(pub Figure);

impl Write for Shown {
    fn write(&self, to: &mut Writer) {
        match self.0 {
            Figure::Points(points) => to.decimal(false, points.get().into(), 0),
            Figure::Money(money) => money.amount().write(to),
            Figure::Count(count) => to.decimal(false, count.into(), 0),
            Figure::Day(day) => day.write(to),
        }
    }
}

pub(crate) const fn unit(figure: Figure) -> As<Unit> {
    As(match figure {
        Figure::Points(_) => Unit::Points,
        Figure::Money(_) => Unit::Money,
        Figure::Count(_) => Unit::Count,
        Figure::Day(_) => Unit::Day,
    })
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let figure = |figure| Shown(figure).to_row();
        Self {
            about: refusal.about.as_deref().map(String::from),
            needs: refusal.needs.map(figure),
            has: refusal.has.map(figure),
            unit: refusal.needs.map(unit),
            ..Self::from(refusal.code)
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, about: None, needs: None, has: None, unit: None, faults: vec![] }
    }
}

impl From<Vec<Fault>> for Problem {
    fn from(faults: Vec<Fault>) -> Self {
        let code = faults.iter().map(|fault| fault.code).min().unwrap_or(Code::Malformed);
        Self { faults, ..Self::from(code) }
    }
}

impl Problem {
    /// The problem as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        Write::to_json(self)
    }
}
