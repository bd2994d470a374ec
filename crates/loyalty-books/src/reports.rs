//! The reports, read from the sums (M40).

use crate::amounts::{Amount, Amounts};
use crate::sums::{Columns, Fate, Sums, Takings};
use crate::terms::{Terms, amount, share};

/// One day of the liability statement, of one wallet and issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The day.
    pub day: i32,
    /// Which wallet.
    pub wallet: String,
    /// Who owes the points; empty for the shop itself.
    pub issuer: String,
    /// Points at the start of the day: the end of the day before.
    pub start: i64,
    /// What changed.
    pub columns: Columns,
    /// Points at its end: what members can spend on the next day or later, less what they owe.
    pub end: i64,
    /// Those of them that cannot be spent yet.
    pub pending: i64,
}

/// The liability statement: each day from one through another, in the order of days, wallets and issuers. What falls due
/// on a day is in it whether or not it has been posted.
#[must_use]
pub fn statement(sums: &Sums, from: i32, to: i32) -> Vec<Line> {
    let before = from.saturating_sub(1);
    let mut changes: Amounts<(&str, &str, i32), Columns> = Amounts::default();
    let mut add = |wallet, issuer, day: i32, columns: Columns| {
        if day <= to {
            changes.add((wallet, issuer, day.max(before)), &columns);
        }
    };
    for ((day, place), columns) in &sums.daily {
        add(&place.wallet, &place.issuer, *day, *columns);
    }
    for ((place, Fate { due, ripe }), points) in &sums.outlook {
        let (wallet, issuer) = (place.wallet.as_str(), place.issuer.as_str());
        add(wallet, issuer, *due, Columns { expired: *points, ..Columns::default() });
        if *ripe > 0 {
            let ripens = *ripe.min(due);
            add(wallet, issuer, ripens, Columns { pending: points.saturating_neg(), ..Columns::default() });
        }
    }
    let groups = changes.groups(|one, other| (one.0, one.1) == (other.0, other.1));
    let running = groups.filter_map(|days| {
        let ((wallet, issuer, _), _) = days.first()?;
        Some((*wallet, *issuer, days.iter().peekable(), 0_i64, 0_i64))
    });
    let mut running: Vec<_> = running.collect();
    let mut lines = Vec::new();
    for day in before..=to {
        for (wallet, issuer, days, end, pending) in &mut running {
            let columns = days
                .next_if(|((.., next), _)| *next == day)
                .map_or_else(Columns::default, |(_, columns)| *columns);
            let start = *end;
            *end = start.saturating_add(columns.change());
            *pending = pending.saturating_add(columns.pending);
            if day >= from {
                let (wallet, issuer) = ((*wallet).to_owned(), (*issuer).to_owned());
                lines.push(Line { day, wallet, issuer, start, columns, end: *end, pending: *pending });
            }
        }
    }
    lines
}

/// What is outstanding of one wallet, issuer and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Age {
    /// Which wallet.
    pub wallet: String,
    /// Who owes the points; empty for the shop itself.
    pub issuer: String,
    /// The month in which they were earned; 0 for what members owe.
    pub month: i32,
    /// The points; below zero what members owe.
    pub points: i64,
    /// Those of them that cannot be spent yet.
    pub pending: i64,
}

/// What is outstanding at the end of a day that is not over, by wallet, issuer and age.
#[must_use]
pub fn outstanding(sums: &Sums, today: i32) -> Vec<Age> {
    let mut ages: Amounts<_, (i64, i64)> = Amounts::default();
    for ((place, fate), points) in sums.outlook.iter().filter(|((_, fate), _)| fate.due > today) {
        let pending = if fate.ripe > today { *points } else { 0 };
        ages.add((&place.wallet, &place.issuer, place.month), &(*points, pending));
    }
    let age = |((wallet, issuer, month), (points, pending)): ((&String, &String, i32), (i64, i64))| Age {
        wallet: wallet.clone(),
        issuer: issuer.clone(),
        month,
        points,
        pending,
    };
    ages.into_iter().map(age).filter(|age| age.points != 0).collect()
}

/// What became of the points of one wallet that were earned in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cohort {
    /// Earned, less what was taken back; with what came from other wallets and corrections.
    pub issued: i64,
    /// Spent, less what was given back; with what went to other wallets.
    pub used: i64,
    /// Expired.
    pub expired: i64,
    /// Neither yet.
    pub outstanding: i64,
}

