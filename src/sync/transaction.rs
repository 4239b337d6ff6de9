//! The writes of one message, and what they come to for each user.
//!
//! Invariant: after [`Transaction::finish`], a user whom the message left as before
//! has the presence object of before, and no write. Every other user who was written
//! has one, also a user who came and left again.

use alloc::vec::Vec;

use super::{same, Store};

/// Up to this many writes, comparing keys one by one is cheaper than a map.
const MAX_SEARCHED_WRITES: usize = 4;

/// What a message made of one user.
pub(crate) struct Write<K, P> {
    pub key: K,
    pub before: Option<P>,
    pub after: Option<P>,
    /// Whether it was written more than once.
    was_rewritten: bool,
}

/// The writes of one message into a store, in the order of their first.
pub(crate) type Writes<S> = Vec<Write<<S as Store>::Key, <S as Store>::Presence>>;

/// A store, and what one message writes into it.
pub(crate) struct Transaction<'a, S: Store> {
    store: &'a mut S,
    /// Whether writes are recorded.
    recording: bool,
    writes: Writes<S>,
    /// Where the write of each key is, once there are many.
    positions: Option<S::Positions>,
    /// How many writes are of earlier parts, and may be of a key that is written now.
    searched: usize,
    /// How many writes `positions` knows.
    indexed: usize,
}

impl<'a, S: Store> Transaction<'a, S> {
    pub fn new(store: &'a mut S, recording: bool) -> Self {
        Self {
            store,
            recording,
            writes: Vec::new(),
            positions: None,
            searched: 0,
            indexed: 0,
        }
    }

    pub fn store(&mut self) -> &mut S {
        self.store
    }

    /// Begins a part of the message, in which each key is written at most once.
    pub fn begin_part(&mut self) {
        self.searched = self.writes.len();
    }

    /// Makes the presence of `key`, which was `before`, what `after` says.
    pub fn write(
        &mut self,
        key: &S::Key,
        before: Option<&S::Presence>,
        after: Option<&S::Presence>,
    ) {
        match (before, after) {
            (None, Some(after)) => self.store.insert(key, after),
            (Some(before), Some(after)) => self.store.replace(key, before, after),
            (Some(before), None) => self.store.remove(key, before),
            (None, None) => {}
        }
        if !self.recording {
            return;
        }
        if let Some(at) = self.find(key) {
            let write = &mut self.writes[at];
            write.was_rewritten = true;
            write.after = after.cloned();
        } else {
            self.writes.push(Write {
                key: key.clone(),
                before: before.cloned(),
                after: after.cloned(),
                was_rewritten: false,
            });
        }
    }

    /// Where an earlier part wrote `key`.
    fn find(&mut self, key: &S::Key) -> Option<usize> {
        if self.searched <= MAX_SEARCHED_WRITES {
            return self.writes[..self.searched]
                .iter()
                .position(|write| S::same_key(&write.key, key));
        }
        let positions = self.positions.get_or_insert_with(S::positions);
        for at in self.indexed..self.searched {
            S::set_position(positions, &self.writes[at].key, at);
        }
        self.indexed = self.searched;
        S::position(positions, key)
    }

    /// What changed, by user, in the order of the first write.
    pub fn finish(self) -> Writes<S> {
        let mut writes = Vec::new();
        for write in self.writes {
            if let (true, Some(before), Some(after)) =
                (write.was_rewritten, &write.before, &write.after)
            {
                if same::<S>(before, after) {
                    self.store.replace(&write.key, after, before);
                    continue;
                }
            }
            writes.push(write);
        }
        writes
    }
}
