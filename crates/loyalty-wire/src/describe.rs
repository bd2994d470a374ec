//! JSON Schemas of everything that crosses the wire, derived from the types themselves.

use crate::answer::{Booked, Preview, Standing, View};
use crate::cart::{Cart, Order};
use crate::document::Document;
use crate::entry::EntryV1;
use crate::problem::Problem;
use crate::request::Request;
use crate::simulate::Scenario;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// The schema of a programme document.
#[must_use]
pub fn programme() -> Schema {
    of::<Document>("Loyalty programme")
}

/// The schema of a scenario, which is also that of a case file.
#[must_use]
pub fn scenario() -> Schema {
    of::<Scenario>("Loyalty scenario")
}

/// One schema that holds every message between shops, members, browsers and the Worker.
#[must_use]
pub fn wire() -> Schema {
    of::<Wire>("Loyalty wire")
}

/// Every message of the wire.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is wanted")]
struct Wire {
    programme: Document,
    cart: Cart,
    order: Order,
    request: Request,
    preview: Preview,
    standing: Standing,
    view: View,
    booked: Booked,
    entry: EntryV1,
    problem: Problem,
}

fn of<T: JsonSchema>(title: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema
}
