//! A history found in KV, proved whole, and the account put together again from it.

use crate::account::{Meta, Name};
use crate::answer::complete;
use crate::chain::{chained, shown};
use crate::restore::damage::Damage;
use crate::snapshot::Snapshot;
use crate::step::Ask;
use crate::store::{Kept, Linked, Write};
use loyalty_wire::core::{Code, Entry, Event};
use loyalty_wire::ledger::{self, EntryRow, Fold};
use loyalty_wire::{Problem, Programme};

/// An entry as KV has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its key.
    pub key: String,
    /// Its exact text.
    pub text: String,
    /// The start of its chain hash, from beside the key.
    pub hash: String,
}

/// A history in KV that is whole: entries 1, 2, 3, … of one epoch, each with the hash that follows from those
/// before it, up to the snapshot's head at least.
#[derive(Debug)]
pub struct History {
    epoch: String,
    entries: Vec<(Linked, Entry)>,
}

impl History {
    /// Proves what KV lists of an account, in the order of the keys; `copy` is the account's snapshot there.
    ///
    /// # Errors
    /// Every [`Damage`] but `Programme`.
    pub fn prove(name: &Name, found: &[Found], copy: Option<&Snapshot>) -> Result<Self, Damage> {
        let first = found.first().ok_or(Damage::Nothing)?;
        let of_key = |found: &Found| name.read_entry(&found.key).map(|(epoch, seq)| (epoch.to_owned(), seq));
        let epoch = of_key(first).ok_or_else(|| Damage::Epoch(first.key.clone()))?.0;
        let mut history = Self { epoch, entries: Vec::with_capacity(found.len()) };
        for found in found {
            match of_key(found) {
                Some((epoch, seq)) if epoch == history.epoch => history.link(seq, found)?,
                _ => return Err(Damage::Epoch(found.key.clone())),
            }
        }
        match copy {
            Some(copy) => history.reaches(copy).map(|()| history),
            None => Ok(history),
        }
    }

    fn link(&mut self, seq: u64, found: &Found) -> Result<(), Damage> {
        let before = self.entries.last().map(|(last, _)| (last.row.seq, last.hash.as_str()));
        let (last, before) = before.unwrap_or((0, &self.epoch));
        if seq != last + 1 {
            return Err(Damage::Gap(last + 1));
        }
        let hash = chained(before, &found.text);
        if shown(&hash) != found.hash {
            return Err(Damage::Hash(seq));
        }
        let entry = loyalty_wire::entry(&found.text).map_err(|problem| Damage::Entry(seq, problem.code))?;
        let row = EntryRow { seq, body: found.text.clone(), message: entry.has_messages() };
        self.entries.push((Linked { row, hash }, entry));
        Ok(())
    }

    /// The snapshot is of an entry that is here.
    fn reaches(&self, copy: &Snapshot) -> Result<(), Damage> {
        if copy.epoch != self.epoch {
            return Err(Damage::Epoch(copy.epoch.clone()));
        }
        let head = self.head_seq();
        let at = self.entries.iter().find(|(linked, _)| linked.row.seq == copy.head_seq);
        match at {
            Some((linked, _)) if linked.hash == copy.head_hash => Ok(()),
            Some(_) => Err(Damage::Hash(copy.head_seq)),
            None => Err(Damage::Behind(head, copy.head_seq)),
        }
    }

    /// The last entry's number.
    #[must_use]
    pub fn head_seq(&self) -> u64 {
        self.entries.last().map_or(0, |(last, _)| last.row.seq)
    }

    /// Names the history.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Where the next entry would be in KV. If it is there, what was listed is older than what KV has.
    #[must_use]
    pub fn next_key(&self, name: &Name) -> String {
        name.entry(&self.epoch, self.head_seq() + 1)
    }

    /// Which versions of the programme decided the entries.
    #[must_use]
    pub fn programmes(&self) -> Vec<String> {
        let mut programmes: Vec<String> = Vec::new();
        for (_, entry) in &self.entries {
            if !programmes.iter().any(|known| known == entry.programme.as_str()) {
                programmes.push(entry.programme.as_str().to_owned());
            }
        }
        programmes
    }

    /// Everything an object without history has to write to be the account again. Messages are all delivered
    /// again, since KV does not say which were: those that arrived are known by their keys.
    ///
    /// The answer to every command that booked something is made again from its entries, so that a repetition of
    /// the command is answered and not booked. What entries do not say is lost: refusals that were the last word
    /// for their key, and what the Worker added about a referral code.
    ///
    /// # Errors
    /// `Entry`, `Programme`.
    pub fn rebuild<'p>(
        self,
        name: &Name,
        programme: impl Fn(&str) -> Option<&'p Programme>,
    ) -> Result<Write, Damage> {
        let mut fold = Fold::default();
        let mut write = Write::default();
        let mut meta = Meta::newborn(name, self.epoch);
        for command in self.entries.chunk_by(|(_, one), (_, next)| one.key == next.key) {
            let mut entries = Vec::with_capacity(command.len());
            for (linked, _) in command {
                let damage = |problem: Problem| Damage::Entry(linked.row.seq, problem.code);
                entries.push(fold.apply(&linked.row.body).map_err(damage)?);
                (meta.head_seq, meta.head_hash) = (linked.row.seq, linked.hash.clone());
                write.entries.push(linked.clone());
            }
            if let Some(last) = entries.last() {
                meta.last_at = last.moment.at.get();
                let version = last.programme.as_str();
                let programme = programme(version).ok_or_else(|| Damage::Programme(version.to_owned()))?;
                let damage = |code| Damage::Entry(last.seq, code);
                let kept = kept(&fold, programme, &entries).map_err(damage)?;
                write.kept.push((last.key.as_str().to_owned(), kept));
            }
        }
        meta.flushed_seq = meta.head_seq;
        meta.position = Some(fold.position());
        write.records = fold.records();
        write.born = Some(meta);
        Ok(write)
    }
}

/// The answer to the command that booked these entries, right after them.
fn kept(fold: &Fold, programme: &Programme, entries: &[Entry]) -> Result<Kept, Code> {
    let booked = fold.answer(programme, entries).map_err(|problem| problem.code)?;
    // The answer names a hold that is named like its key, as `POST /holds` does.
    let hold = entries.iter().find_map(|entry| match &entry.event {
        Event::Held(hold) if hold.id.as_str() == entry.key.as_str() => Some(hold.id.as_str().to_owned()),
        _ => None,
    });
    let ask = Ask { hold, ..Ask::default() };
    let body = complete(&booked, &ask).map_err(|_| Code::EntryInconsistent)?;
    let fp = entries.last().map(ledger::entry_fingerprint).unwrap_or_default();
    Ok(Kept { fp, status: 201, body })
}
