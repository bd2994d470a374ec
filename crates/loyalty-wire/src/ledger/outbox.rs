//! What an account asks of others, and what all of them share.

use super::rows;
use crate::problem::Problem;
use crate::stored::{OrderRecord, SharedRecord};
use crate::{Programme, parse, request};
use loyalty_core::{AccountId, RowId};

/// The name of the record that [`messages`] needs beside a stored entry; none for most.
///
/// # Errors
/// Those of reading the entry.
pub fn message_record(entry: &str) -> Result<Option<String>, Problem> {
    let entry = crate::entry(entry)?;
    Ok(request::order_of(&entry.event).map(|order| rows::name(&RowId::Order(order.clone()))))
}

/// What a stored entry asks of other accounts: each account, and the request's text. `record` is the text of the
/// record that [`message_record`] names, as it is now or was after the entry.
///
/// # Errors
/// Those of reading the entry and the record; `entry_inconsistent` when the record is needed and not given.
pub fn messages(account: &str, entry: &str, record: Option<&str>) -> Result<Vec<(String, String)>, Problem> {
    let from = AccountId::new(account)?;
    let record = match record {
        Some(text) => Some(rows::read::<_, OrderRecord>(&parse(text)?)?),
        None => None,
    };
    let messages = request::messages(&from, &crate::entry(entry)?, record.as_ref())?;
    Ok(messages.into_iter().map(|(to, text)| (to.as_str().to_owned(), text)).collect())
}

/// What all members share and a programme needs to know the use of; empty for most programmes. Each is counted on [`Command::shared_account`](loyalty_core::Command::shared_account), in the
/// record `shared/{id}`; [`tallies`] reads those.
///
/// # Errors
/// As [`loyalty_core::Programme::shared`].
pub fn shared(programme: &Programme) -> Result<Vec<String>, Problem> {
    Ok(programme.rules().shared()?.iter().map(ToString::to_string).collect())
}

/// What all members have used, from records of the account that counts it: names and texts of `shared/{id}`. Other
/// records are left out.
///
/// # Errors
/// Those of reading the records.
pub fn tallies(records: &[(String, String)]) -> Result<Vec<(String, i64)>, Problem> {
    let shared = records.iter().filter_map(|(name, text)| Some((name.strip_prefix("shared/")?, text)));
    shared.map(|(id, text)| Ok((id.to_owned(), rows::read::<i64, SharedRecord>(&parse(text)?)?))).collect()
}
