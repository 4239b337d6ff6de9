//! A state that is a JavaScript object, as a store of the algorithm.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::equal::{equal, equal_fields};
use super::presence::{keys, JsPresence};
use super::value::{self, Dict, Memory};
use crate::sync::{Left, Metas, Pick, Store};

/// An object that maps keys to presences.
pub struct JsStore<'a> {
    state: &'a Dict,
    memory: &'a Memory,
    /// The numbers of keys and metas that were added since the memory was last resized.
    users: i32,
    metas: i32,
}

impl<'a> JsStore<'a> {
    pub fn new(state: &'a Dict, memory: &'a Memory) -> Self {
        Self {
            state,
            memory,
            users: 0,
            metas: 0,
        }
    }

    /// Brings the counts of the memory up to date.
    pub fn resize_memory(&self) {
        if self.users != 0 || self.metas != 0 {
            value::resize(self.memory, self.users, self.metas);
        }
    }
}

impl Store for JsStore<'_> {
    type Key = JsValue;
    type Presence = JsPresence;
    type Positions = Dict;

    fn len(&self) -> usize {
        (value::size(self.memory) + self.users) as usize
    }

    fn get(&self, key: &JsValue) -> Option<JsPresence> {
        JsPresence::parse(self.state.get(key))
    }

    fn insert(&mut self, key: &JsValue, presence: &JsPresence) {
        self.users += 1;
        self.metas += presence.count();
        self.state.set(key, presence.object());
    }

    fn replace(&mut self, key: &JsValue, previous: &JsPresence, presence: &JsPresence) {
        self.metas += presence.count() - previous.count();
        self.state.set(key, presence.object());
    }

    fn remove(&mut self, key: &JsValue, previous: &JsPresence) {
        self.metas -= previous.count();
        self.remove_malformed(key);
    }

    fn remove_malformed(&mut self, key: &JsValue) {
        if self.state.remove(key) {
            self.users -= 1;
        }
    }

    fn keys(&self) -> Vec<JsValue> {
        keys(self.state)
    }

    fn in_key_order(leaves: Vec<Left<Self>>) -> Vec<Left<Self>> {
        let positions = Dict::empty();
        for (at, Left { key, .. }) in leaves.iter().enumerate() {
            value::set_position(&positions, key, at as i32);
        }
        let mut slots: Vec<_> = leaves.into_iter().map(Some).collect();
        let mut ordered = Vec::new();
        for key in keys(&positions) {
            let slot = slots.get_mut(value::position(&positions, &key) as usize);
            if let Some(left) = slot.and_then(Option::take) {
                ordered.push(left);
            }
        }
        ordered
    }

    fn compose(fields: &JsPresence, picks: &[Pick<'_, JsPresence>]) -> JsPresence {
        let metas = value::no_metas();
        let mut count = 0;
        let mut push = |from: &JsPresence, at| {
            value::push_meta(&metas, from.object(), at);
            count += 1;
        };
        for pick in picks {
            match pick {
                Pick::All(from) => (0..from.count()).for_each(|at| push(from, at)),
                Pick::At(from, positions) => positions.iter().for_each(|&at| push(from, at as i32)),
            }
        }
        JsPresence::new(fields.object(), &metas, count)
    }

    fn same_meta(presence: &JsPresence, at: usize, other: &JsPresence, other_at: usize) -> bool {
        let meta = |from: &JsPresence, at| value::meta(from.object(), at as i32);
        // Most metas that differ have different refs, which is known sooner.
        presence.same(at, other, other_at) && equal(meta(presence, at), meta(other, other_at))
    }

    fn same_fields(presence: &JsPresence, other: &JsPresence) -> bool {
        equal_fields(presence.object(), other.object())
    }

    fn same_key(key: &JsValue, other: &JsValue) -> bool {
        value::identical(key, other)
    }

    fn positions() -> Dict {
        Dict::empty()
    }

    fn position(positions: &Dict, key: &JsValue) -> Option<usize> {
        (value::position(positions, key) as usize).checked_sub(1)
    }

    fn set_position(positions: &mut Dict, key: &JsValue, position: usize) {
        value::set_position(positions, key, position as i32 + 1);
    }

    fn joined(&mut self, key: &JsValue, current: Option<&JsPresence>, joined: &JsPresence) {
        let none = JsValue::UNDEFINED;
        let current = current.map_or(&none, JsPresence::object);
        value::add_join(self.memory, key, current, joined.object());
    }

    fn left(&mut self, Left { key, current, left }: &Left<Self>) {
        value::add_leave(self.memory, key, current.object(), left.object());
    }
}
