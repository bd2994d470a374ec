//! What both JavaScript hosts share: the shop's calendar and clock, as the platform's `Intl` knows them.
//!
//! What is absent here: any rule.

use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopTime {
    /// The day, `2026-01-31`.
    pub day: String,
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
        let settings = [("timeZone", time_zone), ("year", "numeric"), ("hourCycle", "h23")];
        let digits = ["month", "day", "hour", "minute"].map(|field| (field, "2-digit"));
        for (name, value) in settings.into_iter().chain(digits) {
            Reflect::set(&options, &name.into(), &value.into())?;
        }
        // `new Intl.DateTimeFormat` throws for an unknown zone; called through Reflect the throw is a value.
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let constructor = Reflect::get(&intl, &"DateTimeFormat".into())?;
        let arguments = Array::of2(&"en-CA".into(), &options);
        let format: Intl::DateTimeFormat = Reflect::construct(&constructor.into(), &arguments)?.into();
        let places = places(&format.format_to_parts(&Date::new(&JsValue::from_f64(0.0))));
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
            return time.clone();
        }
        let time = self.read(epoch_ms);
        if let Ok(mut last) = self.last.try_borrow_mut() {
            *last = Some((minute, time.clone()));
        }
        time
    }

    /// One text for all fields: its parts would be a dozen objects to read one by one.
    fn read(&self, epoch_ms: f64) -> ShopTime {
        let date = Date::new(&epoch_ms.into());
        let text = self.format.call1(&JsValue::UNDEFINED, &date).ok().and_then(|text| text.as_string());
        let text = text.unwrap_or_default();
        let numbers: Vec<&str> =
            text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
        let [year, month, day, hour, minute] =
            self.places.map(|place| numbers.get(place).copied().unwrap_or_default());
        let number = |text: &str| text.parse::<u16>().unwrap_or_default();
        ShopTime {
            day: format!("{year:0>4}-{month:0>2}-{day:0>2}"),
            minute: number(hour).saturating_mul(60).saturating_add(number(minute)),
        }
    }
}

/// The order of fields is the platform's, and has changed between its versions.
fn places(parts: &Array) -> [usize; 5] {
    let kind = |part: JsValue| Reflect::get(&part, &"type".into()).ok()?.as_string();
    let kinds: Vec<String> = parts.iter().filter_map(kind).filter(|k| FIELDS.contains(&k.as_str())).collect();
    FIELDS.map(|field| kinds.iter().position(|kind| kind == field).unwrap_or(usize::MAX))
}
