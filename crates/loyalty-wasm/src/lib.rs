//! The browser module: previews without a network call.
//!
//! What is absent here: any rule, and any JSON to read. What goes in is rows of text, of which the Worker writes the programme
//! and where the member stands, and the page its cart; what is no cart is asked of the Worker, which tells every fault. Answers
//! go out as rows, of which the page makes objects.

use js_sys::{JSON, JsString};
use loyalty_js::ShopClock;
use loyalty_wire::core::{Account, Cart, Code, Instant, Matches, Moment, Position, Programme, Shared};
use loyalty_wire::{OpenCart, Patch, Preview, Problem};
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
    /// The last answer to a cart that came with the question.
    told: Option<Preview>,
    /// The last answer to the page's own.
    told_of_held: Option<Preview>,
}

impl Drop for Loyalty {
    fn drop(&mut self) {
        self.account.position = Position::default();
        self.account.shared = Shared::new();
    }
}

#[wasm_bindgen]
impl Loyalty {
    /// Takes the `rules` of the Worker's answer for the programme, and the `position` of a member's view; a guest has none.
    ///
    /// # Errors
    /// Throws a problem `{code, about, faults}`, `malformed` for what the Worker did not write.
    #[wasm_bindgen(constructor)]
    pub fn new(rules: &JsString, position: Option<JsString>) -> Result<Loyalty, JsValue> {
        let unread = || thrown(Code::Malformed.into());
        let (programme, time_zone) = read(rules, loyalty_wire::rules).ok_or_else(unread)?;
        let clock = ShopClock::new(&time_zone).map_err(|_| thrown(Code::UnknownChoice.into()))?;
        let mut account = ManuallyDrop::new(Account::default());
        if let Some(position) = position {
            (account.position, account.shared) = read(&position, loyalty_wire::member).ok_or_else(unread)?;
        }
        Ok(Self { programme, clock, account, cart: None, told: None, told_of_held: None })
    }

    /// What paying a cart would come to at an instant in epoch milliseconds, as rows: the first time all of it, then what differs
    /// from the time before. The cart is one text, with three numbers of each line: its pieces, a bit for each field that it has, and
    /// how many categories; nothing where it is none, of which the Worker tells what is wrong with it.
    ///
    /// # Errors
    /// Throws a problem; the next time tells what differs from the last answer.
    pub fn preview(
        &mut self,
        cart: &JsString,
        numbers: &[u32],
        now: f64,
    ) -> Result<Option<JsString>, JsValue> {
        let Some(open) = cart_of(cart, numbers) else { return Ok(None) };
        let answer = self.answer(open.cart(), &self.programme.matches(open.cart()), now)?;
        Ok(Some(tell(answer, &mut self.told)))
    }

    /// Takes the cart that [`Self::preview_held`] tells of, as [`Self::preview`] does; `false` where it is none, and the one
    /// before stays.
    pub fn set_cart(&mut self, cart: &JsString, numbers: &[u32]) -> bool {
        let Some(cart) = cart_of(cart, numbers) else { return false };
        let matches = self.programme.matches(cart.cart());
        self.cart = Some((cart, matches));
        true
    }

    /// Changes the pieces of the line of that cart at a place; `false` where it would be no cart with them, and it stays as it was.
    pub fn set_quantity(&mut self, place: u32, pieces: u32) -> bool {
        self.cart.as_mut().is_some_and(|(cart, _)| cart.set_quantity(place as usize, pieces))
    }

    /// What paying that cart would come to, told as [`Self::preview`] does, by what differs from the last time of its own.
    ///
    /// # Errors
    /// As [`Self::preview`].
    pub fn preview_held(&mut self, now: f64) -> Result<JsString, JsValue> {
        let (cart, matches) = self.cart.as_ref().ok_or_else(|| thrown(Code::Missing.into()))?;
        let answer = self.answer(cart.cart(), matches, now)?;
        Ok(tell(answer, &mut self.told_of_held))
    }

    fn answer(&self, cart: &Arc<Cart>, matches: &Matches, now: f64) -> Result<Preview, JsValue> {
        let moment = self.moment(now)?;
        let answer = loyalty_wire::preview_matched(&self.programme, &self.account, (cart, matches), moment);
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

fn tell(answer: Preview, told: &mut Option<Preview>) -> JsString {
    let rows = answer.to_rows(told.as_ref());
    *told = Some(answer);
    rows.into()
}

fn cart_of(text: &JsString, numbers: &[u32]) -> Option<OpenCart> {
    let (numbers, []) = numbers.as_chunks() else { return None };
    read(text, |text| OpenCart::packed(text, numbers))
}

/// Reads a text; none of what is no text in UTF-8. The platform's encoder, because the bindings would take texts over letter
/// by letter.
fn read<T>(text: &JsString, reader: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    reader(str::from_utf8(&encoded(text)?).ok()?)
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
