//! From a request to its handler and back: routes, callers, bodies, answers, refusals.

pub(crate) mod answer;
pub(crate) mod auth;
pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod cors;
pub(crate) mod head;
pub(crate) mod health;
#[cfg(test)]
mod openapi;
pub(crate) mod page;
pub(crate) mod problem;
pub(crate) mod rate;
pub(crate) mod route;
pub(crate) mod routes;
pub(crate) mod table;
pub(crate) mod token;
pub(crate) mod url;
