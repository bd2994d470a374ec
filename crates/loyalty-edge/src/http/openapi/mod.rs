//! The published description of the API, `www/openapi.json`: OpenAPI 3.1, made of the route table and the published
//! schemas. `cargo xtask types` writes it.

mod shape;
mod shapes;

use crate::http::auth::Who;
use crate::http::problem::Own;
use crate::http::route::Route;
use crate::http::table;
use loyalty_ledger::status;
use loyalty_wire::core::Code;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const WIRE: &str = include_str!("../../../../../www/schema/wire.v1.json");
const REFERENCE: &str = "#/components/schemas/";

/// Codes, and names of groups of codes, by status.
type Codes = BTreeMap<u16, BTreeSet<&'static str>>;

/// Codes that come together: all that reading a document or an order may refuse with, all that a decision may.
struct Group {
    word: &'static str,
    status: u16,
    name: &'static str,
}

fn groups() -> impl Iterator<Item = Group> {
    let group = |(word, status, name)| Group { word, status, name };
    [
        ("reading", 400, "Unreadable"),
        ("reading", 422, "Wrong"),
        ("decision", 400, "Unreadable"),
        ("decision", 422, "Wrong"),
        ("decision", 404, "UnknownToTheAccount"),
        ("decision", 409, "AgainstTheAccount"),
    ]
    .into_iter()
    .map(group)
}

#[test]
fn the_published_description_is_the_table_s() {
    let expected = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../www/openapi.json");
    if std::env::var_os("UPDATE_PUBLISHED").is_some() {
        std::fs::write(path, &expected).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default();
    assert!(published == expected, "www/openapi.json is not the table's: run `cargo xtask types`");
}

#[test]
fn every_route_is_told() {
    for route in table::all().filter(|route| route.who != Who::Local) {
        let told = &route.told;
        assert!(!told.does.is_empty() && !told.gives.is_empty(), "{} {}", route.method, route.path);
        assert!(told.takes.is_empty() || route.method != "GET", "{}: a GET takes no body", route.path);
        assert!(!told.keyed || route.method == "POST", "{}: only a POST wants a key", route.path);
    }
}

fn document() -> Value {
    let known = known();
    let mut paths = Map::new();
    for route in table::all().filter(|route| route.who != Who::Local) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_lowercase()] = operation(route, &known);
    }
    let schemas = used(&json!(paths), &known);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Loyalty at the edge",
            "version": "1",
            "description": "Points, tiers, rewards, refunds and referrals. Every change is booked once, whatever is sent twice; every refusal is an RFC 9457 problem with a code that stays.",
            "license": { "name": "Apache 2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": "/" }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": { "IdempotencyKey": {
                "name": "Idempotency-Key", "in": "header", "required": true,
                "description": "Names the request for ever, once it was booked or refused with 409: the same body again gets the same answer, another body is refused. Any other refusal is not kept; mend it and send it again.",
                "schema": { "type": "string", "pattern": "^[A-Za-z0-9._:-]{1,255}$" }
            } },
            "headers": {
                "IdempotencyReplayed": { "description": "`true` when this is the answer to the first request of the key.", "schema": { "type": "string" } },
                "RetryAfter": { "description": "Seconds after which the same request may succeed.", "schema": { "type": "integer" } }
            },
            "securitySchemes": {
                "admin": { "type": "http", "scheme": "bearer", "description": "The key of the deployment." },
                "merchant": { "type": "http", "scheme": "bearer", "description": "An API key of the shop." },
                "shopper": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A token of one member, from `POST /v1/shops/{shop}/tokens`." }
            }
        }
    })
}

/// Every schema that has a name.
fn known() -> BTreeMap<String, Value> {
    let wire: Value = serde_json::from_str(&WIRE.replace("#/$defs/", REFERENCE)).unwrap();
    let mut known: BTreeMap<String, Value> =
        wire["$defs"].as_object().unwrap().iter().map(|(name, is)| (name.clone(), is.clone())).collect();
    let codes = Code::ALL.iter().map(|code| (code.as_str(), code.explain()));
    let own = Own::ALL.iter().map(|code| (code.as_str(), code.explain()));
    let codes: BTreeMap<_, _> = codes.chain(own).collect();
    let codes: Vec<_> =
        codes.iter().map(|(code, explain)| json!({ "const": code, "description": explain })).collect();
    known.insert("ErrorCode".into(), json!({ "description": "Stays what it is.", "oneOf": codes }));
    for group in groups() {
        let codes = Code::ALL.iter().filter(|code| status(**code) == group.status);
        let codes: Vec<_> = codes.map(|code| code.as_str()).collect();
        known.insert(group.name.into(), json!({ "type": "string", "enum": codes }));
    }
    for (name, about, text) in shapes::SHAPES {
        let mut schema: Value =
            serde_json::from_str(text).unwrap_or_else(|_| shape::shape(text, &|name| known[name].clone()));
        schema["description"] = json!(about);
        assert!(known.insert((*name).into(), schema).is_none(), "`{name}` is there twice");
    }
    known
}

