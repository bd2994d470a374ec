//! What all modules of the isolate are told, this one among them: each remembers for itself.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(module = "/src/tell.js")]
extern "C" {
    /// A shop was changed.
    pub(crate) fn changed(shop: &str);

    /// A member was erased.
    pub(crate) fn erased(shop: &str, member: &str, acct: &str);
}
