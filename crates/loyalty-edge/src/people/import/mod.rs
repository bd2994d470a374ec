//! Many corrections from one file: tried first, booked in the background, undone as a whole.
//!
//! The file's content names the import, or the request's idempotency key does; each row is booked under a key made of
//! that name and its line. So the same file sent again, or a row tried again after a crash, books nothing twice.

mod book;
pub(crate) mod object;
mod rows;
mod sheet;

use crate::account::Page;
use crate::digest;
use crate::http::answer::Answer;
use crate::http::call::{Call, own_key};
use crate::http::page;
use crate::http::problem::{Failure, Own};
use crate::json;
use crate::object::{Reply, ask_named};
use crate::people::import::object::Begin;
use crate::people::import::sheet::Sheet;
use crate::shop::{Shop, clock, programme};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The list of an import's faults, for its cursors.
pub(crate) const FAULTS: &str = "faults";

/// `POST /v1/shops/{shop}/imports`
pub(crate) async fn start(mut call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let dry = match call.query("dry_run").as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Failure::own(Own::Malformed, "`dry_run` is true or false")),
    };
    let text = call.text()?;
    let programme = programme::of(&call.env, &shop.id, clock::now(&call)?).await?;
    let at = clock::set(&call)?.unwrap_or_else(clock::real);
    let sheet = sheet::read(&text, &programme, clock::moment(&programme, at)?);
    let fingerprint = digest::hex(&digest::sha256(&[text.as_bytes()]));
    let import = match call.header("Idempotency-Key") {
        Some(_) => call.key()?,
        None => own_key("import", &fingerprint),
    };
    if dry {
        return Ok(Answer::json(200, tried(&import, &sheet).to_string()));
    }
    if !sheet.faults.is_empty() {
        return Err(invalid(&sheet));
    }
    let begin = Begin { shop: shop.id.clone(), import, fingerprint, at, rows: sheet.rows };
    let name = format!("{}/{}", begin.shop, begin.import);
    Ok(ask_named(&call.env, "IMPORT", &name, "begin", &begin).await?.answer())
}

fn tried(import: &str, sheet: &Sheet) -> Value {
    let (members, sums) = sheet.sums();
    let mut points = Map::new();
    for (wallet, sum) in sums {
        points.insert(wallet.to_owned(), sum.into());
    }
    json!({
        "import": import,
        "dry_run": true,
        "rows": sheet.count,
        "members": members,
        "points": points,
        "faults": sheet.faults,
    })
}

/// A file with a fault is refused as a whole: nobody has to find out which half of it was booked.
fn invalid(sheet: &Sheet) -> Failure {
    let detail = format!("the file has faults, nothing of it is booked; {} rows were read", sheet.count);
    let mut answer = Failure::own(Own::ImportInvalid, detail).answer();
    if let Ok(Value::Object(mut fields)) = json::read(&answer.body) {
        fields.insert("rows".into(), json!(sheet.faults));
        answer.body = Value::Object(fields).to_string();
    }
    Failure::passed(answer)
}

/// `GET /v1/shops/{shop}/imports/{import}`
pub(crate) async fn progress(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    let page = page::Asked::of(&call, FAULTS)?;
    let page = Page { after: page.after_number()?, limit: page.limit };
    Ok(asked(&call, shop, "progress", &page).await?.answer())
}

/// `POST /v1/shops/{shop}/imports/{import}/undo`
///
/// Takes every lot back that the import made. What members have spent of one stays with them, and is told.
pub(crate) async fn undo(call: Call, shop: &Shop) -> Result<Answer, Failure> {
    Ok(asked(&call, shop, "undo", &()).await?.answer())
}

async fn asked(call: &Call, shop: &Shop, what: &str, body: &impl Serialize) -> Result<Reply, Failure> {
    let import = call.param("import")?;
    if import.len() != 32 || !import.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(object::unknown());
    }
    ask_named(&call.env, "IMPORT", &format!("{}/{import}", shop.id), what, body).await
}
