//! What a reward takes and gives (M21 to M25).

use crate::decide::bonus::period_start;
use crate::decide::draft::Draft;
use crate::ground::code::{Code, Figure, Reason, Refusal};
use crate::ground::exact;
use crate::ground::ids::SharedId;
use crate::ground::money::Money;
use crate::ground::order::sorted;
use crate::ground::points::Points;
use crate::ground::rounding::Rounding;
use crate::ground::split::{split_money, whole_points};
use crate::ledger::account::UseOf;
use crate::ledger::cart::{Ask, Cart, Line, LineKind, LinesById};
use crate::ledger::entry::{Event, PaidLine};
use crate::rules::privilege::Uses;
use crate::rules::reward::{OverAsk, Reward, RewardKind};
use crate::rules::select::Select;
use rust_decimal::Decimal;

/// What a cart offers a reward.
pub(crate) struct Room<'a> {
    pub(crate) cart: &'a Cart,
    /// What rewards pay already.
    pub(crate) redeemed: Money,
    /// What of each line they pay.
    pub(crate) paid: &'a Paid<'a>,
    /// Points that can be spent.
    pub(crate) usable: Points,
    pub(crate) over_ask: OverAsk,
    /// What is left to pay of goods and delivery: money in advance is not paid with rewards.
    pub(crate) due: Money,
}

impl<'a> Room<'a> {
    /// Room for any number of points.
    pub(crate) fn new(cart: &'a Cart, redeemed: Money, paid: &'a Paid<'a>) -> Result<Self, Code> {
        let payable = cart.total().minus(cart.gift_cards())?;
        let due = payable.above(redeemed)?.above(cart.certificates())?;
        Ok(Self { cart, redeemed, paid, usable: Points::MAX, over_ask: OverAsk::Refuse, due })
    }

    /// Lines of the cart of one kind, with their places.
    fn lines(&self, kind: LineKind, select: Option<&Select>) -> Vec<(usize, &'a Line)> {
        let takes = |line: &Line| line.kind == kind && select.is_none_or(|select| select.takes(line));
        self.cart.lines().iter().enumerate().filter(|(_, line)| takes(line)).collect()
    }

    /// What is left to pay of each of these lines.
    fn open(&self, lines: &[(usize, &Line)]) -> Result<Vec<Money>, Code> {
        let mut open = Vec::with_capacity(lines.len());
        for (place, line) in lines {
            open.push(line.amount.above(self.paid.on(*place).0)?);
        }
        Ok(open)
    }
}

/// What rewards pay of each line of a cart, and how many of its pieces.
pub(crate) struct Paid<'a> {
    cart: &'a Cart,
    by_id: Option<LinesById<'a>>,
    lines: Vec<(Money, u32)>,
}

impl<'a> Paid<'a> {
    pub(crate) const fn nothing(cart: &'a Cart) -> Self {
        Self { cart, by_id: None, lines: Vec::new() }
    }

    pub(crate) fn add(&mut self, parts: &[PaidLine]) -> Result<(), Code> {
        if parts.is_empty() {
            return Ok(());
        }
        self.lines.resize(self.cart.lines().len(), (Money::zero(self.cart.currency()), 0));
        let by_id = self.by_id.get_or_insert_with(|| LinesById::of(self.cart));
        for part in parts {
            if let Some((value, pieces)) = by_id.place(&part.line).and_then(|place| self.lines.get_mut(place))
            {
                *value = value.plus(part.value)?;
                *pieces = pieces.saturating_add(part.pieces);
            }
        }
        Ok(())
    }

    fn on(&self, place: usize) -> (Money, u32) {
        self.lines.get(place).copied().unwrap_or((Money::zero(self.cart.currency()), 0))
    }
}

/// What is taken and given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) points: Points,
    pub(crate) value: Money,
    pub(crate) lines: Vec<PaidLine>,
}

impl Reward {
    /// What this reward takes and gives on a cart, from a member who has the points for it.
    pub(crate) fn price(&self, room: &Room<'_>, ask: Ask) -> Result<Price, Refusal> {
        let price = self.priced(room, ask)?;
        self.affordable(&price, room.usable)?;
        Ok(price)
    }

    /// What this reward takes and gives on a cart, whoever has the points for it.
    pub(crate) fn priced(&self, room: &Room<'_>, ask: Ask) -> Result<Price, Refusal> {
        let price = self.worth(room, ask);
        // Points buy something.
        match &price {
            Ok(Price { points, value, .. }) if value.is_zero() && !points.is_zero() => {
                Err(Code::NotInCart.into())
            }
            _ => price,
        }
    }

