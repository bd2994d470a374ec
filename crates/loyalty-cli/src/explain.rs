//! `loyalty explain`: why a member's balance is what it is. Every entry in words, what each wallet came to with it, and
//! the lots that make up the balance.

use crate::orders::noon;
use crate::output::{line, out};
use crate::story::{Line, Story};
use crate::table::table;
use crate::words::{Teller, Words, shown};
use crate::{Verdict, accounts, clock, input, layouts};
use anyhow::{Context, Result, bail};
use clap::Args;
use loyalty_core::{AccountId, Command, Day, Lot, Moment, Wait, Wallet};
use loyalty_wire::{History, Programme, Told as Happened};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Explain {
    /// Which member; may be left out where there is only one
    member: Option<String>,
    /// What happened, as a scenario
    #[arg(long, value_name = "FILE", conflicts_with_all = ["programme", "orders"], required_unless_present = "orders")]
    scenario: Option<PathBuf>,
    /// The programme document that orders are replayed under
    #[arg(long, value_name = "FILE", requires = "orders")]
    programme: Option<PathBuf>,
    /// What happened, as orders in any layout that `replay` reads
    #[arg(long, value_name = "FILE", requires = "programme")]
    orders: Option<PathBuf>,
    /// Let time pass up to this day, such as 1998-06-30; default the day of the last that happened
    #[arg(long, value_name = "DAY", value_parser = crate::replay::day)]
    until: Option<Day>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(crate) fn run(&self, words: &Words) -> Result<Verdict> {
        let (programme, story) = match (&self.scenario, &self.programme, &self.orders) {
            (Some(file), _, _) => self.of_scenario(input::history(file)?, words)?,
            (None, Some(programme), Some(orders)) => self.of_orders(programme, orders, words)?,
            _ => bail!("name a `--scenario`, or a `--programme` and `--orders`"),
        };
        let teller = Teller { words, programme: programme.rules() };
        if self.json {
            line(story.json())?;
        } else {
            out(&page(&programme, &story, &teller))?;
        }
        Ok(if story.agrees() { Verdict::Yes } else { Verdict::No })
    }

    fn of_scenario(&self, mut history: History, words: &Words) -> Result<(Programme, Story)> {
        // What all members share is counted by an account of its own, which is nobody's.
        let shared = Command::shared_account().map_err(input::said)?;
        let members: Vec<&AccountId> = history.accounts.keys().filter(|id| **id != shared).collect();
        let ids = || members.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
        let id = match (&self.member, members.as_slice()) {
            (Some(member), _) => AccountId::new(member).map_err(input::said)?,
            (None, [only]) => (*only).clone(),
            (None, []) => bail!("no step of the scenario reached a member's account"),
            (None, _) => bail!("there are several members; name one of: {}", ids()),
        };
        let Some(account) = history.accounts.get(&id) else {
            bail!("there is no member `{id}`; there are: {}", ids());
        };
        let moment = self.moment(history.programme.time_zone(), history.last)?;
        let told = std::mem::take(&mut history.told);
        let told: Vec<Happened> =
            told.into_iter().filter(|(of, _)| *of == id).map(|(_, told)| told).collect();
        let teller = Teller { words, programme: history.programme.rules() };
        let story = Story::new(&teller, &id, &told, account, moment)?;
        Ok((history.programme, story))
    }

    fn of_orders(&self, programme: &Path, orders: &Path, words: &Words) -> Result<(Programme, Story)> {
        let programme = input::programme(programme)?;
        let orders = layouts::read(orders, programme.time_zone())?;
        let last = orders.last_day().context("there is no order")?;
        let member = match (&self.member, orders.members.as_slice()) {
            (Some(named), members) => members.iter().find(|member| member.id.as_str() == named),
            (None, [member]) => Some(member),
            (None, members) => bail!("there are {} members; name one", members.len()),
        };
        let member = member.with_context(|| {
            let some: Vec<_> = orders.members.iter().take(3).map(|member| member.id.as_str()).collect();
            format!("no order is of that member; members are such as: {}", some.join(", "))
        })?;
        let (account, entries) = accounts::history(programme.rules(), &orders, member)?;
        let told: Vec<_> = entries.into_iter().map(|entry| Happened::Entry(Box::new(entry))).collect();
        let moment = self.moment(programme.time_zone(), noon(last).map_err(input::said)?)?;
        let teller = Teller { words, programme: programme.rules() };
        let story = Story::new(&teller, &member.id, &told, &account, moment)?;
        Ok((programme, story))
    }

    /// The end of the story: the last that happened, or noon of `--until` where that is later.
    fn moment(&self, zone: &str, last: Moment) -> Result<Moment> {
        match self.until {
            None => Ok(last),
            Some(until) if until < last.day => {
                bail!(
                    "`--until {until}` is before the last that happened, {}; name that day or a later one",
                    last.day
                )
            }
            Some(until) if until == last.day => Ok(last),
            Some(until) => clock::noon(zone, until),
        }
    }
}