/// The schemas that `paths` lead to.
fn used(paths: &Value, known: &BTreeMap<String, Value>) -> Map<String, Value> {
    let (mut used, mut open) = (Map::new(), references(paths));
    while let Some(name) = open.pop() {
        if !used.contains_key(&name) {
            let schema = known.get(&name).unwrap_or_else(|| panic!("no shape is called `{name}`"));
            open.extend(references(schema));
            used.insert(name, schema.clone());
        }
    }
    used
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(fields) => {
            let named =
                fields.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix(REFERENCE));
            named.map(str::to_owned).into_iter().chain(fields.values().flat_map(references)).collect()
        }
        _ => vec![],
    }
}

fn operation(route: &Route, known: &BTreeMap<String, Value>) -> Value {
    let told = &route.told;
    let read = |text: &str| shape::shape(text, &|name| known[name].clone());
    let (summary, description) = told.does.split_once(". ").unwrap_or((told.does, ""));
    let mut parameters: Vec<Value> = names(route.path)
        .map(|name| {
            let shape = read(match name {
                "shop" => "ShopId",
                "version" => "Version",
                "period" => "SettlementPeriod",
                "platform" => "Platform",
                _ => "MemberId",
            });
            json!({ "name": name, "in": "path", "required": true, "schema": shape })
        })
        .collect();
    for (name, required, schema) in shape::fields(told.asks, &|name| known[name].clone()) {
        parameters.push(json!({ "name": name, "in": "query", "required": required, "schema": schema }));
    }
    if told.keyed {
        parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
    }
    let mut operation = json!({
        "operationId": operation_id(route),
        "tags": [tag(route.path)],
        "summary": summary.trim_end_matches('.'),
        "description": if description.is_empty() { summary } else { description },
        "security": security(route.who),
        "parameters": parameters,
        "responses": responses(route, &read),
    });
    if !told.takes.is_empty() {
        let (media, schema) = content(told.takes, &read);
        operation["requestBody"] = json!({ "required": true, "content": { media: { "schema": schema } } });
    }
    operation
}

/// A body that is JSON has a shape; any other is named by its media type.
fn content<'a>(text: &'a str, read: &dyn Fn(&str) -> Value) -> (&'a str, Value) {
    if text.contains('/') { (text, json!({})) } else { ("application/json", read(text)) }
}

fn responses(route: &Route, read: &dyn Fn(&str) -> Value) -> Value {
    let mut responses = Map::new();
    for answer in route.told.gives.split(';') {
        let (status, shape) = answer.trim().split_once(' ').unwrap_or((answer.trim(), ""));
        // A status that comes again is another form of the same answer.
        let response = responses
            .entry(status)
            .or_insert_with(|| json!({ "description": meaning(status.parse().unwrap()) }));
        if !shape.is_empty() {
            let (media, schema) = content(shape, read);
            response["content"][media] = json!({ "schema": schema });
        }
        if route.told.keyed {
            response["headers"] =
                json!({ "Idempotency-Replayed": { "$ref": "#/components/headers/IdempotencyReplayed" } });
        }
    }
    for (status, codes) in refusals(route) {
        let mut response = json!({
            "description": meaning(status),
            "content": { "application/problem+json": { "schema": {
                "allOf": [{ "$ref": format!("{REFERENCE}Refusal") }, { "properties": { "code": one_of(&codes) } }]
            } } }
        });
        if matches!(status, 429 | 503) {
            response["headers"] = json!({ "Retry-After": { "$ref": "#/components/headers/RetryAfter" } });
        }
        responses.insert(status.to_string(), response);
    }
    Value::Object(responses)
}

/// One of some codes. A group has an upper-case name.
fn one_of(codes: &BTreeSet<&str>) -> Value {
    let (groups, codes): (Vec<&str>, Vec<&str>) =
        codes.iter().copied().partition(|code| code.starts_with(char::is_uppercase));
    let groups = groups.iter().map(|name| json!({ "$ref": format!("{REFERENCE}{name}") }));
    let codes = (!codes.is_empty()).then(|| json!({ "type": "string", "enum": codes }));
    let choices: Vec<_> = groups.chain(codes).collect();
    if let [only] = &choices[..] { only.clone() } else { json!({ "anyOf": choices }) }
}

