//! Levels, beside a count of days that knows nothing of the formula.

use loyalty_core::{
    Account, Activity, Day, Downgrade, KeptLevel, Level, LevelId, Metric, Period, Position, Programme, Span,
    TierParts, Tiers, Timing, Window, standing,
};
use loyalty_tests::world::moment;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

/// Days that are looked at: from 2026-01-31 on.
const DAYS: i32 = 900;

/// What happened on one day: spend in whole units, points, orders, visits, friends.
type Happened = (i32, (u32, u32, u8, u8, u8));

fn happened() -> impl Strategy<Value = Vec<Happened>> {
    let amount = || prop_oneof![0..100_u32, 0..1000_u32];
    vec((0..DAYS, (amount(), amount(), 0..3_u8, 0..3_u8, 0..2_u8)), 0..8)
}

fn activity((_, (spend, points, orders, visits, referrals)): &Happened) -> Activity {
    Activity {
        spend: Decimal::from(*spend),
        points: (*points).into(),
        orders: (*orders).into(),
        visits: (*visits).into(),
        referrals: (*referrals).into(),
    }
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![select(vec![1_u32, 7, 30, 90, 365]).prop_map(Span::Days), (1..14_u32).prop_map(Span::Months)]
}

fn tiers() -> impl Strategy<Value = TierParts> {
    let metrics =
        [Metric::Spend, Metric::Purchase, Metric::Points, Metric::Orders, Metric::Visits, Metric::Referrals];
    let period = || select(vec![Period::Month, Period::Year]);
    let window = prop_oneof![
        span().prop_map(Window::Rolling),
        period().prop_map(Window::Calendar),
        Just(Window::MemberYear),
        Just(Window::Lifetime),
    ];
    let downgrade = prop_oneof![
        Just(Downgrade::AtOnce),
        span().prop_map(Downgrade::AfterGrace),
        period().prop_map(Downgrade::AtPeriodEnd),
    ];
    let levels = vec(1..300_i64, 1..4);
    // Neither is a question of days: what an order earns by, and what a refund says is kept.
    let timing = select(vec![Timing::IncludingOrder, Timing::BeforeOrder]);
    let settings = (timing, prop::option::of(period()));
    (select(metrics.to_vec()), window, downgrade, any::<bool>(), levels, settings).prop_map(
        |(metric, window, downgrade, soft_landing, asked, (timing, refund_keeps))| {
            // Visits and friends are few, so levels ask few of them.
            let few = matches!(metric, Metric::Orders | Metric::Visits | Metric::Referrals);
            let mut from = Decimal::ZERO;
            let level = |(index, more): (usize, i64)| {
                from += Decimal::from(if few { more % 3 + 1 } else { more });
                Level {
                    id: LevelId::new(&format!("level-{index}")).unwrap(),
                    name: "".into(),
                    from,
                    multiplier: Decimal::ONE,
                    segments: vec![],
                }
            };
            let levels = asked.into_iter().enumerate().map(level).collect();
            TierParts { metric, window, timing, downgrade, soft_landing, refund_keeps, levels }
        },
    )
}

fn programme(tiers: TierParts) -> Programme {
    let text = r#"{"format":1,"name":"A shop","currency":"EUR","time_zone":"UTC","earning":[]}"#;
    let bare = loyalty_wire::Programme::parse(text).unwrap();
    let mut parts = bare.rules().parts().clone();
    parts.tiers = Some(Tiers::new(tiers).unwrap());
    Programme::new(parts).unwrap()
}

/// How many whole months or years lie between two days, by the calendar.
fn periods(period: Period, earlier: Day, later: Day) -> i32 {
    let number = |day: Day| {
        let (year, month, _) = day.ymd();
        match period {
            Period::Month => year * 12 + i32::try_from(month).unwrap(),
            Period::Year => year,
        }
    };
    number(later) - number(earlier)
}

/// Whether a day counts on another one.
fn counts(window: Window, since: Day, day: Day, today: Day) -> bool {
    let same_year_of_membership = |day: Day| {
        let (_, month, date) = since.ymd();
        // The anniversary of 29 February is the last day of February in other years.
        let begins = |year| {
            Day::from_ymd(year, month, date).unwrap_or_else(|_| Day::from_ymd(year, month, date - 1).unwrap())
        };
        let year = day.ymd().0;
        if begins(year) <= day { year } else { year - 1 }
    };
    day <= today
        && match window {
            Window::Rolling(Span::Days(days)) => i64::from(today.get() - day.get()) < i64::from(days),
            Window::Rolling(months) => today.before(months) < day,
            Window::Calendar(period) => periods(period, day, today) == 0,
            Window::MemberYear => same_year_of_membership(day) == same_year_of_membership(today),
            Window::Lifetime => true,
        }
}

