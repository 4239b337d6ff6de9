//! The presences of a typed roster, as a store of the algorithm.
//!
//! Invariant: `meta_count` is the number of metas of all presences.

use std::collections::HashMap;
use std::sync::Arc;

use super::event::Event;
use super::ordered::{array_index, Ordered};
use super::wire::Presence;
use crate::sync::{Left, Metas, Pick, Store};

#[derive(Debug)]
pub(crate) struct Presences<M> {
    by_key: Ordered<Arc<Presence<M>>>,
    meta_count: usize,
    /// The events that were reported since they were last taken.
    events: Vec<Event<M>>,
}

impl<M> Presences<M> {
    pub fn new() -> Self {
        Self {
            by_key: Ordered::new(),
            meta_count: 0,
            events: Vec::new(),
        }
    }

    pub fn by_key(&self) -> &Ordered<Arc<Presence<M>>> {
        &self.by_key
    }

    pub fn into_by_key(self) -> Ordered<Arc<Presence<M>>> {
        self.by_key
    }

    pub fn meta_count(&self) -> usize {
        self.meta_count
    }

    pub fn take_events(&mut self) -> Vec<Event<M>> {
        std::mem::take(&mut self.events)
    }
}

impl<M> Clone for Presences<M> {
    fn clone(&self) -> Self {
        Self {
            by_key: self.by_key.clone(),
            meta_count: self.meta_count,
            events: Vec::new(),
        }
    }
}

impl<M: PartialEq> Store for Presences<M> {
    type Key = Arc<str>;
    type Presence = Arc<Presence<M>>;
    type Positions = HashMap<Arc<str>, usize>;

    fn len(&self) -> usize {
        self.by_key.len()
    }

    fn get(&self, key: &Arc<str>) -> Option<Arc<Presence<M>>> {
        self.by_key.get(key).cloned()
    }

    fn insert(&mut self, key: &Arc<str>, presence: &Arc<Presence<M>>) {
        self.meta_count += presence.metas.len();
        self.by_key.insert(Arc::clone(key), Arc::clone(presence));
    }

    fn replace(
        &mut self,
        key: &Arc<str>,
        previous: &Arc<Presence<M>>,
        presence: &Arc<Presence<M>>,
    ) {
        self.meta_count -= previous.metas.len();
        self.insert(key, presence);
    }

    fn remove(&mut self, key: &Arc<str>, previous: &Arc<Presence<M>>) {
        self.meta_count -= previous.metas.len();
        self.by_key.remove(key);
    }

    fn remove_malformed(&mut self, _key: &Arc<str>) {
        unreachable!("every key has a presence");
    }

    fn keys(&self) -> Vec<Arc<str>> {
        self.by_key.iter().map(|(key, _)| Arc::clone(key)).collect()
    }

    fn key_order(leaves: &[Left<Self>]) -> Vec<usize> {
        let mut order: Vec<_> = (0..leaves.len()).collect();
        order.sort_by_key(|&at| array_index(&leaves[at].key).unwrap_or(u32::MAX));
        order
    }

    fn compose(
        fields: &Arc<Presence<M>>,
        picks: &[Pick<'_, Arc<Presence<M>>>],
    ) -> Arc<Presence<M>> {
        let mut metas = Vec::new();
        for pick in picks {
            match pick {
                Pick::All(presence) => metas.extend_from_slice(&presence.metas),
                Pick::At(presence, positions) => {
                    metas.extend(positions.iter().map(|&at| Arc::clone(&presence.metas[at])));
                }
            }
        }
        Arc::new(Presence {
            metas,
            fields: fields.fields.clone(),
        })
    }

    fn same_meta(
        presence: &Arc<Presence<M>>,
        at: usize,
        other: &Arc<Presence<M>>,
        other_at: usize,
    ) -> bool {
        let (one, other) = (&presence.metas[at], &other.metas[other_at]);
        Arc::ptr_eq(one, other) || one == other
    }

    fn same_fields(presence: &Arc<Presence<M>>, other: &Arc<Presence<M>>) -> bool {
        presence.fields == other.fields
    }

    fn same_key(key: &Arc<str>, other: &Arc<str>) -> bool {
        key == other
    }

    fn positions() -> HashMap<Arc<str>, usize> {
        HashMap::new()
    }

    fn position(positions: &HashMap<Arc<str>, usize>, key: &Arc<str>) -> Option<usize> {
        positions.get(key).copied()
    }

    fn set_position(positions: &mut HashMap<Arc<str>, usize>, key: &Arc<str>, position: usize) {
        positions.insert(Arc::clone(key), position);
    }

    fn joined(
        &mut self,
        key: &Arc<str>,
        current: Option<&Arc<Presence<M>>>,
        joined: &Arc<Presence<M>>,
    ) {
        self.events.push(Event::Join {
            key: Arc::clone(key),
            current: current.cloned(),
            joined: Arc::clone(joined),
        });
    }

    fn left(&mut self, Left { key, current, left }: &Left<Self>) {
        self.events.push(Event::Leave {
            key: Arc::clone(key),
            current: Arc::clone(current),
            left: Arc::clone(left),
        });
    }
}

impl<M> Metas for Arc<Presence<M>> {
    type Index<'a>
        = HashMap<Option<&'a str>, usize>
    where
        Self: 'a;

    fn len(&self) -> usize {
        self.metas.len()
    }

    fn same(&self, at: usize, other: &Self, other_at: usize) -> bool {
        self.metas[at].phx_ref == other.metas[other_at].phx_ref
    }

    fn replaces(&self, at: usize, other: &Self, other_at: usize) -> bool {
        let replaced = &self.metas[at].phx_ref_prev;
        replaced.is_some() && *replaced == other.metas[other_at].phx_ref
    }

    fn index(&self) -> HashMap<Option<&str>, usize> {
        let refs = self.metas.iter().map(|meta| meta.phx_ref.as_deref());
        refs.zip(0..).collect()
    }

    fn place(&self, at: usize, index: &HashMap<Option<&str>, usize>) -> Option<usize> {
        index.get(&self.metas[at].phx_ref.as_deref()).copied()
    }

    fn place_replaced(&self, at: usize, index: &HashMap<Option<&str>, usize>) -> Option<usize> {
        let replaced = self.metas[at].phx_ref_prev.as_deref()?;
        index.get(&Some(replaced)).copied()
    }
}
