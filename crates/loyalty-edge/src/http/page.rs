//! Pages of lists: `?limit=&cursor=` is answered with `{"data": […], "next_cursor": …}`.
//!
//! A cursor says after which item the next page begins. It is opaque, and of one list only.

use crate::api::members;
use crate::http::call::Call;
use crate::http::problem::{Failure, Own};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

/// How many items a page has at most, and how many when nobody says.
const MOST: u64 = 500;
const USUAL: u64 = 100;

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The item before the first; nothing for the beginning.
    pub(crate) after: Option<String>,
    /// At most so many.
    pub(crate) limit: u32,
}

impl Asked {
    /// What a request asks of a list.
    ///
    /// # Errors
    /// `malformed` for a limit that is not 1 to 500, and for a cursor of another list or of nobody's making.
    pub(crate) fn of(call: &Call, list: &str) -> Result<Self, Failure> {
        let limit = u32::try_from(call.number("limit", 1..=MOST)?.unwrap_or(USUAL)).unwrap_or(u32::MAX);
        let after = call.query("cursor").map(|text| read(list, &text).ok_or_else(refused)).transpose()?;
        Ok(Self { after, limit })
    }

    /// The number of the item before the first; 0 for the beginning.
    ///
    /// # Errors
    /// `malformed` when items of the list have no numbers, or none so large.
    pub(crate) fn after_number(&self) -> Result<u64, Failure> {
        let Some(text) = &self.after else { return Ok(0) };
        text.parse().ok().filter(|number| *number <= members::MOST).ok_or_else(refused)
    }
}

fn refused() -> Failure {
    Failure::own(Own::Malformed, "`cursor` is the `next_cursor` of a page of this list")
}

/// What KV found for such a page. It knows which cursors are its own.
///
/// # Errors
/// `malformed` for a cursor of nobody's making; `unavailable`.
pub(crate) fn found<T>(call: &Call, listed: Result<T, worker::KvError>) -> Result<T, Failure> {
    listed.map_err(|error| match call.query("cursor") {
        Some(_) => refused(),
        None => Failure::unavailable(error),
    })
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub(crate) struct Page<T> {
    pub(crate) data: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` of the items, which are one more where there is a next page. `name`: by what the next
    /// page finds an item again.
    pub(crate) fn of(list: &str, limit: u32, mut items: Vec<T>, name: impl Fn(&T) -> String) -> Page<T> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| cursor(list, &name(last)));
        Self { data: items, next_cursor }
    }

    /// A page of a list that says itself where the next one begins.
    pub(crate) fn listed(list: &str, data: Vec<T>, next: Option<&str>) -> Page<T> {
        Self { data, next_cursor: next.map(|next| cursor(list, next)) }
    }

    /// The page with every item as it is told.
    ///
    /// # Errors
    /// Those of telling.
    pub(crate) fn try_map<U>(self, tell: impl FnMut(T) -> Result<U, Failure>) -> Result<Page<U>, Failure> {
        let data = self.data.into_iter().map(tell).collect::<Result<_, _>>()?;
        Ok(Page { data, next_cursor: self.next_cursor })
    }
}

/// By what the next page of a list finds an item again.
pub(crate) fn cursor(list: &str, item: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}\0{item}"))
}

fn read(list: &str, cursor: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    Some(text.strip_prefix(list)?.strip_prefix('\0')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_no_next() {
        let page = |items: Vec<u64>| Page::of("numbers", 2, items, u64::to_string);
        let first = page(vec![1, 2, 3]);
        assert_eq!(first.data, [1, 2]);
        assert_eq!(read("numbers", first.next_cursor.as_deref().unwrap()).as_deref(), Some("2"));
        for last in [vec![], vec![1], vec![1, 2]] {
            assert_eq!(page(last).next_cursor, None);
        }
    }

    #[test]
    fn a_cursor_is_of_one_list() {
        let cursor = cursor("members", "anna\0é");
        assert_eq!(read("members", &cursor).as_deref(), Some("anna\0é"));
        for (list, text) in
            [("member", cursor.as_str()), ("entries", &cursor), ("members", "%"), ("members", "")]
        {
            assert_eq!(read(list, text), None, "{list} {text}");
        }
    }
}
