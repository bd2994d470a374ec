//! Recovery: the account's object from what KV has, and KV from what the object has.

pub(crate) mod damage;
pub(crate) mod history;
pub(crate) mod mend;
