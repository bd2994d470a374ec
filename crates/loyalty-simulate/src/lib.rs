//! The simulator's module: whole scenarios in the browser, commands and all.
//!
//! Apart from the shop's module, so that no shopper downloads what decides a refund. What is absent here: any rule.

use wasm_bindgen::prelude::*;

/// Runs a scenario, JSON text to JSON text; the same, byte for byte, as on every other host.
#[wasm_bindgen]
pub fn simulate(scenario: &str) -> String {
    loyalty_wire::simulate(scenario)
}
