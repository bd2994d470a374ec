//! One line of an import: booked through the member's account, or taken back.

use crate::http::call::own_key;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::object;
use crate::people::import::rows::{Import, Line, Lot, Rows};
use crate::people::import::sheet::Row;
use crate::people::vault::Lock;
use crate::people::{erasures, link, remarks};
use loyalty_ledger::Ask;
use serde::Deserialize;
use serde_json::{Value, json};
use worker::Env;

/// The reason of what takes a line back.
const UNDONE: &str = "import_undone";

/// How work on a line ended.
pub(crate) enum Ended {
    /// It is booked, as this lot.
    Booked(Lot),
    /// The account refused it.
    Refused {
        /// Why.
        code: String,
        /// The field at fault, in the command.
        path: Option<String>,
    },
    /// Its lot is taken back.
    Undone,
    /// Its lot could not be taken back.
    Kept {
        /// Why.
        code: String,
    },
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
    #[serde(default)]
    faults: Vec<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    path: String,
}

/// Where a line's text is sealed.
pub(crate) fn place(line: u64) -> String {
    format!("import/{line}")
}

/// Books a line. Asked again it does the same again, under the same key and for the same instant.
///
/// # Errors
/// `unavailable`: nobody knows whether it is booked, so it has to be asked again.
pub(crate) async fn book(
    env: &Env,
    rows: &Rows,
    import: &Import,
    programme: &str,
    line: &Line,
) -> Result<Ended, Failure> {
    let sealed = line.sealed.as_deref().ok_or_else(|| Failure::unavailable("a line without its text"))?;
    let row: Row = Lock::new(env, &import.shop, &import.salt)?.open(&place(line.line), sealed)?;
    let acct = match &line.acct {
        Some(acct) => acct.clone(),
        None => {
            let acct = link::account(env, &import.shop, &row.member).await?.acct;
            rows.led(line.line, &acct)?;
            acct
        }
    };
    let key = own_key("import", &format!("{}/{}", import.import, line.line));
    let request = json!({ "account": acct, "key": key, "command": row.command }).to_string();
    let ask = Ask { programme: programme.to_owned(), now: Some(import.at), request, ..Ask::default() };
    let reply = object::ask_named(env, "ACCOUNT", &format!("{}/{acct}", import.shop), "step", &ask).await?;
    if reply.status == 410 {
        // Another account for the same person would bring back who was erased, and book twice what was booked.
        erasures::late(env, &import.shop).await;
        return Ok(Ended::Refused { code: Own::NotFound.as_str().into(), path: None });
    }
    if !(200..300).contains(&reply.status) {
        let Refusal { code, faults } = refusal(reply.status, &reply.body)?;
        return Ok(Ended::Refused { code, path: faults.into_iter().next().map(|fault| fault.path) });
    }
    let (seq, lot) =
        booked(&reply.body, acct).ok_or_else(|| Failure::unavailable("an answer without a lot"))?;
    if let Some(note) = &row.note {
        let remark = json!({ "note": note, "import": import.import });
        remarks::keep(env, &import.shop, &row.member, seq, remark).await?;
    }
    Ok(Ended::Booked(lot))
}

/// Takes a line's lot back, also from an account whose member was erased since: what it gave is no longer owed.
///
/// # Errors
/// As [`book`].
pub(crate) async fn take_back(
    env: &Env,
    import: &Import,
    programme: &str,
    line: &Line,
) -> Result<Ended, Failure> {
    let acct = line.acct.as_deref().ok_or_else(|| Failure::unavailable("a lot without an account"))?;
    let key = own_key("import undone", &format!("{}/{}", import.import, line.line));
    let command = json!({
        "kind": "adjust", "reason": UNDONE, "wallet": line.wallet, "debit": line.points, "lot": line.lot,
    });
    let request = json!({ "account": acct, "key": key, "command": command }).to_string();
    let ask = Ask { programme: programme.to_owned(), request, ..Ask::default() };
    let reply = object::ask(env, &import.shop, acct, "message", &ask).await?;
    if (200..300).contains(&reply.status) {
        return Ok(Ended::Undone);
    }
    Ok(Ended::Kept { code: refusal(reply.status, &reply.body)?.code })
}

/// Why a line was refused; a failure where that was no decision.
fn refusal(status: u16, body: &str) -> Result<Refusal, Failure> {
    match json::read(body) {
        Ok(refusal) if (400..500).contains(&status) => Ok(refusal),
        _ => Err(Failure::unavailable(format!("a line answered {status}: {body}"))),
    }
}

/// The entry and the lot that an answer tells.
fn booked(body: &str, acct: String) -> Option<(u64, Lot)> {
    let answer: Value = json::read(body).ok()?;
    let entries = answer.get("entries")?.as_array()?;
    let entry =
        entries.iter().find(|entry| entry.pointer("/event/kind").is_some_and(|kind| kind == "adjusted"))?;
    let lot = entry.pointer("/event/lot")?;
    let text = |name: &str| lot.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| lot.get(name).and_then(Value::as_u64);
    let lot = Lot { acct, wallet: text("wallet")?, lot: number("id")?, points: number("points")? };
    Some((entry.get("seq")?.as_u64()?, lot))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lot_of_a_correction_is_found_among_what_fell_due() {
        let body = r#"{"entries":[{"seq":3,"event":{"kind":"vested","lot":1}},
            {"seq":4,"event":{"kind":"adjusted","lot":{"id":2,"wallet":"points","points":50}}},
            {"seq":5,"event":{"kind":"repaid","points":50}}]}"#;
        let lot = Lot { acct: "a".into(), wallet: "points".into(), lot: 2, points: 50 };
        assert_eq!(booked(body, "a".into()), Some((4, lot)));
        assert_eq!(booked(r#"{"entries":[]}"#, "a".into()), None);
    }
}