fn page(programme: &Programme, story: &Story, teller: &Teller<'_>) -> String {
    let moment = story.moment;
    let mut text =
        format!("{}, {} {:02}:{:02}\n", story.member, moment.day, moment.minute / 60, moment.minute % 60);
    for (title, lines) in
        [("", &story.lines), ("Due since, to be written with the next command:", &story.due)]
    {
        if lines.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{title}{}", if title.is_empty() { "" } else { "\n" }));
        let rows = lines.iter().map(|line| row(programme, teller, line));
        text.push_str(&table(&["day", "what", "wallet", ">change", ">owned", ">available"], rows));
    }
    for wallet in &programme.rules().parts().wallets {
        text.push_str(&lots(story, wallet, teller));
    }
    text.push('\n');
    for sum in &story.sums {
        let code = if sum.agrees() { "sum.agrees" } else { "sum.differs" };
        let figures = sum.figures.map(|(name, points)| (name, teller.signed(&sum.wallet, points)));
        let mut facts = shown(figures);
        facts.insert("wallet".to_owned(), sum.wallet.clone());
        text.push_str(&teller.words.say(code, &facts));
        text.push('\n');
    }
    if !story.leads_there() {
        text.push_str(&teller.words.say("sum.lots_differ", &shown([])));
        text.push('\n');
    }
    text
}

/// An entry; a line in the cell for each wallet that it changes.
fn row(programme: &Programme, teller: &Teller<'_>, line: &Line) -> Vec<String> {
    let mut what = vec![line.told.text.clone()];
    line.told.lines(1, &mut what);
    let changed = line.changed(programme.rules());
    let column = |of: &dyn Fn(&str) -> String| changed.iter().map(|id| of(id)).collect::<Vec<_>>().join("\n");
    let wallets = column(&|id| id.to_owned());
    let change = column(&|id| match line.changes.get(id) {
        Some(points) if *points > 0 => format!("+{}", teller.signed(id, *points)),
        Some(points) => teller.signed(id, *points),
        None => String::new(),
    });
    let figure = |name: &'static str| {
        column(&|id| line.balances.get(id).map_or_else(String::new, |b| teller.signed(id, b.figure(name))))
    };
    vec![line.moment.day.to_string(), what.join("\n"), wallets, change, figure("owned"), figure("available")]
}

/// The lots and open holds of a wallet.
fn lots(story: &Story, wallet: &Wallet, teller: &Teller<'_>) -> String {
    let id = wallet.id.as_str();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (lot, last_day) in story.lots.iter().filter(|(lot, _)| lot.wallet == wallet.id) {
        let last_day = last_day.map_or_else(|| "–".to_owned(), |day| day.to_string());
        let (source, waits) = (source(lot, teller), waits(lot, wallet, story.moment, teller));
        rows.push(vec![lot.id.to_string(), source, teller.scaled(id, lot.points.get()), waits, last_day]);
    }
    let mut text = String::new();
    if !rows.is_empty() {
        text.push_str(&format!(
            "\n{}",
            table(&[">lot", &format!("{id} from"), ">left", "spendable", "through"], rows)
        ));
    }
    let holds = story.holds.iter().filter(|hold| hold.wallet == wallet.id);
    let holds = holds.map(|hold| {
        let points = teller.scaled(id, hold.points.get());
        vec![hold.id.to_string(), hold.reward.to_string(), points, hold.until.to_string()]
    });
    let holds: Vec<_> = holds.collect();
    if !holds.is_empty() {
        text.push_str(&format!("\n{}", table(&["set aside by hold", "for", ">points", "until"], holds)));
    }
    text
}

/// Where a lot came from, in words.
fn source(lot: &Lot, teller: &Teller<'_>) -> String {
    let (kind, id) = loyalty_wire::source(&lot.source);
    teller.words.say(&format!("source.{kind}"), &shown([("id", id.to_owned())]))
}

/// What a lot waits for, in words.
fn waits(lot: &Lot, wallet: &Wallet, now: Moment, teller: &Teller<'_>) -> String {
    let (code, name, figure) = match lot.wait {
        None => ("wait.now", "", String::new()),
        Some(Wait::Day(day)) if day <= now.day => {
            ("wait.pot", "threshold", teller.scaled(wallet.id.as_str(), wallet.vesting.threshold.get()))
        }
        Some(Wait::Day(day)) => ("wait.day", "vests_on", day.to_string()),
        Some(Wait::Fulfilment(days)) => ("wait.fulfilment", "days", days.to_string()),
        Some(Wait::Approval(days)) => ("wait.approval", "days", days.to_string()),
    };
    teller.words.say(code, &shown([(name, figure)]))
}
