//! What points cost to earn, asked of the core with carts made for the question.
//!
//! The programme is asked without its caps and budgets, which only limit how often, and one wallet at a time. The best
//! of all that can come together counts: every level, day, hour, channel, code, segment, membership and category that
//! the programme names. Bonuses, referrals and rules for whole orders or pieces are no rate of money and left out.

use loyalty_core::{
    Account, Activity, Beneficiary, Cart, Category, Channel, Checkout, Day, Level, Line, LineId, LineKind,
    Measure, Moment, Money, PaidMembership, Parts, ProductId, Programme, Rate, Span, Wallet, WalletId,
    preview,
};
use rust_decimal::Decimal;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is spent in a cart of the question: so much that what rounding takes or gives does not show.
const SPENT: i64 = 1_000_000_000;
/// The most carts of one question.
const MOST: usize = 20_000;

/// For each wallet, the points that 1.00 spent earns at best; where points can be exchanged, by that way.
pub(super) fn by_wallet(programme: &Programme, now: Moment) -> Vec<Decimal> {
    let parts = programme.parts();
    let money = |rate: &Rate| matches!(rate.measure, Measure::ProRata(_) | Measure::Groups { .. });
    let best = |wallet: &Wallet| best(parts, &wallet.id, now, money, &[1]).unwrap_or_default();
    let mut earned: Vec<Decimal> =
        parts.wallets.iter().map(|wallet| best(wallet) / Decimal::from(SPENT)).collect();
    let place = |id: &WalletId| parts.wallets.iter().position(|wallet| wallet.id == *id);
    // No round of exchanges gains, so a way through every wallet is the longest worth going.
    for _ in &parts.wallets {
        for exchange in &parts.exchanges {
            let (from, to) = (place(&exchange.from), place(&exchange.to));
            let known = from.and_then(|from| earned.get(from)).copied().unwrap_or_default();
            let (give, get) = (Decimal::from(exchange.give.get()), Decimal::from(exchange.get.get()));
            let got = known.checked_mul(get).and_then(|points| points.checked_div(give)).unwrap_or_default();
            if let Some(known) = to.and_then(|to| earned.get_mut(to)) {
                *known = got.max(*known);
            }
        }
    }
    earned
}

/// The points of a wallet that one piece earns at best, by rules for pieces and whole orders.
pub(super) fn by_piece(programme: &Programme, wallet: &WalletId, now: Moment) -> Decimal {
    let parts = programme.parts();
    let any = |rate: &Rate| matches!(rate.measure, Measure::Pieces | Measure::Order);
    let pieces = |rate: &Rate| rate.measure == Measure::Pieces;
    let many = best(parts, wallet, now, pieces, &[1000]).unwrap_or_default() / Decimal::ONE_THOUSAND;
    best(parts, wallet, now, any, &[1]).unwrap_or_default().max(many)
}

/// The most points of a wallet that a cart of the question earns by the rules `counts` names.
fn best(
    parts: &Parts,
    wallet: &WalletId,
    now: Moment,
    counts: impl Fn(&Rate) -> bool,
    pieces: &[u32],
) -> Option<Decimal> {
    let mut parts = parts.clone();
    parts.rates.retain(|rate| rate.wallet == *wallet && rate.to == Beneficiary::Member && counts(rate));
    if parts.rates.is_empty() {
        return None;
    }
    for rate in &mut parts.rates {
        (rate.most, rate.most_per_day, rate.most_per_member) = (None, None, None);
    }
    for campaign in &mut parts.campaigns {
        (campaign.most, campaign.most_per_member, campaign.budget) = (None, None, None);
    }
    (parts.rewards, parts.draws) = (vec![], vec![]);
    let questions = questions(&parts, now, pieces);
    let programme = Programme::new(parts).ok()?;
    let points = |(account, cart, moment): &(Account, Arc<Cart>, Moment)| {
        let credits = preview(&programme, account, cart, *moment).ok()?.credits;
        Some(
            credits
                .iter()
                .filter(|credit| credit.lot.wallet == *wallet)
                .map(|c| Decimal::from(c.lot.points.get()))
                .sum(),
        )
    };
    questions.iter().filter_map(points).max()
}

/// Every member, cart and moment that may earn best.
fn questions(parts: &Parts, now: Moment, pieces: &[u32]) -> Vec<(Account, Arc<Cart>, Moment)> {
    let moments = moments(parts, now);
    let carts: Vec<_> = pieces.iter().flat_map(|pieces| carts(parts, *pieces)).collect();
    let mut asked = Vec::new();
    for moment in &moments {
        for account in members(parts, moment.day) {
            for cart in &carts {
                asked.push((account.clone(), Arc::clone(cart), *moment));
                if asked.len() == MOST {
                    return asked;
                }
            }
        }
    }
    asked
}

