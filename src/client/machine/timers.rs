//! Deadlines, without a clock: whoever owns them asks when the next one is due.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Duration;

/// A point in time, counted from any fixed point before it.
pub(crate) type Time = Duration;

/// At most one deadline for each name.
#[derive(Debug)]
pub(crate) struct Timers<T> {
    by_name: HashMap<T, Time>,
    by_time: BTreeSet<(Time, T)>,
}

impl<T: Clone + Ord + Hash> Timers<T> {
    pub fn new() -> Self {
        Self {
            by_name: HashMap::new(),
            by_time: BTreeSet::new(),
        }
    }

    /// Sets a deadline, in place of the one that has this name.
    pub fn set(&mut self, name: T, time: Time) {
        self.cancel(&name);
        self.by_name.insert(name.clone(), time);
        self.by_time.insert((time, name));
    }

    pub fn cancel(&mut self, name: &T) {
        if let Some(time) = self.by_name.remove(name) {
            self.by_time.remove(&(time, name.clone()));
        }
    }

    pub fn is_set(&self, name: &T) -> bool {
        self.by_name.contains_key(name)
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<Time> {
        self.by_time.first().map(|(time, _)| *time)
    }

    /// Removes the earliest deadline that is due at `now`.
    pub fn take_due(&mut self, now: Time) -> Option<T> {
        self.next().filter(|time| *time <= now)?;
        let (_, name) = self.by_time.pop_first()?;
        self.by_name.remove(&name);
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Time {
        Time::from_millis(ms)
    }

    #[test]
    fn deadlines_are_due_in_the_order_of_time_and_each_once() {
        let mut timers = Timers::new();
        timers.set("b", at(2));
        timers.set("a", at(1));
        timers.set("c", at(3));
        assert_eq!(timers.next(), Some(at(1)));
        assert_eq!(timers.take_due(at(0)), None);
        assert_eq!(timers.take_due(at(2)), Some("a"));
        assert_eq!(timers.take_due(at(2)), Some("b"));
        assert_eq!(timers.take_due(at(2)), None);
    }

    #[test]
    fn a_deadline_is_replaced_by_the_next_of_its_name() {
        let mut timers = Timers::new();
        timers.set("a", at(1));
        timers.set("a", at(5));
        assert_eq!(timers.take_due(at(4)), None);
        timers.cancel(&"a");
        assert_eq!((timers.next(), timers.is_set(&"a")), (None, false));
    }
}
