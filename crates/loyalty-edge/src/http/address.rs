//! The address of a request, in its parts. The runtime has parsed it: it is absolute, and written in one way only.

/// An address such as `https://edge.example/v1/shops/demo?a=b`.
#[derive(Debug, Clone)]
pub(crate) struct Address(String);

impl Address {
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }

    /// Such as `https://edge.example`.
    pub(crate) fn origin(&self) -> &str {
        self.split().0
    }

    /// Such as `/v1/shops/demo`, percent-encoded as it was sent.
    pub(crate) fn path(&self) -> &str {
        self.split().1
    }

    /// Such as `a=b`; empty where there is none.
    pub(crate) fn query(&self) -> &str {
        self.split().2
    }

    fn split(&self) -> (&str, &str, &str) {
        let whole = self.0.split_once('#').map_or(self.0.as_str(), |(whole, _)| whole);
        let (whole, query) = whole.split_once('?').unwrap_or((whole, ""));
        let host = whole.find("://").map_or(0, |at| at.saturating_add(3));
        let path = whole
            .get(host..)
            .and_then(|rest| rest.find('/'))
            .map_or(whole.len(), |at| at.saturating_add(host));
        let (origin, path) = whole.split_at_checked(path).unwrap_or((whole, ""));
        (origin, path, query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_parts() {
        for (text, expected) in [
            ("https://a.example/v1/x?q=1&r=%2F#f?g", ("https://a.example", "/v1/x", "q=1&r=%2F")),
            ("http://127.0.0.1:8787/", ("http://127.0.0.1:8787", "/", "")),
            ("https://a.example//evil?to=https://b/c", ("https://a.example", "//evil", "to=https://b/c")),
            ("https://a.example", ("https://a.example", "", "")),
        ] {
            let address = Address::new(text.into());
            assert_eq!((address.origin(), address.path(), address.query()), expected);
        }
    }
}
