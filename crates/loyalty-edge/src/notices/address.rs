//! Where requests may go: public names over https, and nothing that could be a machine of one's own network.
//!
//! An address is parsed as browsers parse it, so that every spelling of an IP address (decimal, octal, hexadecimal,
//! shortened, mapped into IPv6) is one before it is looked at. IP addresses are refused altogether: what a list of private
//! ranges forgets would be let through. What a name resolves to is not known here; the platform resolves it, and
//! reaches public addresses only.

use crate::http::call::Local;
use crate::http::url::Url;

/// The longest address.
const MOST: usize = 2_000;

/// Names that mean something inside a network only.
const INSIDE: [&str; 16] = [
    "local",
    "localhost",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "onion",
    "alt",
    "test",
    "invalid",
    "svc",
    "cluster",
];

/// The address, if requests may go there.
///
/// # Errors
/// What it has to be instead.
pub(crate) fn checked(text: &str, local: Local) -> Result<Url, &'static str> {
    const WHAT: &str = "an https address of a public name, such as https://shop.example/hooks";
    let url = Url::parse(text).ok_or(WHAT)?;
    if text.len() > MOST || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err("at most 2000 characters, none blank");
    }
    if url.has_user() {
        return Err("an address without a user and a password");
    }
    if local.is_on() && is_own_machine(&url) {
        return Ok(url);
    }
    if url.scheme() == "https" && is_public(url.host()) { Ok(url) } else { Err(WHAT) }
}

/// Whether a host can be a name of the public network: two labels or more, and none of those that are used inside only.
/// What ends with a number, or stands in brackets, is an IP address.
fn is_public(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_ip = host.starts_with('[') || last.bytes().all(|byte| byte.is_ascii_digit());
    !is_ip && name.contains('.') && name.split('.').all(|label| !label.is_empty()) && !INSIDE.contains(&last)
}

/// A developer's receiver beside the Worker.
fn is_own_machine(url: &Url) -> bool {
    url.scheme() == "http" && matches!(url.host(), "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_names_over_https_are_taken() {
        for good in [
            "https://shop.example/hooks",
            "https://SHOP.example:8443/a?b=c",
            "https://shop.example./hooks",
            "https://büro.example/",
            "https://localhost.example/",
            "https://10.example/",
        ] {
            assert!(checked(good, Local::Off).is_ok(), "{good}");
            assert!(checked(good, Local::On).is_ok(), "{good}");
        }
    }

    #[test]
    fn addresses_of_ones_own_network_are_refused_in_every_spelling() {
        for bad in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://017700000001/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://%31%32%37.0.0.1/",
            "https://１２７.0.0.1/",
            "https://127。0。0。1/",
            "https://0/",
            "https://0.0.0.0/",
            "https://10.0.0.1/",
            "https://172.16.0.1/",
            "https://172.31.255.255/",
            "https://192.168.1.1/",
            "https://192.168.257/",
            "https://100.64.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://2852039166/",
            "https://0251.0376.0251.0376/",
            "https://0xa9fea9fe/",
            "https://224.0.0.1/",
            "https://255.255.255.255/",
            "https://8.8.8.8/",
            "https://[::]/",
            "https://[::1]/",
            "https://[0:0:0:0:0:0:0:1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fe80::1]/",
            "https://[fc00::1]/",
            "https://[fd00:ec2::254]/",
            "https://[ff02::1]/",
            "https://[2001:db8::1]/",
            "https://localhost/",
            "https://LOCALHOST/",
            "https://localhost./",
            "https://a.localhost/",
            "https://ⓛocalhost/",
            "https://printer.local/",
            "https://printer.LOCAL./",
            "https://metadata.google.internal/",
            "https://kubernetes.default.svc/",
            "https://router.lan/",
            "https://x.home.arpa/",
            "https://intranet/",
            "https://router./",
            "https://./",
        ] {
            assert!(checked(bad, Local::Off).is_err(), "{bad}");
            assert!(checked(bad, Local::On).is_err(), "{bad}");
        }
    }

    #[test]
    fn other_schemes_users_and_texts_are_refused() {
        for bad in [
            "",
            "/hooks",
            "//shop.example/",
            "shop.example",
            "http://shop.example/",
            "ftp://shop.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/plain,x",
            "https:///hooks",
            "https://user@shop.example/",
            "https://:secret@shop.example/",
            "https://shop.example@10.0.0.1/",
            "https://10.0.0.1\\@shop.example/",
            "https://shop.example/\r\nx: y",
            " https://shop.example/",
        ] {
            assert!(checked(bad, Local::Off).is_err(), "{bad}");
        }
        assert!(checked(&format!("https://shop.example/{}", "a".repeat(MOST)), Local::Off).is_err());
    }

    #[test]
    fn a_developers_receiver_is_taken_in_local_mode_only() {
        for own in ["http://127.0.0.1:8080/", "http://localhost/x", "http://[::1]:1/"] {
            assert!(checked(own, Local::On).is_ok(), "{own}");
            assert!(checked(own, Local::Off).is_err(), "{own}");
        }
        for other in [
            "http://192.168.0.1/",
            "http://shop.example/",
            "http://169.254.169.254/",
            "http://user@127.0.0.1/",
        ] {
            assert!(checked(other, Local::On).is_err(), "{other}");
        }
    }
}