impl Amount for Cohort {
    fn add(&mut self, more: &Self) {
        self.issued = self.issued.saturating_add(more.issued);
        self.used = self.used.saturating_add(more.used);
        self.expired = self.expired.saturating_add(more.expired);
        self.outstanding = self.outstanding.saturating_add(more.outstanding);
    }
}

impl Cohort {
    /// Which share of what was issued expired, with four decimals; nothing where nothing was.
    #[must_use]
    pub fn rate(&self) -> Option<String> {
        ratio(self.expired, self.issued)
    }

    /// How many of so many points expire if they do as these did; nothing where these say nothing.
    #[must_use]
    pub fn share_of(&self, points: i64) -> Option<i64> {
        (self.issued > 0).then(|| share(points, self.expired, self.issued))
    }

    fn of(columns: &Columns) -> Self {
        let moved_in = columns.received.saturating_add(columns.exchanged_in);
        let corrected = columns.adjusted.saturating_add(columns.cleared).saturating_sub(columns.given);
        let earned = columns.earned.saturating_sub(columns.reversed);
        Self {
            issued: earned.saturating_add(moved_in).saturating_add(corrected),
            used: columns.redeemed.saturating_sub(columns.returned).saturating_add(columns.exchanged_out),
            expired: columns.expired,
            outstanding: columns.change(),
        }
    }
}

/// Breakage by wallet and month of earning, as at the end of a day.
#[must_use]
pub fn breakage(sums: &Sums, today: i32) -> Amounts<(String, i32), Cohort> {
    let mut cohorts: Amounts<(String, i32), Cohort> = Amounts::default();
    for ((_, place), columns) in sums.daily.iter().filter(|((day, _), _)| *day <= today) {
        cohorts.add((place.wallet.clone(), place.month), &Cohort::of(columns));
    }
    for ((place, _), points) in sums.outlook.iter().filter(|((_, fate), _)| fate.due <= today) {
        let columns = Columns { expired: *points, ..Columns::default() };
        cohorts.add((place.wallet.clone(), place.month), &Cohort::of(&columns));
    }
    cohorts
}

/// What the programme cost from one day through another, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Charged for orders, less refunds.
    pub revenue: i64,
    /// What rewards paid, less what was given back.
    pub redeemed: i64,
    /// What the points are worth that were issued, less reversed, at most.
    pub issued: i64,
    /// What the points are worth that were outstanding at the start, at most.
    pub start: i64,
    /// The same at the end.
    pub end: i64,
}

impl Cost {
    /// Which share of the revenue an amount is, with four decimals; nothing without revenue.
    #[must_use]
    pub fn share(&self, part: i64) -> Option<String> {
        ratio(part, self.revenue)
    }
}

/// A share with four decimals, rounded towards zero.
fn ratio(part: i64, whole: i64) -> Option<String> {
    (whole > 0).then(|| amount(share(part, 10_000, whole), 4))
}

/// The cost of the programme. Points without a value in money count nothing.
#[must_use]
pub fn cost(sums: &Sums, terms: &Terms, from: i32, to: i32) -> Cost {
    let mut takings = Takings::default();
    for (day, more) in &sums.takings {
        if (from..=to).contains(day) {
            takings.add(more);
        }
    }
    let mut cost = Cost {
        revenue: takings.revenue.saturating_sub(takings.refunded),
        redeemed: takings.redeemed.saturating_sub(takings.returned),
        ..Cost::default()
    };
    let lines = statement(sums, from, to);
    let [mut issued, mut start, mut end] = [const { Amounts::new() }; 3];
    for line in &lines {
        let wallet = line.wallet.as_str();
        issued.add(wallet, &line.columns.earned.saturating_sub(line.columns.reversed));
        if line.day == from {
            start.add(wallet, &line.start);
        }
        if line.day == to {
            end.add(wallet, &line.end);
        }
    }
    let value = |points: Amounts<&str, i64>| -> i64 {
        let worth = |(wallet, points): (&str, i64)| Some(terms.worth(wallet)?.of(points));
        points.into_iter().filter_map(worth).sum()
    };
    (cost.issued, cost.start, cost.end) = (value(issued), value(start), value(end));
    cost
}
