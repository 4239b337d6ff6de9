//! A state that is a JavaScript object, as a store of the algorithm.

use alloc::vec::Vec;

use super::equal::{equal_fields, equal_metas};
use super::imports;
use super::presence::{Dict, JsPresence};
use super::value::Value;
use crate::sync::{Left, Metas, Pick, Store};

/// An object that maps keys to presences.
pub struct JsStore {
    state: Value,
    /// The numbers of keys and metas that were added since the memory was last resized.
    users: i32,
    metas: i32,
}

impl JsStore {
    pub fn new(state: Value) -> Self {
        Self {
            state,
            users: 0,
            metas: 0,
        }
    }

    /// Brings the counts of the memory up to date.
    pub fn resize_memory(&self) {
        if self.users != 0 || self.metas != 0 {
            imports::resize(self.users, self.metas);
        }
    }
}

impl Store for JsStore {
    type Key = Value;
    type Presence = JsPresence;
    /// An object that maps keys to positions.
    type Positions = Value;

    fn len(&self) -> usize {
        (imports::size() + self.users) as usize
    }

    fn get(&self, key: &Value) -> Option<JsPresence> {
        JsPresence::get(self.state, *key)
    }

    fn insert(&mut self, key: &Value, presence: &JsPresence) {
        self.users += 1;
        self.metas += presence.count();
        imports::set(self.state, *key, presence.object());
    }

    fn replace(&mut self, key: &Value, previous: &JsPresence, presence: &JsPresence) {
        self.metas += presence.count() - previous.count();
        imports::set(self.state, *key, presence.object());
    }

    fn remove(&mut self, key: &Value, previous: &JsPresence) {
        self.metas -= previous.count();
        self.remove_malformed(key);
    }

    fn remove_malformed(&mut self, key: &Value) {
        if imports::remove(self.state, *key) {
            self.users -= 1;
        }
    }

    fn keys(&self) -> Vec<Value> {
        Dict::check(self.state).map_or_else(Vec::new, Dict::keys)
    }

    fn key_order(leaves: &[Left<Self>]) -> Vec<usize> {
        let positions = Self::positions();
        for (at, left) in leaves.iter().enumerate() {
            imports::set_position(positions, left.key, at as i32);
        }
        let mut order = Vec::new();
        for key in Self::new(positions).keys() {
            order.push(imports::position(positions, key) as usize);
        }
        order
    }

    fn compose(fields: &JsPresence, picks: &[Pick<'_, JsPresence>]) -> JsPresence {
        let mut composed = JsPresence::compose(*fields);
        for pick in picks {
            match pick {
                Pick::All(from) => (0..from.count()).for_each(|at| composed.push(**from, at)),
                Pick::At(from, positions) => positions
                    .iter()
                    .for_each(|&at| composed.push(**from, at as i32)),
            }
        }
        composed
    }

    fn same_meta(presence: &JsPresence, at: usize, other: &JsPresence, other_at: usize) -> bool {
        // Most metas that differ have different refs, which is known sooner.
        presence.same(at, other, other_at) && equal_metas(*presence, at, *other, other_at)
    }

    fn same_fields(presence: &JsPresence, other: &JsPresence) -> bool {
        equal_fields(presence.object(), other.object())
    }

    fn same_key(key: &Value, other: &Value) -> bool {
        imports::identical(*key, *other)
    }

    fn positions() -> Value {
        let positions = Value::next();
        imports::empty_dict(positions);
        positions
    }

    fn position(positions: &Value, key: &Value) -> Option<usize> {
        usize::try_from(imports::position(*positions, *key)).ok()
    }

    fn set_position(positions: &mut Value, key: &Value, position: usize) {
        imports::set_position(*positions, *key, position as i32);
    }

    fn joined(&mut self, key: &Value, current: Option<&JsPresence>, joined: &JsPresence) {
        let current = current.map_or(Value::UNDEFINED, |current| current.object());
        imports::add_event(1, *key, current, joined.object());
    }

    fn left(&mut self, Left { key, current, left }: &Left<Self>) {
        imports::add_event(0, *key, current.object(), left.object());
    }
}