fn meaning(status: u16) -> &'static str {
    match status {
        200 => "Done, or already so",
        201 => "Made",
        202 => "Taken; it is worked on",
        204 => "Done",
        302 => "The shop's page",
        304 => "What you have is current",
        400 => "Not readable",
        401 => "The key or token is missing, wrong or out of date",
        403 => "Not yours",
        404 => "Not there",
        409 => "The state of things is another than the request needs",
        413 => "The body is longer than 256 KB",
        422 => "Readable, and wrong whatever the state of things",
        429 => "Too many requests",
        503 => "Something did not answer; try again",
        other => panic!("{other} has no meaning here"),
    }
}

/// Every code a route may refuse with: those that follow from path, caller and body, and its own.
fn refusals(route: &Route) -> Codes {
    let mut codes = Codes::new();
    let mut add = |status, code| codes.entry(status).or_default().insert(code);
    let mut own = |codes: &[Own]| codes.iter().for_each(|code| _ = add(code.status(), code.as_str()));
    own(&[Own::Malformed, Own::Unavailable]);
    match route.who {
        Who::Anyone | Who::Local => {}
        Who::Admin => own(&[Own::Unauthorised]),
        Who::Merchant => own(&[Own::Unauthorised, Own::RateLimited]),
        Who::Shopper | Who::ShopperOrMerchant | Who::ShopperOrAnyone => {
            own(&[Own::Unauthorised, Own::Forbidden, Own::RateLimited]);
        }
    }
    if route.path.contains("{code}") {
        own(&[Own::RateLimited]);
    }
    if route.path.contains("{shop}") && route.who != Who::Admin {
        own(&[Own::NotFound]);
    }
    if !route.told.takes.is_empty() {
        own(&[Own::BodyTooLarge]);
    }
    if route.told.keyed {
        own(&[Own::IdempotencyKeyMissing, Own::IdempotencyKeyInvalid, Own::HistoryExists]);
    }
    for word in route.told.refuses.split_whitespace() {
        let named: Vec<_> = match word {
            "reading" | "decision" => {
                groups()
                    .filter(|group| group.word == word)
                    .for_each(|group| _ = add(group.status, group.name));
                continue;
            }
            _ => Code::ALL.iter().filter(|code| code.as_str() == word).collect(),
        };
        named.iter().for_each(|code| _ = add(status(**code), code.as_str()));
        let own: Vec<_> = Own::ALL.iter().filter(|code| code.as_str() == word).collect();
        own.iter().for_each(|code| _ = add(code.status(), code.as_str()));
        assert!(!named.is_empty() || !own.is_empty(), "`{word}` is no code");
    }
    codes
}

fn security(who: Who) -> Value {
    match who {
        Who::Anyone | Who::Local => json!([]),
        Who::Admin => json!([{ "admin": [] }]),
        Who::Merchant => json!([{ "merchant": [] }]),
        Who::Shopper => json!([{ "shopper": [] }]),
        Who::ShopperOrMerchant => json!([{ "shopper": [] }, { "merchant": [] }]),
        Who::ShopperOrAnyone => json!([{ "shopper": [] }, {}]),
    }
}

/// The `{name}` segments of a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// The first thing after the shop that a path speaks of.
fn tag(path: &str) -> &str {
    match path.trim_start_matches('/').split('/').collect::<Vec<_>>()[..] {
        ["v1", "shops", _, name, ..] => name,
        ["v1", ..] => "shop",
        ["r", ..] => "referral",
        _ => "service",
    }
}

fn tags() -> Vec<Value> {
    let mut names: Vec<&str> = vec![];
    for route in table::all().filter(|route| route.who != Who::Local) {
        if !names.contains(&tag(route.path)) {
            names.push(tag(route.path));
        }
    }
    names.iter().map(|name| json!({ "name": name })).collect()
}

/// The method and the parts of the path: as unlike as the routes are.
fn operation_id(route: &Route) -> String {
    let parts = route.path.trim_start_matches("/v1/shops/{shop}").split('/').filter(|part| !part.is_empty());
    let parts = parts.map(|part| part.trim_matches(['{', '}']).replace('-', "_"));
    let parts: Vec<String> = parts.collect();
    let what = if parts.is_empty() { "shop".to_owned() } else { parts.join("_") };
    format!("{}_{what}", route.method.to_lowercase())
}
