//! When something is in force, and for whom.

use crate::document::BirthdayRules;
use crate::part::outline;
use crate::text::{As, TimeOfDay};
use crate::words::Weekday;
use loyalty_core::{Channel, Day, LevelId, MembershipId, PromoCode, SegmentId};

outline! {
    /// Conditions; all that are there must hold. Of a list one is enough; at most 50 each, and an empty one asks
    /// nothing.
    pub struct WhenRules {
        /// From this day on.
        from: Option<As<Day>>,
        /// Through this day, not before `from`.
        until: Option<As<Day>>,
        /// On these days of the week, in shop time.
        weekdays: Option<Vec<As<Weekday>>>,
        /// In these hours, in shop time.
        hours: Option<HoursRules>,
        /// Carts placed through one of these.
        channels: Option<Vec<As<Channel>>>,
        /// Carts with one of these codes.
        codes: Option<Vec<As<PromoCode>>>,
        /// Members of one of these segments.
        segments: Option<Vec<As<SegmentId>>>,
        /// Not members of one of these.
        except_segments: Option<Vec<As<SegmentId>>>,
        /// Members on one of these levels.
        levels: Option<Vec<As<LevelId>>>,
        /// Members who have paid for one of these memberships.
        memberships: Option<Vec<As<MembershipId>>>,
        /// `true`: only a member's first order. Default `false`.
        first_order: Option<bool>,
        /// About the member's birthday.
        birthday: Option<BirthdayRules>,
    }
}

outline! {
    /// Hours of the day; over midnight where `until` is earlier.
    pub struct HoursRules {
        /// From this minute on, such as `17:00`.
        from: As<TimeOfDay>,
        /// Up to this minute and not at it, such as `19:00`; another than `from`.
        until: As<TimeOfDay>,
    }
}
