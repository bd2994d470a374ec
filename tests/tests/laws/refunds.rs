//! Taking back what was booked.

use loyalty_core::{Code, Entry, Event, LineId, LotId, Points, RefundBasis, Restored, RuleId, Step};
use loyalty_tests::documents::{Document, amount};
use loyalty_tests::history::history;
use loyalty_tests::world::{Outcome, World};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What was taken back of an order so far, told from the log alone.
#[derive(Default)]
struct Back {
    /// Amount and earning basis of each line.
    lines: BTreeMap<String, (Decimal, Decimal)>,
    /// Points of each lot, per line of the order.
    points: BTreeMap<LotId, Vec<u64>>,
    restored: u64,
    /// Whether any refund was made where what is spent is spent.
    kept: bool,
}

fn total<'a>(points: impl IntoIterator<Item = &'a Points>) -> u64 {
    points.into_iter().map(|points| points.get()).sum()
}

/// Follows the refunds of one order through the log.
fn follow(world: &World, paid: &Entry) -> Result<Back, TestCaseError> {
    let Event::OrderPaid { order, lines, redeemed, credits, .. } = &paid.event else {
        return Ok(Back::default());
    };
    let spent = total(redeemed.iter().map(|r| &r.points));
    let mut so_far = Back::default();
    let mut by_share = true;
    for entry in &world.entries {
        let Event::Refunded { order: id, lines: refunded, credits: backs, restored, .. } = &entry.event
        else {
            continue;
        };
        if *id != order.id {
            continue;
        }
        let rules = world.refunds(&entry.programme);
        by_share &= rules.basis == RefundBasis::Reverse;
        so_far.kept |= rules.restored == Restored::Never;
        for line in refunded {
            let known = so_far.lines.entry(line.line.as_str().to_owned()).or_default();
            known.0 += line.amount.amount();
            known.1 += line.spend;
            let booked = lines.iter().find(|booked| booked.line == line.line).unwrap();
            let sold = order.cart.lines().iter().find(|sold| sold.id == line.line).unwrap();
            prop_assert!(known.0 <= sold.amount.amount() && known.1 <= booked.spend);
        }
        for back in backs {
            let credit = credits.iter().find(|credit| credit.lot.id == back.lot).unwrap();
            let known = so_far.points.entry(back.lot).or_insert_with(|| vec![0; credit.lines.len()]);
            for ((known, more), booked) in known.iter_mut().zip(&back.lines).zip(&credit.lines) {
                *known += more.get();
                prop_assert!(*known <= booked.get(), "{} of {:?} taken back", known, credit);
            }
            let (asked, taken) =
                (total(&back.lines), total(back.back.taken.iter().map(|taken| &taken.points)));
            prop_assert_eq!(asked, taken + back.back.debt.get() + back.back.written_off.get());
        }
        so_far.restored += total(restored.iter().flatten().map(|lot| &lot.points));
        prop_assert!(so_far.restored <= spent);
        // Exactly the refunded share of what was booked, rounded down: not the sum of rounded parts.
        for credit in credits.iter().filter(|_| by_share) {
            let nothing = vec![0; credit.lines.len()];
            let taken = so_far.points.get(&credit.lot.id).unwrap_or(&nothing);
            for ((sold, booked), taken) in order.cart.lines().iter().zip(&credit.lines).zip(taken) {
                let (refunded, _) = so_far.lines.get(sold.id.as_str()).copied().unwrap_or_default();
                let charged = sold.amount.amount();
                let (share, taken) = (Decimal::from(booked.get()) * refunded, Decimal::from(*taken));
                let exact = taken * charged <= share && share < (taken + Decimal::ONE) * charged;
                prop_assert!(
                    exact || charged.is_zero(),
                    "{} of {} for {} of {}",
                    taken,
                    booked.get(),
                    refunded,
                    charged
                );
            }
        }
    }
    Ok(so_far)
}

/// Everything that was booked for an order came back.
fn complete(world: &World, paid: &Entry) -> Result<(), TestCaseError> {
    let Event::OrderPaid { order, lines, redeemed, credits, .. } = &paid.event else { return Ok(()) };
    let back = follow(world, paid)?;
    for booked in lines {
        let (_, spend) = back.lines.get(booked.line.as_str()).copied().unwrap_or_default();
        prop_assert_eq!(spend, booked.spend, "{:?} of {}", booked, order.id);
    }
    for credit in credits {
        let booked: Vec<u64> = credit.lines.iter().map(|points| points.get()).collect();
        let nothing = vec![0; booked.len()];
        prop_assert_eq!(back.points.get(&credit.lot.id).unwrap_or(&nothing), &booked, "{:?}", credit);
    }
    if !back.kept {
        prop_assert_eq!(back.restored, total(redeemed.iter().map(|r| &r.points)));
    }
    Ok(())
}

