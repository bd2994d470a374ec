//! The host's clock and the shop's calendar. The rules have neither: they are told.

use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use core::cell::RefCell;
use js_sys::Date;
use loyalty_js::ShopClock;
use loyalty_wire::Programme;
use loyalty_wire::core::{Instant, Moment};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// How many calendars an isolate keeps.
const KEPT: usize = 32;

type Kept = (String, Rc<ShopClock>);

thread_local! {
    // Making a calendar takes longer than a decision.
    static CLOCKS: RefCell<VecDeque<Kept>> = const { RefCell::new(VecDeque::new()) };
}

/// Milliseconds since 1970 by the machine's clock.
#[expect(clippy::cast_possible_truncation, reason = "a whole number of milliseconds below 2^53")]
pub(crate) fn real() -> i64 {
    Date::now() as i64
}

/// The instant as RFC 3339 in UTC.
pub(crate) fn text(milliseconds: i64) -> String {
    Date::new(&JsValue::from_f64(float(milliseconds))).to_iso_string().into()
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds below 2^53")]
const fn float(milliseconds: i64) -> f64 {
    milliseconds as f64
}

/// The instant a request set with `loyalty-now`. Only local mode listens to it.
///
/// # Errors
/// `malformed` when it is not RFC 3339 in UTC.
pub(crate) fn set(call: &Call) -> Result<Option<i64>, Failure> {
    match call.header("loyalty-now") {
        Some(text) if call.local.is_on() => match Instant::parse(&text) {
            Ok(instant) => Ok(Some(instant.get())),
            Err(_) => {
                Err(Failure::own(Own::Malformed, "`loyalty-now` is an instant such as 2026-01-31T10:00:00Z"))
            }
        },
        _ => Ok(None),
    }
}

/// Now, for a request: the machine's clock, or in local mode what `loyalty-now` says.
///
/// # Errors
/// `malformed` as for [`set`].
pub(crate) fn now(call: &Call) -> Result<i64, Failure> {
    Ok(set(call)?.unwrap_or_else(real))
}

/// The calendar of a time zone; nothing for one the runtime does not know.
pub(crate) fn calendar(zone: &str) -> Option<Rc<ShopClock>> {
    let kept = CLOCKS.with_borrow(|clocks| {
        clocks.iter().find(|(known, _)| known == zone).map(|(_, clock)| Rc::clone(clock))
    });
    if kept.is_some() {
        return kept;
    }
    let clock = Rc::new(ShopClock::new(zone).ok()?);
    CLOCKS.with_borrow_mut(|clocks| {
        clocks.push_back((zone.to_owned(), Rc::clone(&clock)));
        if clocks.len() > KEPT {
            clocks.pop_front();
        }
    });
    Some(clock)
}

/// An instant with its day and time of day in the programme's time zone.
///
/// # Errors
/// `unavailable` when the runtime does not know the time zone; `instant_invalid` outside 1970 to 9999.
pub(crate) fn moment(programme: &Programme, milliseconds: i64) -> Result<Moment, Failure> {
    let zone = programme.time_zone();
    let clock = calendar(zone).ok_or_else(|| Failure::unavailable(format!("time zone {zone}")))?;
    let time = clock.at(float(milliseconds));
    Ok(loyalty_wire::moment(milliseconds, time.date, time.minute)?)
}
