//! Limits, told from the log alone.

use loyalty_core::{
    Beneficiary, Campaign, Credit, Day, Entry, Event, HoldId, Limited, Parts, Points, Rate, RewardId, RuleId,
    SaleCredit, SharedId, Step, UseOf, Used, Uses, WalletId,
};
use loyalty_tests::carts::{CartPlan, cart_plan};
use loyalty_tests::documents::document;
use loyalty_tests::history::{Act, happenings, history};
use loyalty_tests::world::{Outcome, World};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Whether conditions fall, and which limits rules, campaigns and rewards have, and of how much.
type Limits = (bool, Vec<(u8, u32)>);

fn narrow() -> impl Strategy<Value = Limits> {
    (any::<bool>(), vec((0..8_u8, select(vec![1_u32, 2, 5, 20, 100, 500])), 1..6))
}

/// Gives most of what there is limits that are soon reached.
fn tighten(document: &mut Value, (open, limits): &Limits) {
    const CONDITIONS: [&str; 7] =
        ["when", "only", "products", "except", "minimum", "minimum_pieces", "exclusive"];
    const OF_RULES: [&str; 3] = ["most", "most_per_day", "most_per_member"];
    const OF_CAMPAIGNS: [&str; 3] = ["most", "most_per_member", "budget"];
    for (list, names) in [("earning", OF_RULES), ("campaigns", OF_CAMPAIGNS)] {
        let items = document.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
        for (item, (which, most)) in items.zip(limits.iter().cycle()) {
            for name in CONDITIONS.iter().filter(|_| *open) {
                item.as_object_mut().unwrap().remove(*name);
            }
            // What is counted by buyer has no meaning for a seller.
            let names = if item["to"] == "seller" { &names[..1] } else { &names[..] };
            for (bit, name) in names.iter().enumerate().filter(|(bit, _)| which >> bit & 1 == 1) {
                item[*name] = json!(most << bit);
            }
        }
    }
    for (reward, (which, most)) in
        document["rewards"].as_array_mut().unwrap().iter_mut().zip(limits.iter().cycle())
    {
        if which & 1 == 1 {
            let per = ["month", "year"].get(usize::from(which >> 1));
            reward["uses"] = json!({"count": most % 4 + 1, "per": per});
        }
        if *which > 4 {
            reward["stock"] = json!(most % 4 + 1);
        }
    }
}

/// What is used of limits, as entries tell it one after another.
#[derive(Default)]
struct Told {
    uses: BTreeMap<(String, Day), u64>,
    shared: BTreeMap<SharedId, i64>,
    open: BTreeMap<HoldId, RewardId>,
}

/// What one order gives and uses.
struct Given<'a> {
    day: Day,
    credits: &'a [Credit],
    sale: &'a [SaleCredit],
    uses: &'a [Used],
    shared: &'a [(SharedId, i64)],
}

fn total<'a>(points: impl IntoIterator<Item = &'a Points>) -> u64 {
    points.into_iter().map(|points| points.get()).sum()
}

/// The rule whose points a step gives, and how many.
fn of_rule(step: &Step) -> Option<(&RuleId, u64)> {
    match step {
        Step::Rate { rule, points, .. }
        | Step::Pieces { rule, points, .. }
        | Step::Order { rule, points }
        | Step::GiftCards { rule, points, .. } => Some((rule, points.get())),
        Step::Tier { .. } | Step::Campaign { .. } | Step::Limited { .. } => None,
    }
}

/// What a limit of this rule or campaign took away, and which.
fn taken_away<'a>(steps: impl Iterator<Item = &'a Step>, name: &str) -> (u64, Option<Limited>) {
    let limited = steps.filter_map(|step| match step {
        Step::Limited { by, limit, points } if **by == *name => Some((points.get(), Some(*limit))),
        _ => None,
    });
    limited.fold((0, None), |(sum, _), (points, limit)| (sum + points, limit))
}

fn budget(campaign: &Campaign) -> SharedId {
    SharedId::new(&format!("campaign/{}", campaign.id)).unwrap()
}

