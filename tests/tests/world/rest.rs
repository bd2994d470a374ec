//! When nothing goes wrong any more: everything comes to rest, and is where it belongs.

use crate::chance::Chance;
use crate::disk::{Disk, Rows};
use crate::oracle::Oracle;
use crate::plan::order;
use crate::shop::Errand;
use crate::watch::{Broken, ensure, owned};
use crate::world::{ACCOUNTS, Event, World, name, published};
use loyalty_ledger::{Damage, Found, History, Name, Put, Snapshot, Store};
use std::collections::BTreeMap;

/// What happens at most until everything is at rest.
const MOST: usize = 20_000;

const DAY: i64 = 86_400_000;

impl World {
    /// A whole life: things go wrong, then nothing does, then a day passes.
    ///
    /// # Errors
    /// The first invariant that is broken.
    pub(crate) fn live(&mut self) -> Result<(), Broken> {
        let end = self.end();
        self.until(end, MOST)?;
        self.calm = true;
        self.kv.down_until = 0;
        for of in 0..ACCOUNTS {
            self.objects[of].cursed = 0;
            self.touch(of);
        }
        self.rests()?;
        self.now += DAY;
        for of in 0..ACCOUNTS {
            self.errands.push(Errand::new(order(of, format!("last{of}"), self.now)));
            self.queue(self.now, Event::Send(self.errands.len() - 1));
        }
        self.rests()?;
        let mut oracle = Oracle::default();
        for Errand { command, answer, .. } in &self.errands {
            match answer {
                Some((201, body)) => oracle.booked(command, body),
                Some(_) => {}
                None => ensure("INV-14", false, || format!("`{}` was never answered", command.key))?,
            }
        }
        for of in 0..ACCOUNTS {
            self.healed(of, &oracle)?;
            self.restored(of)?;
        }
        Ok(())
    }

    fn rests(&mut self) -> Result<(), Broken> {
        let goes_on = self.until(i64::MAX, MOST)?;
        ensure("INV-14", !goes_on, || "it does not come to rest".into())
    }

    /// KV is the log, the copy is the account, and the account is what the shop was told.
    fn healed(&self, of: usize, oracle: &Oracle) -> Result<(), Broken> {
        let (object, name) = (&self.objects[of], name(of));
        let rows = object.disk.rows();
        let Some(meta) = &rows.meta else { return ensure("INV-14", false, || format!("a{of} is not there")) };
        let head = meta.head_seq;
        let marks = [meta.flushed_seq, meta.sent_seq, meta.fed_seq];
        ensure(
            "INV-14",
            marks == [head; 3] && rows.letters.values().all(|letter| letter.due.is_none()),
            || {
                format!(
                    "a{of} is at {head}; in KV, sent and in the books up to {marks:?}; {:?}",
                    rows.letters
                )
            },
        )?;
        let listed = self.kv.list(&name.entries(), i64::MAX).unwrap();
        ensure("INV-14", listed.len() == rows.entries.len(), || {
            format!("KV has more of a{of} than its log")
        })?;
        let copy =
            self.kv.value(&name.snapshot()).map(|put| serde_json::from_str::<Snapshot>(&put.text).unwrap());
        let is_newest = copy.is_some_and(|copy| Some(&copy.head_hash) == object.watch.head_hash());
        ensure("INV-14", is_newest, || format!("the copy of a{of} is not of its head"))?;
        let position = meta.position.as_deref().unwrap();
        let open =
            serde_json::from_str::<serde_json::Value>(position).unwrap()["holds"].as_array().unwrap().len();
        ensure("INV-14", open == 0, || format!("{open} holds of a{of} are open a day later"))?;
        let (owned, owns) = (owned(position), oracle.owns(of));
        ensure("INV-14", owned == owns, || format!("a{of} has {owned}, by what the shop was told {owns}"))
    }

    /// From KV alone the very account; from damaged KV none.
    fn restored(&mut self, of: usize) -> Result<(), Broken> {
        let name = name(of);
        let found = |put: &&Put| Found {
            key: put.key.clone(),
            text: put.text.clone(),
            hash: put.metadata["h"].as_str().unwrap().to_owned(),
        };
        let mut list: Vec<Found> =
            self.kv.list(&name.entries(), i64::MAX).unwrap().iter().map(found).collect();
        let Some(copy) = self.kv.value(&name.snapshot()) else {
            return ensure("INV-15", false, || format!("a{of} has no copy"));
        };
        let copy: Snapshot = serde_json::from_str(&copy.text).unwrap();
        let rows = self.objects[of].disk.rows().clone();
        match rebuilt(&name, &list, &copy) {
            Ok(again) => same(of, &again, &rows)?,
            Err(damage) => ensure("INV-15", false, || format!("a{of} cannot be restored: {damage}"))?,
        }
        for how in 0..5 {
            let before = list.clone();
            damaged(how, &mut list, &name, &mut self.chance);
            let refused = list == before || rebuilt(&name, &list, &copy).is_err();
            ensure("INV-15", refused, || format!("a{of} is restored with damage {how}"))?;
            list = before;
        }
        Ok(())
    }
}

fn rebuilt(name: &Name, list: &[Found], copy: &Snapshot) -> Result<Rows, Damage> {
    let write = History::prove(name, list, Some(copy))?.rebuild(name, published)?;
    let disk = Disk::default();
    disk.write(write).unwrap();
    let rows = disk.rows().clone();
    Ok(rows)
}

/// All that entries tell: refusals that were the last word they do not.
fn same(of: usize, again: &Rows, rows: &Rows) -> Result<(), Broken> {
    let told = |rows: &Rows| -> BTreeMap<_, _> {
        rows.kept.clone().into_iter().filter(|(_, kept)| kept.status == 201).collect()
    };
    let row =
        |rows: &Rows| rows.meta.clone().map(|meta| (meta.epoch, meta.head_hash, meta.last_at, meta.position));
    ensure("INV-15", again.entries == rows.entries, || format!("restored a{of} has other entries"))?;
    ensure("INV-15", again.records == rows.records, || format!("restored a{of} has other records"))?;
    ensure("INV-15", row(again) == row(rows), || format!("restored a{of} is another account"))?;
    ensure("INV-15", told(again) == told(rows), || format!("restored a{of} answers otherwise"))
}

/// An entry is missing, two are swapped, one is changed, of another history, or beside another hash.
fn damaged(how: usize, list: &mut Vec<Found>, name: &Name, chance: &mut Chance) {
    let at = chance.below(list.len());
    match how {
        0 => drop(list.remove(at)),
        1 => {
            let text = list[at].text.clone();
            list[at].text = core::mem::replace(&mut list[0].text, text);
        }
        2 => list[at].text.push(' '),
        3 => {
            let last = list.last_mut().unwrap();
            let (_, seq) = name.read_entry(&last.key).unwrap();
            last.key = name.entry("zzzzzzzz", seq);
        }
        _ => list[at].hash = "0".repeat(16),
    }
}
