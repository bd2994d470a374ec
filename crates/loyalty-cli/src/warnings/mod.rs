//! What is no fault of a programme, and still loses money, points or meaning: one table of rules.
//!
//! Each rule looks at the proved programme and names a place, with figures. What points are earned at is not computed
//! here: the core is asked, with carts made for the question ([`worth`]).

mod reach;
mod value;
mod worth;

use crate::words::Parameters;
use loyalty_core::{Moment, Programme, When};
use serde_json::{Value, json};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// The shop pays, whoever takes it.
    Loses,
    /// It does not do what it seems to do.
    Warning,
    /// It may be meant.
    Info,
}

impl Level {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Loses => "loses",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What a rule has found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Finding {
    pub(crate) code: &'static str,
    pub(crate) level: Level,
    /// Where in the document.
    pub(crate) path: String,
    pub(crate) parameters: Parameters,
}

/// What rules look at.
pub(crate) struct Look<'a> {
    pub(crate) programme: &'a Programme,
    /// Now; days of the programme that are over are over.
    pub(crate) now: Moment,
    earned: worth::Earned,
}

/// A rule of the table.
struct Rule {
    code: &'static str,
    level: Level,
    find: fn(&Look<'_>) -> Vec<Place>,
}

/// Where a rule has found something, and its figures.
type Place = (String, Value);

const fn rule(code: &'static str, level: Level, find: fn(&Look<'_>) -> Vec<Place>) -> Rule {
    Rule { code, level, find }
}

/// Every rule. The words of each are `warning.` and its code.
const RULES: [Rule; 18] = [
    // A reward gives back more than was paid for its points: shopping costs less than nothing.
    rule("pays_to_shop", Level::Loses, value::pays_to_shop),
    // A card of stamps costs fewer pieces than it gives.
    rule("stamps_too_cheap", Level::Loses, value::stamps_too_cheap),
    // 100 % off, for no points.
    rule("gives_everything_away", Level::Loses, value::gives_everything_away),
    // Points expire before they can be spent.
    rule("expires_before_vesting", Level::Warning, reach::expires_before_vesting),
    // A pot that limits keep from filling.
    rule("threshold_unreachable", Level::Warning, reach::threshold_unreachable),
    // Conditions that no day meets.
    rule("never_in_force", Level::Warning, reach::never_in_force),
    // Conditions that no member meets.
    rule("nobody", Level::Warning, reach::nobody),
    // A selection that excludes all it names.
    rule("takes_no_line", Level::Warning, reach::takes_no_line),
    // A campaign without a multiplier and without rules.
    rule("campaign_gives_nothing", Level::Warning, reach::campaign_gives_nothing),
    // A reward of a wallet that nothing fills.
    rule("wallet_unfed", Level::Warning, reach::wallet_unfed),
    // A price above what limits let a member gather.
    rule("beyond_limits", Level::Warning, reach::beyond_limits),
    // Tickets of a draw that is over before they can be had.
    rule("draw_closed", Level::Warning, reach::draw_closed),
    // A level of something that nothing counts.
    rule("level_unreachable", Level::Warning, reach::level_unreachable),
    // A higher level that multiplies less.
    rule("level_multiplies_less", Level::Warning, reach::level_multiplies_less),
    // More than a fifth comes back.
    rule("generous", Level::Info, value::generous),
    // More that can come together than was asked of the core.
    rule("not_all_tried", Level::Info, value::not_all_tried),
    // Money off for no points, up to the whole cart.
    rule("free_money", Level::Info, value::free_money),
    // A rule for delivery, guessed by the category's name, where delivery earns nothing.
    rule("only_delivery", Level::Info, reach::only_delivery),
];

/// Everything found, the worst first.
pub(crate) fn findings(programme: &Programme, now: Moment) -> Vec<Finding> {
    let look = Look { programme, now, earned: worth::by_wallet(programme, now) };
    let mut found = Vec::new();
    for rule in &RULES {
        found.extend((rule.find)(&look).into_iter().map(|(path, figures)| {
            let parameters = match figures {
                Value::Object(parameters) => parameters,
                _ => Parameters::new(),
            };
            Finding { code: rule.code, level: rule.level, path, parameters }
        }));
    }
    found
}

impl Look<'_> {
    /// Every set of conditions, with the place it stands at.
    fn whens(&self) -> Vec<(String, &When)> {
        fn placed<'b>(list: &str, all: impl Iterator<Item = &'b When>) -> Vec<(String, &'b When)> {
            all.enumerate().map(|(index, when)| (format!("/{list}/{index}/when"), when)).collect()
        }
        let parts = self.programme.parts();
        let mut whens = placed("earning", parts.rates.iter().map(|rate| &rate.when));
        whens.extend(placed("campaigns", parts.campaigns.iter().map(|campaign| &campaign.when)));
        whens.extend(placed("bonuses", parts.bonuses.iter().map(|bonus| &bonus.when)));
        whens.extend(placed("rewards", parts.rewards.iter().map(|reward| &reward.when)));
        whens.extend(placed("privileges", parts.privileges.iter().map(|privilege| &privilege.when)));
        whens
    }

    /// Where a wallet's own settings stand: those of the first are at the document's root.
    fn wallet_path(index: usize) -> String {
        index.checked_sub(1).map_or_else(String::new, |index| format!("/wallets/{index}"))
    }
}

/// A figure as text, without zeros at its end.
fn figure(value: rust_decimal::Decimal) -> Value {
    json!(value.round_dp(4).normalize().to_string())
}

#[cfg(test)]
mod tests;
