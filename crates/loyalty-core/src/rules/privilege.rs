//! Privileges: benefits that are granted, shown, used up and recorded (M17); recognition (M20).

use crate::ground::ids::PrivilegeId;
use crate::ground::time::{Period, Span};
use crate::rules::when::When;
use std::sync::Arc;

/// A privilege.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privilege {
    /// Names the privilege.
    pub id: PrivilegeId,
    /// What shoppers read.
    pub name: Arc<str>,
    /// Who has it, and when.
    pub when: When,
    /// How often it can be used; none without end.
    pub uses: Option<Uses>,
}

/// How often something can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uses {
    /// How often.
    pub count: u64,
    /// In each month or year; none for in all.
    pub per: Option<Period>,
}

/// Members of long standing are honoured in public, with their consent only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognition {
    /// How long after the member's first day.
    pub after: Span,
}
