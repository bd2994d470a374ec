//! Which lines of a cart rules take.

use crate::ground::ids::{Category, ProductId, ending};
use crate::ground::order::{ascending, sorted};
use crate::ledger::cart::Line;

/// Which lines of a cart a rule takes.
///
/// INVARIANT: the lists are sorted, so that a line is looked up in them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Select {
    only: Vec<Category>,
    products: Vec<ProductId>,
    except: Vec<Category>,
}

impl Select {
    /// Lines in one of the categories of `only` or of one of `products`, every line where both are empty; but no
    /// lines in one of the categories of `except`.
    #[must_use]
    pub fn new(only: Vec<Category>, products: Vec<ProductId>, except: Vec<Category>) -> Self {
        Self { only: ascending(only), products: ascending(products), except: ascending(except) }
    }

    /// The categories of which a line is taken, sorted.
    #[must_use]
    pub fn only(&self) -> &[Category] {
        &self.only
    }

    /// The products that are taken, sorted.
    #[must_use]
    pub fn products(&self) -> &[ProductId] {
        &self.products
    }

    /// The categories of which no line is taken, sorted.
    #[must_use]
    pub fn except(&self) -> &[Category] {
        &self.except
    }

    /// Whether it takes every line.
    pub(crate) const fn is_open(&self) -> bool {
        self.asks_nothing() && self.except.is_empty()
    }

    /// Whether it asks for no category and no product.
    pub(crate) const fn asks_nothing(&self) -> bool {
        self.only.is_empty() && self.products.is_empty()
    }

    /// Whether it takes a line.
    pub(crate) fn takes(&self, line: &Line) -> bool {
        let named =
            || line.product.as_ref().is_some_and(|product| self.products.binary_search(product).is_ok());
        (self.asks_nothing() || listed(&self.only, line) || named()) && !self.excludes(line)
    }

    /// Whether a line is in one of the categories it does not take.
    pub(crate) fn excludes(&self, line: &Line) -> bool {
        listed(&self.except, line)
    }
}

fn listed(list: &[Category], line: &Line) -> bool {
    !list.is_empty() && line.categories.iter().any(|category| list.binary_search(category).is_ok())
}

/// Several selections: a line is looked up once for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selects {
    all: Vec<Select>,
    /// Those that take every line.
    every: Vec<usize>,
    /// Those that take every line but some.
    open: Vec<usize>,
    categories: ByName,
    products: ByName,
}

/// The lines that each of several selections takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// All lines, then selection by selection those that it takes.
    lines: Vec<usize>,
    /// Where those of each selection begin and end.
    ranges: Vec<(usize, usize)>,
}

impl Taken {
    /// Those of the selection at a place.
    pub(crate) fn of(&self, place: usize) -> &[usize] {
        let (start, end) = self.ranges.get(place).copied().unwrap_or_default();
        self.lines.get(start..end).unwrap_or_default()
    }
}

/// Which lines of a cart the rules and campaigns of a programme take: of that cart under that programme, also while pieces and
/// amounts change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matches {
    /// By the rules, then by the campaigns.
    taken: Taken,
    pub(crate) kinds: Kinds,
}

impl Matches {
    /// Of lines; so many selections are those of rules.
    pub(crate) fn new(selects: &Selects, rules: usize, lines: &[Line]) -> Self {
        let taken = selects.takes(lines);
        let campaigns: Vec<_> = (rules..selects.all.len()).map(|place| taken.of(place)).collect();
        let kinds = Kinds::new(lines.len(), &campaigns);
        Self { taken, kinds }
    }

    /// The lines that the rule at a place takes.
    pub(crate) fn of_rule(&self, place: usize) -> &[usize] {
        self.taken.of(place)
    }
}

/// Lines of one kind are those that the same campaigns take: what one of them is multiplied by, all are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kinds {
    /// Of each line.
    of: Vec<usize>,
    pub(crate) count: usize,
    /// By campaign, of each kind whether it takes it.
    taken: Vec<bool>,
}

impl Kinds {
    /// Of so many lines, by the lines that each campaign takes.
    fn new(lines: usize, campaigns: &[&[usize]]) -> Self {
        let mut kinds = Self { of: vec![0; lines], count: lines.min(1), taken: Vec::new() };
        let some = |taken: &&&[usize]| !taken.is_empty() && taken.len() < lines;
        campaigns.iter().filter(some).for_each(|taken| kinds.part(taken));
        let mut taken = vec![false; kinds.count.saturating_mul(campaigns.len())];
        for (of_kinds, lines) in taken.chunks_mut(kinds.count.max(1)).zip(campaigns) {
            for kind in kinds.of_lines(lines) {
                of_kinds.get_mut(kind).into_iter().for_each(|takes| *takes = true);
            }
        }
        Self { taken, ..kinds }
    }

    /// The kinds of some lines.
    pub(crate) fn of_lines(&self, lines: &[usize]) -> impl Iterator<Item = usize> {
        lines.iter().filter_map(|line| self.of.get(*line).copied())
    }

    /// Of each kind, whether the campaign at a place takes it.
    pub(crate) fn taken_by(&self, campaign: usize) -> &[bool] {
        let start = campaign.saturating_mul(self.count);
        self.taken.get(start..start.saturating_add(self.count)).unwrap_or_default()
    }

    /// Parts the lines that a campaign takes from the others, kind by kind.
    fn part(&mut self, taken: &[usize]) {
        let mut parts = vec![[None; 2]; self.count];
        self.count = 0;
        let mut taken = taken.iter().peekable();
        for (line, kind) in self.of.iter_mut().enumerate() {
            let takes = taken.next_if(|taken| **taken == line).is_some();
            let part = parts.get_mut(*kind).and_then(|parts| parts.get_mut(usize::from(takes)));
            if let Some(part) = part {
                *kind = *part.get_or_insert(self.count);
                self.count = self.count.max(kind.saturating_add(1));
            }
        }
    }
}

