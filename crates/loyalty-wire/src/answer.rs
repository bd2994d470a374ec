//! Answers: where a member stands, what a cart would come to, what was booked.

use crate::entry::{EntryV1, Step};
use crate::problem::Problem;
use crate::stored;
use crate::text::{As, Whole};
use crate::write::{Write, Writer, answer};
use loyalty_core as core;
use loyalty_core::{Cart, Code, Currency, Day, HoldId, Instant, LevelId, LineId, Moment, RewardId, Version};
use loyalty_core::{Programme, RewardKind};
use rust_decimal::Decimal;
use serde_json::value::RawValue;

answer! {
    /// Where a member stands at a moment: everything due by then is settled.
    #[derive(Debug, Clone)]
    pub struct Standing {
        /// Entries appended so far.
        seq: u64,
        /// The programme version.
        programme: As<Version>,
        /// Spendable points.
        available: Whole,
        /// Points that have not vested.
        pending: Whole,
        /// Points in open holds.
        held: Whole,
        /// Points owed, recovered from the next that vest.
        debt: Whole,
        /// Pending points by the day their wait ends, soonest first.
        vesting: Vec<Vesting>,
        /// Points that gather until they are enough; null in a programme without a threshold.
        pot: Option<Pot>,
        /// Spendable points by their last usable day, soonest first.
        expiring: Vec<Expiring>,
        /// The tier; null in a programme without tiers.
        tier: Option<Tier>,
        /// Open holds, oldest first.
        holds: Vec<OpenHold>,
        /// Friends whose reward waits to become spendable.
        friends_waiting: u64,
        /// Friends whose reward waits no longer.
        friends_rewarded: u64,
    }

    /// Points that gather until they are enough to become spendable together.
    #[derive(Debug, Clone)]
    pub struct Pot {
        /// Points in it; worth nothing yet.
        points: Whole,
        /// What it must hold.
        threshold: Whole,
    }

    /// Points that become spendable.
    #[derive(Debug, Clone)]
    pub struct Vesting {
        /// How many.
        points: Whole,
        /// From this shop-local day on.
        vests_on: As<Day>,
    }

    /// Points that expire.
    #[derive(Debug, Clone)]
    pub struct Expiring {
        /// How many.
        points: Whole,
        /// Usable through the end of this shop-local day.
        last_day: As<Day>,
    }

    /// A member's tier.
    #[derive(Debug, Clone)]
    pub struct Tier {
        /// The level; null below the lowest.
        level: Option<As<LevelId>>,
        /// What shoppers read.
        name: Option<String>,
        /// Spend in the window.
        spend: As<Decimal>,
        /// The next level up.
        next: Option<NextLevel>,
    }

    /// The next level up.
    #[derive(Debug, Clone)]
    pub struct NextLevel {
        /// The level.
        level: As<LevelId>,
        /// What shoppers read.
        name: String,
        /// The spend that reaches it.
        from: As<Decimal>,
        /// Spend still missing.
        missing: As<Decimal>,
    }

    /// An open hold.
    #[derive(Debug, Clone)]
    pub struct OpenHold {
        /// Names the hold.
        id: As<HoldId>,
        /// For which reward.
        reward: As<RewardId>,
        /// How many points.
        points: Whole,
        /// What they are worth.
        value: As<Decimal>,
        /// ISO 4217 code of `value`.
        currency: As<Currency>,
        /// Usable before this instant.
        until: As<Instant>,
    }

    /// What paying a cart now would come to. It is what is booked when it is paid.
    #[derive(Debug, Clone)]
    pub struct Preview {
        /// The programme version.
        programme: As<Version>,
        /// Points it earns.
        points: Whole,
        /// The day they become spendable; null at once.
        vests_on: Option<As<Day>>,
        /// Their last usable day; null for ever.
        last_day: Option<As<Day>>,
        /// Why; sums to `points`.
        steps: Vec<Step>,
        /// Per line; sums to `points`.
        lines: Vec<LinePoints>,
        /// ISO 4217 code of all amounts.
        currency: As<Currency>,
        /// The sum of all lines.
        total: As<Decimal>,
        /// What rewards pay of it.
        redeemed: As<Decimal>,
        /// What is left to pay.
        due: As<Decimal>,
        /// Spendable points before the order, its rewards not yet taken.
        available: Whole,
        /// Pending points before the order.
        pending: Whole,
        /// Spendable points after the order.
        available_after: Whole,
        /// Pending points after the order.
        pending_after: Whole,
        /// The tier before the order.
        tier: Option<Tier>,
        /// The tier after it.
        tier_after: Option<Tier>,
        /// What each reward would give on top.
        rewards: Vec<RewardOffer>,
    }

    /// Points of one line.
    #[derive(Debug, Clone)]
    pub struct LinePoints {
        /// Which line.
        id: As<LineId>,
        /// How many.
        points: Whole,
    }

    /// What a reward would give on a cart.
    #[derive(Debug, Clone)]
    pub struct RewardOffer {
        /// Names the reward.
        id: As<RewardId>,
        /// What shoppers read.
        name: String,
        /// What it is.
        kind: RewardName,
        /// Its price; for a chosen number of points the smallest.
        points: Whole,
        /// What that gives on this cart.
        value: As<Decimal>,
        /// Whether it can be taken now.
        ready: bool,
        /// Why not.
        code: Option<As<Code>>,
        /// Available points missing to its price.
        missing: Whole,
        /// The cart total from which it can be taken.
        minimum: As<Decimal>,
        /// For a chosen number of points: how they count.
        choice: Option<Choice>,
    }

    /// How a chosen number of points counts.
    #[derive(Debug, Clone)]
    pub struct Choice {
        /// The largest number that this cart takes and the member has.
        most: Whole,
        /// A multiple of this.
        step: Whole,
        /// So many points …
        rate_points: Whole,
        /// … pay so much.
        rate_value: As<Decimal>,
    }

    /// What a command came to.
    #[derive(Debug, Clone)]
    pub struct Booked {
        /// Whether anything was appended; false when it was booked before.
        applied: bool,
        /// The account's last entry; read back with `min_seq`.
        seq: u64,
        /// The entries appended, the last 100 of them.
        entries: Vec<EntryV1>,
        /// Where the member stands now.
        standing: Standing,
    }

    /// A member's own page.
    #[derive(Debug)]
    pub struct View {
        /// The shop's name for the member.
        member: String,
        /// The instant it is true for.
        as_of: As<Instant>,
        /// `object`, the ledger itself, or `kv`, its snapshot.
        source: String,
        /// Where the member stands.
        standing: Standing,
        /// The latest entries, newest first, at most 20.
        #[cfg_attr(feature = "describe", schemars(with = "Vec<EntryV1>"))]
        activity: Vec<Box<RawValue>>,
        /// For the browser module.
        position: stored::Position,
    }
}

