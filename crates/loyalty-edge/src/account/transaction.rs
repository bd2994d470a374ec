//! One transaction: the only way to undo what was written.

use core::cell::RefCell;
use core::panic::AssertUnwindSafe;
use js_sys::{Function, Reflect};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use worker::Storage;

/// Runs `work` in one transaction: all of its writes are kept, or none.
///
/// A failed statement does not undo the ones before it, only this does; `worker` does not bind it.
///
/// # Errors
/// What `work` fails with, after everything it wrote is undone.
pub(crate) fn atomically<T: 'static>(
    storage: &Storage,
    work: impl FnOnce() -> worker::Result<T> + 'static,
) -> worker::Result<T> {
    let raw: &JsValue = storage.as_raw().as_ref();
    let run: Function = Reflect::get(raw, &JsValue::from_str("transactionSync"))?.dyn_into()?;
    let result: Rc<RefCell<Option<T>>> = Rc::new(RefCell::new(None));
    let slot = Rc::clone(&result);
    let callback = Closure::once_into_js(AssertUnwindSafe(move || match work() {
        Ok(value) => {
            *slot.borrow_mut() = Some(value);
            Ok(JsValue::UNDEFINED)
        }
        Err(error) => Err(error.to_js_value()),
    }));
    run.call1(raw, &callback)?;
    let value = result.borrow_mut().take();
    value.ok_or_else(|| worker::Error::from("the transaction did not run"))
}
