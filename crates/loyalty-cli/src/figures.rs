//! A replay's figures, for people and for programs.

use crate::accounts::Outcome;
use crate::intake;
use crate::orders::Orders;
use loyalty_core::{Code, Points, Programme};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// Members of one level, none being below the lowest, and the orders they have made.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Share {
    members: u64,
    orders: u64,
}

/// How long a replay took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speed {
    /// To read the file.
    pub(crate) read: Duration,
    /// To book what is in it.
    pub(crate) booked: Duration,
}

pub(crate) fn per_second(count: u64, elapsed: Duration) -> u128 {
    u128::from(count) * 1_000_000_000 / elapsed.as_nanos().max(1)
}

pub(crate) fn milliseconds(elapsed: Duration) -> String {
    decimal(elapsed.as_micros(), 3)
}

/// The most memory this process has had, in KiB; Linux alone tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// `12345` with 3 digits after the point is `12.345`.
fn decimal(units: u128, digits: u32) -> String {
    let one = 10_u128.pow(digits);
    format!("{}.{:0width$}", units / one, units % one, width = digits as usize)
}

/// Percent with one digit after the point, rounded down.
fn percent(part: u64, whole: u64) -> String {
    decimal(u128::from(part) * 1000 / u128::from(whole.max(1)), 1)
}

/// Levels from the lowest up, with those below it first.
fn shares(programme: &Programme, outcome: &Outcome) -> Vec<(Option<String>, Share)> {
    let mut found: BTreeMap<Option<&str>, Share> = BTreeMap::new();
    for member in outcome.members.values() {
        let share = found.entry(member.balance.tier.as_deref()).or_default();
        share.members += 1;
        share.orders += member.orders;
    }
    let levels = programme.tiers().map_or(&[][..], |tiers| tiers.levels());
    let named = levels.iter().map(|level| Some(level.id.as_str()));
    let all = std::iter::once(None).chain(named);
    all.map(|level| (level.map(str::to_owned), found.get(&level).copied().unwrap_or_default())).collect()
}

/// The figures as a table.
///
/// # Errors
/// `points_out_of_range`.
pub(crate) fn table(
    programme: &Programme,
    orders: &Orders,
    outcome: &Outcome,
    speed: Speed,
) -> Result<String, Code> {
    let totals = &outcome.totals;
    let [available, pending, owed] = outcome.outstanding()?;
    let currency = totals.amount.currency();
    let scale = programme.parts().wallets.first().map_or(0, |wallet| wallet.scale);
    let points = |points: Points| grouped_decimal(points.get().into(), scale);
    let rows = [
        ("programme", programme.version().to_string()),
        ("until", outcome.until.to_string()),
        ("members", grouped(outcome.members.len() as u128)),
        ("orders", grouped(totals.orders.into())),
        ("amount", format!("{} {}", totals.amount, currency.as_str())),
        ("refunds", grouped(totals.refunds.into())),
        ("refunded", format!("{} {}", totals.refunded, currency.as_str())),
        ("points issued", points(totals.issued)),
        ("  vested", points(totals.vested)),
        ("  expired", points(totals.expired)),
        ("  reversed", points(totals.reversed)),
        ("  outstanding", points(available.plus(pending)?)),
        ("    available", points(available)),
        ("    pending", points(pending)),
        ("  owed", points(owed)),
    ];
    let mut text = String::new();
    for (what, value) in rows {
        text.push_str(&format!("{what:<16} {value:>18}\n"));
    }
    text.push_str(&format!("\n{:<16} {:>9} {:>9} {:>9}\n", "tier", "members", "orders", "share"));
    for (level, share) in shares(programme, outcome) {
        let (level, percent) = (level.as_deref().unwrap_or("none"), percent(share.orders, totals.orders));
        let (members, orders) = (grouped(share.members.into()), grouped(share.orders.into()));
        text.push_str(&format!("{level:<16} {members:>9} {orders:>9} {percent:>7} %\n"));
    }
    if let Some(intake) = &orders.intake {
        text.push_str(&intake::table(intake, &totals.matching, orders.currency));
    }
    let (read, booked) = (milliseconds(speed.read), milliseconds(speed.booked));
    let rate = grouped(per_second(totals.orders + totals.refunds, speed.booked));
    text.push_str(&format!("\nread in {read} ms, booked in {booked} ms, {rate} orders/s\n"));
    if let Some(peak) = peak() {
        text.push_str(&format!("at most {} KiB of memory\n", grouped(peak.into())));
    }
    Ok(text)
}

/// The figures as JSON.
///
/// # Errors
/// `points_out_of_range`.
pub(crate) fn json(
    programme: &Programme,
    orders: &Orders,
    outcome: &Outcome,
    speed: Speed,
) -> Result<Value, Code> {
    let totals = &outcome.totals;
    let [available, pending, owed] = outcome.outstanding()?;
    let tiers: Vec<_> = shares(programme, outcome)
        .into_iter()
        .map(|(level, share)| json!({ "level": level, "members": share.members, "orders": share.orders }))
        .collect();
    let rate = per_second(totals.orders + totals.refunds, speed.booked);
    let us = |elapsed: Duration| u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let intake = orders.intake.as_ref();
    Ok(json!({
        "programme": programme.version().as_str(),
        "until": outcome.until.to_string(),
        "members": outcome.members.len(),
        "orders": totals.orders,
        "amount": totals.amount.to_string(),
        "currency": totals.amount.currency().as_str(),
        "refunds": totals.refunds,
        "refunded": totals.refunded.to_string(),
        "issued": totals.issued.get(),
        "vested": totals.vested.get(),
        "expired": totals.expired.get(),
        "reversed": totals.reversed.get(),
        "outstanding": available.plus(pending)?.get(),
        "available": available.get(),
        "pending": pending.get(),
        "owed": owed.get(),
        "tiers": tiers,
        "lines": intake.map(|intake| intake::json(intake, &totals.matching, orders.currency)),
        "read_us": us(speed.read),
        "elapsed_us": us(speed.booked),
        "rows_per_second": u64::try_from(rate).unwrap_or(u64::MAX),
        "peak_kib": peak(),
    }))
}

/// Units of so many digits behind the point, the digits before it in groups of three.
fn grouped_decimal(units: u128, digits: u32) -> String {
    let one = 10_u128.pow(digits);
    let whole = grouped(units / one);
    if digits == 0 { whole } else { format!("{whole}.{:0width$}", units % one, width = digits as usize) }
}

/// Digits in groups of three.
pub(crate) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1 000", "1 234 567"]);
        assert_eq!(percent(1, 3), "33.3");
        assert_eq!(percent(0, 0), "0.0");
        assert_eq!(decimal(12_005, 3), "12.005");
        assert_eq!([0, 2].map(|digits| grouped_decimal(860_205, digits)), ["860 205", "8 602.05"]);
    }

    #[test]
    fn speed_is_orders_by_time() {
        let elapsed = Duration::from_millis(20);
        assert_eq!((per_second(6919, elapsed), milliseconds(elapsed).as_str()), (345_950, "20.000"));
    }
}
