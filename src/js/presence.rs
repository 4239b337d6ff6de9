//! A presence that is a JavaScript object.
//!
//! Invariant: a [`JsPresence`] has an array of objects as `metas`.

use alloc::vec::Vec;

use super::imports;
use super::problem::Problem;
use super::value::Value;
use crate::sync::Metas;

/// A presence that was checked.
#[derive(Clone, Copy)]
pub struct JsPresence {
    object: Value,
    count: i32,
}

impl JsPresence {
    /// `object`, whose first meta was checked and whose metas are `count`, or -1 if it
    /// is not a presence.
    fn new(object: Value, count: i32) -> Option<Self> {
        let well_formed = count >= 0 && (1..count).all(|at| imports::is_meta(object, at));
        well_formed.then_some(Self { object, count })
    }

    /// `object`, if it is a presence.
    pub fn parse(object: Value) -> Option<Self> {
        Self::new(object, imports::count(object))
    }

    /// The presence of a key.
    pub fn get(dict: Value, key: Value) -> Option<Self> {
        let object = Value::next();
        Self::new(object, imports::presence(dict, key, object))
    }

    /// A presence with the fields of `fields`, without metas.
    pub fn compose(fields: Self) -> Self {
        let object = Value::next();
        imports::without_metas(fields.object, object);
        Self { object, count: 0 }
    }

    /// Adds the meta at `at` of another presence to one that was composed.
    pub fn push(&mut self, from: Self, at: i32) {
        imports::push_meta(self.object, from.object, at);
        self.count += 1;
    }

    pub fn object(self) -> Value {
        self.object
    }

    /// How many metas it has.
    pub fn count(self) -> i32 {
        self.count
    }
}

impl Metas for JsPresence {
    /// A map from refs to positions.
    type Index<'a> = Value;

    fn len(&self) -> usize {
        self.count as usize
    }

    fn same(&self, at: usize, other: &Self, other_at: usize) -> bool {
        imports::same_ref(self.object, at as i32, other.object, other_at as i32)
    }

    fn replaces(&self, at: usize, other: &Self, other_at: usize) -> bool {
        imports::replaces(self.object, at as i32, other.object, other_at as i32)
    }

    fn index(&self) -> Value {
        let index = Value::next();
        imports::index(self.object, index);
        index
    }

    fn place(&self, at: usize, index: &Value) -> Option<usize> {
        usize::try_from(imports::place(*index, self.object, at as i32)).ok()
    }

    fn place_replaced(&self, at: usize, index: &Value) -> Option<usize> {
        usize::try_from(imports::place_replaced(*index, self.object, at as i32)).ok()
    }
}

/// An object whose keys are presence keys, and these keys.
#[derive(Clone, Copy)]
pub struct Dict {
    pub object: Value,
    pub keys: Value,
    pub len: i32,
}

impl Dict {
    /// Free places for an object and its keys, which has no keys yet.
    pub fn next() -> Self {
        let (object, keys) = (Value::next(), Value::next());
        Self {
            object,
            keys,
            len: 0,
        }
    }

    /// `None` if `object` is not an object, or an array.
    pub fn check(object: Value) -> Option<Self> {
        let keys = Value::next();
        let len = imports::keys(object, keys);
        (len >= 0).then_some(Self { object, keys, len })
    }

    /// The keys, in order. A loop is less WebAssembly than `collect`.
    pub fn keys(self) -> Vec<Value> {
        let mut keys = Vec::new();
        for at in 0..self.len {
            let key = Value::next();
            imports::at(self.keys, at, key);
            keys.push(key);
        }
        keys
    }
}

/// The well-formed presences of an object, one by one, in key order. Each other value
/// is reported as a problem.
///
/// It is a type of its own, since iterator adapters with closures take twice the time
/// here.
pub struct JsPresences {
    dict: Dict,
    next: i32,
    problem: Problem,
}

impl JsPresences {
    pub fn new(dict: Dict, problem: Problem) -> Self {
        Self {
            dict,
            next: 0,
            problem,
        }
    }
}

impl Iterator for JsPresences {
    type Item = (Value, JsPresence);

    fn next(&mut self) -> Option<Self::Item> {
        let Dict { object, keys, len } = self.dict;
        while self.next < len {
            let (key, value) = (Value::next(), Value::next());
            let count = imports::presence_at(object, keys, self.next, key);
            self.next += 1;
            match JsPresence::new(value, count) {
                Some(presence) => return Some((key, presence)),
                None => self.problem.report(key),
            }
        }
        None
    }
}