    /// Whether anything is due, and the cart is as large as the reward asks for.
    fn payable_at_all(&self, room: &Room<'_>) -> Result<(), Refusal> {
        if room.due.is_zero() {
            return Err(Code::NothingDue.into());
        }
        if !self.minimum.above(room.cart.total())?.is_zero() {
            let (needs, has) = (Figure::Money(self.minimum), Figure::Money(room.cart.total()));
            return Err(Refusal::with(Code::MinimumNotReached, needs, has));
        }
        Ok(())
    }

    fn worth(&self, room: &Room<'_>, ask: Ask) -> Result<Price, Refusal> {
        self.payable_at_all(room)?;
        match &self.kind {
            RewardKind::PayWithPoints { .. } => self.chosen(room, ask),
            _ if ask != Ask::Fixed => Err(Code::PointsNotTaken.into()),
            _ => Ok(self.off(room)?),
        }
    }

    /// What a reward of a fixed price takes and gives.
    fn off(&self, room: &Room<'_>) -> Result<Price, Code> {
        match &self.kind {
            RewardKind::MoneyOff { value } => Ok(self.fixed(value.at_most(room.due)?, vec![])),
            RewardKind::PercentOff { percent, cap, select } => self.percent(room, *percent, *cap, select),
            RewardKind::FreeDelivery { cap } => {
                self.off_lines(room, &room.lines(LineKind::Delivery, None), *cap, false)
            }
            RewardKind::FreeProduct { select, pieces } => self.product(room, select, *pieces),
            _ => Err(Code::CartNotTaken),
        }
    }

    /// What points that are held for this reward pay on a cart; they were taken in the steps of their day.
    pub(crate) fn held(&self, room: &Room<'_>, points: Points) -> Result<Price, Refusal> {
        if !matches!(self.kind, RewardKind::PayWithPoints { .. }) {
            return self.price(room, Ask::Fixed);
        }
        self.payable_at_all(room)?;
        self.pays(room, points)
    }

    /// What this reward takes and gives outside a cart, whoever has the points for it.
    pub(crate) fn priced_alone(&self, ask: Ask) -> Result<Price, Refusal> {
        let value = match &self.kind {
            RewardKind::Certificate { value, .. }
            | RewardKind::Donation { value, .. }
            | RewardKind::Gift { value, .. } => *value,
            RewardKind::Ticket { .. } => Money::zero(self.minimum.currency()),
            _ => return Err(Code::CartMissing.into()),
        };
        if ask != Ask::Fixed {
            return Err(Code::PointsNotTaken.into());
        }
        Ok(self.fixed(value, vec![]))
    }

    /// Whether so many spendable points are enough.
    pub(crate) fn affordable(&self, price: &Price, usable: Points) -> Result<(), Reason> {
        self.rich_enough(usable)?;
        if usable >= price.points {
            return Ok(());
        }
        Err(Reason::with(Code::InsufficientPoints, Figure::Points(price.points), Figure::Points(usable)))
    }

    /// Whether there are as many spendable points as the reward asks to be there.
    pub(crate) fn rich_enough(&self, usable: Points) -> Result<(), Reason> {
        if usable >= self.balance {
            return Ok(());
        }
        Err(Reason::with(Code::BalanceTooLow, Figure::Points(self.balance), Figure::Points(usable)))
    }

    const fn fixed(&self, value: Money, lines: Vec<PaidLine>) -> Price {
        Price { points: self.points, value, lines }
    }

    /// So many points as are asked for, in steps.
    fn chosen(&self, room: &Room<'_>, ask: Ask) -> Result<Price, Refusal> {
        let RewardKind::PayWithPoints { step, least, .. } = &self.kind else {
            return Err(Code::PointsMissing.into());
        };
        let mut asked = match ask {
            Ask::Fixed => return Err(Code::PointsMissing.into()),
            Ask::Points(points) => points,
            Ask::Value(asked) => self.points_for(asked)?,
        };
        if room.over_ask == OverAsk::Clamp {
            asked = asked.min(self.most(room)?);
        }
        let over = over_step(asked, *step);
        if over != 0 && room.over_ask == OverAsk::Refuse {
            return Err(Refusal::with(Code::PointsNotInSteps, Figure::Points(*step), Figure::Points(asked)));
        }
        let asked = Points::new(asked.get().saturating_sub(over))?;
        if asked < *least {
            return Err(Refusal::with(Code::BelowMinimum, Figure::Points(*least), Figure::Points(asked)));
        }
        self.pays(room, asked)
    }

