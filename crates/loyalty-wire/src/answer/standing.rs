//! Where a member stands.

use crate::form::Form;
use crate::packed::changing;
use crate::problem::Problem;
use crate::text::{As, Whole};
use crate::write::answer;
use loyalty_core as core;
use loyalty_core::{
    Currency, Day, DrawId, EventName, HoldId, Instant, LevelId, MembershipId, Metric, Moment, PrivilegeId,
    Programme, Purpose, RewardId, SegmentId, Version, Wallet, WalletId,
};
use rust_decimal::Decimal;
use std::sync::Arc;

answer! {
    /// Where a member stands at a moment: everything due by then is settled.
    #[derive(Debug, Clone)]
    pub struct Standing {
        /// Entries appended so far.
        seq: u64,
        /// The programme version.
        programme: As<Version>,
        /// Digits of the main wallet's points that stand behind the point when they are shown.
        scale: u32,
        /// Spendable points of the main wallet.
        available: Whole,
        /// Its points that have not vested.
        pending: Whole,
        /// Its points in open holds.
        held: Whole,
        /// Its points owed, recovered from the next that vest.
        debt: Whole,
        /// Its pending points by the day their wait ends, soonest first.
        vesting: Vec<Vesting>,
        /// Its points that gather until they are enough; null in a wallet without a threshold.
        pot: Option<Pot>,
        /// Its spendable points by their last usable day, soonest first.
        expiring: Vec<Expiring>,
        /// The other wallets.
        wallets: Vec<WalletStanding>,
        /// The tier; null in a programme without tiers.
        tier: Option<Tier>,
        /// Open holds, oldest first.
        holds: Vec<OpenHold>,
        /// The paid membership; null without one.
        membership: Option<Membership>,
        /// Privileges the member has now.
        privileges: Vec<Privilege>,
        /// Segments the member is in.
        segments: Vec<As<SegmentId>>,
        /// Consents that are given.
        consents: Vec<As<Purpose>>,
        /// How the member is honoured in public.
        honours: Vec<As<EventName>>,
        /// Tickets by draw.
        tickets: Vec<Tickets>,
        /// Gift now, or keep saving?
        advice: Advice,
        /// Friends whose reward waits to become spendable.
        friends_waiting: u64,
        /// Friends whose reward waits no longer.
        friends_rewarded: u64,
    }

    /// What is in a wallet beside the main one.
    #[derive(Debug, Clone)]
    pub struct WalletStanding {
        /// Which wallet.
        id: As<WalletId>,
        /// What shoppers read.
        name: Arc<str>,
        /// Digits that stand behind the point when they are shown.
        scale: u32,
        /// Spendable points.
        available: Whole,
        /// Points that have not vested.
        pending: Whole,
        /// Points in open holds.
        held: Whole,
        /// Points owed.
        debt: Whole,
        /// Pending points by the day their wait ends, soonest first.
        vesting: Vec<Vesting>,
        /// Points that gather until they are enough.
        pot: Option<Pot>,
        /// Spendable points by their last usable day, soonest first.
        expiring: Vec<Expiring>,
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

    /// An open hold.
    #[derive(Debug, Clone)]
    pub struct OpenHold {
        /// Names the hold.
        id: As<HoldId>,
        /// For which reward.
        reward: As<RewardId>,
        /// Of which wallet.
        wallet: As<WalletId>,
        /// How many points.
        points: Whole,
        /// What they are worth.
        value: As<Decimal>,
        /// ISO 4217 code of `value`.
        currency: As<Currency>,
        /// Usable before this instant.
        until: As<Instant>,
    }

    /// A paid membership.
    #[derive(Debug, Clone)]
    pub struct Membership {
        /// Which.
        id: As<MembershipId>,
        /// What shoppers read; null for one that has left the programme.
        name: Option<Arc<str>>,
        /// The first day of what is paid for.
        from: As<Day>,
        /// The last day.
        last_day: As<Day>,
    }

    /// A privilege that the member has.
    #[derive(Debug, Clone)]
    pub struct Privilege {
        /// Which.
        id: As<PrivilegeId>,
        /// What shoppers read.
        name: Arc<str>,
        /// How often it can still be used; null without end.
        left: Option<Whole>,
    }

    /// Tickets of a draw.
    #[derive(Debug, Clone)]
    pub struct Tickets {
        /// Which draw.
        draw: As<DrawId>,
        /// How many.
        tickets: u64,
    }

    /// Gift now, or keep saving? Each rung is looked at alone, at the pace of the last 365 days.
    #[derive(Debug, Clone)]
    pub struct Advice {
        /// Points that orders earned in the last 365 days …
        earned: Whole,
        /// … within which the member was one for so many days.
        days: u32,
        /// The ladder: rewards of a fixed price and a fixed value.
        rungs: Vec<Rung>,
        /// The reward that gives most for each point it costs or lets expire: take it where it is reached today,
        /// else keep saving. Null where none is reached within 365 days.
        best: Option<As<RewardId>>,
    }

    /// A rung of the ladder.
    #[derive(Debug, Clone)]
    pub struct Rung {
        /// The reward.
        reward: As<RewardId>,
        /// What shoppers read.
        name: Arc<str>,
        /// Its price.
        points: Whole,
        /// What it is worth.
        value: As<Decimal>,
        /// The day on which it is reached; null where that is more than 365 days away.
        reached_on: Option<As<Day>>,
        /// Points that expire unspent until then.
        lost: Whole,
    }
}

changing! {
    /// A member's tier.
    #[derive(Debug, Clone)]
    pub struct Tier {
        /// The level; null below the lowest.
        level: Option<As<LevelId>>,
        /// What shoppers read.
        name: Option<Arc<str>>,
        /// What counts.
        metric: As<Metric>,
        /// How much of it the window holds.
        progress: As<Decimal>,
        /// The next level up.
        next: Option<NextLevel>,
    }

    /// The next level up.
    #[derive(Debug, Clone)]
    pub struct NextLevel {
        /// The level.
        level: As<LevelId>,
        /// What shoppers read.
        name: Arc<str>,
        /// How much of the metric reaches it.
        from: As<Decimal>,
        /// How much of it is still missing.
        missing: As<Decimal>,
    }
}

/// Where an account stands at a moment.
///
/// # Errors
/// As [`core::standing`].
pub fn standing(programme: &Programme, account: &core::Account, moment: Moment) -> Result<Standing, Problem> {
    let standing = core::standing(programme, account, moment)?;
    let position = &standing.position;
    let mut wallets = programme.parts().wallets.iter().map(|wallet| in_wallet(programme, &standing, wallet));
    let main = wallets.next().ok_or(core::Code::EntryInconsistent)??;
    let memberships = &programme.parts().memberships;
    let paid = position.membership.as_ref().filter(|paid| standing.moment.day <= paid.last_day);
    let membership = paid.map(|paid| Membership {
        id: As(paid.id.clone()),
        name: memberships.iter().find(|known| known.id == paid.id).map(|known| known.name.clone()),
        from: As(paid.from),
        last_day: As(paid.last_day),
    });
    let privilege = |(privilege, left): (&core::Privilege, Option<core::Points>)| Privilege {
        id: As(privilege.id.clone()),
        name: privilege.name.clone(),
        left: left.map(Whole),
    };
    let tickets =
        position.tickets.iter().map(|(draw, count)| Tickets { draw: As(draw.clone()), tickets: *count });
    Ok(Standing {
        seq: account.position.seq,
        programme: As(programme.version().clone()),
        scale: main.scale,
        available: main.available,
        pending: main.pending,
        held: main.held,
        debt: main.debt,
        vesting: main.vesting,
        pot: main.pot,
        expiring: main.expiring,
        wallets: wallets.collect::<Result<_, _>>()?,
        tier: standing.tier.as_ref().map(|known| tier(programme, known)),
        holds: position.holds.iter().map(open_hold).collect(),
        membership,
        privileges: standing.privileges(programme).into_iter().map(privilege).collect(),
        segments: Vec::of(&position.segments),
        consents: Vec::of(&position.consents),
        honours: Vec::of(&position.honours),
        tickets: tickets.collect(),
        advice: advice(&core::advice(programme, &account.shared, &standing)?),
        friends_waiting: position.friends_waiting,
        friends_rewarded: position.friends_rewarded,
    })
}

fn in_wallet(
    programme: &Programme,
    standing: &core::Standing<'_>,
    wallet: &Wallet,
) -> Result<WalletStanding, Problem> {
    let position = &standing.position;
    let vesting = standing.vesting(&wallet.id)?.into_iter();
    let expiring = standing.expiring(programme, &wallet.id)?.into_iter();
    let pot = standing.pot(programme, &wallet.id)?;
    Ok(WalletStanding {
        id: As(wallet.id.clone()),
        name: wallet.name.clone(),
        scale: wallet.scale,
        available: Whole(position.available(&wallet.id)?),
        pending: Whole(position.pending(&wallet.id)?),
        held: Whole(position.held(&wallet.id)?),
        debt: Whole(position.debt(&wallet.id)),
        vesting: vesting.map(|(day, p)| Vesting { points: Whole(p), vests_on: As(day) }).collect(),
        pot: pot.map(|pot| Pot { points: Whole(pot.points), threshold: Whole(pot.threshold) }),
        expiring: expiring.map(|(day, p)| Expiring { points: Whole(p), last_day: As(day) }).collect(),
    })
}

fn open_hold(hold: &core::Hold) -> OpenHold {
    OpenHold {
        id: As(hold.id.clone()),
        reward: As(hold.reward.clone()),
        wallet: As(hold.wallet.clone()),
        points: Whole(hold.points),
        value: As(hold.value.amount()),
        currency: As(hold.value.currency()),
        until: As(hold.until),
    }
}

pub(crate) fn tier(programme: &Programme, tier: &core::Tier<'_>) -> Tier {
    let next = tier.next.as_ref().map(|next| NextLevel {
        level: As(next.level.id.clone()),
        name: next.level.name.clone(),
        from: As(next.level.from),
        missing: As(next.missing),
    });
    Tier {
        level: tier.level.clone().map(As),
        name: tier.name.cloned(),
        metric: As(programme.tiers().map(core::Tiers::metric).unwrap_or_default()),
        progress: As(tier.progress),
        next,
    }
}

fn advice(advice: &core::Advice<'_>) -> Advice {
    let rung = |rung: &core::Rung<'_>| Rung {
        reward: As(rung.reward.id.clone()),
        name: rung.reward.name.clone(),
        points: Whole(rung.reward.points),
        value: As(rung.value.amount()),
        reached_on: rung.reached_on.map(As),
        lost: Whole(rung.lost),
    };
    Advice {
        earned: Whole(advice.earned),
        days: advice.days,
        rungs: advice.rungs.iter().map(rung).collect(),
        best: advice.best.clone().map(As),
    }
}