/// A line that is sold: of which category, for how many cents.
#[derive(Debug, Clone)]
struct Sold {
    category: &'static str,
    amount: i64,
    discount: i64,
    tax: i64,
}

impl Sold {
    fn json(&self, place: usize) -> Value {
        let text = |units| amount(units, ("EUR", 2));
        json!({"id": format!("{place}"), "categories": [self.category], "amount": text(self.amount),
            "discount": text(self.discount), "tax": text(self.tax)})
    }
}

fn sold() -> impl Strategy<Value = Sold> {
    let share = || prop_oneof![3 => Just(0_i64), 1 => 0..=100_i64];
    (select(vec!["tea", "mugs"]), 1..3000_i64, share(), share()).prop_map(|(category, amount, off, tax)| {
        let discount = amount * off / 100;
        Sold { category, amount, discount, tax: (amount - discount) * tax / 100 }
    })
}

/// An order is paid, partly with points; or a part of one comes back, of each line so many cents or the rest.
#[derive(Debug, Clone)]
struct Visit {
    pay: bool,
    lines: Vec<Sold>,
    points: Option<u32>,
    which: Index,
    parts: Vec<Option<i64>>,
}

fn visit() -> impl Strategy<Value = Visit> {
    let parts = vec(prop_oneof![2 => (0..2000_i64).prop_map(Some), 1 => Just(None)], 1..4);
    let points = prop::option::weighted(0.3, 1..4_u32);
    (any::<bool>(), vec(sold(), 1..4), points, any::<Index>(), parts)
        .prop_map(|(pay, lines, points, which, parts)| Visit { pay, lines, points, which, parts })
}

/// What tells one rule's lines from another's.
#[derive(Debug, Clone)]
struct Takes {
    only: Option<&'static str>,
    exclusive: bool,
    priority: u32,
}

impl Takes {
    fn takes(&self, category: &str) -> bool {
        self.only.is_none_or(|only| only == category)
    }

    fn put(&self, rule: &mut Value) {
        rule["only"] = json!(self.only.map(|only| [only]));
        (rule["exclusive"], rule["priority"]) = (json!(self.exclusive), json!(self.priority));
    }
}

/// A rule in groups that carries what is left over, and perhaps another beside it, in its wallet or not.
#[derive(Debug, Clone)]
struct Shop {
    per: i64,
    rule: Takes,
    other: Option<(bool, Takes)>,
    settings: Value,
    /// Whether each order has one line and is paid in money, so that points follow groups at every step.
    single: bool,
}

fn shop() -> impl Strategy<Value = Shop> {
    let takes = || {
        let only = prop_oneof![2 => Just(None), 1 => Just(Some("tea")), 1 => Just(Some("mugs"))];
        (only, any::<bool>(), 0..2_u32).prop_map(|(only, exclusive, priority)| Takes {
            only,
            exclusive,
            priority,
        })
    };
    let inclusion = || select(vec!["in", "out"]);
    let settings =
        (select(vec!["reverse", "recompute", "refunded"]), inclusion(), inclusion(), any::<bool>());
    let combining = select(vec!["add", "add", "best"]);
    let settings = (settings, combining).prop_map(|((refunds, tax, discounts, doubled), combining)| {
        let campaigns = if doubled { json!([{"id": "double", "name": "Double", "multiplier": "2"}]) } else { json!([]) };
        json!({"combining": combining, "refunds": {"basis": refunds}, "basis": {"tax": tax, "discounts": discounts}, "campaigns": campaigns})
    });
    (100..3000_i64, takes(), prop::option::of((any::<bool>(), takes())), settings, any::<bool>())
        .prop_map(|(per, rule, other, settings, single)| Shop { per, rule, other, settings, single })
}

impl Shop {
    fn json(&self) -> Value {
        let mut json = json!({"format": 1, "name": "A shop", "currency": "EUR", "time_zone": "UTC",
            "wallets": [{"id": "stamps", "name": "Stamps"}],
            "rewards": [{"id": "pay", "name": "Pay", "kind": "pay_with_points", "points": 1, "value": "0.10"}]});
        let mut rule = json!({"id": "rule", "points": 1, "per": amount(self.per, ("EUR", 2)), "measure": "groups", "carry": true});
        self.rule.put(&mut rule);
        json["earning"] = json!([rule]);
        if let Some((beside, takes)) = &self.other {
            let wallet = if *beside { "points" } else { "stamps" };
            let mut other = json!({"id": "other", "points": 3, "per": "7.00", "wallet": wallet});
            takes.put(&mut other);
            json["earning"].as_array_mut().unwrap().push(other);
        }
        for (name, value) in self.settings.as_object().unwrap() {
            json[name] = value.clone();
        }
        json
    }

