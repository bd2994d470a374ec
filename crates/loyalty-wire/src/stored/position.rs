//! The stored form of a position.

use super::{Activity, Hold, KeptLevel, Lot, Membership, ToldBirthday, Used};
use crate::form::{ByName, Form};
use crate::part::Part;
use crate::text::{As, TimeOfDay, Whole};
use crate::write::written;
use loyalty_core as core;
use loyalty_core::{Day, DrawId, EventName, Instant, LevelId, Moment, Purpose, RuleId, SegmentId, WalletId};
use rust_decimal::Decimal;

written! {
    /// Where a member stands. Opaque to shops: hand it to the browser module.
    pub struct Position {
        /// Entries appended so far.
        seq: u64,
        /// When the last one was.
        at: As<Instant>,
        /// Its shop-local day.
        day: As<Day>,
        /// The time of that day.
        time: As<TimeOfDay>,
        /// The day of the first one.
        since: Option<As<Day>>,
        /// Lots made so far.
        lots_made: u64,
        /// Lots with points left, oldest first.
        lots: Vec<Lot>,
        /// Open holds, oldest first.
        holds: Vec<Hold>,
        /// Points owed, by wallet.
        debt: Option<ByName<WalletId, Whole>>,
        /// What counts towards levels, by day.
        activity: Option<Vec<Activity>>,
        /// The tier level.
        level: Option<As<LevelId>>,
        /// A level that a refund leaves for a while.
        kept_level: Option<KeptLevel>,
        /// The last day on which the member earned points, got some back or took a reward.
        active: As<Day>,
        /// Orders paid.
        orders: Option<u64>,
        /// Segments the member is in.
        segments: Option<Vec<As<SegmentId>>>,
        /// Consents that are given.
        consents: Option<Vec<As<Purpose>>>,
        /// The birthday.
        birthday: Option<ToldBirthday>,
        /// The paid membership.
        membership: Option<Membership>,
        /// How the member is honoured in public.
        honours: Option<Vec<As<EventName>>>,
        /// How much of each limit is used.
        uses: Option<Vec<Used>>,
        /// What is left over of rules in groups, by rule.
        remainders: Option<ByName<RuleId, As<Decimal>>>,
        /// Tickets by draw.
        tickets: Option<ByName<DrawId, u64>>,
        /// Friends whose reward waits to become spendable.
        friends_waiting: Option<u64>,
        /// Friends whose reward waits no longer.
        friends_rewarded: Option<u64>,
    }
}

impl From<&core::Position> for Position {
    fn from(p: &core::Position) -> Self {
        Self {
            seq: p.seq,
            at: As(p.last.at),
            day: As(p.last.day),
            time: As(TimeOfDay(p.last.minute)),
            since: p.since.map(As),
            lots_made: p.lots_made,
            lots: Form::of(&p.lots),
            holds: Form::of(&p.holds),
            debt: Form::of(&p.debt),
            activity: Form::of(&p.activity),
            level: Form::of(&p.level),
            kept_level: Form::of(&p.kept_level),
            active: As(p.active),
            orders: Form::of(&p.orders),
            segments: Form::of(&p.segments),
            consents: Form::of(&p.consents),
            birthday: Form::of(&p.birthday),
            membership: Form::of(&p.membership),
            honours: Form::of(&p.honours),
            uses: Form::of(&p.uses),
            remainders: Form::of(&p.remainders),
            tickets: Form::of(&p.tickets),
            friends_waiting: Form::of(&p.friends_waiting),
            friends_rewarded: Form::of(&p.friends_rewarded),
        }
    }
}

/// The position that was written; in a box, because it would be moved field by field.
pub(crate) fn position(part: &Part<'_>) -> Option<Box<core::Position>> {
    part.expect(Position::NAMES, &[]);
    let count = |name| part.given_count(name).unwrap_or_default();
    let time: Option<TimeOfDay> = part.given(part.needed("time"));
    Some(Box::new(core::Position {
        seq: count(part.needed("seq")),
        last: Moment {
            at: part.given(part.needed("at")).unwrap_or_default(),
            day: part.given(part.needed("day")).unwrap_or_default(),
            minute: time.map_or(0, |time| time.0),
        },
        since: part.given("since"),
        lots_made: count(part.needed("lots_made")),
        lots: part.all(part.needed("lots")),
        holds: part.all(part.needed("holds")),
        debt: part.by_name("debt", |map, name| map.given_points(name)),
        activity: part.all("activity"),
        level: part.given("level"),
        kept_level: part.one("kept_level"),
        active: part.given(part.needed("active")).unwrap_or_default(),
        orders: count("orders"),
        segments: part.list("segments", usize::MAX),
        consents: part.list("consents", usize::MAX),
        birthday: part.one("birthday"),
        membership: part.one("membership"),
        honours: part.list("honours", usize::MAX),
        uses: part.all("uses"),
        remainders: part.by_name("remainders", |map, name| map.decimal(name)),
        tickets: part.by_name("tickets", |map, name| map.given_count(name)),
        friends_waiting: count("friends_waiting"),
        friends_rewarded: count("friends_rewarded"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::Write;

    #[track_caller]
    fn check(text: &str) -> core::Position {
        let read = crate::position(Some(&crate::parse(text).unwrap())).unwrap();
        assert_eq!(Position::from(&read).to_json(), text);
        read
    }

    #[test]
    fn a_position_reads_back_what_it_writes() {
        let text = Position::from(&core::Position::default()).to_json();
        assert_eq!(check(&text), core::Position::default());
        let full = check(concat!(
            r#"{"seq":9,"at":"2026-01-31T10:05:00.000Z","day":"2026-01-31","time":"11:05","since":"2025-01-01","#,
            r#""lots_made":4,"lots":[{"id":4,"wallet":"points","order":"1","points":5}],"#,
            r#""holds":[{"id":"h","reward":"r","wallet":"points","points":5,"value":"0.50","currency":"EUR","#,
            r#""parts":[],"until":"2026-01-31T10:10:00.000Z"}],"debt":{"points":3,"stamps":1},"#,
            r#""activity":[{"day":"2026-01-30","spend":"10.00","points":5,"orders":1,"visits":1,"referrals":-1},"#,
            r#"{"day":"2026-01-31","visits":1}],"level":"gold","#,
            r#""kept_level":{"level":"gold","through":"2026-03-01"},"active":"2026-01-31","orders":2,"#,
            r#""segments":["staff"],"consents":["birthday"],"birthday":{"birthday":"02-29","on":"2026-01-01"},"#,
            r#""membership":{"id":"club","from":"2026-01-01","last_day":"2026-12-31","fee":"49.00","currency":"EUR"},"#,
            r#""honours":["photo"],"uses":[{"of":"rate_day","id":"r","since":"2026-01-31","count":5},"#,
            r#"{"of":"rate","id":"r","count":5},{"of":"campaign","id":"c","count":5},"#,
            r#"{"of":"bonus","id":"b","since":"2026-01-01","count":1},{"of":"reward","id":"w","count":1},"#,
            r#"{"of":"privilege","id":"p","count":1}],"remainders":{"r":"0.50"},"tickets":{"d":2},"#,
            r#""friends_waiting":1,"friends_rewarded":2}"#,
        ));
        assert_eq!(full.last.minute, 665);
        assert_eq!(full.uses.len(), 6);
    }
}