impl Given<'_> {
    fn steps(&self) -> impl Iterator<Item = &Step> {
        self.credits.iter().flat_map(|credit| &credit.steps)
    }

    fn rates<'p>(&self, parts: &'p Parts) -> Vec<&'p Rate> {
        let known =
            |rate: &&Rate| self.steps().any(|step| of_rule(step).is_some_and(|(id, _)| *id == rate.id));
        parts.rates.iter().filter(known).collect()
    }

    /// What a campaign adds by its multiplier, before its limits; one below 1 adds nothing.
    fn adds(&self, campaign: &Campaign) -> u64 {
        let adds = |step: &Step| match step {
            Step::Campaign { campaign: known, points, .. } if *known == campaign.id => {
                u64::try_from(*points).unwrap_or(0)
            }
            _ => 0,
        };
        self.steps().map(adds).sum()
    }

    /// How much the order says that it uses of a limit.
    fn used(&self, of: &UseOf) -> u64 {
        self.uses.iter().filter(|used| used.of == *of).map(|used| used.count).sum()
    }

    /// How many points it says a campaign gives; none where nothing has to be said.
    fn of_campaign(&self, campaign: &Campaign) -> Option<u64> {
        let budget = campaign.budget.map(|_| {
            let of = budget(campaign);
            let counts = self.shared.iter().filter(|(shared, _)| *shared == of);
            u64::try_from(counts.map(|(_, count)| *count).sum::<i64>()).unwrap()
        });
        let member = campaign.most_per_member.map(|_| self.used(&UseOf::Campaign(campaign.id.clone())));
        assert!(budget.is_none() || member.is_none() || budget == member, "{budget:?} and {member:?}");
        budget.or(member)
    }
}

impl Told {
    fn used(&self, of: &UseOf, since: Day) -> u64 {
        self.uses.get(&(format!("{of:?}"), since)).copied().unwrap_or(0)
    }

    fn gone(&self, shared: &SharedId) -> u64 {
        u64::try_from(self.shared.get(shared).copied().unwrap_or(0)).unwrap_or(0)
    }

    /// What a rule may give on an order, by each of its limits.
    fn left(&self, rate: &Rate, day: Day) -> Vec<(Limited, u64)> {
        let left =
            |most: Option<Points>, of: UseOf, since| Some(most?.get().saturating_sub(self.used(&of, since)));
        let order = rate.most.map(|most| (Limited::Order, most.get()));
        let day = left(rate.most_per_day, UseOf::RateDay(rate.id.clone()), day);
        let member = left(rate.most_per_member, UseOf::Rate(rate.id.clone()), Day::default());
        order
            .into_iter()
            .chain(day.map(|left| (Limited::Day, left)))
            .chain(member.map(|left| (Limited::Member, left)))
            .collect()
    }

    /// What a campaign may give on an order, by each of its limits.
    fn left_of(&self, campaign: &Campaign) -> Vec<(Limited, u64)> {
        let used = self.used(&UseOf::Campaign(campaign.id.clone()), Day::default());
        let member = campaign.most_per_member.map(|most| most.get().saturating_sub(used));
        let gone = self.gone(&budget(campaign));
        let budget = campaign.budget.map(|budget| budget.get().saturating_sub(gone));
        let order = campaign.most.map(|most| (Limited::Order, most.get()));
        order
            .into_iter()
            .chain(member.map(|left| (Limited::Member, left)))
            .chain(budget.map(|left| (Limited::Budget, left)))
            .collect()
    }

    /// What each rule and campaign gives on one order, beside what it may give and what is told of it.
    fn order(&self, parts: &Parts, given: &Given<'_>) -> Result<(), TestCaseError> {
        let rates = given.rates(parts);
        for rate in &rates {
            let left = self.left(rate, given.day);
            let plain: u64 =
                given.steps().filter_map(of_rule).filter(|(id, _)| **id == rate.id).map(|(_, n)| n).sum();
            let (away, limit) = taken_away(given.steps(), rate.id.as_str());
            let least = left.iter().map(|(_, left)| *left).min();
            prop_assert_eq!(
                plain - away,
                least.map_or(plain, |least| plain.min(least)),
                "{} of {:?}",
                rate.id,
                left
            );
            if let Some(limit) = limit {
                prop_assert_eq!(left.iter().find(|known| known.0 == limit).map(|known| known.1), least);
            }
        }
        for wallet in &parts.wallets {
            self.wallet(&rates, given, &wallet.id)?;
        }
        for campaign in &parts.campaigns {
            let left = self.left_of(campaign);
            let (away, limit) = taken_away(given.steps(), campaign.id.as_str());
            let told = given.of_campaign(campaign);
            let alone = rates.iter().all(|rate| rate.campaign.as_ref() != Some(&campaign.id));
            // Of a campaign without rules of its own what its steps say; else what it tells.
            let counted = if alone && !left.is_empty() { Some(given.adds(campaign) - away) } else { told };
            let Some(counted) = counted else { continue };
            prop_assert!(
                told.is_none_or(|told| told == counted),
                "{:?} of {} told, {} counted",
                told,
                campaign.id,
                counted
            );
            prop_assert!(
                left.iter().all(|(_, left)| counted <= *left),
                "{} of {} and {:?}",
                counted,
                campaign.id,
                left
            );
            if let Some(limit) = limit {
                let known = left.iter().find(|known| known.0 == limit).map(|known| known.1);
                prop_assert_eq!(known, Some(counted), "{} stops short of {:?}", campaign.id, limit);
            }
        }
        self.campaigns(parts, &rates, given)?;
        for sale in given.sale {
            let sellers = parts
                .rates
                .iter()
                .filter(|rate| rate.to == Beneficiary::Seller && rate.wallet == sale.wallet);
            let most: Option<u64> = sellers.map(|rate| rate.most.map(Points::get)).sum();
            prop_assert!(most.is_none_or(|most| total(&sale.lines) <= most), "{:?} of {:?}", sale, most);
        }
        Ok(())
    }

