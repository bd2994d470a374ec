//! What both JavaScript hosts share: the shop's calendar and clock, as the platform's `Intl` knows them.
//!
//! What is absent here: any rule.

use js_sys::{Array, Function, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Bound here, because the constructor throws for an unknown zone, and must be caught.
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;

    #[wasm_bindgen(constructor, catch, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> Result<DateTimeFormat, JsValue>;

    #[wasm_bindgen(method, js_name = formatToParts)]
    fn parts(this: &DateTimeFormat, epoch_ms: f64) -> Array;

    #[wasm_bindgen(method, getter)]
    fn format(this: &DateTimeFormat) -> Function;
}

/// The shop's calendar: which day an instant falls on in its time zone, and what the clock on the wall shows.
#[derive(Debug)]
pub struct ShopClock {
    format: Function,
    /// Where each of [`FIELDS`] stands among the numbers of a formatted text.
    places: [usize; 5],
    /// The last answer: zones change their offset on whole minutes only.
    last: RefCell<Option<(i64, ShopTime)>>,
}

/// An instant in the shop's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopTime {
    /// Year, month and day of the month.
    pub date: [u16; 3],
    /// Minutes since that day's midnight by the clock on the wall, 0 to 1439.
    pub minute: u16,
}

const MINUTE_MS: f64 = 60_000.0;

/// The parts of a formatted text, as `Intl` names them.
const FIELDS: [&str; 5] = ["year", "month", "day", "hour", "minute"];

impl ShopClock {
    /// The calendar of an IANA time zone such as `Europe/Budapest`.
    ///
    /// # Errors
    /// The platform's `RangeError` for a zone it does not know.
    pub fn new(time_zone: &str) -> Result<Self, JsValue> {
        let options = Object::new();
        let [year, month, day, hour, minute] = FIELDS;
        let two = "2-digit";
        for (name, value) in [
            ("timeZone", time_zone),
            ("hourCycle", "h23"),
            (year, "numeric"),
            (month, two),
            (day, two),
            (hour, two),
            (minute, two),
        ] {
            Reflect::set(&options, &name.into(), &value.into())?;
        }
        let format = DateTimeFormat::new("en-CA", &options)?;
        let places = places(&format.parts(0.0));
        Ok(Self { format: format.format(), places, last: RefCell::new(None) })
    }

    /// An instant, in epoch milliseconds, as the shop's calendar and clock show it.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a number of minutes")]
    pub fn at(&self, epoch_ms: f64) -> ShopTime {
        let minute = (epoch_ms / MINUTE_MS).floor() as i64;
        if let Ok(last) = self.last.try_borrow()
            && let Some((known, time)) = last.as_ref()
            && *known == minute
        {
            return *time;
        }
        let time = self.read(epoch_ms);
        if let Ok(mut last) = self.last.try_borrow_mut() {
            *last = Some((minute, time));
        }
        time
    }

    /// One text for all fields: its parts would be a dozen objects to read one by one.
    fn read(&self, epoch_ms: f64) -> ShopTime {
        let text =
            self.format.call1(&JsValue::UNDEFINED, &epoch_ms.into()).ok().and_then(|text| text.as_string());
        let text = text.unwrap_or_default();
        let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
        let numbers: Vec<u16> = numbers.map(|number| number.parse().unwrap_or_default()).collect();
        let [year, month, day, hour, minute] =
            self.places.map(|place| numbers.get(place).copied().unwrap_or_default());
        ShopTime { date: [year, month, day], minute: hour.saturating_mul(60).saturating_add(minute) }
    }
}

/// The order of fields is the platform's, and has changed between its versions.
fn places(parts: &Array) -> [usize; 5] {
    let mut places = [usize::MAX; FIELDS.len()];
    let mut next = 0;
    for part in parts.iter() {
        let kind = Reflect::get(&part, &"type".into()).ok().and_then(|kind| kind.as_string());
        let field = FIELDS.iter().position(|field| kind.as_deref() == Some(*field));
        if let Some(place) = field.and_then(|field| places.get_mut(field)) {
            *place = next.min(*place);
            next += 1;
        }
    }
    places
}