impl Selects {
    pub(crate) fn new(all: Vec<Select>) -> Self {
        let places = || all.iter().enumerate();
        let categories =
            places().flat_map(|(place, select)| select.only.iter().map(move |id| (id.as_str(), place)));
        let products =
            places().flat_map(|(place, select)| select.products.iter().map(move |id| (id.as_str(), place)));
        let (categories, products) = (ByName::new(categories), ByName::new(products));
        let open = places().filter(|(_, select)| select.asks_nothing()).map(|(place, _)| place);
        let (every, open) = open.partition(|place| all.get(*place).is_some_and(Select::is_open));
        Self { every, open, categories, products, all }
    }

    /// The lines that each of the selections takes.
    pub(crate) fn takes(&self, lines: &[Line]) -> Taken {
        let mut found = Vec::with_capacity(lines.len().saturating_mul(2));
        // Of each selection, how many lines it takes, and before which line it has looked at all.
        let mut ranges = vec![(0_usize, 0_usize); self.all.len()];
        for (index, line) in lines.iter().enumerate() {
            let mut take = |place: &usize| {
                let Some((select, (count, next))) = self.all.get(*place).zip(ranges.get_mut(*place)) else {
                    return;
                };
                if *next > index {
                    return;
                }
                *next = index.saturating_add(1);
                if select.except.is_empty() || !select.excludes(line) {
                    *count = count.saturating_add(1);
                    found.push((*place, index));
                }
            };
            self.open.iter().for_each(&mut take);
            for category in &line.categories {
                self.categories.get(category.as_str()).for_each(&mut take);
            }
            if let Some(product) = &line.product {
                self.products.get(product.as_str()).for_each(take);
            }
        }
        let mut end = lines.len();
        for range in &mut ranges {
            let start = end;
            end = start.saturating_add(range.0);
            *range = (start, start);
        }
        let mut taken: Vec<usize> = (0..lines.len()).collect();
        taken.resize(end, 0);
        for (place, line) in found {
            if let Some((_, end)) = ranges.get_mut(place) {
                taken.get_mut(*end).into_iter().for_each(|taken| *taken = line);
                *end = end.saturating_add(1);
            }
        }
        for place in &self.every {
            ranges.get_mut(*place).into_iter().for_each(|range| *range = (0, lines.len()));
        }
        Taken { lines: taken, ranges }
    }
}

/// Places by name, in the order of the names' endings: names often begin alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct ByName(Vec<(u64, Box<str>, usize)>);

impl ByName {
    fn new<'a>(names: impl Iterator<Item = (&'a str, usize)>) -> Self {
        let precedes = |(one, _): &(&str, usize), (other, _): &(&str, usize)| {
            (ending(one), one) < (ending(other), other)
        };
        let names = sorted(names.collect(), precedes).into_iter();
        Self(names.map(|(name, place)| (ending(name), name.into(), place)).collect())
    }

    /// All places of a name.
    fn get<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a usize> {
        let wanted = (ending(name), name);
        let start = self.0.partition_point(|(ending, known, _)| (*ending, &**known) < wanted);
        let found = self.0.get(start..).unwrap_or_default().iter();
        found.take_while(move |(_, known, _)| **known == *name).map(|(_, _, place)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::ids::LineId;
    use crate::ground::money::{Currency, Money};
    use crate::ledger::cart::LineKind;
    use proptest::prelude::*;

    fn names() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(0..4_u8, 0..3)
    }

    fn categories(names: &[u8]) -> Vec<Category> {
        names.iter().map(|name| Category::new(&format!("category-{name}")).unwrap()).collect()
    }

    fn product(name: u8) -> ProductId {
        ProductId::new(&format!("product-{name}")).unwrap()
    }

    fn line(place: usize, (names, sold): &(Vec<u8>, Option<u8>)) -> Line {
        let amount = Money::zero(Currency::new("EUR").unwrap());
        Line {
            id: LineId::new(&place.to_string()).unwrap(),
            kind: LineKind::Goods,
            product: sold.map(product),
            categories: categories(names),
            quantity: 1,
            amount,
            tax: amount,
            discount: amount,
        }
    }

    proptest! {
        /// Looked up together, lines are taken as if each rule and each campaign looked at each line.
        #[test]
        fn lines_are_taken_as_each_selection_takes_them(
            selects in prop::collection::vec((names(), names(), names()), 0..8),
            rules in 0..8_usize,
            lines in prop::collection::vec((names(), prop::option::of(0..4_u8)), 0..12),
        ) {
            let select = |(only, products, except): &(Vec<u8>, Vec<u8>, Vec<u8>)| {
                Select::new(categories(only), products.iter().copied().map(product).collect(), categories(except))
            };
            let all: Vec<_> = selects.iter().map(select).collect();
            let rules = rules.min(all.len());
            let lines: Vec<_> = lines.iter().enumerate().map(|(place, known)| line(place, known)).collect();
            let matches = Matches::new(&Selects::new(all.clone()), rules, &lines);
            for (place, select) in all.iter().enumerate() {
                let taken: Vec<_> = (0..lines.len()).filter(|line| select.takes(&lines[*line])).collect();
                match place.checked_sub(rules) {
                    None => prop_assert_eq!(matches.of_rule(place), taken),
                    Some(campaign) => {
                        let of_kinds = matches.kinds.taken_by(campaign);
                        let by_kind = (0..lines.len()).filter(|line| of_kinds[matches.kinds.of[*line]]);
                        prop_assert_eq!(by_kind.collect::<Vec<_>>(), taken);
                    }
                }
            }
        }
    }
}