    /// What so many points pay.
    fn pays(&self, room: &Room<'_>, asked: Points) -> Result<Price, Refusal> {
        let RewardKind::PayWithPoints { value, least, .. } = &self.kind else {
            return Err(Code::PointsNotTaken.into());
        };
        let worth = value.part(asked.get().into(), self.points.get().into(), Rounding::Down)?;
        let payable = self.payable(room)?;
        if worth.is_zero() {
            Err(Refusal::with(Code::BelowMinimum, Figure::Points(*least), Figure::Points(asked)))
        } else if !worth.above(payable)?.is_zero() {
            Err(Refusal::with(Code::AboveMaximum, Figure::Money(payable), Figure::Money(worth)))
        } else {
            Ok(Price { points: asked, value: worth, lines: vec![] })
        }
    }

    /// The fewest points, in steps, that pay an amount.
    fn points_for(&self, asked: Money) -> Result<Points, Code> {
        let RewardKind::PayWithPoints { value, step, .. } = &self.kind else {
            return Err(Code::PointsNotTaken);
        };
        let product = exact::mul(asked.amount(), self.points.get().into())?;
        let points = Rounding::Up.points(product, value.amount())?;
        let steps = Rounding::Up.whole(points.get().into(), step.get().into())?;
        whole_points(exact::mul(steps, step.get().into())?)
    }

    /// The largest number of points that [`Self::price`] takes on a cart from this member, for a reward paid
    /// with a chosen number.
    pub(crate) fn most(&self, room: &Room<'_>) -> Result<Points, Code> {
        let RewardKind::PayWithPoints { value, step, .. } = &self.kind else {
            return Ok(Points::ZERO);
        };
        let payable = self.payable(room)?;
        let product = exact::mul(payable.amount(), self.points.get().into())?;
        let most = Rounding::Down.points(product, value.amount())?.min(room.usable);
        Points::new(most.get().saturating_sub(over_step(most, *step)))
    }

    /// The smallest number of points it takes.
    pub(crate) const fn least(&self) -> Points {
        match &self.kind {
            RewardKind::PayWithPoints { least, .. } => *least,
            _ => self.points,
        }
    }

    /// What it is asked with when it is offered.
    pub(crate) const fn offer(&self) -> Ask {
        match &self.kind {
            RewardKind::PayWithPoints { least, .. } => Ask::Points(*least),
            _ => Ask::Fixed,
        }
    }

    /// How much may still be paid with points on this cart.
    fn payable(&self, room: &Room<'_>) -> Result<Money, Code> {
        let total = room.cart.total();
        let due = room.due;
        match &self.kind {
            RewardKind::PayWithPoints { max_share, .. } => {
                let share = total.part(*max_share, Decimal::ONE_HUNDRED, Rounding::Down)?;
                share.above(room.redeemed)?.at_most(due)
            }
            _ => Ok(due),
        }
    }

    fn percent(
        &self,
        room: &Room<'_>,
        percent: Decimal,
        cap: Option<Money>,
        select: &Select,
    ) -> Result<Price, Code> {
        let cart = room.cart;
        if select.is_open() && room.paid.lines.is_empty() && cart.goods() == cart.total() {
            let off = cart.goods().part(percent, Decimal::ONE_HUNDRED, Rounding::Down)?;
            return Ok(self.fixed(cap.map_or(Ok(off), |cap| off.at_most(cap))?.at_most(room.due)?, vec![]));
        }
        let lines = room.lines(LineKind::Goods, Some(select));
        let sum = Money::sum(cart.currency(), lines.iter().map(|(_, line)| line.amount))?;
        let off = sum.part(percent, Decimal::ONE_HUNDRED, Rounding::Down)?;
        let whole = lines.len() == cart.lines().len();
        self.off_lines(room, &lines, Some(cap.map_or(Ok(off), |cap| off.at_most(cap))?), whole)
    }

    /// So much off these lines, at most what is left to pay of them; of a whole cart it is no line's own.
    fn off_lines(
        &self,
        room: &Room<'_>,
        lines: &[(usize, &Line)],
        most: Option<Money>,
        whole: bool,
    ) -> Result<Price, Code> {
        let open = room.open(lines)?;
        let left = Money::sum(room.cart.currency(), open.iter().copied())?;
        if left.is_zero() {
            return Err(Code::NotInCart);
        }
        let off = most.map_or(Ok(left), |most| left.at_most(most))?.at_most(room.due)?;
        if whole {
            return Ok(self.fixed(off, vec![]));
        }
        let shares = split_money(off, open.iter().map(|open| open.units().into()).collect())?;
        let paid = lines.iter().zip(shares);
        let paid = paid.map(|((_, line), value)| PaidLine { line: line.id.clone(), pieces: 0, value });
        Ok(self.fixed(off, paid.collect()))
    }

