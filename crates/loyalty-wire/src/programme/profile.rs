//! Profiles: settings of published systems, laid under a document that names one.

use crate::problem::Problem;
use crate::text::Text;
use crate::tree::Tree;
use crate::words::Profile;
use crate::write::Write;
use std::borrow::Cow;

/// The field that names one.
pub(super) const PROFILE: &str = "profile";
/// One setting: a length that a document gives leaves nothing of the profile's.
const WHOLE: &str = "expiry";
/// Laid only under a document's own: which levels there are, no profile can say.
const NEVER_ALONE: &str = "tiers";

impl Profile {
    const fn text(self) -> &'static str {
        match self {
            Self::Square => include_str!("../profiles/square.json"),
            Self::Odoo => include_str!("../profiles/odoo.json"),
            Self::Erpnext => include_str!("../profiles/erpnext.json"),
            Self::Woocommerce => include_str!("../profiles/woocommerce.json"),
            Self::Smile => include_str!("../profiles/smile.json"),
            Self::Yotpo => include_str!("../profiles/yotpo.json"),
            Self::Setono => include_str!("../profiles/setono.json"),
        }
    }
}

/// The settings of the profile that a document names. A name that is none is left to the reader of the document.
pub(super) fn of(document: &Tree<'_>) -> Result<Option<Tree<'static>>, Problem> {
    match document.field(PROFILE) {
        Some(Tree::Text(word)) => {
            Profile::parse(word).ok().map(|found| crate::parse(found.text())).transpose()
        }
        _ => Ok(None),
    }
}

/// The document with the profile's settings where it gives none, and no profile any more: object by object, so that a document may give
/// one field of `basis` and leave the others to the profile; but an `expiry` is given as a whole.
pub(super) fn under<'t>(profile: Tree<'static>, document: &Tree<'t>) -> Tree<'t> {
    let mut whole = document.clone();
    let (Tree::Map(settings), Tree::Map(fields)) = (profile, &mut whole) else { return whole };
    // A second one stays, and is refused.
    let named = fields.iter().position(|(name, _)| name == PROFILE);
    named.map(|place| fields.remove(place));
    for (name, setting) in settings {
        match given(fields, &name) {
            None if name == NEVER_ALONE => {}
            None => fields.push((name, setting)),
            Some(Tree::Map(own)) if name != WHOLE => {
                let Tree::Map(inner) = setting else { continue };
                for (name, setting) in inner {
                    if given(own, &name).is_none() {
                        own.push((name, setting));
                    }
                }
            }
            Some(_) => {}
        }
    }
    whole
}

/// What a map gives of a field; `null` gives nothing, and makes way.
fn given<'a, 't>(fields: &'a mut Vec<(Cow<'t, str>, Tree<'t>)>, name: &str) -> Option<&'a mut Tree<'t>> {
    fields.retain(|(known, value)| known != name || !value.is_absent());
    fields.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use crate::Programme;
    use crate::programme::tests::{check, document, parts};
    use crate::text::Text;
    use crate::words::Profile;
    use loyalty_core::{Code, Expiry, Inclusion, Parts, Restored, Span, Window};
    use serde_json::{Value, json};

    #[test]
    fn a_profile_is_what_its_settings_are_when_they_are_written_out() {
        for name in ["square", "odoo", "erpnext", "woocommerce", "smile", "yotpo", "setono"] {
            let settings: Value = serde_json::from_str(Profile::parse(name).unwrap().text()).unwrap();
            let mut written = settings.clone();
            let tiers = json!({"window": {"days": 30}, "levels": [{"id": "a", "name": "A", "from": "1"}]});
            let mut own = settings.get("tiers").cloned().unwrap_or_else(|| json!({}));
            own.as_object_mut().unwrap().extend(tiers.as_object().unwrap().clone());
            written["tiers"] = own;
            let mut named = parts(&json!({"profile": name, "tiers": tiers}));
            let written = parts(&written);
            named.version = written.version.clone();
            assert_eq!(named, written, "{name}");
            assert_ne!(
                named,
                Parts { version: written.version, ..parts(&json!({"tiers": tiers})) },
                "{name}"
            );
            assert!(parts(&json!({"profile": name})).tiers.is_none(), "{name} makes no levels of its own");
        }
    }

    #[test]
    fn what_a_document_gives_wins_over_its_profile() {
        let setono = |fields: Value| {
            let mut all = json!({"profile": "setono"});
            all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            parts(&all)
        };
        let mine = setono(json!({"basis": {"delivery": "in"}, "expiry": {"months": 6}}));
        assert_eq!((mine.basis.delivery, mine.basis.tax), (Inclusion::In, Inclusion::Out));
        assert_eq!(mine.wallets[0].expiry, Expiry { after: Some(Span::Months(6)), ..Expiry::default() });
        assert_eq!(setono(json!({"expiry": {}})).wallets[0].expiry, Expiry::default(), "never");
        let silent = setono(json!({"basis": {"tax": null}, "expiry": null, "refunds": null}));
        assert_eq!((silent.basis.tax, silent.refunds.restored), (Inclusion::Out, Restored::NewLot));
        assert_eq!(silent.wallets[0].expiry.after, Some(Span::Days(365)));
        let tiers = json!({"levels": [{"id": "a", "name": "A", "from": "1"}]});
        assert!(setono(json!({"tiers": tiers})).tiers.is_some(), "the window is the profile's");
        let erpnext =
            json!({"profile": "erpnext", "tiers": {"window": {"days": 30}, "levels": tiers["levels"]}});
        let debug = format!("{:?}", parts(&erpnext).tiers);
        assert!(debug.contains(&format!("{:?}", Window::Rolling(Span::Days(30)))), "{debug}");
    }

    #[test]
    fn a_profile_hides_no_fault() {
        check(json!({"profile": "shop"}), &[("/profile", Code::UnknownChoice)]);
        check(json!({"profile": 1}), &[("/profile", Code::WrongType)]);
        check(
            json!({"profile": "square", "basis": {"tips": "in"}, "refunds": 1}),
            &[("/basis/tips", Code::UnknownField), ("/refunds", Code::WrongType)],
        );
        let text = document(&json!({"profile": "square", "over_ask": "clamp"}));
        let twice = text.replacen('{', r#"{"over_ask": "clamp","#, 1);
        let problem = Programme::parse(&twice).map(|_| ()).unwrap_err();
        assert_eq!(problem.faults.len(), 1);
        assert_eq!((problem.code, problem.faults[0].path.as_str()), (Code::DuplicateField, "/over_ask"));
    }

    #[test]
    fn a_version_is_of_the_document_as_it_is_given() {
        let named = Programme::parse(&document(&json!({"profile": "square"}))).unwrap();
        assert!(
            named.canonical().contains(r#""profile":"square""#) && !named.canonical().contains("combining")
        );
        assert_ne!(named.version(), Programme::parse(&document(&json!({}))).unwrap().version());
    }
}
