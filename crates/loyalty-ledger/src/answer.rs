//! The answer to a command, as it is kept and given.

use crate::step::Ask;
use crate::trouble::Trouble;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Adds what the rules do not know: beside all open holds the one that was asked for, what the Worker
/// had to say, and that KV has yet to follow. Everything else stays as it was written.
pub(crate) fn complete(answer: &str, ask: &Ask) -> Result<String, Trouble> {
    let fields = answer.strip_suffix('}').ok_or_else(|| Trouble::new("an answer that is no object"))?;
    let mut text = fields.to_owned();
    if let Some(hold) = ask.hold.as_deref().and_then(|id| open_hold(answer, id)) {
        text.push_str(&format!(r#","hold":{hold}"#));
    }
    if let Some(referral) = &ask.referral {
        text.push_str(&format!(r#","referral":{referral}"#));
    }
    text.push_str(r#","kv":"pending"}"#);
    Ok(text)
}

/// One of the open holds of an answer.
fn open_hold(answer: &str, id: &str) -> Option<Box<RawValue>> {
    #[derive(Deserialize)]
    struct Booked {
        standing: Standing,
    }
    #[derive(Deserialize)]
    struct Standing {
        holds: Vec<Box<RawValue>>,
    }
    #[derive(Deserialize)]
    struct Hold {
        id: String,
    }
    let booked: Booked = serde_json::from_str(answer).ok()?;
    let named = |hold: &RawValue| serde_json::from_str::<Hold>(hold.get()).is_ok_and(|hold| hold.id == id);
    booked.standing.holds.into_iter().find(|hold| named(hold))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn an_answer_keeps_every_byte_beside_what_is_added() {
        let answer = r#"{"seq":2,"b":1,"a":1,"standing":{"holds":[{"id":"x"},{"points":5,"id":"h"}]}}"#;
        let ask = |hold: Option<&str>, referral: Option<Value>| Ask {
            hold: hold.map(str::to_owned),
            referral,
            ..Ask::default()
        };
        let check = |ask: Ask, added: &str| {
            let expected = format!("{}{added}", &answer[..answer.len() - 1]);
            assert_eq!(complete(answer, &ask).unwrap(), expected);
        };
        check(ask(None, None), r#","kv":"pending"}"#);
        check(ask(Some("h"), None), r#","hold":{"points":5,"id":"h"},"kv":"pending"}"#);
        check(ask(Some("gone"), None), r#","kv":"pending"}"#);
        check(ask(None, Some(Value::Bool(true))), r#","referral":true,"kv":"pending"}"#);
    }
}
