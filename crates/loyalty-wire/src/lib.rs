//! Text and objects to domain and back; error codes on the wire.
//!
//! Every JSON text and every JavaScript object becomes one [`Tree`] and is read by code that
//! collects all faults with their paths, so browser and Worker refuse the same things with the same code.
//!
//! What is absent here: any rule, any clock, any platform.

mod answer;
mod cart;
mod case;
mod document;
mod entry;
mod form;
mod json;
pub mod ledger;
mod object;
mod open;
mod packed;
mod part;
mod problem;
mod programme;
mod read;
mod request;
mod simulate;
mod stored;
mod text;
mod text_ledger;
mod tree;
mod words;
mod write;

#[cfg(feature = "describe")]
pub mod describe;

pub use answer::{Booked, Preview, Standing, View, preview, preview_matched, standing};
pub use case::{Difference, differences, refused};
pub use entry::{EntryV1, entry};
pub use loyalty_core as core;
pub use open::OpenCart;
pub use packed::{FORM, Patch, member, packed_member, rules};
pub use problem::{Fault, Problem, Unit};
pub use programme::Programme;
pub use request::{fingerprint_of, request};
pub use simulate::{History, Told, history, simulate, simulate_tree};
pub use stored::{Position, source};
pub use text::{hex, unhex};
pub use tree::Tree;
pub use write::{Write, Writer};

use crate::part::Part;
use crate::read::{Faults, Path};
use loyalty_core::{Code, Day, Instant, Moment};

/// Reads JSON text into a tree.
///
/// # Errors
/// `malformed` for a text that is not JSON, or nests deeper than 32.
pub fn parse(text: &str) -> Result<Tree<'_>, Problem> {
    json::parse(text).ok_or_else(|| Code::Malformed.into())
}

/// A moment from an instant in epoch milliseconds, its shop-local year, month and day of the month, and the minutes since
/// that day's midnight by the clock on the wall, 0 to 1439.
///
/// # Errors
/// `instant_invalid`, `day_invalid`, `number_out_of_range` for the minutes.
pub fn moment(epoch_ms: i64, date: [u16; 3], minute: u16) -> Result<Moment, Problem> {
    if minute >= 24 * 60 {
        return Err(Code::NumberOutOfRange.into());
    }
    let at = Instant::new(epoch_ms)?;
    let [year, month, day] = date;
    Ok(Moment { at, day: Day::from_ymd(year.into(), month.into(), day.into())?, minute })
}

/// Reads a cart.
///
/// # Errors
/// Every fault with its path.
pub fn cart(tree: &Tree<'_>) -> Result<std::sync::Arc<loyalty_core::Cart>, Problem> {
    Ok(OpenCart::read(tree)?.into())
}

/// Reads a stored position; an account that never booked has none.
///
/// # Errors
/// Every fault with its path; `entry_inconsistent` when it cannot be what was stored.
pub fn position(tree: Option<&Tree<'_>>) -> Result<loyalty_core::Position, Problem> {
    match tree {
        None | Some(Tree::Null) => Ok(loyalty_core::Position::default()),
        Some(tree) => {
            let faults = Faults::default();
            let position = Part::open(tree, Path::Root, &faults).and_then(|part| stored::position(&part));
            faults.finish(position).map(|position| *position)
        }
    }
}
