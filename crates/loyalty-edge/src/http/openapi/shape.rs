//! How the route table writes shapes.
//!
//! ```text
//! {member: MemberId, referral?: text?}   an object: a required field; one that may be absent, or null
//! Order                                  a shape with a name: of `shapes.rs`, or of the published wire schema
//! text count whole flag instant any      what needs no name; `whole` may be negative
//! EntryV1[]                              a list
//! Page<EntryV1>                          a page of a list, with the cursor of the next one
//! Booked + {kv: text}                    an object with further fields
//! Order - advocate                       an object without one
//! ```

use serde_json::{Map, Value, json};

/// Reads one shape to its end. `objects` answers the schema of a name, for `+` and `-`.
pub(super) fn shape(text: &str, objects: &dyn Fn(&str) -> Value) -> Value {
    let mut reader = Reader { rest: text, objects };
    let read = reader.sum();
    assert!(reader.rest.trim().is_empty(), "`{text}`: what is `{}`?", reader.rest);
    read
}

/// Reads the fields of a query: name, whether it is required, schema.
pub(super) fn fields(text: &str, objects: &dyn Fn(&str) -> Value) -> Vec<(String, bool, Value)> {
    if text.is_empty() {
        return vec![];
    }
    let read = shape(&format!("{{{text}}}"), objects);
    let required: Vec<_> =
        read["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
    let fields = read["properties"].as_object().unwrap();
    fields.iter().map(|(name, is)| (name.clone(), required.contains(&name.as_str()), is.clone())).collect()
}

struct Reader<'a> {
    rest: &'a str,
    objects: &'a dyn Fn(&str) -> Value,
}

impl<'a> Reader<'a> {
    fn sum(&mut self) -> Value {
        let name = self.rest.trim();
        let mut read = self.one();
        loop {
            if self.takes("+") {
                read = merged(&self.whole(&read, name), &self.one());
            } else if self.takes("-") {
                let mut object = self.whole(&read, name);
                let field = self.word();
                object["properties"].as_object_mut().unwrap().remove(field).unwrap();
                object["required"].as_array_mut().unwrap().retain(|name| name != field);
                read = object;
            } else {
                return read;
            }
        }
    }

    /// What a reference stands for.
    fn whole(&self, read: &Value, text: &str) -> Value {
        match read.get("$ref").and_then(Value::as_str) {
            Some(name) => (self.objects)(name.rsplit('/').next().unwrap()),
            None if read["type"] == "object" => read.clone(),
            None => panic!("`{text}` is no object"),
        }
    }

    fn one(&mut self) -> Value {
        let mut read = if self.takes("{") { self.object() } else { self.named() };
        while self.takes("[]") {
            read = json!({ "type": "array", "items": read });
        }
        if self.takes("?") {
            read = json!({ "anyOf": [read, { "type": "null" }] });
        }
        read
    }

    fn object(&mut self) -> Value {
        let (mut properties, mut required) = (Map::new(), vec![]);
        while !self.takes("}") {
            let name = self.word().to_owned();
            if !self.takes("?") {
                required.push(Value::from(name.as_str()));
            }
            assert!(self.takes(":"), "`{name}` has no shape: `{}`", self.rest);
            properties.insert(name, self.sum());
            self.takes(",");
        }
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    }

    fn named(&mut self) -> Value {
        match self.word() {
            "text" => json!({ "type": "string" }),
            "count" => json!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 }),
            "whole" => json!({ "type": "integer" }),
            "flag" => json!({ "type": "boolean" }),
            "instant" => json!({ "type": "string", "format": "date-time" }),
            "any" => json!({}),
            "Page" => {
                assert!(self.takes("<"));
                let item = self.sum();
                assert!(self.takes(">"));
                json!({
                    "type": "object",
                    "properties": {
                        "data": { "type": "array", "items": item },
                        "next_cursor": { "type": ["string", "null"], "description": "Asks for the next page; null on the last." }
                    },
                    "required": ["data", "next_cursor"],
                    "additionalProperties": false
                })
            }
            name => json!({ "$ref": format!("#/components/schemas/{name}") }),
        }
    }

    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        assert!(end > 0, "a name is missing at `{}`", self.rest);
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn takes(&mut self, sign: &str) -> bool {
        let taken = self.rest.trim_start().strip_prefix(sign);
        self.rest = taken.unwrap_or(self.rest);
        taken.is_some()
    }
}

fn merged(one: &Value, more: &Value) -> Value {
    let mut object = one.clone();
    for (name, is) in more["properties"].as_object().unwrap() {
        object["properties"][name] = is.clone();
    }
    let more = more["required"].as_array().unwrap();
    object["required"].as_array_mut().unwrap().extend(more.iter().cloned());
    object
}