/// Now, and the days on which conditions begin and end, with the week after each and the hours that are named.
fn moments(parts: &Parts, now: Moment) -> Vec<Moment> {
    let whens = || parts.rates.iter().map(|r| &r.when).chain(parts.campaigns.iter().map(|c| &c.when));
    let mut days: BTreeSet<Day> = whens().flat_map(|when| [when.from, when.until]).flatten().collect();
    days.insert(now.day);
    if whens().any(|when| when.weekdays.is_some()) {
        let week = |day: &Day| (0..7).map(|more| day.plus(Span::Days(more))).collect::<Vec<_>>();
        days = days.iter().flat_map(week).collect();
    }
    let hours = whens().filter_map(|when| when.hours).map(|(from, _)| from);
    let minutes: BTreeSet<u16> = hours.chain([now.minute]).collect();
    let at = |day: Day| minutes.iter().map(move |minute| Moment { day, minute: *minute, ..now });
    days.into_iter().flat_map(at).collect()
}

/// A member on each level, with each membership, in all segments but those that are excluded.
fn members(parts: &Parts, day: Day) -> Vec<Account> {
    let levels = parts.tiers.as_ref().map_or(&[][..], |tiers| tiers.levels());
    let whens = || parts.rates.iter().map(|r| &r.when).chain(parts.campaigns.iter().map(|c| &c.when));
    let excluded: Vec<_> = whens().flat_map(|when| &when.except_segments).collect();
    let segments = whens().flat_map(|when| &when.segments).filter(|segment| !excluded.contains(segment));
    let mut base = Account::default();
    base.position.since = Some(day);
    base.position.segments = segments.cloned().collect();
    let memberships = std::iter::once(None).chain(parts.memberships.iter().map(Some));
    let mut found = Vec::new();
    for membership in memberships {
        let mut account = base.clone();
        account.position.membership = membership.map(|membership| PaidMembership {
            id: membership.id.clone(),
            from: day,
            last_day: day.plus(membership.term),
            fee: membership.fee,
        });
        found.push(account.clone());
        found.extend(levels.iter().map(|level| on(account.clone(), level, day)));
    }
    found
}

/// A member whose activity of the day is what a level asks.
fn on(mut account: Account, level: &Level, day: Day) -> Account {
    let count = i64::try_from(level.from.ceil().mantissa()).unwrap_or_default();
    let activity =
        Activity { spend: level.from, points: count, orders: count, visits: count, referrals: count };
    account.position.activity.push((day, activity));
    account.position.segments.extend(level.segments.iter().cloned());
    account
}

/// Carts of one line: of no category, of each, and of each two that are named; of each product; by each channel.
fn carts(parts: &Parts, pieces: u32) -> Vec<Arc<Cart>> {
    let selects = || parts.rates.iter().map(|r| &r.select).chain(parts.campaigns.iter().map(|c| &c.select));
    let categories: BTreeSet<&Category> = selects().flat_map(|select| select.only()).collect();
    let products: BTreeSet<&ProductId> = selects().flat_map(|select| select.products()).collect();
    let mut sets: Vec<Vec<Category>> = vec![vec![]];
    sets.extend(categories.iter().map(|one| vec![(*one).clone()]));
    for (index, one) in categories.iter().enumerate() {
        sets.extend(categories.iter().skip(index + 1).map(|two| vec![(*one).clone(), (*two).clone()]));
    }
    let whens = || parts.rates.iter().map(|r| &r.when).chain(parts.campaigns.iter().map(|c| &c.when));
    let channels: BTreeSet<&Channel> = whens().flat_map(|when| &when.channels).collect();
    let codes: Vec<_> = whens().flat_map(|when| &when.codes).cloned().collect();
    let mut carts = Vec::new();
    for channel in std::iter::once(None).chain(channels.into_iter().map(Some)) {
        for product in std::iter::once(None).chain(products.iter().map(Some)) {
            for set in &sets {
                let checkout = Checkout { channel: channel.cloned(), partner: None, codes: codes.clone() };
                carts.extend(
                    cart(parts, pieces, product.map(|id| (*id).clone()), set.clone(), checkout).map(Arc::new),
                );
            }
        }
    }
    carts
}

fn cart(
    parts: &Parts,
    pieces: u32,
    product: Option<ProductId>,
    categories: Vec<Category>,
    checkout: Checkout,
) -> Option<Cart> {
    let zero = Money::zero(parts.currency);
    let line = Line {
        id: LineId::new("line").ok()?,
        kind: LineKind::Goods,
        product,
        categories,
        quantity: pieces,
        amount: Money::new(Decimal::from(SPENT), parts.currency).ok()?,
        tax: zero,
        discount: zero,
    };
    Cart::new(parts.currency, vec![line], vec![], vec![], zero, checkout).ok()
}
