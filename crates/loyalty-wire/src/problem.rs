//! What is wrong with an input, or why a command is refused, as the wire says it.

use loyalty_core::{Code, Refusal};
use serde::Serialize;

/// One fault of a document or request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
pub struct Fault {
    /// JSON Pointer to the value at fault.
    pub path: String,
    /// What is wrong with it.
    #[serde(serialize_with = "code_text")]
    #[cfg_attr(feature = "describe", schemars(schema_with = "crate::text::code_schema"))]
    pub code: Code,
}

/// A refusal: its code, what it is about, and for a faulty input every fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema))]
pub struct Problem {
    /// The first code in precedence order.
    #[serde(serialize_with = "code_text")]
    #[cfg_attr(feature = "describe", schemars(schema_with = "crate::text::code_schema"))]
    pub code: Code,
    /// The line, hold, reward or order concerned.
    pub about: Option<String>,
    /// All faults of a faulty input.
    pub faults: Vec<Fault>,
}

fn code_text<S: serde::Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str())
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self { code: refusal.code, about: refusal.about.map(String::from), faults: vec![] }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, about: None, faults: vec![] }
    }
}

impl From<Vec<Fault>> for Problem {
    fn from(faults: Vec<Fault>) -> Self {
        let code = faults.iter().map(|fault| fault.code).min().unwrap_or(Code::Malformed);
        Self { code, about: None, faults }
    }
}

impl Problem {
    /// The problem as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
