//! What points cost to earn, asked of the core with carts made for the question.
//!
//! The programme is asked without its caps and budgets, which only limit how often, and one wallet at a time. The best
//! of all that can come together counts: every level, day, hour, channel, code, segment, membership, birthday and
//! category that the programme names. Bonuses, referrals and rules for whole orders or pieces are no rate of money and
//! left out.

use loyalty_core::{
    Account, Beneficiary, Birthday, Cart, Category, Channel, Checkout, Day, Downgrade, KeptLevel, Level,
    Line, LineId, LineKind, Measure, Moment, Money, PaidMembership, Parts, ProductId, Programme, PromoCode,
    Rate, SegmentId, Select, Span, TierParts, Tiers, Timing, ToldBirthday, WalletId, When, Window, preview,
};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is spent in a cart of the question: so much that what rounding takes or gives does not show.
const SPENT: i64 = 1_000_000_000;
/// The most that is asked of one wallet.
pub(super) const MOST: usize = 20_000;

/// The points that 1.00 earns at best, of each wallet; where points can be exchanged, by that way.
pub(crate) struct Earned {
    /// Spent on goods.
    pub(super) by_spending: Vec<Decimal>,
    /// Paid in advance, for gift certificates.
    pub(super) by_paying_in: Vec<Decimal>,
    /// Whether all that can come together was asked; else there may be better.
    pub(super) asked_all: bool,
}

/// What lines a question is about.
struct About<'a> {
    kind: LineKind,
    /// How many pieces, each number on a cart of its own.
    pieces: &'a [u32],
    /// Only lines that this takes, by what it names.
    within: Option<&'a Select>,
}

/// What the best cart earned, and whether all were asked.
struct Best {
    points: Decimal,
    asked_all: bool,
}

pub(super) fn by_wallet(programme: &Programme, now: Moment) -> Earned {
    let parts = programme.parts();
    let mut asked_all = true;
    let mut earned = |kind: LineKind, counts: fn(&Rate) -> bool| {
        let mut pieces: BTreeSet<u32> = parts.rates.iter().map(|rate| rate.least_pieces.max(1)).collect();
        pieces.insert(1);
        let pieces: Vec<u32> = pieces.into_iter().collect();
        let about = About { kind, pieces: &pieces, within: None };
        let mut earned = Vec::with_capacity(parts.wallets.len());
        for wallet in &parts.wallets {
            let best = best(parts, &wallet.id, now, counts, &about);
            asked_all &= best.asked_all;
            earned.push(best.points / Decimal::from(SPENT));
        }
        exchanged(parts, &mut earned);
        earned
    };
    let money = |rate: &Rate| matches!(rate.measure, Measure::ProRata(_) | Measure::Groups { .. });
    let by_spending = earned(LineKind::Goods, money);
    let by_paying_in = earned(LineKind::GiftCard, |rate| rate.measure == Measure::GiftCards);
    Earned { by_spending, by_paying_in, asked_all }
}

/// Follows points through exchanges. No round of them gains, so a way through every wallet is the longest worth going.
fn exchanged(parts: &Parts, earned: &mut [Decimal]) {
    let place = |id: &WalletId| parts.wallets.iter().position(|wallet| wallet.id == *id);
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
}

/// The points of a wallet that one piece of what `within` names earns at best, by rules for pieces and whole orders.
pub(super) fn by_piece(programme: &Programme, wallet: &WalletId, within: &Select, now: Moment) -> Decimal {
    let parts = programme.parts();
    let any = |rate: &Rate| matches!(rate.measure, Measure::Pieces | Measure::Order);
    let pieces = |rate: &Rate| rate.measure == Measure::Pieces;
    let within = Some(within);
    let of = |pieces| About { kind: LineKind::Goods, pieces, within };
    let many = best(parts, wallet, now, pieces, &of(&[1000])).points / Decimal::ONE_THOUSAND;
    best(parts, wallet, now, any, &of(&[1])).points.max(many)
}