    /// The cheapest pieces that are not free yet; of two lines at one price the earlier first.
    fn product(&self, room: &Room<'_>, select: &Select, pieces: u32) -> Result<Price, Code> {
        let mut lines = room.lines(LineKind::Goods, Some(select));
        lines.retain(|(_, line)| !line.amount.is_zero());
        let cheaper = |(_, a): &(usize, &Line), (_, b): &(usize, &Line)| {
            let cross =
                |x: &Line, y: &Line| exact::mul(x.amount.amount(), y.quantity.into()).unwrap_or(Decimal::MAX);
            cross(a, b) < cross(b, a)
        };
        let mut left = pieces;
        let mut value = Money::zero(room.cart.currency());
        let mut paid = Vec::new();
        for (place, line) in sorted(lines, cheaper) {
            let (already, free) = room.paid.on(place);
            let taken = line.quantity.saturating_sub(free).min(left);
            if taken == 0 {
                continue;
            }
            left = left.saturating_sub(taken);
            // Cumulative, so that with the last piece nothing of the line is left.
            let part = |pieces: u32| line.amount.part(pieces.into(), line.quantity.into(), Rounding::Down);
            let off = part(free.saturating_add(taken))?.minus(part(free)?)?;
            let off = off.at_most(line.amount.above(already)?)?;
            value = value.plus(off)?;
            paid.push(PaidLine { line: line.id.clone(), pieces: taken, value: off });
        }
        if paid.is_empty() {
            return Err(Code::NotInCart);
        }
        // Never more than is due: what is cut is cut of the dearest pieces.
        let mut over = value.above(room.due)?;
        for line in paid.iter_mut().rev() {
            let cut = over.at_most(line.value)?;
            (line.value, over) = (line.value.minus(cut)?, over.minus(cut)?);
        }
        Ok(self.fixed(value.at_most(room.due)?, paid))
    }
}

/// What `points` is more than a multiple of `step`; nothing where there is no step.
pub(crate) fn over_step(points: Points, step: Points) -> u64 {
    points.get().checked_rem(step.get()).unwrap_or(0)
}

impl Draft<'_> {
    /// Whether a member may take a reward at all: its conditions, limits and stock. `more` are those taken
    /// already by the same request.
    pub(crate) fn allows(&self, reward: &Reward, cart: Option<&Cart>, more: u64) -> Result<(), Refusal> {
        if !reward.when.holds(self.situation(cart)) {
            return Err(Code::NotForYou.into());
        }
        if let RewardKind::Ticket { draw } = &reward.kind {
            let draw = self.programme.parts().draws.iter().find(|known| known.id == *draw);
            let closes = draw.map(|draw| draw.closes).unwrap_or_default();
            if closes < self.moment.day {
                let (needs, has) = (Figure::Day(closes), Figure::Day(self.moment.day));
                return Err(Refusal::with(Code::DrawClosed, needs, has));
            }
        }
        let open = self.position.holds.iter().filter(|hold| hold.reward == reward.id);
        let open = u64::try_from(open.count()).unwrap_or(u64::MAX).saturating_add(more);
        if let Some(Uses { count, per }) = reward.uses {
            let used =
                self.position.used(&UseOf::Reward(reward.id.clone()), period_start(per, self.moment.day));
            let used = used.saturating_add(open);
            if used >= count {
                return Err(Refusal::with(Code::LimitReached, Figure::Count(count), Figure::Count(used)));
            }
        }
        self.in_stock(reward, open)
    }

    /// Whether there is one left for everybody, when so many more are taken here already.
    pub(crate) fn in_stock(&self, reward: &Reward, more: u64) -> Result<(), Refusal> {
        let Some(stock) = reward.stock else { return Ok(()) };
        let gone = stock_of(reward).map_or(0, |id| {
            // With what this very decision has taken by now.
            let taken = self.events.iter().flat_map(Event::shared).filter(|(of, _)| *of == id);
            let known = self.shared.get(&id).copied().unwrap_or(0);
            taken.fold(known, |sum, (_, count)| sum.saturating_add(*count))
        });
        let gone = u64::try_from(gone).unwrap_or(0).saturating_add(more);
        if gone >= stock {
            return Err(Refusal::with(Code::OutOfStock, Figure::Count(stock), Figure::Count(gone)));
        }
        Ok(())
    }
}

/// What all members share of a reward's stock.
pub(crate) fn stock_of(reward: &Reward) -> Result<SharedId, Code> {
    SharedId::new(&["reward/", reward.id.as_str()].concat())
}
