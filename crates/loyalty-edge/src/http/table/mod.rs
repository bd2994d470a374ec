//! Every route: a path, a method, who may call, what runs, and what the published description says of it.
//!
//! These two tables are all there is to a route. `www/openapi.json` is made of them by `cargo xtask types`; how shapes are
//! written is told in `openapi/shape.rs`, and shapes that have a name are in `openapi/shapes.rs`. `{name}` stands for one
//! segment of the path, percent-decoded. A path is in one table, with all its methods: the other module is asked only for
//! a path that the first does not have.

mod office;
mod storefront;

pub use office::OFFICE;
pub use storefront::STOREFRONT;

use crate::http::auth::Who;
use crate::http::route::{Route, Run};

/// All routes of the Worker.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    STOREFRONT.iter().chain(OFFICE)
}

const fn get(path: &'static str, who: Who, run: Run) -> Route {
    Route::new("GET", path, who, run)
}

const fn put(path: &'static str, who: Who, run: Run) -> Route {
    Route::new("PUT", path, who, run)
}

const fn post(path: &'static str, who: Who, run: Run) -> Route {
    Route::new("POST", path, who, run)
}

const fn patch(path: &'static str, who: Who, run: Run) -> Route {
    Route::new("PATCH", path, who, run)
}

const fn delete(path: &'static str, who: Who, run: Run) -> Route {
    Route::new("DELETE", path, who, run)
}