/// The most points of a wallet that a cart of the question earns by the rules `counts` names.
fn best(
    parts: &Parts,
    wallet: &WalletId,
    now: Moment,
    counts: impl Fn(&Rate) -> bool,
    about: &About<'_>,
) -> Best {
    let mut parts = parts.clone();
    parts.rates.retain(|rate| rate.wallet == *wallet && rate.to == Beneficiary::Member && counts(rate));
    if parts.rates.is_empty() {
        return Best { points: Decimal::ZERO, asked_all: true };
    }
    for rate in &mut parts.rates {
        (rate.most, rate.most_per_day, rate.most_per_member) = (None, None, None);
    }
    for campaign in &mut parts.campaigns {
        (campaign.most, campaign.most_per_member, campaign.budget) = (None, None, None);
    }
    (parts.rewards, parts.draws, parts.bonuses) = (vec![], vec![], vec![]);
    parts.tiers = parts.tiers.as_ref().and_then(as_they_stand);
    let (questions, asked_all) = questions(&parts, now, about);
    let points = |programme: &Programme, (account, cart, moment): &(Account, Arc<Cart>, Moment)| {
        let credits = preview(programme, account, cart, *moment).ok()?.credits;
        let own = credits.iter().filter(|credit| credit.lot.wallet == *wallet);
        Some(own.map(|credit| Decimal::from(credit.lot.points.get())).sum())
    };
    let most = Programme::new(parts)
        .ok()
        .and_then(|programme| questions.iter().filter_map(|question| points(&programme, question)).max());
    Best { points: most.unwrap_or_default(), asked_all }
}

/// The same levels for members who are on them and stay there whatever they pay: the cart of the question would lift
/// everybody to the top.
fn as_they_stand(tiers: &Tiers) -> Option<Tiers> {
    let parts = TierParts {
        metric: tiers.metric(),
        window: Window::Lifetime,
        timing: Timing::BeforeOrder,
        downgrade: Downgrade::AtOnce,
        soft_landing: false,
        refund_keeps: None,
        levels: tiers.levels().to_vec(),
    };
    Tiers::new(parts).ok()
}

/// Every member, cart and moment that may earn best, and whether these are all. The carts of the fewest categories
/// come first, each for all members and moments.
fn questions(parts: &Parts, now: Moment, about: &About<'_>) -> (Vec<(Account, Arc<Cart>, Moment)>, bool) {
    let mut people = Vec::new();
    for moment in moments(parts, now) {
        people.extend(members(parts, moment.day).into_iter().map(|account| (account, moment)));
        if people.len() > MOST {
            break;
        }
    }
    let mut asked = Vec::new();
    for cart in carts(parts, about) {
        for (account, moment) in &people {
            if asked.len() == MOST {
                return (asked, false);
            }
            asked.push((account.clone(), Arc::clone(&cart), *moment));
        }
    }
    (asked, true)
}

/// The conditions that decide what an order earns.
fn whens(parts: &Parts) -> impl Iterator<Item = &When> {
    parts.rates.iter().map(|rate| &rate.when).chain(parts.campaigns.iter().map(|campaign| &campaign.when))
}

/// Now, and the days to come on which conditions begin and end, with the week after each and the hours that are named.
fn moments(parts: &Parts, now: Moment) -> Vec<Moment> {
    let mut days: BTreeSet<Day> = whens(parts).flat_map(|when| [when.from, when.until]).flatten().collect();
    days.retain(|day| now.day < *day);
    days.insert(now.day);
    if whens(parts).any(|when| when.weekdays.is_some()) {
        let week = |day: &Day| (0..7).map(|more| day.plus(Span::Days(more))).collect::<Vec<_>>();
        days = days.iter().flat_map(week).collect();
    }
    let hours = whens(parts).filter_map(|when| when.hours).map(|(from, _)| from);
    let minutes: BTreeSet<u16> = hours.chain([now.minute]).collect();
    let at = |day: Day| minutes.iter().map(move |minute| Moment { day, minute: *minute, ..now });
    days.into_iter().flat_map(at).collect()
}

