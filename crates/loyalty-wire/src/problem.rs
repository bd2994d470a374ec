//! What is wrong with an input, or why a command is refused, as the wire says it.

use crate::patch::Patch;
use crate::write::{Write, Writer, answer};
use loyalty_core::{Code, Figure, Refusal};

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
        /// The bound that is not kept: points, an amount, a number of times or a day.
        needs: Option<String>,
        /// What was there, or was asked for, instead.
        has: Option<String>,
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

impl Patch for Shown {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let figure = |figure| Shown(figure).to_json().trim_matches('"').to_owned();
        let (needs, has) = (refusal.needs.map(figure), refusal.has.map(figure));
        Self { code: refusal.code, about: refusal.about.map(String::from), needs, has, faults: vec![] }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, about: None, needs: None, has: None, faults: vec![] }
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
