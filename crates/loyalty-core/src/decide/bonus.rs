//! What a member does, and is given for it; birthdays; what the merchant decides (M05, M06, M07).

use crate::decide::draft::Draft;
use crate::decide::order::vests;
use crate::decide::settle::{member_level, moment_of};
use crate::ground::code::{Code, Refusal};
use crate::ground::ids::{BonusId, EventName, Reference};
use crate::ground::points::Points;
use crate::ground::time::{Day, Moment, Period, Span};
use crate::ledger::account::{Activity, UseOf, Used};
use crate::ledger::entry::Event;
use crate::ledger::lot::Source;
use crate::ledger::records::Named;
use crate::rules::bonus::{Bonus, Limit, Occasion};
use crate::rules::wallet::Wait;
use crate::rules::when::{Situation, When};

/// Records what a member did, and gives the bonuses for it.
pub(crate) fn record(
    draft: &mut Draft<'_>,
    event: &EventName,
    reference: Option<&Reference>,
) -> Result<(), Refusal> {
    draft.post(Event::EventRecorded { event: event.clone(), reference: reference.cloned() })?;
    let programme = draft.programme;
    for bonus in &programme.parts().bonuses {
        let due = bonus.occasion == Occasion::Event(event.clone()) && bonus.when.holds(draft.situation(None));
        let Some(since) = limit_since(bonus, reference, draft.moment.day).filter(|_| due) else { continue };
        let of = UseOf::Bonus(bonus.id.clone());
        let open = bonus.limit == Limit::Reference || draft.position.used(&of, since) == 0;
        if open {
            give(draft, bonus, since, draft.moment, Some(event), reference)?;
        }
    }
    Ok(())
}

/// The day from which the limit of a bonus counts; none where it needs a reference and has none.
fn limit_since(bonus: &Bonus, reference: Option<&Reference>, day: Day) -> Option<Day> {
    match bonus.limit {
        Limit::Once => Some(Day::default()),
        Limit::Per(period) => Some(day.start_of(period)),
        Limit::Reference => reference.map(|_| Day::default()),
    }
}

fn give(
    draft: &mut Draft<'_>,
    bonus: &Bonus,
    since: Day,
    moment: Moment,
    event: Option<&EventName>,
    reference: Option<&Reference>,
) -> Result<(), Refusal> {
    let wallet = draft.wallet(&bonus.wallet)?;
    let birthday = draft.position.birthday.and_then(|told| told.in_year(since.ymd().0));
    let terms = bonus.terms(wallet, moment, birthday);
    let source = Source::Bonus(bonus.id.clone());
    draft.post(Event::BonusGiven {
        bonus: bonus.id.clone(),
        event: event.cloned(),
        reference: reference.cloned(),
        day: moment.day,
        lot: draft.lot(0, wallet, source, bonus.points, terms),
        used: Used { of: UseOf::Bonus(bonus.id.clone()), since, count: 1 },
    })
}

/// A birthday bonus that is due.
pub(crate) struct BirthdayDue<'a> {
    pub(crate) due: Day,
    bonus: &'a Bonus,
    year: Day,
}

impl<'a> Draft<'a> {
    /// Birthday bonuses that are due by now and not given: of each the first.
    pub(crate) fn birthdays(&self) -> impl Iterator<Item = BirthdayDue<'a>> {
        let told = self.position.birthday;
        self.programme.parts().bonuses.iter().filter_map(move |bonus| self.birthday(bonus, told?.on))
    }

    fn birthday(&self, bonus: &'a Bonus, told: Day) -> Option<BirthdayDue<'a>> {
        let Occasion::Birthday { before, after } = bonus.occasion else { return None };
        let birthday = self.position.birthday?;
        let of = UseOf::Bonus(bonus.id.clone());
        let given = self.position.uses.iter().find(|used| used.of == of).map(|used| used.since.ymd().0);
        let first = told.ymd().0.saturating_sub(1).max(given.map_or(0, |year| year.saturating_add(1)));
        (first..=self.moment.day.ymd().0.saturating_add(1)).find_map(|year| {
            let day = birthday.in_year(year)?;
            let due = day.before(Span::Days(before)).max(told);
            let ends = day.plus(Span::Days(after));
            // What was not given while somebody looked is not given afterwards.
            let celebrated = due <= ends && due <= self.moment.day && self.settled <= ends;
            let year = Day::from_ymd(year, 1, 1).ok()?;
            (celebrated && self.holds_on(due, &bonus.when)).then_some(BirthdayDue { due, bonus, year })
        })
    }

    /// Whether conditions hold on a day that may be over, also that of a level which ended since: whoever looks later finds
    /// the same.
    fn holds_on(&self, day: Day, when: &When) -> bool {
        let floor = member_level(self.programme, &self.position, day);
        let tiers = self.programme.tiers().filter(|_| !when.levels.is_empty());
        let level = tiers.and_then(|tiers| {
            let progress = tiers.progress(&self.position, day, &Activity::default()).ok()?;
            tiers.level(&self.position, day, progress, floor).ok()?
        });
        let level = level.map(|level| &level.id);
        when.holds(Situation { moment: moment_of(day, self.moment), level, ..self.situation(None) })
    }

    /// Gives the birthday bonuses of a day.
    pub(crate) fn celebrate(&mut self, day: Day) -> Result<(), Refusal> {
        let due: Vec<_> = self.birthdays().filter(|given| given.due <= day).collect();
        for BirthdayDue { due, bonus, year } in due {
            give(self, bonus, year, moment_of(due, self.moment), None, None)?;
        }
        Ok(())
    }
}

/// The merchant approves a bonus that waits for it, or turns it down.
pub(crate) fn decide(
    draft: &mut Draft<'_>,
    bonus: &BonusId,
    reference: Option<&Reference>,
    approved: bool,
) -> Result<(), Refusal> {
    let unknown = || Refusal::about(Code::BonusUnknown, bonus.as_str());
    let lots = &draft.position.lots;
    let lot = match reference {
        Some(reference) => {
            let named = Named::Bonus(bonus.clone(), Some(reference.clone()));
            let known = draft.book.named.get(&named).copied().flatten();
            lots.iter().find(|lot| Some(lot.id) == known)
        }
        // Without a reference the one that has waited longest.
        None => lots.iter().find(|lot| {
            lot.source == Source::Bonus(bonus.clone()) && matches!(lot.wait, Some(Wait::Approval(_)))
        }),
    };
    let lot = lot.ok_or_else(unknown)?;
    let Some(Wait::Approval(days)) = lot.wait else { return Err(unknown()) };
    let vests_on = vests(draft, &lot.wallet, days);
    let (vests_on, gone) = if approved { (Some(vests_on), Points::ZERO) } else { (None, lot.points) };
    let (bonus, wallet, lot) = (bonus.clone(), lot.wallet.clone(), lot.id);
    draft.post(Event::BonusDecided { bonus, lot, vests_on, wallet, gone })
}

/// The first day of the period that counts a limit.
pub(crate) fn period_start(per: Option<Period>, day: Day) -> Day {
    per.map_or(Day::default(), |period| day.start_of(period))
}