    /// All rules of a wallet together give no more than each of them may, and what they tell is what is credited.
    fn wallet(&self, rates: &[&Rate], given: &Given<'_>, wallet: &WalletId) -> Result<(), TestCaseError> {
        let here: Vec<_> = rates.iter().filter(|rate| rate.wallet == *wallet).collect();
        let credits = given.credits.iter().filter(|credit| credit.lot.wallet == *wallet);
        let credited: u64 = credits.map(|credit| credit.lot.points.get()).sum();
        let least = |rate: &&&Rate| self.left(rate, given.day).into_iter().map(|(_, left)| left).min();
        let most: Option<u64> = here.iter().map(least).sum();
        prop_assert!(
            most.is_none_or(|most| credited <= most),
            "{} in {}, {:?} at most",
            credited,
            wallet,
            most
        );
        let mut told = Some(0);
        for rate in here {
            let day = rate.most_per_day.map(|_| given.used(&UseOf::RateDay(rate.id.clone())));
            let member = rate.most_per_member.map(|_| given.used(&UseOf::Rate(rate.id.clone())));
            prop_assert!(day.is_none() || member.is_none() || day == member);
            told = told.zip(day.or(member)).map(|(told, more)| told + more);
        }
        prop_assert!(told.is_none_or(|told| told == credited), "{:?} told, {} in {}", told, credited, wallet);
        Ok(())
    }

    /// Where every rule that gives belongs to a campaign that tells how much it gives, all of the order is told.
    fn campaigns(&self, parts: &Parts, rates: &[&Rate], given: &Given<'_>) -> Result<(), TestCaseError> {
        let tells = |campaign: &Campaign| campaign.budget.is_some() || campaign.most_per_member.is_some();
        let of = |rate: &&Rate| {
            parts.campaigns.iter().find(|campaign| rate.campaign.as_ref() == Some(&campaign.id))
        };
        if !rates.iter().all(|rate| of(rate).is_some_and(tells)) {
            return Ok(());
        }
        let told: u64 = parts.campaigns.iter().filter_map(|campaign| given.of_campaign(campaign)).sum();
        // Others that are counted on their own, by a most on an order or their day.
        let silent = |campaign: &&Campaign| {
            !tells(campaign) && (campaign.most.is_some() || campaign.credited_on.is_some())
        };
        let more: u64 = parts
            .campaigns
            .iter()
            .filter(silent)
            .map(|campaign| {
                let away = taken_away(given.steps(), campaign.id.as_str()).0;
                given.adds(campaign) - away
            })
            .sum();
        let credited = total(given.credits.iter().map(|credit| &credit.lot.points));
        prop_assert_eq!(told + more, credited);
        Ok(())
    }

    /// So often taken as a reward's limit and stock allow, with those that are held.
    fn reward(&self, parts: &Parts, id: &RewardId, day: Day) -> Result<(), TestCaseError> {
        let reward = parts.rewards.iter().find(|reward| reward.id == *id).unwrap();
        let open = u64::try_from(self.open.values().filter(|held| *held == id).count()).unwrap();
        if let Some(Uses { count, per }) = reward.uses {
            let since = per.map_or(Day::default(), |per| day.start_of(per));
            let used = self.used(&UseOf::Reward(id.clone()), since) + open;
            prop_assert!(used <= count, "{} was taken {} times, {} allowed", id, used, count);
        }
        if let Some(stock) = reward.stock {
            let gone = self.gone(&SharedId::new(&format!("reward/{id}")).unwrap()) + open;
            prop_assert!(gone <= stock, "{} of {} {}", gone, stock, id);
        }
        Ok(())
    }

