//! Presences that are text, as a store of the algorithm.

use alloc::vec::Vec;

use super::names::{self, Key};
use super::presence::{Presence, Records};
use super::users::Users;
use crate::sync::{Left, Pick, Store};

/// Metas that joined or left: the arguments of a callback.
pub(crate) struct Event<'a> {
    pub is_join: bool,
    pub key: Key,
    pub current: Option<Presence<'a>>,
    pub presence: Presence<'a>,
}

/// A store for the duration of one message.
pub(crate) struct TextStore<'a> {
    pub records: &'a Records,
    pub users: &'a mut Users,
    pub events: Vec<Event<'a>>,
}

impl<'a> TextStore<'a> {
    pub fn new(records: &'a Records, users: &'a mut Users) -> Self {
        Self {
            records,
            users,
            events: Vec::new(),
        }
    }

    /// All users, in key order.
    pub fn all(&self) -> Vec<(Key, Presence<'a>)> {
        let mut all = Vec::new();
        for key in self.users.all() {
            if let Some(presence) = self.get(&key) {
                all.push((key, presence));
            }
        }
        all
    }
}

impl<'a> Store for TextStore<'a> {
    type Key = Key;
    type Presence = Presence<'a>;
    /// By the number of a key, the position plus one.
    type Positions = Vec<u32>;

    fn len(&self) -> usize {
        self.users.len()
    }

    fn get(&self, key: &Key) -> Option<Presence<'a>> {
        let shape = self.users.get(key.id)?;
        Some(Presence::new(self.records, shape))
    }

    fn insert(&mut self, key: &Key, presence: &Presence<'a>) {
        self.users.insert(*key, presence.shape);
    }

    fn replace(&mut self, key: &Key, _previous: &Presence<'a>, presence: &Presence<'a>) {
        self.users.replace(key.id, presence.shape);
    }

    fn remove(&mut self, key: &Key, _previous: &Presence<'a>) {
        self.users.remove(*key);
    }

    fn remove_malformed(&mut self, _key: &Key) {
        unreachable!("every key has a presence");
    }

    fn keys(&self) -> Vec<Key> {
        self.users.all()
    }

    fn key_order(leaves: &[Left<Self>]) -> Vec<usize> {
        names::key_order(leaves, |left| left.key)
    }

    fn compose(fields: &Presence<'a>, picks: &[Pick<'_, Presence<'a>>]) -> Presence<'a> {
        Presence::compose(fields, picks)
    }

    fn same_meta(
        presence: &Presence<'a>,
        at: usize,
        other: &Presence<'a>,
        other_at: usize,
    ) -> bool {
        presence.same_meta(at, other, other_at)
    }

    fn same_fields(presence: &Presence<'a>, other: &Presence<'a>) -> bool {
        presence.same_fields(other)
    }

    fn same_key(key: &Key, other: &Key) -> bool {
        key.id == other.id
    }

    fn positions() -> Vec<u32> {
        Vec::new()
    }

    fn position(positions: &Vec<u32>, key: &Key) -> Option<usize> {
        let position = *positions.get(key.id as usize)?;
        (position as usize).checked_sub(1)
    }

    fn set_position(positions: &mut Vec<u32>, key: &Key, position: usize) {
        let at = key.id as usize;
        if at >= positions.len() {
            positions.resize(at + 1, 0);
        }
        positions[at] = position as u32 + 1;
    }

    fn joined(&mut self, key: &Key, current: Option<&Presence<'a>>, joined: &Presence<'a>) {
        self.events.push(Event {
            is_join: true,
            key: *key,
            current: current.copied(),
            presence: *joined,
        });
    }

    fn left(&mut self, Left { key, current, left }: &Left<Self>) {
        self.events.push(Event {
            is_join: false,
            key: *key,
            current: Some(*current),
            presence: *left,
        });
    }
}
