//! Addresses in the normal form of the URL standard. The platform makes it, with the parser it sends requests with, so
//! that nothing is one host here and another one there; the parts are only cut out of it.

#[cfg(not(test))]
use wasm_bindgen::prelude::wasm_bindgen;

#[cfg(not(test))]
#[wasm_bindgen(module = "/src/http/url.js")]
extern "C" {
    fn normal(text: &str) -> Option<String>;
}

/// Tests run where no platform is; this library follows the same standard.
#[cfg(test)]
fn normal(text: &str) -> Option<String> {
    worker::Url::parse(text).ok().map(String::from)
}

/// An absolute address.
#[derive(Debug, Clone)]
pub(crate) struct Url(String);

impl Url {
    /// Reads an address; nothing for what is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        normal(text).map(Self)
    }

    /// The address of a request, which the platform has made.
    pub(crate) const fn new(normal: String) -> Self {
        Self(normal)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Such as `https`.
    pub(crate) fn scheme(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// User, host and port; and everything after them.
    fn parts(&self) -> (&str, &str) {
        let rest = self.0.strip_prefix(self.scheme()).and_then(|rest| rest.strip_prefix("://"));
        let rest = rest.unwrap_or_default();
        rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
    }

    pub(crate) fn has_user(&self) -> bool {
        self.parts().0.contains('@')
    }

    /// Host and port, the usual port left out.
    fn place(&self) -> &str {
        self.parts().0.rsplit('@').next().unwrap_or_default()
    }

    /// A name, or an IP address: four decimal numbers, or version 6 in brackets.
    pub(crate) fn host(&self) -> &str {
        match self.place().rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => self.place(),
        }
    }

    /// Such as `https://edge.example`.
    pub(crate) fn origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.place())
    }

    /// The path as it stands there, percent-encoded.
    pub(crate) fn path(&self) -> &str {
        self.parts().1.split(['?', '#']).next().unwrap_or_default()
    }

    /// What follows the question mark.
    pub(crate) fn query(&self) -> &str {
        let (rest, _) = self.0.split_once('#').unwrap_or((&self.0, ""));
        rest.split_once('?').map_or("", |(_, query)| query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_those_of_the_library() {
        for text in [
            "https://edge.example",
            "https://edge.example:8787/v1/shops/demo/me?a=b&c=%20#top",
            "http://user:pass@[::1]:80?x",
            "http://user@10.0.0.1:8080/a?b?c#d?e",
            "https://BÜRO.example:443/%C3%A9/é",
            "https://[::ffff:127.0.0.1]/",
            "https://shop.example#a?b",
        ] {
            let (url, known) = (Url::parse(text).unwrap(), worker::Url::parse(text).unwrap());
            assert_eq!(url.scheme(), known.scheme(), "{text}");
            assert_eq!(Some(url.host()), known.host_str(), "{text}");
            assert_eq!(url.has_user(), !known.username().is_empty(), "{text}");
            assert_eq!(url.origin(), known.origin().ascii_serialization(), "{text}");
            assert_eq!(url.path(), known.path(), "{text}");
            assert_eq!(url.query(), known.query().unwrap_or_default(), "{text}");
        }
        assert_eq!(Url::parse("data:text/html,://a/b").unwrap().host(), "");
        assert!(Url::parse("/path").is_none());
    }
}
