//! What is booked for a member: orders as they were paid, and cancellations as refunds of them.
//!
//! A cancelled line gives back what the same member paid before for the same product: the latest order
//! first, within it line by line, of each as much as is left. What no order holds is reported and not booked.

use crate::orders::{Invoice, Kind, Member, Orders, Tally};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// One command to a member's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Posting<'a> {
    Order(&'a Invoice),
    Refund(Refund<'a>),
}

/// What one cancellation gives back of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refund<'a> {
    pub(crate) cancellation: &'a Invoice,
    pub(crate) order: &'a Invoice,
    /// Indexes of the order's lines, and how much of each in minor units.
    pub(crate) parts: Vec<(usize, u64)>,
}

/// How far cancellations were found in earlier orders. Amounts are above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Matching {
    /// Lines bought, by kind.
    pub(crate) bought: [Tally; Kind::ALL.len()],
    /// Lines cancelled, by kind.
    pub(crate) cancelled: [Tally; Kind::ALL.len()],
    /// What of them no earlier order holds, by kind.
    pub(crate) unmatched: [Tally; Kind::ALL.len()],
    /// Cancelled lines of which a part was found.
    pub(crate) in_part: u64,
}

/// How much of each line is left, of the products that are cancelled at some time: by product, the latest
/// order first, then by line.
type Left = BTreeMap<(u32, Reverse<usize>, usize), u64>;

/// A member's postings, in the order of time.
pub(crate) fn of<'a>(orders: &Orders, member: &'a Member) -> (Vec<Posting<'a>>, Matching) {
    let mut matching = Matching::default();
    let cancelled = member.invoices.iter().filter(|invoice| invoice.cancels);
    let cancelled: BTreeSet<u32> = cancelled.flat_map(|i| &i.lines).map(|line| line.product).collect();
    let mut left = Left::new();
    let mut postings = Vec::with_capacity(member.invoices.len());
    for (index, invoice) in member.invoices.iter().enumerate() {
        if invoice.cancels {
            let parts = parts(orders, invoice, &mut left, &mut matching);
            let refunds = parts.into_iter().filter_map(|(Reverse(order), parts)| {
                let order = member.invoices.get(order)?;
                let parts = parts.into_iter().collect();
                Some(Posting::Refund(Refund { cancellation: invoice, order, parts }))
            });
            postings.extend(refunds);
        } else {
            for (number, line) in invoice.lines.iter().enumerate() {
                note(&mut matching.bought, orders, orders.kind(line), line.amount);
                if cancelled.contains(&line.product) && line.amount > 0 {
                    left.insert((line.product, Reverse(index), number), line.amount);
                }
            }
            postings.push(Posting::Order(invoice));
        }
    }
    (postings, matching)
}

/// By order, what a cancellation gives back of its lines.
fn parts(
    orders: &Orders,
    cancellation: &Invoice,
    left: &mut Left,
    matching: &mut Matching,
) -> BTreeMap<Reverse<usize>, BTreeMap<usize, u64>> {
    let mut parts: BTreeMap<_, BTreeMap<_, u64>> = BTreeMap::new();
    for line in &cancellation.lines {
        let mut missing = line.amount;
        let product = (line.product, Reverse(usize::MAX), 0)..=(line.product, Reverse(0), usize::MAX);
        for ((_, order, number), left) in left.range_mut(product) {
            let part = missing.min(*left);
            if part > 0 {
                *left -= part;
                missing -= part;
                *parts.entry(*order).or_default().entry(*number).or_default() += part;
            } else if missing == 0 {
                break;
            }
        }
        let kind = orders.kind(line);
        note(&mut matching.cancelled, orders, kind, line.amount);
        if missing > 0 {
            note(&mut matching.unmatched, orders, kind, missing);
            matching.in_part += u64::from(missing < line.amount);
        }
    }
    parts
}

fn note(tallies: &mut [Tally; Kind::ALL.len()], orders: &Orders, kind: Kind, minor: u64) {
    let tally = Kind::ALL.iter().position(|known| *known == kind).and_then(|index| tallies.get_mut(index));
    if let Some(tally) = tally {
        *tally = tally.plus(orders.tally(minor));
    }
}

