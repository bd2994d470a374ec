//! The simulator's module: whole scenarios in the browser, commands and all.
//!
//! Apart from the shop's module, so that no shopper downloads what decides a refund. What is absent here: any rule.

use loyalty_wire::core::{Code, Shared};
use loyalty_wire::{Problem, Programme, Tree};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// Runs a scenario, JSON text to JSON text; the same, byte for byte, as on every other host.
#[wasm_bindgen]
pub fn simulate(scenario: &str) -> String {
    loyalty_wire::simulate(scenario)
}

/// As [`simulate`], object to object. A field that is `undefined` is a field: where no such one is known it is
/// refused, as a misspelt one is.
///
/// # Errors
/// Throws what the platform throws for an object that cannot be made.
#[wasm_bindgen]
pub fn simulate_object(scenario: JsValue) -> Result<JsValue, JsValue> {
    let text = match serde_wasm_bindgen::from_value::<Tree<'static>>(scenario) {
        Ok(tree) => loyalty_wire::simulate_tree(&tree),
        Err(_) => Problem::from(Code::Malformed).to_json(),
    };
    let answer = loyalty_wire::parse(&text).unwrap_or(Tree::Null);
    Ok(answer.serialize(&Serializer::json_compatible())?)
}

/// A programme's document, JSON text, as the shop's module takes it; nothing where it is none.
#[wasm_bindgen]
pub fn pack_programme(document: &str) -> Option<String> {
    Programme::parse(document).ok().map(|programme| programme.packed())
}

/// A position, JSON text, as the shop's module takes it; nothing where it is none.
#[wasm_bindgen]
pub fn pack_position(position: &str) -> Option<String> {
    let tree = loyalty_wire::parse(position).ok()?;
    let position = loyalty_wire::position(Some(&tree)).ok()?;
    Some(loyalty_wire::packed_member(&position, &Shared::new()))
}
