//! The browser module: previews without a network call.
//!
//! What is absent here: any rule. Inputs are JSON text, or objects that are taken as their JSON text: what a
//! page would post to the Worker, so both refuse the same things with the same code; a cart may come with its lines as one text,
//! which is faster, and is asked for as JSON where it cannot be read so. (An object read field by
//! field through `serde-wasm-bindgen` takes half as long again, and 10 KB more.) Answers go out as the text that
//! every host writes, of which the page makes objects as it reads them.

use js_sys::{JSON, JsString};
use loyalty_js::ShopClock;
use loyalty_wire::core::{Account, Cart, Code, Instant, Matches, Moment};
use loyalty_wire::{OpenCart, Patch, Preview, Problem, Programme, Tree, Write};
use std::mem::ManuallyDrop;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// The library's own is 7 KB more of the module, and no faster.
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[wasm_bindgen]
extern "C" {
    type TextEncoder;

    #[wasm_bindgen(constructor)]
    fn new() -> TextEncoder;

    #[wasm_bindgen(method, js_name = encodeInto)]
    fn encode_into(this: &TextEncoder, text: &JsString, to: &mut [u8]) -> Encoded;

    /// How much of a text was encoded, in letters of UTF-16 and in bytes.
    type Encoded;

    #[wasm_bindgen(method, getter)]
    fn read(this: &Encoded) -> u32;

    #[wasm_bindgen(method, getter)]
    fn written(this: &Encoded) -> u32;
}

thread_local! {
    static ENCODER: TextEncoder = TextEncoder::new();
}

/// A programme and a member's account, ready to preview carts.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Loyalty {
    programme: Programme,
    clock: ShopClock,
    /// Its book is empty, and is not taken apart: that would be 3 KB of the module.
    account: ManuallyDrop<Account>,
    /// The page's cart, and which of its lines the rules take.
    cart: Option<(OpenCart, Matches)>,
    told: Option<Preview>,
}

