//! What an isolate remembers for a while of what it has read, so that a busy shop's requests do not all read it again.
//! Nothing is decided on it: whoever decides asks the object that knows.

use core::cell::RefCell;
use std::collections::BTreeMap;

/// For how long what KV holds of a shop is used again, in milliseconds: little beside the minute that KV itself may be behind.
pub(crate) const FRESH: i64 = 5_000;

/// Values by name, each for a while.
pub(crate) struct Memory<T> {
    /// For how long, in milliseconds.
    life: i64,
    /// How many; then it starts anew.
    most: usize,
    kept: RefCell<BTreeMap<String, (i64, T)>>,
}

impl<T: Clone> Memory<T> {
    pub(crate) const fn new(life: i64, most: usize) -> Self {
        Self { life, most, kept: RefCell::new(BTreeMap::new()) }
    }

    /// What was kept less than a life ago. `now` is the machine's clock: one that goes back remembers nothing.
    pub(crate) fn get(&self, name: &str, now: i64) -> Option<T> {
        let kept = self.kept.borrow();
        let (at, value) = kept.get(name)?;
        (0..self.life).contains(&now.saturating_sub(*at)).then(|| value.clone())
    }

    pub(crate) fn keep(&self, name: String, value: T, now: i64) {
        let mut kept = self.kept.borrow_mut();
        if kept.len() >= self.most {
            kept.clear();
        }
        kept.insert(name, (now, value));
    }

    pub(crate) fn forget(&self, name: &str) {
        self.kept.borrow_mut().remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_over_after_a_life() {
        let memory = Memory::new(5, 2);
        memory.keep("a".into(), 1, 100);
        assert_eq!([99, 100, 104, 105].map(|now| memory.get("a", now)), [None, Some(1), Some(1), None]);
        memory.keep("a".into(), 2, 105);
        assert_eq!(memory.get("a", 105), Some(2));
        memory.forget("a");
        assert_eq!(memory.get("a", 105), None);
    }

    #[test]
    fn it_holds_so_many() {
        let memory = Memory::new(5, 2);
        for name in ["a", "b", "c"] {
            memory.keep(name.into(), name.len(), 0);
        }
        assert_eq!(["a", "b", "c"].map(|name| memory.get(name, 0)), [None, None, Some(1)]);
    }
}