/// How many entries an answer tells: one command may settle years.
const MOST_ENTRIES: usize = 100;

impl Booked {
    pub(crate) fn new(
        programme: &Programme,
        account: &core::Account,
        entries: &[core::Entry],
        moment: Moment,
    ) -> Result<Self, Problem> {
        let told = entries.iter().skip(entries.len().saturating_sub(MOST_ENTRIES));
        Ok(Self {
            applied: !entries.is_empty(),
            seq: account.position.seq,
            entries: told.map(EntryV1::from).collect(),
            standing: standing(programme, account, moment)?,
        })
    }
}

/// What a reward is.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema), schemars(rename_all = "snake_case"))]
pub enum RewardName {
    /// A fixed amount off.
    MoneyOff,
    /// A share of the cart off.
    PercentOff,
    /// Part of the cart paid with a chosen number of points.
    PayWithPoints,
}

impl Write for RewardName {
    fn write(&self, to: &mut Writer) {
        to.text(match self {
            Self::MoneyOff => "money_off",
            Self::PercentOff => "percent_off",
            Self::PayWithPoints => "pay_with_points",
        });
    }
}

/// Where an account stands at a moment.
///
/// # Errors
/// As [`core::standing`].
pub fn standing(programme: &Programme, account: &core::Account, moment: Moment) -> Result<Standing, Problem> {
    let seq = account.position.seq;
    let standing = core::standing(programme, account, moment)?;
    let position = &standing.position;
    let today = moment.day.max(account.position.last.day);
    let vesting = standing.vesting(today)?;
    let expiring = standing.expiring(programme)?;
    let pot = standing.pot(programme, today)?;
    Ok(Standing {
        seq,
        programme: As(programme.version().clone()),
        available: Whole(position.available()?),
        pending: Whole(position.pending()?),
        held: Whole(position.held()?),
        debt: Whole(position.debt),
        vesting: vesting
            .into_iter()
            .map(|(day, p)| Vesting { points: Whole(p), vests_on: As(day) })
            .collect(),
        expiring: expiring
            .into_iter()
            .map(|(day, p)| Expiring { points: Whole(p), last_day: As(day) })
            .collect(),
        pot: pot.map(|pot| Pot { points: Whole(pot.points), threshold: Whole(pot.threshold) }),
        tier: tier(programme, &standing),
        holds: position.holds.iter().map(open_hold).collect(),
        friends_waiting: position.friends_waiting,
        friends_rewarded: position.friends_rewarded,
    })
}

