//! What both JavaScript hosts share: the shop's calendar, as the platform's `Intl` knows it.
//!
//! What is absent here: any rule.

use js_sys::{Array, Date, Intl, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// The shop's calendar: which day an instant falls on in its time zone.
#[derive(Debug)]
pub struct ShopClock {
    format: Intl::DateTimeFormat,
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
        // `new Intl.DateTimeFormat` throws for an unknown zone; called through Reflect the throw is a value.
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let constructor = Reflect::get(&intl, &"DateTimeFormat".into())?;
        let arguments = Array::of2(&"en-CA".into(), &options);
        let format = Reflect::construct(&constructor.into(), &arguments)?;
        Ok(Self { format: format.into(), last: RefCell::new((f64::NAN, String::new())) })
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
        let date = Date::new(&epoch_ms.into());
        let parts = self.format.format_to_parts(&date);
        let part = |wanted: &str| {
            let text = |part: &JsValue, name: &str| Reflect::get(part, &name.into()).ok()?.as_string();
            parts
                .iter()
                .find(|part| text(part, "type").as_deref() == Some(wanted))
                .and_then(|part| text(&part, "value"))
                .unwrap_or_default()
        };
        format!("{:0>4}-{:0>2}-{:0>2}", part("year"), part("month"), part("day"))
    }
}
