//! Personal fields: a short closed list, each in one form, sealed with a key of the member's own.

use crate::digest;
use crate::http::auth;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::seal::Seal;
use core::fmt;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use worker::Env;

/// Personal fields by name.
pub(crate) type Profile = BTreeMap<String, String>;

/// What is changed in a profile: a new value, or null to forget the field.
pub(crate) type Change = BTreeMap<String, Option<String>>;

/// A change as it was sent: of every field once, in any form.
#[derive(Default)]
pub(crate) struct Sent(Change);

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Sent::default())
    }
}

impl<'de> Visitor<'de> for Sent {
    type Value = Self;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("personal fields")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<Self, A::Error> {
        while let Some((field, value)) = fields.next_entry()? {
            if self.0.insert(field, value).is_some() {
                return Err(A::Error::custom("a field is there twice"));
            }
        }
        Ok(self)
    }
}

/// Brings a value into its one form; nothing for what cannot be one.
type Form = fn(&str) -> Option<String>;

/// Every field, its form, and what it takes.
const FIELDS: [(&str, Form, &str); 9] = [
    ("name", line, LINE),
    ("email", email, "`email` is an address such as anna@shop.example"),
    ("phone", phone, "`phone` is international, such as +36 30 123 4567"),
    ("language", language, "`language` is a language tag such as hu or pt-BR"),
    ("street", line, LINE),
    ("postcode", line, LINE),
    ("city", line, LINE),
    ("region", line, LINE),
    ("country", country, "`country` is two letters such as HU"),
];

const LINE: &str = "a field is one line of 1 to 200 characters";

/// The fields by which members are found.
pub(crate) const FOUND_BY: [&str; 2] = ["email", "phone"];

/// What a member's vault holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Vault {
    /// The shop's id for the member.
    pub(crate) member: String,
    /// What is known about them.
    pub(crate) profile: Profile,
}

/// Seals and opens what belongs to one member. The key is made of the deployment's secret and a random salt that only
/// the member's object has: neither storage nor secret alone opens anything, and without the salt nothing ever does.
pub(crate) struct Lock(Seal);

impl Lock {
    /// # Errors
    /// `unavailable` without the deployment's secret.
    pub(crate) fn new(env: &Env, shop: &str, salt: &str) -> Result<Self, Failure> {
        Ok(Self(Seal::derived(env, &[b"vault", shop.as_bytes(), salt.as_bytes()])?))
    }

    /// # Errors
    /// `unavailable` when the platform gives no randomness.
    pub(crate) fn close(&self, place: &str, value: &impl Serialize) -> Result<String, Failure> {
        self.0.close(place, &serde_json::to_vec(value).map_err(Failure::unavailable)?)
    }

    /// # Errors
    /// `unavailable` for what was not sealed here for this place.
    pub(crate) fn open<T: serde::de::DeserializeOwned>(
        &self,
        place: &str,
        sealed: &str,
    ) -> Result<T, Failure> {
        let bytes =
            self.0.open(place, sealed).ok_or_else(|| Failure::unavailable("a seal that does not open"))?;
        json::bytes(&bytes).map_err(Failure::unavailable)
    }
}

/// The seal of members' ids in the shop's list of them.
///
/// # Errors
/// `unavailable` without the deployment's secret.
pub(crate) fn listing(env: &Env, shop: &str) -> Result<Seal, Failure> {
    Seal::derived(env, &[b"members", shop.as_bytes()])
}

/// Where members of one value are found in KV, without the alias at its end.
///
/// # Errors
/// `unavailable` without the deployment's secret.
pub(crate) fn index(env: &Env, shop: &str, field: &str, value: &str) -> Result<String, Failure> {
    let parts = [b"find", shop.as_bytes(), field.as_bytes(), value.as_bytes()];
    Ok(format!("i/{shop}/{}/", digest::hex(&digest::keyed(&auth::master(env)?, &parts)?)))
}

/// A change with every value in its one form.
///
/// # Errors
/// `profile_invalid` for a field that is not on the list, or a value that it does not take.
pub(crate) fn checked(Sent(mut change): Sent) -> Result<Change, Failure> {
    for (field, value) in &mut change {
        *value = clean(field, value.take())?;
    }
    Ok(change)
}

fn clean(field: &str, value: Option<String>) -> Result<Option<String>, Failure> {
    let invalid = |detail: String| Failure::own(Own::ProfileInvalid, detail);
    let Some((_, form, takes)) = FIELDS.iter().find(|(known, ..)| *known == field) else {
        let names: Vec<&str> = FIELDS.iter().map(|(name, ..)| *name).collect();
        return Err(invalid(format!("`{field}` is not one of {}", names.join(", "))));
    };
    value.map(|value| form(&value).ok_or_else(|| invalid(format!("`{field}`: {takes}")))).transpose()
}

