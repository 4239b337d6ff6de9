//! The writes of one message, combined into one for each user.
//!
//! Invariant: after [`Transaction::finish`], a user without a net change has the presence
//! of before the message, and no write. Each other user who was written has one write,
//! also a user who came and left again.

use alloc::vec::Vec;

use super::{same, Store};

/// Up to this many writes, comparing keys one by one is cheaper than looking them up.
const MAX_SEARCHED_WRITES: usize = 4;

/// The write of one message to one user: the presences before and after the message.
pub(crate) struct Write<K, P> {
    pub key: K,
    pub before: Option<P>,
    pub after: Option<P>,
    /// Whether it was written more than once.
    was_rewritten: bool,
}

/// The writes of one message into a store, in the order of their first.
pub(crate) type Writes<S> = Vec<Write<<S as Store>::Key, <S as Store>::Presence>>;

/// A store, and the writes of one message to it.
pub(crate) struct Transaction<'a, S: Store> {
    store: &'a mut S,
    /// Whether writes are recorded.
    recording: bool,
    writes: Writes<S>,
    /// The position of each key's write, once there are many.
    positions: Option<S::Positions>,
    /// How many writes belong to earlier parts: only these may have the key of the next.
    searched: usize,
    /// How many writes are in `positions`.
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

    /// Replaces the presence `before` of `key` by `after`.
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

    /// The position of an earlier part's write of `key`.
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

    /// The writes by user, in the order of the first write of each.
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
