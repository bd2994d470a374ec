//! Answers: where a member stands, what a cart would come to, what was booked.

mod booked;
mod preview;
mod standing;

pub use booked::{Booked, View};
pub use preview::{Preview, preview, preview_matched};
pub use standing::{Standing, standing};