    /// Whether the points of its wallet are its groups.
    fn tells_groups(&self) -> bool {
        let beside = self.other.as_ref().is_some_and(|(beside, _)| *beside);
        self.single && !beside && self.settings["campaigns"] == json!([])
    }

    /// Whether the rule has a line of this category to itself, or shares it.
    fn owns(&self, category: &str) -> bool {
        let lost = self.other.as_ref().is_some_and(|(beside, other)| {
            let first = self.rule.exclusive && self.rule.priority >= other.priority;
            *beside && other.exclusive && other.takes(category) && !first
        });
        self.rule.takes(category) && !lost
    }
}

/// What was bought and kept of the lines that the rule owns, told from the log alone.
#[derive(Debug, Default)]
struct Kept {
    per: Decimal,
    left_over: Decimal,
    /// By order: its lines that count, how much they counted for in all, the groups, how much came back.
    orders: BTreeMap<String, (Vec<LineId>, Decimal, Decimal, Decimal)>,
}

impl Kept {
    /// Groups that were given and not taken back.
    fn groups(&self) -> Decimal {
        let left = self.orders.values().filter(|(_, counted, ..)| !counted.is_zero());
        left.map(|(_, counted, groups, gone)| groups - (groups * gone / counted).floor()).sum()
    }

    fn fold(&mut self, shop: &Shop, entry: &Entry) -> Result<(), TestCaseError> {
        match &entry.event {
            Event::OrderPaid { order, lines, credits, .. } => {
                let steps = || credits.iter().flat_map(|credit| &credit.steps);
                let gave =
                    steps().any(|step| matches!(step, Step::Rate { rule, .. } if rule.as_str() == "rule"));
                let sold = order.cart.lines().iter().zip(lines);
                let owned = sold.filter(|(line, _)| line.categories.iter().any(|it| shop.owns(it.as_str())));
                let (ids, spend): (Vec<_>, Vec<_>) =
                    owned.map(|(line, booked)| (line.id.clone(), booked.spend)).unzip();
                let mut counted: Decimal = spend.iter().sum();
                // Where only the best rule gives, this one sometimes does not.
                if !gave && shop.settings["combining"] == "best" {
                    counted = Decimal::ZERO;
                }
                let groups = if counted.is_zero() {
                    Decimal::ZERO
                } else {
                    ((self.left_over + counted) / self.per).floor().max(Decimal::ZERO)
                };
                self.left_over += counted - groups * self.per;
                self.orders.insert(order.id.to_string(), (ids, counted, groups, Decimal::ZERO));
            }
            Event::Refunded { order, lines, .. } => {
                let (ids, counted, groups, gone) = self.orders.get_mut(order.as_str()).unwrap();
                let now: Decimal =
                    lines.iter().filter(|line| ids.contains(&line.line)).map(|line| line.spend).sum();
                if now.is_zero() || counted.is_zero() {
                    return Ok(());
                }
                let back = |gone: Decimal| (*groups * gone / *counted).floor();
                self.left_over += (back(*gone + now) - back(*gone)) * self.per - now;
                *gone += now;
                prop_assert!(gone <= counted);
            }
            _ => {}
        }
        Ok(())
    }
}

/// How many points of a wallet there are, less what is owed.
fn owned(world: &World, wallet: &str) -> i64 {
    let position = &world.account.position;
    let lots = position.lots.iter().filter(|lot| lot.wallet.as_str() == wallet);
    let debt = position.debt.iter().filter(|(owing, _)| owing.as_str() == wallet);
    let sum = |points: u64| i64::try_from(points).unwrap();
    sum(total(lots.map(|lot| &lot.points))) - sum(total(debt.map(|(_, points)| points)))
}