impl Matching {
    pub(crate) fn plus(&mut self, other: &Self) {
        let add = |into: &mut [Tally], from: &[Tally]| {
            into.iter_mut().zip(from).for_each(|(into, from)| *into = into.plus(*from));
        };
        add(&mut self.bought, &other.bought);
        add(&mut self.cancelled, &other.cancelled);
        add(&mut self.unmatched, &other.unmatched);
        self.in_part += other.in_part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::{Line, noon};
    use loyalty_core::{AccountId, Currency, Day, OrderId};

    /// An invoice; each line is a product and an amount.
    type Bought<'a> = (&'a str, &'a [(u32, u64)]);
    /// A refund: its cancellation, its order, and the parts of that one's lines.
    type Given<'a> = (&'a str, &'a str, &'a [(usize, u64)]);

    /// Invoices are a day apart.
    fn member(invoices: &[Bought<'_>]) -> Member {
        let invoice = |(index, (id, lines)): (usize, &Bought<'_>)| Invoice {
            line: index + 2,
            id: OrderId::new(id).unwrap(),
            moment: noon(Day::new(i32::try_from(index).unwrap()).unwrap()).unwrap(),
            cancels: id.starts_with('C'),
            lines: lines
                .iter()
                .map(|(product, amount)| Line { product: *product, pieces: 1, amount: *amount })
                .collect(),
        };
        let invoices = invoices.iter().enumerate().map(invoice).collect();
        Member { id: AccountId::new("7").unwrap(), invoices }
    }

    fn orders() -> Orders {
        let currency = Currency::new("GBP").unwrap();
        let products = vec![Kind::Goods, Kind::Goods, Kind::Delivery];
        Orders { currency, members: vec![], products, intake: None }
    }

    /// `unmatched` is of goods, in minor units.
    fn check(invoices: &[Bought<'_>], refunds: &[Given<'_>], unmatched: u64) {
        let member = member(invoices);
        let (postings, matching) = of(&orders(), &member);
        let found: Vec<_> = postings
            .iter()
            .filter_map(|posting| match posting {
                Posting::Refund(r) => {
                    Some((r.cancellation.id.as_str(), r.order.id.as_str(), r.parts.as_slice()))
                }
                Posting::Order(_) => None,
            })
            .collect();
        assert_eq!(found, refunds);
        assert_eq!(matching.unmatched[0].amount, i64::try_from(unmatched * 100).unwrap());
        let (asked, given): (u64, u64) = (
            member.invoices.iter().filter(|i| i.cancels).flat_map(|i| &i.lines).map(|line| line.amount).sum(),
            found.iter().flat_map(|(_, _, parts)| parts.iter()).map(|(_, amount)| amount).sum(),
        );
        assert_eq!(asked, given + unmatched, "what is cancelled is given back or reported");
    }

    #[test]
    fn the_latest_order_gives_back_first_and_each_line_once() {
        let bought: [Bought<'_>; 2] = [("1", &[(0, 500), (1, 900)]), ("2", &[(1, 50), (0, 300), (0, 100)])];
        check(&[bought[0], bought[1], ("C3", &[(0, 350)])], &[("C3", "2", &[(1, 300), (2, 50)])], 0);
        check(
            &[bought[0], bought[1], ("C3", &[(0, 600)]), ("C4", &[(0, 250)])],
            &[("C3", "2", &[(1, 300), (2, 100)]), ("C3", "1", &[(0, 200)]), ("C4", "1", &[(0, 250)])],
            0,
        );
    }

    #[test]
    fn two_lines_of_a_cancellation_that_meet_are_one_part() {
        check(&[("1", &[(0, 500)]), ("C2", &[(0, 200), (0, 200)])], &[("C2", "1", &[(0, 400)])], 0);
    }

    #[test]
    fn what_was_bought_later_or_is_something_else_is_not_given_back() {
        check(&[("C1", &[(0, 100)]), ("2", &[(0, 100)])], &[], 100);
        check(&[("1", &[(1, 100)]), ("C2", &[(0, 100)])], &[], 100);
        check(&[("1", &[(0, 0)]), ("C2", &[(0, 100)])], &[], 100);
    }

    #[test]
    fn what_is_missing_is_counted_by_kind_and_whether_a_part_was_found() {
        let member = member(&[("1", &[(0, 300), (2, 50)]), ("C2", &[(0, 400), (1, 70), (2, 60), (0, 0)])]);
        let (_, matching) = of(&orders(), &member);
        let tallies =
            |tallies: [Tally; 4]| [0, 1].map(|kind: usize| (tallies[kind].lines, tallies[kind].amount));
        assert_eq!(tallies(matching.bought), [(1, 30_000), (1, 5_000)]);
        assert_eq!(tallies(matching.cancelled), [(3, 47_000), (1, 6_000)]);
        assert_eq!(tallies(matching.unmatched), [(2, 17_000), (1, 1_000)]);
        assert_eq!(matching.in_part, 2);
    }
}