fn open_hold(hold: &core::Hold) -> OpenHold {
    OpenHold {
        id: As(hold.id.clone()),
        reward: As(hold.reward.clone()),
        points: Whole(hold.points),
        value: As(hold.value.amount()),
        currency: As(hold.value.currency()),
        until: As(hold.until),
    }
}

fn tier(programme: &Programme, standing: &core::Standing<'_>) -> Option<Tier> {
    programme.tiers()?;
    let next = standing.next.as_ref().map(|next| NextLevel {
        level: As(next.level.id.clone()),
        name: next.level.name.to_string(),
        from: As(next.level.from.amount()),
        missing: As(next.missing),
    });
    Some(Tier {
        level: standing.level.clone().map(As),
        name: standing.level_name.map(str::to_owned),
        spend: As(standing.spend),
        next,
    })
}

/// What paying a cart at a moment would come to.
///
/// # Errors
/// As [`core::preview`].
pub fn preview(
    programme: &Programme,
    account: &core::Account,
    cart: &Cart,
    moment: Moment,
) -> Result<Preview, Problem> {
    let p = core::preview(programme, account, cart, moment)?;
    let (before, after) = (&p.before.position, &p.after.position);
    Ok(Preview {
        programme: As(programme.version().clone()),
        points: Whole(p.points),
        vests_on: p.terms.vests_on.map(As),
        last_day: p.terms.last_day.map(As),
        steps: p.steps.iter().map(Step::from).collect(),
        lines: p
            .lines
            .iter()
            .map(|line| LinePoints { id: As(line.line.clone()), points: Whole(line.points) })
            .collect(),
        currency: As(cart.currency()),
        total: As(p.total.amount()),
        redeemed: As(p.redeemed.amount()),
        due: As(p.due.amount()),
        available: Whole(before.available()?),
        pending: Whole(before.pending()?),
        available_after: Whole(after.available()?),
        pending_after: Whole(after.pending()?),
        tier: tier(programme, &p.before),
        tier_after: tier(programme, &p.after),
        rewards: p.rewards.iter().map(offer).collect(),
    })
}

fn offer(offer: &core::RewardOffer<'_>) -> RewardOffer {
    let (kind, choice) = match &offer.reward.kind {
        RewardKind::MoneyOff { .. } => (RewardName::MoneyOff, None),
        RewardKind::PercentOff { .. } => (RewardName::PercentOff, None),
        RewardKind::PayWithPoints { points, value, step, .. } => {
            let choice = Choice {
                most: Whole(offer.most),
                step: Whole(*step),
                rate_points: Whole(*points),
                rate_value: As(value.amount()),
            };
            (RewardName::PayWithPoints, Some(choice))
        }
    };
    RewardOffer {
        id: As(offer.reward.id.clone()),
        name: offer.reward.name.to_string(),
        kind,
        points: Whole(offer.points),
        value: As(offer.value.amount()),
        ready: offer.refused.is_none(),
        code: offer.refused.map(As),
        missing: Whole(offer.missing),
        minimum: As(offer.reward.minimum.amount()),
        choice,
    }
}
