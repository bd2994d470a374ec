//! What is asked, what is known, and the rows that tell how it came about.

pub(crate) mod account;
pub(crate) mod apply;
pub(crate) mod book;
pub(crate) mod cart;
pub(crate) mod change;
pub(crate) mod command;
pub(crate) mod entry;
pub(crate) mod lot;
pub(crate) mod message;
pub(crate) mod records;
pub(crate) mod rows;