/// A member on each level, with each membership, in the segments that go together, on a birthday and on none, of old
/// and new.
fn members(parts: &Parts, day: Day) -> Vec<Account> {
    let levels = parts.tiers.as_ref().map_or(&[][..], |tiers| tiers.levels());
    let levels: Vec<Option<&Level>> = std::iter::once(None).chain(levels.iter().map(Some)).collect();
    let memberships = parts.memberships.iter().filter(|membership| {
        membership.level.is_some() || whens(parts).any(|when| when.memberships.contains(&membership.id))
    });
    let memberships: Vec<_> = std::iter::once(None).chain(memberships.map(Some)).collect();
    let born = whens(parts).any(|when| when.birthday.is_some());
    let (_, month, of_month) = day.ymd();
    let birthday = Birthday::new(month, of_month).ok().filter(|_| born);
    let birthdays = [None, birthday.map(|birthday| ToldBirthday { birthday, on: day })];
    let first = whens(parts).any(|when| when.first_order);
    let mut found = Vec::new();
    for segments in segments(parts) {
        for membership in &memberships {
            for level in &levels {
                for birthday in birthdays.iter().take(1 + usize::from(born)) {
                    for orders in 0..=u64::from(first) {
                        let mut account = Account::default();
                        let position = &mut account.position;
                        (position.since, position.orders) = (Some(day), orders);
                        position.segments.clone_from(&segments);
                        position.birthday = *birthday;
                        position.kept_level =
                            level.map(|level| KeptLevel { level: level.id.clone(), through: day });
                        position.membership = membership.map(|membership| PaidMembership {
                            id: membership.id.clone(),
                            from: day,
                            last_day: day.plus(membership.term),
                            fee: membership.fee,
                        });
                        found.push(account);
                        if found.len() > MOST {
                            return found;
                        }
                    }
                }
            }
        }
    }
    found
}

/// Sets of segments that a member may be in: all that are named, without those that are excluded anywhere, each
/// alone, and none.
fn segments(parts: &Parts) -> BTreeSet<Vec<SegmentId>> {
    let named: BTreeSet<&SegmentId> = whens(parts).flat_map(|when| &when.segments).collect();
    let excluded: BTreeSet<&SegmentId> = whens(parts).flat_map(|when| &when.except_segments).collect();
    let set = |segments: &mut dyn Iterator<Item = &SegmentId>| segments.cloned().collect::<Vec<_>>();
    let all = set(&mut named.iter().copied());
    let together = set(&mut named.difference(&excluded).copied());
    let alone = named.iter().map(|segment| vec![(*segment).clone()]);
    alone.chain([all, together, vec![]]).collect()
}

/// Carts of one line: of no category, of each, of all, and of each two that are named; of each product; by each
/// channel; with codes and without.
fn carts(parts: &Parts, about: &About<'_>) -> Vec<Arc<Cart>> {
    let selects: Vec<&Select> = parts
        .rates
        .iter()
        .map(|rate| &rate.select)
        .chain(parts.campaigns.iter().map(|campaign| &campaign.select))
        .collect();
    let products = products(&selects, about.within);
    let channels: BTreeSet<&Channel> = whens(parts).flat_map(|when| &when.channels).collect();
    let channels: Vec<Option<&Channel>> =
        std::iter::once(None).chain(channels.into_iter().map(Some)).collect();
    let codes: BTreeSet<&PromoCode> = whens(parts).flat_map(|when| &when.codes).collect();
    let codes: Vec<PromoCode> = codes.into_iter().cloned().collect();
    let codes: BTreeSet<Vec<PromoCode>> = [vec![], codes].into();
    let mut carts = Vec::new();
    for set in sets(&selects, about.within) {
        for product in products.iter().filter(|product| about.takes(product.as_ref(), &set)) {
            for channel in &channels {
                for codes in &codes {
                    for pieces in about.pieces {
                        let checkout =
                            Checkout { channel: channel.cloned(), partner: None, codes: codes.clone() };
                        let cart = cart(parts, about.kind, *pieces, product.clone(), set.clone(), checkout);
                        carts.extend(cart.map(Arc::new));
                        // So many that one more is not asked, and told of.
                        if carts.len() > MOST {
                            return carts;
                        }
                    }
                }
            }
        }
    }
    carts
}