proptest! {
    /// Law `full-refund`: however an order is split into refunds, what they take back is never more than was
    /// booked at any step, lot by lot and line by line, and exactly that once all of it is refunded; points spent
    /// on it return in the same way. Where refunds take back shares, each is exact at every step.
    #[test]
    fn full_refund(history in history(20)) {
        let mut world = World::of(&history);
        world.live(&history.happenings, |_, _| {});
        let paid: Vec<Entry> =
            world.entries.iter().filter(|e| matches!(e.event, Event::OrderPaid { .. })).cloned().collect();
        for entry in &paid {
            follow(&world, entry)?;
        }
        let mut all = true;
        for (number, entry) in paid.iter().enumerate() {
            let Event::OrderPaid { order, .. } = &entry.event else { continue };
            for again in ["all", "again"] {
                let id = &order.id;
                let request = format!(
                    r#"{{"account":"member","key":"{again}-{number}","command":{{"kind":"refund","order":"{id}","refund":"{again}"}}}}"#
                );
                match world.deliver(&request) {
                    // Once nothing is left, a refund of all that is left has nothing to book.
                    Outcome::Appended(_) | Outcome::Known => complete(&world, entry)?,
                    // Only where the programme says so: what was earned is spent.
                    Outcome::Refused(refusal) if refusal.code == Code::PointsSpent => all = false,
                    outcome => prop_assert!(false, "{:?}", outcome),
                }
            }
        }
        // All orders came back, so nothing of them counts towards a tier.
        let left = |(_, day): &&(_, loyalty_core::Activity)| !day.spend.is_zero() || day.orders != 0;
        let left = world.account.position.activity.iter().find(left);
        prop_assert!(!all || left.is_none(), "{:?}", left);
        // Nor is anything left over of them, where the rule that carries it is still there as it was.
        let left = world.account.position.remainders.iter().next().filter(|_| history.later.json == history.document.json);
        prop_assert!(!all || left.is_none(), "{:?}", left);
    }

    /// Law `full-refund`, of a rule in groups that carries what is left over: what was bought and kept of the lines
    /// it owns is always the groups that are paid and what is left over, however orders and refunds come, beside
    /// whatever other rule; and once all came back, nothing is left of any.
    #[test]
    fn what_is_kept_is_in_groups_or_left_over(shop in shop(), visits in vec(visit(), 6..20)) {
        let coin = ("EUR", 2);
        let mut world = World::new(&Document { coin, json: shop.json() });
        let mut kept = Kept { per: Decimal::new(shop.per, 2), ..Kept::default() };
        let mut orders: Vec<Vec<i64>> = Vec::new();
        for (number, visit) in visits.iter().enumerate() {
            let command = match visit {
                Visit { pay: false, which, parts, .. } if !orders.is_empty() => {
                    let order = which.index(orders.len());
                    let left = &mut orders[order];
                    let sold = left.len();
                    let part = |(line, part): (usize, &Option<i64>)| {
                        let units = left[line].min(part.unwrap_or(i64::MAX));
                        left[line] -= units;
                        json!({"id": format!("{line}"), "amount": amount(units, coin)})
                    };
                    let lines: Vec<_> = parts.iter().take(sold).enumerate().map(part).collect();
                    json!({"kind": "refund", "order": format!("o{order}"), "refund": format!("r{number}"), "currency": "EUR",
                        "lines": lines})
                }
                Visit { lines, points, .. } => {
                    let lines = if shop.single { &lines[..1] } else { lines };
                    let points = points.filter(|_| !shop.single);
                    let redeem = points.map(|points| json!({"reward": "pay", "points": points}));
                    let order = json!({"id": format!("o{}", orders.len()), "currency": "EUR", "redeem": Vec::from_iter(redeem),
                        "lines": lines.iter().enumerate().map(|(place, line)| line.json(place)).collect::<Vec<_>>()});
                    orders.push(lines.iter().map(|line| line.amount - line.discount).collect());
                    json!({"kind": "pay_order", "order": order})
                }
            };
            let request = json!({"account": "member", "key": format!("k{number}"), "command": command});
            match world.deliver(&request.to_string()) {
                Outcome::Appended(entries) => entries.iter().try_for_each(|entry| kept.fold(&shop, entry))?,
                Outcome::Known => {}
                // There were not so many points.
                Outcome::Refused(refusal) => {
                    prop_assert!(visit.points.is_some() && command["kind"] == "pay_order", "{:?}", refusal);
                    orders.pop();
                }
            }
            let left_over = world.account.position.remainders.get(&RuleId::new("rule").unwrap()).copied();
            prop_assert_eq!(left_over.unwrap_or_default(), kept.left_over, "{:?}", world.entries.last());
            if shop.tells_groups() {
                prop_assert_eq!(Decimal::from(owned(&world, "points")), kept.groups());
            }
        }
        for order in 0..orders.len() {
            let all = json!({"account": "member", "key": format!("all-{order}"),
                "command": {"kind": "refund", "order": format!("o{order}"), "refund": "all"}});
            let outcome = world.deliver(&all.to_string());
            prop_assert!(!matches!(outcome, Outcome::Refused(_)), "{:?}", outcome);
        }
        let position = &world.account.position;
        prop_assert!(position.remainders.is_empty(), "{:?}", position.remainders);
        for wallet in ["points", "stamps"] {
            prop_assert_eq!(owned(&world, wallet), 0, "in {}", wallet);
        }
    }
}
