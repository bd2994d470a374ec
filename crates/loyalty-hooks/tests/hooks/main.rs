//! Webhooks in: what platforms send, and what a shop's order becomes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "all of these files are test code; a panic is a failing test"
)]

mod bodies;
mod fold;
mod platforms;
mod signatures;