impl About<'_> {
    fn takes(&self, product: Option<&ProductId>, categories: &[Category]) -> bool {
        self.within.is_none_or(|select| {
            !asks(select)
                || product.is_some_and(|product| select.products().contains(product))
                || categories.iter().any(|category| select.only().contains(category))
        })
    }
}

/// Whether it names what it takes.
pub(super) fn asks(select: &Select) -> bool {
    !select.only().is_empty() || !select.products().is_empty()
}

/// Sets of categories that a line may be in, the smallest and the largest first, and so many that more would never be
/// asked. Of categories that the same selections name one stands for all.
fn sets(selects: &[&Select], within: Option<&Select>) -> Vec<Vec<Category>> {
    // By category: which selections take it, and which do not.
    let mut named: BTreeMap<&Category, Vec<(usize, bool)>> = BTreeMap::new();
    for (place, select) in selects.iter().enumerate() {
        for (list, takes) in [(select.only(), true), (select.except(), false)] {
            list.iter().for_each(|one| named.entry(one).or_default().push((place, takes)));
        }
    }
    if let Some(select) = within {
        for one in select.only() {
            named.entry(one).or_default();
        }
        // What is in a category that is not asked for may be something else altogether.
        named.retain(|one, _| {
            (!asks(select) || select.only().contains(one)) && !select.except().contains(one)
        });
    }
    let mut kinds: BTreeMap<Vec<(usize, bool)>, &Category> = BTreeMap::new();
    for (one, by) in named {
        kinds.entry(by).or_insert(one);
    }
    let set = |ones: &mut dyn Iterator<Item = &&Category>| ones.map(|one| (*one).clone()).collect::<Vec<_>>();
    let taken = kinds.iter().filter(|(by, _)| by.iter().any(|(_, takes)| *takes));
    let never_excluded = taken.clone().filter(|(by, _)| by.iter().all(|(_, takes)| *takes));
    let mut sets =
        vec![vec![], set(&mut taken.map(|(_, one)| one)), set(&mut never_excluded.map(|(_, one)| one))];
    sets.extend(kinds.values().map(|one| vec![(*one).clone()]));
    let ones: Vec<&Category> = kinds.into_values().collect();
    let pairs = ones.iter().enumerate();
    let pairs = pairs.flat_map(|(index, one)| ones.iter().skip(index + 1).map(move |two| [one, two]));
    sets.extend(pairs.take(MOST).map(|pair| set(&mut pair.into_iter())));
    let mut seen = BTreeSet::new();
    sets.retain(|set| seen.insert(set.clone()));
    sets
}

/// No product, and each that is named; of those that the same selections name one stands for all.
fn products(selects: &[&Select], within: Option<&Select>) -> Vec<Option<ProductId>> {
    let mut named: BTreeMap<&ProductId, Vec<usize>> = BTreeMap::new();
    for (place, select) in selects.iter().enumerate() {
        select.products().iter().for_each(|one| named.entry(one).or_default().push(place));
    }
    if let Some(select) = within.filter(|select| asks(select)) {
        for one in select.products() {
            named.entry(one).or_default();
        }
        named.retain(|one, _| select.products().contains(one));
    }
    let mut kinds: BTreeMap<Vec<usize>, &ProductId> = BTreeMap::new();
    for (one, by) in named {
        kinds.entry(by).or_insert(one);
    }
    std::iter::once(None).chain(kinds.into_values().map(|one| Some(one.clone()))).collect()
}

fn cart(
    parts: &Parts,
    kind: LineKind,
    pieces: u32,
    product: Option<ProductId>,
    categories: Vec<Category>,
    checkout: Checkout,
) -> Option<Cart> {
    let zero = Money::zero(parts.currency);
    let line = Line {
        id: LineId::new("line").ok()?,
        kind,
        product,
        categories,
        quantity: pieces,
        amount: Money::new(Decimal::from(SPENT), parts.currency).ok()?,
        tax: zero,
        discount: zero,
    };
    Cart::new(parts.currency, vec![line], vec![], vec![], zero, checkout).ok()
}