/// One value as it is kept, to look for it; nothing for what cannot be one.
pub(crate) fn sought(field: &str, value: &str) -> Option<String> {
    FIELDS.iter().find(|(known, ..)| *known == field).and_then(|(_, form, _)| form(value))
}

/// Applies a change that is [`checked`].
pub(crate) fn changed(mut profile: Profile, change: Change) -> Profile {
    for (field, value) in change {
        match value {
            Some(value) => profile.insert(field, value),
            None => profile.remove(&field),
        };
    }
    profile
}

fn line(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// Lower case: no two mailboxes differ by case only.
fn email(text: &str) -> Option<String> {
    let text = line(text)?.to_lowercase();
    let (name, host) = text.rsplit_once('@')?;
    let bad = |c: char| c.is_whitespace() || c == '@' || c == '<' || c == '>' || c == ',';
    let fits = !name.is_empty()
        && host.len() >= 3
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.');
    (fits && !text.replacen('@', "", 1).contains(bad)).then_some(text)
}

/// A plus sign and 7 to 15 digits, as E.164 has it.
fn phone(text: &str) -> Option<String> {
    let digits = text.trim().strip_prefix('+')?;
    let plain: String = digits.chars().filter(|c| !" -./()".contains(*c)).collect();
    let fits = (7..=15).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_digit());
    (fits && !plain.starts_with('0')).then(|| format!("+{plain}"))
}

fn language(text: &str) -> Option<String> {
    let text = text.trim();
    let mut parts = text.split('-');
    let first = parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && letters(part));
    let rest =
        parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    (first && rest && text.len() <= 35).then(|| text.to_owned())
}

fn country(text: &str) -> Option<String> {
    let text = text.trim();
    (text.len() == 2 && letters(text)).then(|| text.to_ascii_uppercase())
}

fn letters(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_form() {
        let check = |field: &str, value: &str, expected: Option<&str>| {
            assert_eq!(sought(field, value).as_deref(), expected, "{field} `{value}`");
        };
        check("name", "  Kovács Anna ", Some("Kovács Anna"));
        check("name", "", None);
        check("name", "a\nb", None);
        check("name", &"x".repeat(201), None);
        check("email", "Anna@Shop.Example", Some("anna@shop.example"));
        for bad in [
            "anna",
            "@shop.example",
            "anna@",
            "anna@shop",
            "a b@shop.example",
            "a@b@shop.example",
            "<a@shop.example>",
        ] {
            check("email", bad, None);
        }
        check("phone", "+36 (30) 123-4567", Some("+36301234567"));
        for bad in ["06301234567", "+123456", "+1234567890123456", "+0361234567", "+36a1234567"] {
            check("phone", bad, None);
        }
        check("language", "pt-BR", Some("pt-BR"));
        check("language", "h", None);
        check("country", "hu", Some("HU"));
        check("country", "HUN", None);
        check("birthday", "05-17", None);
    }

    #[test]
    fn a_change_sets_and_forgets_and_takes_no_other_field() {
        let change = |pairs: &[(&str, Option<&str>)]| {
            Sent(pairs.iter().map(|(field, value)| ((*field).to_owned(), value.map(str::to_owned))).collect())
        };
        let profile = changed(
            Profile::new(),
            checked(change(&[("city", Some("Pécs")), ("country", Some("hu"))])).unwrap(),
        );
        let profile = changed(profile, checked(change(&[("city", None)])).unwrap());
        assert_eq!(profile, Profile::from([("country".to_owned(), "HU".to_owned())]));
        for bad in
            [change(&[("iq", Some("100"))]), change(&[("iq", None)]), change(&[("email", Some("anna"))])]
        {
            assert!(matches!(checked(bad), Err(Failure::Own(Own::ProfileInvalid, _))));
        }
    }

    #[test]
    fn a_field_that_is_there_twice_is_no_change() {
        assert!(json::read::<Sent>(r#"{"name":"A","city":null}"#).is_ok());
        for bad in [r#"{"name":"A","name":"A"}"#, r#"{"name":null,"n\u0061me":"A"}"#, r#"[["name","A"]]"#] {
            assert!(json::read::<Sent>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_locked_opens_in_its_place_only() {
        let lock = |key: u8| Lock(Seal::with(&[key; 32]));
        let vault = Vault { member: "anna".into(), profile: Profile::new() };
        let sealed = lock(1).close("vault", &vault).unwrap();
        assert_eq!(lock(1).open::<Vault>("vault", &sealed).unwrap(), vault);
        assert!(!sealed.contains("anna"));
    }
}