/// How many levels are reached on a day by that day's window alone.
fn reached(parts: &TierParts, account: &Account, today: Day) -> i32 {
    let since = account.position.since.unwrap();
    let within = account.position.activity.iter().filter(|(day, _)| counts(parts.window, since, *day, today));
    let amounts = within.map(|(_, day)| match parts.metric {
        Metric::Spend | Metric::Purchase => day.spend,
        Metric::Points => day.points.into(),
        Metric::Orders => day.orders.into(),
        Metric::Visits => day.visits.into(),
        Metric::Referrals => day.referrals.into(),
    });
    let progress = if parts.metric == Metric::Purchase {
        amounts.max().unwrap_or_default()
    } else {
        amounts.sum::<Decimal>()
    };
    i32::try_from(parts.levels.iter().filter(|level| level.from <= progress).count()).unwrap()
}

/// How many levels a member has fallen by today who had reached some on `day`, where falling takes its time.
fn fallen(downgrade: Downgrade, soft: bool, day: Day, today: Day) -> Option<i32> {
    let steps = match downgrade {
        Downgrade::AtOnce | Downgrade::Never => i32::from(day < today) * 1000,
        Downgrade::AtPeriodEnd(period) => periods(period, day, today),
        Downgrade::AfterGrace(span) => {
            // One for each whole grace that has passed since the first day without it.
            let (mut end, mut steps) = (today.before(span), 0);
            while day < end {
                (end, steps) = (end.before(span), steps + 1);
            }
            steps
        }
    };
    if soft { Some(steps) } else { (steps == 0).then_some(0) }
}

/// The level of a day, by looking at every day before it.
fn expected<'a>(
    parts: &'a TierParts,
    by_day: &[i32],
    today: i32,
    (held, through): (i32, i32),
) -> Option<&'a LevelId> {
    let first = moment(0).day.get();
    let kept = (0..=today).zip(by_day).filter_map(|(index, reached)| {
        let day = |index| Day::new(first + index).unwrap();
        Some(reached - fallen(parts.downgrade, parts.soft_landing, day(index), day(today))?)
    });
    let rung = kept.chain((today <= through).then_some(held)).max().unwrap_or(0);
    usize::try_from(rung - 1).ok().and_then(|index| parts.levels.get(index)).map(|level| &level.id)
}

proptest! {
    /// The level of each day is that of a count of all days up to it: windows of every kind, grace, the end of a
    /// period, and soft landings, one level at a time; and no less than a refund says is kept, through that day. A
    /// level that is never lost is no question of days.
    #[test]
    fn levels_are_those_of_a_count_of_days(
        parts in tiers(),
        happened in happened(),
        days in vec(0..DAYS, 12),
        kept in (1..4_i32, -1..DAYS),
    ) {
        let programme = programme(parts.clone());
        let first = moment(0).day;
        let day = |index: i32| Day::new(first.get() + index).unwrap();
        let mut position = Position { since: Some(first), seq: 1, last: moment(0), ..Position::default() };
        for index in 0..DAYS {
            let on_it = happened.iter().filter(|it| it.0 == index).map(activity);
            let sum = on_it.reduce(|a, b| Activity { spend: a.spend + b.spend, points: a.points + b.points,
                orders: a.orders + b.orders, visits: a.visits + b.visits, referrals: a.referrals + b.referrals });
            position.activity.extend(sum.map(|sum| (day(index), sum)));
        }
        let (held, through) = kept;
        let held = held.min(i32::try_from(parts.levels.len()).unwrap());
        position.kept_level = (through >= 0).then(|| KeptLevel {
            level: parts.levels[usize::try_from(held - 1).unwrap()].id.clone(),
            through: day(through),
        });
        let account = Account { position, ..Account::default() };
        let by_day: Vec<i32> = (0..DAYS).map(|index| reached(&parts, &account, day(index))).collect();
        // Beside any days, those about the ends of months and years.
        for today in days.into_iter().chain([through.max(0), (through + 1).min(DAYS - 1), 0, 1, 28, 29, 333, 334, 335, 699, 700]) {
            let now = moment(i64::from(today) * 1440);
            let found = standing(&programme, &account, now).unwrap().tier.unwrap().level;
            prop_assert_eq!(found.as_ref(), expected(&parts, &by_day, today, (held, through)), "on {}", now.day);
        }
    }
}
