//! Records by name.

use crate::form::Form;
use crate::problem::Problem;
use crate::read::{Read, document};
use crate::stored::{FriendRecord, HoldRecord, NamedRecord, OrderRecord, SaleRecord, SharedRecord};
use crate::tree::Tree;
use crate::write::Write;
use loyalty_core::{Book, Named, Request, RowId, SharedId};

/// The names of the records a host must load before [`step`](super::step).
#[must_use]
pub fn rows(request: &Request) -> Vec<String> {
    request.command.rows().iter().map(name).collect()
}

/// A record's name. What follows the first `/` is an id as it stands; of two ids, each with its own `/` and `%`
/// encoded, so that no two records have one name.
pub(super) fn name(row: &RowId) -> String {
    match row {
        RowId::Order(id) => format!("order/{id}"),
        RowId::Hold(id) => format!("hold/{id}"),
        RowId::Friend(id) => format!("friend/{id}"),
        RowId::Named(Named::Event(event, reference)) => two("event", event.as_str(), reference.as_str()),
        RowId::Named(Named::Bonus(bonus, reference)) => {
            two("bonus", bonus.as_str(), reference.as_ref().map_or("", |reference| reference.as_str()))
        }
        RowId::Named(Named::Privilege(id, reference)) => two("privilege", id.as_str(), reference.as_str()),
        RowId::Named(Named::Payment(reference)) => format!("payment/{reference}"),
        RowId::Sale(buyer, order) => two("sale", buyer.as_str(), order.as_str()),
        RowId::Shared(id) => shared(id),
    }
}

/// The name of the record that counts something all members share.
pub(super) fn shared(id: &SharedId) -> String {
    format!("shared/{id}")
}

fn two(kind: &str, first: &str, second: &str) -> String {
    let part = |id: &str| id.replace('%', "%25").replace('/', "%2F");
    format!("{kind}/{}/{}", part(first), part(second))
}

/// A record's name and text.
pub(super) fn record(book: &Book, row: &RowId) -> Option<(String, String)> {
    let body = match row {
        RowId::Order(id) => OrderRecord::of(book.orders.get(id)?).to_json(),
        RowId::Hold(id) => HoldRecord::of(book.holds.get(id)?).to_json(),
        RowId::Friend(id) => FriendRecord::of(book.friends.get(id)?).to_json(),
        RowId::Named(named) => NamedRecord::of(book.named.get(named)?).to_json(),
        RowId::Sale(buyer, order) => {
            SaleRecord::of(book.sales.get(&(buyer.clone(), order.clone()))?).to_json()
        }
        RowId::Shared(id) => SharedRecord::of(book.shared.get(id)?).to_json(),
    };
    Some((name(row), body))
}

/// Reads a record into the book.
///
/// # Errors
/// Every fault of the text; `entry_inconsistent` when it cannot be what was stored.
pub(super) fn load(book: &mut Book, row: RowId, tree: &Tree<'_>) -> Result<(), Problem> {
    match row {
        RowId::Order(id) => {
            book.orders.insert(id, read::<_, OrderRecord>(tree)?);
        }
        RowId::Hold(id) => {
            book.holds.insert(id, read::<_, HoldRecord>(tree)?);
        }
        RowId::Friend(id) => {
            book.friends.insert(id, read::<_, FriendRecord>(tree)?);
        }
        RowId::Named(named) => {
            book.named.insert(named, read::<_, NamedRecord>(tree)?);
        }
        RowId::Sale(buyer, order) => {
            book.sales.insert((buyer, order), read::<_, SaleRecord>(tree)?);
        }
        RowId::Shared(id) => {
            book.shared.insert(id, read::<_, SharedRecord>(tree)?);
        }
    }
    Ok(())
}

/// Reads one record.
pub(super) fn read<T, F: Form<T> + Read>(tree: &Tree<'_>) -> Result<T, Problem> {
    Ok(document::<F>(tree)?.restore()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use loyalty_core::{AccountId, BonusId, EventName, HoldId, OrderId, PrivilegeId, Reference};

    #[track_caller]
    fn check(row: RowId, expected: &str) {
        assert_eq!(name(&row), expected);
    }

    #[test]
    fn no_two_records_have_one_name() {
        let reference = |text: &str| Reference::new(text).unwrap();
        let event =
            |name, text: &str| RowId::Named(Named::Event(EventName::new(name).unwrap(), reference(text)));
        let bonus = |text: Option<&str>| {
            RowId::Named(Named::Bonus(BonusId::new("review").unwrap(), text.map(reference)))
        };
        check(RowId::Order(OrderId::new("shop/1001").unwrap()), "order/shop/1001");
        check(RowId::Hold(HoldId::new("h").unwrap()), "hold/h");
        check(RowId::Friend(AccountId::new("f").unwrap()), "friend/f");
        check(event("visit", "7"), "event/visit/7");
        check(event("a/b", "c"), "event/a%2Fb/c");
        check(event("a", "b/c"), "event/a/b%2Fc");
        check(event("a%2Fb", "c"), "event/a%252Fb/c");
        check(bonus(Some("7")), "bonus/review/7");
        check(bonus(None), "bonus/review/");
        let privilege = PrivilegeId::new("lounge").unwrap();
        check(RowId::Named(Named::Privilege(privilege, reference("7"))), "privilege/lounge/7");
        check(RowId::Named(Named::Payment(reference("7/8"))), "payment/7/8");
        let (buyer, order) = (AccountId::new("b").unwrap(), OrderId::new("1").unwrap());
        check(RowId::Sale(buyer, order), "sale/b/1");
        check(RowId::Shared(SharedId::new("campaign/summer").unwrap()), "shared/campaign/summer");
    }
}
