//! The browser module: previews without a network call.
//!
//! What is absent here: any rule. Inputs are JSON text, or objects that come in through `serde-wasm-bindgen`:
//! either becomes the same [`Tree`] that the Worker reads from text, so all refuse the same things with the same
//! code. Answers go out as the text that every host writes, which the platform makes an object of.

use js_sys::JSON;
use loyalty_js::ShopClock;
use loyalty_wire::core::{Account, Code, Instant, Moment};
use loyalty_wire::{Problem, Programme, Tree, Write};
use wasm_bindgen::prelude::*;

/// A programme and a member's account, ready to preview carts.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Loyalty {
    programme: Programme,
    clock: ShopClock,
    account: Account,
}

#[wasm_bindgen]
impl Loyalty {
    /// Takes a programme document and the `position` of a member's view; a guest has none (`null`).
    ///
    /// # Errors
    /// Throws a problem `{code, about, faults}`.
    #[wasm_bindgen(constructor)]
    pub fn new(programme: JsValue, position: JsValue) -> Result<Loyalty, JsValue> {
        let programme = read(&programme, Programme::from_tree)?;
        let clock = ShopClock::new(programme.time_zone()).map_err(|_| thrown(Code::UnknownChoice.into()))?;
        let mut loyalty = Self { programme, clock, account: Account::default() };
        loyalty.set_position(position)?;
        Ok(loyalty)
    }

    /// Takes a newer `position` of the member.
    ///
    /// # Errors
    /// Throws a problem.
    pub fn set_position(&mut self, position: JsValue) -> Result<(), JsValue> {
        self.account.position = read(&position, |tree| loyalty_wire::position(Some(tree)))?;
        Ok(())
    }

    /// The programme's version.
    #[wasm_bindgen(getter)]
    pub fn version(&self) -> String {
        self.programme.version().to_owned()
    }

    /// What paying a cart would come to at an instant in epoch milliseconds.
    ///
    /// # Errors
    /// Throws a problem.
    pub fn preview(&self, cart: JsValue, now: f64) -> Result<JsValue, JsValue> {
        let cart = read(&cart, loyalty_wire::cart)?;
        let rules = self.programme.rules();
        object(&loyalty_wire::preview(rules, &self.account, &cart, self.moment(now)?).map_err(thrown)?)
    }

    /// Where the member stands at an instant in epoch milliseconds.
    ///
    /// # Errors
    /// Throws a problem.
    pub fn standing(&self, now: f64) -> Result<JsValue, JsValue> {
        let rules = self.programme.rules();
        object(&loyalty_wire::standing(rules, &self.account, self.moment(now)?).map_err(thrown)?)
    }

    fn moment(&self, now: f64) -> Result<Moment, JsValue> {
        // Checked before the calendar is asked, which throws for what is no instant.
        let at = Instant::new(now as i64).map_err(|code| thrown(code.into()))?;
        loyalty_wire::moment(at.get(), &self.clock.day(at.get() as f64)).map_err(thrown)
    }
}

/// Text is read as it stands: for a whole cart that takes a fifth of the time.
fn read<T>(value: &JsValue, reader: fn(&Tree<'_>) -> Result<T, Problem>) -> Result<T, JsValue> {
    let read = match value.as_string() {
        Some(text) => reader(&loyalty_wire::parse(&text).map_err(thrown)?),
        None => {
            let tree = serde_wasm_bindgen::from_value(value.clone());
            reader(&tree.map_err(|_| thrown(Code::Malformed.into()))?)
        }
    };
    read.map_err(thrown)
}

fn object(value: &impl Write) -> Result<JsValue, JsValue> {
    JSON::parse(&value.to_json())
}

fn thrown(problem: Problem) -> JsValue {
    object(&problem).unwrap_or_else(|error| error)
}
