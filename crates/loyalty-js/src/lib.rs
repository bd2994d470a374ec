//! What both JavaScript hosts share: the shop's calendar, as the platform's `Intl` knows it.
//!
//! What is absent here: any rule.

use js_sys::{Array, Object, Reflect};
use std::cell::RefCell;
use std::iter::repeat_n;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Bound here, because the constructor throws for an unknown zone, and must be caught.
    #[wasm_bindgen(js_namespace = Intl)]
    #[derive(Debug)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(method, js_name = formatToParts)]
    fn parts(this: &DateTimeFormat, epoch_ms: f64) -> Array;
}

/// The shop's calendar: which day an instant falls on in its time zone.
#[derive(Debug)]
pub struct ShopClock {
    format: DateTimeFormat,
    /// The last answer: zones change their offset on whole minutes only.
    last: RefCell<(f64, String)>,
}

const MINUTE_MS: f64 = 60_000.0;

impl ShopClock {
    /// The calendar of an IANA time zone such as `Europe/Budapest`.
    ///
    /// # Errors
    /// The platform's `RangeError` for a zone it does not know.
    pub fn new(time_zone: &str) -> Result<Self, JsValue> {
        let options = Object::new();
        for (name, value) in
            [("timeZone", time_zone), ("year", "numeric"), ("month", "2-digit"), ("day", "2-digit")]
        {
            Reflect::set(&options, &name.into(), &value.into())?;
        }
        let format = DateTimeFormat::new("en-CA", &options)?;
        Ok(Self { format, last: RefCell::new((f64::NAN, String::new())) })
    }

    /// The shop-local day, `2026-01-31`, of an instant in epoch milliseconds.
    #[must_use]
    pub fn day(&self, epoch_ms: f64) -> String {
        let minute = (epoch_ms / MINUTE_MS).floor();
        if let Ok(last) = self.last.try_borrow()
            && last.0 == minute
        {
            return last.1.clone();
        }
        let day = self.format_day(epoch_ms);
        if let Ok(mut last) = self.last.try_borrow_mut() {
            *last = (minute, day.clone());
        }
        day
    }

    fn format_day(&self, epoch_ms: f64) -> String {
        let parts = self.format.parts(epoch_ms);
        let part = |wanted: &str| {
            let text = |part: &JsValue, name: &str| Reflect::get(part, &name.into()).ok()?.as_string();
            parts
                .iter()
                .find(|part| text(part, "type").as_deref() == Some(wanted))
                .and_then(|part| text(&part, "value"))
                .unwrap_or_default()
        };
        let mut day = String::new();
        for (name, width) in [("year", 4), ("month", 2), ("day", 2)] {
            if !day.is_empty() {
                day.push('-');
            }
            let digits = part(name);
            day.extend(repeat_n('0', usize::saturating_sub(width, digits.len())));
            day.push_str(&digits);
        }
        day
    }
}
