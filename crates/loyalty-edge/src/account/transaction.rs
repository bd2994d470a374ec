//! One transaction: the only way to undo what was written.

use core::panic::AssertUnwindSafe;
use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use worker::Storage;

/// Runs `work` in one transaction: all of its writes are kept, or none.
///
/// A failed statement does not undo the ones before it, only this does; `worker` does not bind it.
///
/// # Errors
/// What `work` fails with, after everything it wrote is undone.
pub(crate) fn atomically(
    storage: &Storage,
    work: impl FnOnce() -> worker::Result<()> + 'static,
) -> worker::Result<()> {
    in_transaction(storage, Box::new(work))
}

fn in_transaction(storage: &Storage, work: Box<dyn FnOnce() -> worker::Result<()>>) -> worker::Result<()> {
    let raw: &JsValue = storage.as_raw().as_ref();
    let run: Function = Reflect::get(raw, &JsValue::from_str("transactionSync"))?.dyn_into()?;
    let callback = Closure::once_into_js(AssertUnwindSafe(move || match work() {
        Ok(()) => Ok(JsValue::UNDEFINED),
        Err(error) => Err(error.to_js_value()),
    }));
    run.call1(raw, &callback)?;
    Ok(())
}
