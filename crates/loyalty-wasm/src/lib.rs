//! The browser module: previews without a network call.
//!
//! What is absent here: any rule. Objects come in through `serde-wasm-bindgen`: every input becomes the same
//! [`Tree`] that the Worker reads from text, so both refuse the same things with the same code. Answers go out
//! as the text that every host writes, which the platform makes an object of.

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
    /// Takes a programme document and the `position` of a member's view; a guest has none.
    ///
    /// # Errors
    /// Throws a problem `{code, about, faults}`.
    #[wasm_bindgen(constructor)]
    pub fn new(programme: JsValue, position: JsValue) -> Result<Loyalty, JsValue> {
        let programme = Programme::from_tree(&tree(programme)?).map_err(thrown)?;
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
        self.account.position = loyalty_wire::position(Some(&tree(position)?)).map_err(thrown)?;
        Ok(())
    }

    /// Takes the `shared` of the member's view: what all members have used. A guest has none.
    ///
    /// # Errors
    /// Throws a problem.
    pub fn set_shared(&mut self, shared: JsValue) -> Result<(), JsValue> {
        self.account.shared = loyalty_wire::shared(Some(&tree(shared)?)).map_err(thrown)?;
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
        let cart = loyalty_wire::cart(&tree(cart)?).map_err(thrown)?;
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
        let time = self.clock.at(at.get() as f64);
        loyalty_wire::moment(at.get(), &time.day, time.minute).map_err(thrown)
    }
}

/// Runs a scenario, JSON text to JSON text; the same, byte for byte, as on every other host.
#[wasm_bindgen]
pub fn simulate(scenario: &str) -> String {
    loyalty_wire::simulate(scenario)
}

fn tree(value: JsValue) -> Result<Tree, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(|_| thrown(Code::Malformed.into()))
}

fn object(value: &impl Write) -> Result<JsValue, JsValue> {
    JSON::parse(&value.to_json())
}

fn thrown(problem: Problem) -> JsValue {
    object(&problem).unwrap_or_else(|error| error)
}