impl Drop for Loyalty {
    fn drop(&mut self) {
        let _ = self.set_position(JsValue::UNDEFINED);
        let _ = self.set_shared(JsValue::UNDEFINED);
    }
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
        let account = ManuallyDrop::new(Account::default());
        let mut loyalty = Self { programme, clock, account, cart: None, told: None };
        loyalty.set_position(position)?;
        Ok(loyalty)
    }

    /// Takes a newer `position` of the member.
    ///
    /// # Errors
    /// Throws a problem.
    pub fn set_position(&mut self, position: JsValue) -> Result<(), JsValue> {
        self.account.position = match position.is_undefined() {
            true => loyalty_wire::position(None).map_err(thrown)?,
            false => read(&position, |tree| loyalty_wire::position(Some(tree)))?,
        };
        Ok(())
    }

    /// Takes the `shared` of the member's view: what all members have used. A guest has none.
    ///
    /// # Errors
    /// Throws a problem.
    pub fn set_shared(&mut self, shared: JsValue) -> Result<(), JsValue> {
        self.account.shared = match shared.is_undefined() {
            true => loyalty_wire::shared(None).map_err(thrown)?,
            false => read(&shared, |tree| loyalty_wire::shared(Some(tree)))?,
        };
        Ok(())
    }

    /// The programme's version.
    #[wasm_bindgen(getter)]
    pub fn version(&self) -> String {
        self.programme.version().to_owned()
    }

    /// What paying a cart would come to at an instant in epoch milliseconds, as JSON text.
    ///
    /// # Errors
    /// Throws a problem.
    pub fn preview(&self, cart: JsValue, now: f64) -> Result<JsString, JsValue> {
        Ok(self.previewed(&read(&cart, loyalty_wire::cart)?, now)?.to_json().into())
    }

    /// Takes the cart that [`Self::changes`] tells of.
    ///
    /// # Errors
    /// Throws a problem; the cart before stays.
    pub fn set_cart(&mut self, cart: JsValue) -> Result<(), JsValue> {
        let cart = read(&cart, OpenCart::read)?;
        self.hold(cart);
        Ok(())
    }

    /// As [`Self::set_cart`], of a cart whose lines are one text, with pieces and the number of categories of each;
    /// `false` where it is to be taken as JSON, which tells what is wrong with it.
    pub fn set_packed(&mut self, text: &JsString, numbers: &[u32]) -> bool {
        packed(text, numbers).map(|cart| self.hold(cart)).is_some()
    }

    /// As [`Self::preview`], of such a cart; nothing where it is to be taken as JSON.
    ///
    /// # Errors
    /// Throws a problem.
    pub fn preview_packed(
        &self,
        text: &JsString,
        numbers: &[u32],
        now: f64,
    ) -> Result<Option<JsString>, JsValue> {
        let answer = packed(text, numbers).map(|open| self.previewed(open.cart(), now)).transpose()?;
        Ok(answer.map(|answer| answer.to_json().into()))
    }

    /// Changes the pieces of lines of that cart: the place of a line, its pieces, the place of another, and so on;
    /// all of them or none.
    ///
    /// # Errors
    /// Throws a problem; the cart stays as it was.
    pub fn set_quantities(&mut self, changes: &[u32]) -> Result<(), JsValue> {
        let (cart, _) = self.cart.as_mut().ok_or_else(|| thrown(Code::LineUnknown.into()))?;
        let (pairs, _) = changes.as_chunks();
        cart.set_quantities(pairs.iter().map(|[place, pieces]| (*place as usize, *pieces))).map_err(thrown)
    }

    /// What paying that cart would come to, as JSON text: all of it the first time, then what differs from the
    /// time before.
    ///
    /// # Errors
    /// Throws a problem; the next time tells what differs from the last answer.
    pub fn changes(&mut self, now: f64) -> Result<JsString, JsValue> {
        let (cart, matches) = self.cart.as_ref().ok_or_else(|| thrown(Code::Missing.into()))?;
        let answer = self.answer(cart.cart(), matches, now)?;
        let text = match &self.told {
            Some(told) => answer.to_patch(told),
            None => answer.to_json(),
        };
        self.told = Some(answer);
        Ok(text.into())
    }

    fn hold(&mut self, cart: OpenCart) {
        let matches = self.programme.rules().matches(cart.cart());
        self.cart = Some((cart, matches));
    }

    fn previewed(&self, cart: &Arc<Cart>, now: f64) -> Result<Preview, JsValue> {
        self.answer(cart, &self.programme.rules().matches(cart), now)
    }

    fn answer(&self, cart: &Arc<Cart>, matches: &Matches, now: f64) -> Result<Preview, JsValue> {
        let moment = self.moment(now)?;
        let answer =
            loyalty_wire::preview_matched(self.programme.rules(), &self.account, (cart, matches), moment);
        answer.map_err(thrown)
    }

    fn moment(&self, now: f64) -> Result<Moment, JsValue> {
        // Checked before the calendar is asked, which throws for what is no instant.
        let at = if now.is_finite() { Instant::new(now as i64) } else { Err(Code::InstantInvalid) };
        let at = at.map_err(|code| thrown(code.into()))?;
        let time = self.clock.at(at.get() as f64);
        loyalty_wire::moment(at.get(), time.date, time.minute).map_err(thrown)
    }
}

fn packed(text: &JsString, numbers: &[u32]) -> Option<OpenCart> {
    let bytes = encoded(text)?;
    OpenCart::packed(str::from_utf8(&bytes).ok()?, numbers.as_chunks().0)
}

/// Reads text, or an object as its JSON text. The platform's encoder, because the bindings would take texts over letter by
/// letter.
fn read<T>(value: &JsValue, reader: fn(&Tree<'_>) -> Result<T, Problem>) -> Result<T, JsValue> {
    let text = match value.dyn_ref::<JsString>() {
        Some(text) => Some(text.clone()),
        // Of `undefined` there is none.
        None => JSON::stringify(value).ok().filter(|text| text.is_string()),
    };
    let bytes = text.and_then(|text| encoded(&text));
    let text = bytes.as_ref().and_then(|bytes| str::from_utf8(bytes).ok());
    let text = text.ok_or_else(|| thrown(Code::Malformed.into()))?;
    loyalty_wire::parse(text).and_then(|tree| reader(&tree)).map_err(thrown)
}

/// A text in UTF-8, written where it stays: `encode` would make an array of it, of which this would be a copy.
fn encoded(text: &JsString) -> Option<Vec<u8>> {
    let letters = text.length();
    // Nearly always a letter is a byte, and never more than three.
    [1, 3].into_iter().find_map(|size| {
        let mut bytes = vec![0; letters as usize * size];
        let done = ENCODER.with(|encoder| encoder.encode_into(text, &mut bytes));
        bytes.truncate(done.written() as usize);
        (done.read() == letters).then_some(bytes)
    })
}

fn thrown(problem: Problem) -> JsValue {
    JSON::parse(&problem.to_json()).unwrap_or_else(JsValue::from)
}
