//! The session of a room whose presences are text, for the duration of one message.

use alloc::vec::Vec;
use core::iter::Copied;
use core::slice::Iter;

use super::names::Key;
use super::presence::{Presence, Records};
use super::store::TextStore;
use super::users::Users;
use super::Flags;
use crate::sync::refs::absent;
use crate::sync::session::{DiffPayload, Merged, Session};
use crate::sync::{Metas, Pick, Store};

/// Presences in key order.
pub(crate) type Side<'a> = Vec<(Key, Presence<'a>)>;

/// A diff whose malformed presences were left out.
pub(crate) struct TextDiff<'a> {
    pub joins: Side<'a>,
    pub leaves: Side<'a>,
    /// Whether the session added it to those that wait, and not the user.
    pub is_own: bool,
}

impl<'p> DiffPayload for TextDiff<'p> {
    type Store = TextStore<'p>;
    type Side<'a>
        = Copied<Iter<'a, (Key, Presence<'p>)>>
    where
        Self: 'a;

    fn joins(&self) -> Self::Side<'_> {
        self.joins.iter().copied()
    }

    fn leaves(&self) -> Self::Side<'_> {
        self.leaves.iter().copied()
    }
}

/// JavaScript holds the diffs that wait, and knows joins by their refs; this has what
/// it says of the current join.
pub(crate) struct TextSession<'a> {
    pub store: TextStore<'a>,
    merged: TextMerged<'a>,
    /// The diffs that wait, when a state comes.
    waiting: Vec<TextDiff<'a>>,
    /// How many diffs wait.
    waiting_count: usize,
    flags: Flags,
    /// Whether the diffs that the session added to those that wait are dropped.
    pub drops_waiting: bool,
    /// Whether the diff is to be added to those that wait.
    pub adds_waiting: bool,
}

impl<'a> TextSession<'a> {
    /// `users` are those of the room; `joins` and `left` those of merged diffs.
    pub fn new(
        records: &'a Records,
        [users, joins, left]: [&'a mut Users; 3],
        waiting: Vec<TextDiff<'a>>,
        waiting_count: usize,
        flags: Flags,
    ) -> Self {
        Self {
            store: TextStore::new(records, users),
            merged: TextMerged {
                joins: TextStore::new(records, joins),
                left: TextStore::new(records, left),
            },
            waiting,
            waiting_count,
            flags,
            drops_waiting: false,
            adds_waiting: false,
        }
    }
}

impl<'r> Session for TextSession<'r> {
    type Store = TextStore<'r>;
    /// The join under which the message arrived.
    type JoinRef = ();
    type Diff = TextDiff<'r>;
    type Merged<'a>
        = &'a mut TextMerged<'r>
    where
        Self: 'a;

    fn store(&mut self) -> &mut TextStore<'r> {
        &mut self.store
    }

    fn has_state(&self) -> bool {
        self.flags.has(Flags::HAS_STATE)
    }

    fn has_state_of(&self, (): &()) -> bool {
        self.flags.has(Flags::HAS_STATE_OF_JOIN)
    }

    fn set_state_of(&mut self, (): &()) {}

    fn waits_for(&self, (): &()) -> bool {
        self.flags.has(Flags::WAITS_FOR_JOIN)
    }

    fn waiting(&self) -> usize {
        self.waiting_count
    }

    fn wait_for(&mut self, (): &()) {}

    fn add_waiting(&mut self, _diff: TextDiff<'r>) {
        self.adds_waiting = true;
    }

    fn merged(&mut self) -> &mut TextMerged<'r> {
        &mut self.merged
    }

    fn drop_waiting(&mut self) {
        self.drops_waiting = true;
        let count = self.waiting.len();
        self.waiting.retain(|diff| !diff.is_own);
        self.waiting_count -= count - self.waiting.len();
        self.merged.clear();
    }

    fn take_waiting(&mut self) -> Vec<TextDiff<'r>> {
        let mut diffs = core::mem::take(&mut self.waiting);
        if !diffs.is_empty() {
            diffs.push(TextDiff {
                joins: self.merged.joins.all(),
                leaves: self.merged.left.all(),
                is_own: true,
            });
            self.merged.clear();
        }
        diffs
    }
}

/// Waiting diffs merged into one. The metas that left are kept as presences, of which
/// only the refs are read.
pub(crate) struct TextMerged<'a> {
    joins: TextStore<'a>,
    left: TextStore<'a>,
}

impl TextMerged<'_> {
    fn clear(&mut self) {
        *self.joins.users = Default::default();
        *self.left.users = Default::default();
    }
}

impl<'a> Merged for &mut TextMerged<'a> {
    type Store = TextStore<'a>;

    fn joins(&mut self) -> &mut TextStore<'a> {
        &mut self.joins
    }

    fn add_left(&mut self, key: &Key, left: &Presence<'a>) {
        let Some(before) = self.left.get(key) else {
            return self.left.insert(key, left);
        };
        let new = absent(left, &before);
        if !new.is_empty() {
            let picks = [Pick::All(&before), Pick::At(left, &new)];
            self.left
                .replace(key, &before, &Presence::compose(&before, &picks));
        }
    }

    fn remove_left(&mut self, key: &Key, joined: &Presence<'a>) {
        let Some(before) = self.left.get(key) else {
            return;
        };
        let kept = absent(&before, joined);
        if kept.is_empty() {
            self.left.remove(key, &before);
        } else if kept.len() < before.len() {
            let picks = [Pick::At(&before, &kept)];
            self.left
                .replace(key, &before, &Presence::compose(&before, &picks));
        }
    }
}