    fn fold(&mut self, parts: &Parts, entry: &Entry) -> Result<(), TestCaseError> {
        let day = entry.moment.day;
        let mut taken: Vec<&RewardId> = vec![];
        let (mut uses, mut unused): (&[Used], &[Used]) = (&[], &[]);
        match &entry.event {
            Event::OrderPaid { credits, sale, redeemed, uses: used, shared, .. } => {
                self.order(parts, &Given { day, credits, sale, uses: used, shared })?;
                uses = used;
                taken = redeemed.iter().filter(|paid| paid.hold.is_none()).map(|paid| &paid.reward).collect();
            }
            Event::Held(hold) => {
                self.open.insert(hold.id.clone(), hold.reward.clone());
                taken = vec![&hold.reward];
            }
            Event::Captured { hold, uses: used, .. } => {
                self.open.remove(hold);
                uses = used;
            }
            Event::Released { hold, .. } => drop(self.open.remove(hold)),
            Event::RewardCancelled { unused: back, .. } | Event::Refunded { unused: back, .. } => {
                unused = back
            }
            Event::PrivilegeUsed { used: Some(used), .. } => uses = std::slice::from_ref(used),
            _ => {}
        }
        for used in uses {
            *self.uses.entry((format!("{:?}", used.of), used.since)).or_default() += used.count;
            if let UseOf::Privilege(id) = &used.of {
                let uses = parts.privileges.iter().find(|known| known.id == *id).unwrap().uses.unwrap();
                let since = uses.per.map_or(Day::default(), |per| day.start_of(per));
                prop_assert!(self.used(&used.of, since) <= uses.count, "{} was used too often", id);
            }
        }
        for used in unused {
            let known = self.uses.entry((format!("{:?}", used.of), used.since)).or_default();
            *known = known.saturating_sub(used.count);
        }
        for (shared, count) in entry.shared() {
            *self.shared.entry(shared.clone()).or_default() += count;
        }
        taken.into_iter().try_for_each(|reward| self.reward(parts, reward, day))
    }
}

fn paid(cart: CartPlan) -> Act {
    Act::Pay { cart, redeem: vec![], holds: vec![], advocate: None, seller: None }
}

proptest! {
    /// Law `limits`: what orders say that they use of limits is what their points say; no rule, campaign, reward or
    /// privilege gives more on an order, on a day, in a month or year, to this member or to all than it may; and what a
    /// limit takes away is no more than what is over. One member alone, so that what all share is known exactly.
    #[test]
    fn limits(mut history in history(10), carts in vec(cart_plan(), 3..8), limits in narrow()) {
        tighten(&mut history.document.json, &limits);
        tighten(&mut history.later.json, &limits);
        let mut orders = carts.into_iter().map(|cart| (0, paid(cart)));
        let mut world = World::of(&history);
        let mut told = Told::default();
        let mut all = Vec::new();
        for happening in history.happenings {
            all.push(happening);
            all.extend(orders.next());
        }
        for happening in all.iter().chain(&orders.collect::<Vec<_>>()) {
            let Some(request) = world.next(happening) else { continue };
            let Outcome::Appended(entries) = world.deliver(&request) else { continue };
            let parts = world.programme.rules().parts();
            entries.iter().try_for_each(|entry| told.fold(parts, entry))?;
        }
    }

    /// Law `limits`: they take points away, and never an order. Whatever happened before, an order of sound lines is
    /// booked under every programme.
    #[test]
    fn sound_orders_are_booked(
        mut document in document(), past in happenings(4), carts in vec(cart_plan(), 2..6), limits in narrow(),
    ) {
        tighten(&mut document.json, &limits);
        let mut world = World::new(&document);
        world.live(&past, |_, _| {});
        for cart in carts {
            let request = world.next(&(0, paid(cart))).unwrap();
            let outcome = world.deliver(&request);
            prop_assert!(matches!(outcome, Outcome::Appended(_)), "{:?}", outcome);
        }
    }
}
