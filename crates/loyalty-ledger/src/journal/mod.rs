//! The journal: every entry in KV, byte for byte, once; then the account's snapshot; then its messages to
//! other accounts; then what the shop's books do not know yet.
//!
//! There is no outbox table: the entries above the watermark are what is owed. A run that dies anywhere
//! is repeated from the watermark, writes the same bytes to the same keys, and sends messages whose keys
//! the receiver knows.

pub(crate) mod alarm;
pub(crate) mod run;
