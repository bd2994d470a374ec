//! The ground: exact values, named roundings, days and spans, names, codes.

pub(crate) mod code;
pub(crate) mod exact;
pub(crate) mod ids;
pub(crate) mod map;
pub(crate) mod money;
pub(crate) mod order;
pub(crate) mod points;
pub(crate) mod rounding;
pub(crate) mod split;
pub(crate) mod time;
