//! The session of a typed roster: the join of its state, and the diffs that wait for the
//! next state.

use std::collections::HashMap;
use std::sync::Arc;

use super::ordered::Ordered;
use super::store::Presences;
use super::wire::{Diff, Meta, Presence, State};
use super::Roster;
use crate::sync::session::{DiffPayload, Merged, Session};

/// The number of a join of the channel, counted from 0.
pub(crate) type Join = u64;

/// The metas of a user that left, by ref.
type MetasByRef<M> = HashMap<Option<Box<str>>, Arc<Meta<M>>>;

/// The diffs that wait for a state: the first ones as they came, later ones merged.
#[derive(Debug)]
pub(crate) struct Waiting<M> {
    join: Join,
    diffs: Vec<Diff<M>>,
    joined: Presences<M>,
    left: Ordered<MetasByRef<M>>,
}

impl<M> Waiting<M> {
    pub fn new(join: Join) -> Self {
        Self {
            join,
            diffs: Vec::new(),
            joined: Presences::new(),
            left: Ordered::new(),
        }
    }
}

impl<M> Clone for Waiting<M> {
    fn clone(&self) -> Self {
        Self {
            join: self.join,
            diffs: self.diffs.clone(),
            joined: self.joined.clone(),
            left: self.left.clone(),
        }
    }
}

impl<M: PartialEq> Session for Roster<M> {
    type Store = Presences<M>;
    type JoinRef = Join;
    type Diff = Diff<M>;
    type Merged<'a>
        = &'a mut Waiting<M>
    where
        Self: 'a;

    fn store(&mut self) -> &mut Presences<M> {
        &mut self.presences
    }

    fn has_state(&self) -> bool {
        self.state_of.is_some()
    }

    fn has_state_of(&self, join: &Join) -> bool {
        self.state_of.as_ref() == Some(join)
    }

    fn set_state_of(&mut self, join: &Join) {
        self.state_of = Some(*join);
    }

    fn waits_for(&self, join: &Join) -> bool {
        self.waiting.join == *join
    }

    fn waiting(&self) -> usize {
        self.waiting.diffs.len()
    }

    fn wait_for(&mut self, join: &Join) {
        self.waiting.join = *join;
    }

    fn add_waiting(&mut self, diff: Diff<M>) {
        self.waiting.diffs.push(diff);
    }

    fn merged(&mut self) -> &mut Waiting<M> {
        &mut self.waiting
    }

    fn drop_waiting(&mut self) {
        self.waiting = Waiting::new(self.waiting.join);
    }

    fn take_waiting(&mut self) -> Vec<Diff<M>> {
        let next = Waiting::new(self.waiting.join);
        let Waiting {
            mut diffs,
            joined,
            left,
            ..
        } = std::mem::replace(&mut self.waiting, next);
        let leaves = left.iter().map(|(key, metas)| {
            let metas = metas.values().map(Arc::clone).collect();
            let fields = Default::default();
            (Arc::clone(key), Arc::new(Presence { metas, fields }))
        });
        let merged = Diff {
            leaves: State(leaves.collect()),
            joins: State(joined.into_by_key()),
        };
        if !merged.joins.is_empty() || !merged.leaves.is_empty() {
            diffs.push(merged);
        }
        diffs
    }
}

impl<M: PartialEq> Merged for &mut Waiting<M> {
    type Store = Presences<M>;

    fn joins(&mut self) -> &mut Presences<M> {
        &mut self.joined
    }

    fn add_left(&mut self, key: &Arc<str>, left: &Arc<Presence<M>>) {
        let metas = self.left.entry(key);
        for meta in &left.metas {
            metas.insert(meta.phx_ref.clone(), Arc::clone(meta));
        }
    }

    fn remove_left(&mut self, key: &Arc<str>, joined: &Arc<Presence<M>>) {
        if let Some(metas) = self.left.get_mut(key) {
            for meta in &joined.metas {
                metas.remove(&meta.phx_ref);
            }
        }
    }
}

/// A key and its presence, shared.
type Shared<M> = (Arc<str>, Arc<Presence<M>>);

impl<M: PartialEq> DiffPayload for Diff<M> {
    type Store = Presences<M>;
    type Side<'a>
        = Box<dyn Iterator<Item = Shared<M>> + 'a>
    where
        Self: 'a;

    fn joins(&self) -> Self::Side<'_> {
        Box::new(self.joins.shared())
    }

    fn leaves(&self) -> Self::Side<'_> {
        Box::new(self.leaves.shared())
    }
}
