//! What a request says before its body.

use worker::web_sys::Request;

#[cfg(not(test))]
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(not(test))]
#[wasm_bindgen(module = "/src/http/head.js")]
extern "C" {
    fn head(request: &Request) -> String;
}

/// Tests run where no requests are.
#[cfg(test)]
fn head(_: &Request) -> String {
    String::new()
}

/// The headers that are read with the rest; others one by one.
const HEADERS: [&str; 3] = ["origin", "authorization", "loyalty-now"];

/// What a request says before its body.
pub(crate) struct Head {
    /// Lines: method, address, whether there is a body, [`HEADERS`]. None of them can hold the end of a line.
    lines: String,
    request: Request,
}

impl Head {
    pub(crate) fn of(request: Request) -> Self {
        Self { lines: head(&request), request }
    }

    fn line(&self, at: usize) -> &str {
        self.lines.split('\n').nth(at).unwrap_or_default()
    }

    pub(crate) fn method(&self) -> &str {
        self.line(0)
    }

    pub(crate) fn url(&self) -> &str {
        self.line(1)
    }

    pub(crate) fn has_body(&self) -> bool {
        !self.line(2).is_empty()
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        match HEADERS.iter().position(|known| known.eq_ignore_ascii_case(name)) {
            Some(at) => self.line(3 + at).strip_prefix(':').map(str::to_owned),
            None => self.request.headers().get(name).ok().flatten(),
        }
    }

    /// The request, whose body is still to be read.
    pub(crate) const fn request(&self) -> &Request {
        &self.request
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen::JsValue;

    #[test]
    fn its_lines_are_read() {
        let head = |lines: &str| Head { lines: lines.into(), request: JsValue::UNDEFINED.into() };
        let full = head("POST\nhttps://edge.example/a?b=c:d\nbody\n:\n:Bearer a:b\n");
        assert_eq!((full.method(), full.url()), ("POST", "https://edge.example/a?b=c:d"));
        assert!(full.has_body());
        assert!(!head("GET\nhttps://edge.example/\n\n\n\n").has_body());
        let told = ["Origin", "Authorization", "Loyalty-Now"].map(|name| full.header(name));
        assert_eq!(told, [Some(String::new()), Some("Bearer a:b".into()), None]);
    }

    #[test]
    fn the_lines_are_in_the_order_of_the_script() {
        let script = include_str!("head.js");
        let names = script.split("header(\"").skip(1).filter_map(|rest| rest.split('"').next());
        assert_eq!(names.collect::<Vec<_>>(), HEADERS);
    }
}
