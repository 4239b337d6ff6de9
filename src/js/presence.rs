//! A presence that is a JavaScript object.
//!
//! Invariant: a [`JsPresence`] has an array of objects as `metas`.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::problem::Problem;
use super::value::{self, Dict, Index, Memory, Values};
use crate::sync::Metas;

/// A presence that was checked.
#[derive(Clone)]
pub struct JsPresence {
    object: JsValue,
    count: i32,
}

impl JsPresence {
    /// A presence with the fields of `object` and these `count` metas.
    pub fn new(object: &JsValue, metas: &value::Metas, count: i32) -> Self {
        Self {
            object: value::with_metas(object, metas),
            count,
        }
    }

    /// `object`, if it is a presence.
    pub fn parse(object: JsValue) -> Option<Self> {
        let count = value::count(&object);
        let well_formed = count >= 0 && (1..count).all(|at| value::is_meta(&object, at));
        well_formed.then_some(Self { object, count })
    }

    pub fn object(&self) -> &JsValue {
        &self.object
    }

    /// How many metas it has.
    pub fn count(&self) -> i32 {
        self.count
    }
}

impl Metas for JsPresence {
    type Index<'a> = Index;

    fn len(&self) -> usize {
        self.count as usize
    }

    fn same(&self, at: usize, other: &Self, other_at: usize) -> bool {
        value::same_ref(&self.object, at as i32, &other.object, other_at as i32)
    }

    fn replaces(&self, at: usize, other: &Self, other_at: usize) -> bool {
        value::replaces(&self.object, at as i32, &other.object, other_at as i32)
    }

    fn index(&self) -> Index {
        value::index(&self.object)
    }

    fn place(&self, at: usize, index: &Index) -> Option<usize> {
        usize::try_from(value::place(index, &self.object, at as i32)).ok()
    }

    fn place_replaced(&self, at: usize, index: &Index) -> Option<usize> {
        usize::try_from(value::place_replaced(index, &self.object, at as i32)).ok()
    }
}

/// The well-formed presences of an object, one by one, in key order. Each other value
/// is reported as a problem.
///
/// It is a type of its own, since iterator adapters with closures take twice the time
/// here.
pub struct JsPresences<'a> {
    dict: &'a Dict,
    keys: &'a Values,
    next: i32,
    len: i32,
    memory: &'a Memory,
    problem: Problem,
}

impl<'a> JsPresences<'a> {
    /// Those of `dict`, whose `len` keys are `keys`.
    pub fn new(
        dict: &'a Dict,
        keys: &'a Values,
        len: i32,
        memory: &'a Memory,
        problem: Problem,
    ) -> Self {
        Self {
            dict,
            keys,
            next: 0,
            len,
            memory,
            problem,
        }
    }
}

impl Iterator for JsPresences<'_> {
    type Item = (JsValue, JsPresence);

    fn next(&mut self) -> Option<Self::Item> {
        while self.next < self.len {
            let key = self.keys.at(self.next);
            self.next += 1;
            match JsPresence::parse(self.dict.get(&key)) {
                Some(presence) => return Some((key, presence)),
                None => self.problem.report(self.memory, &key),
            }
        }
        None
    }
}

/// All keys of an object. A loop is less WebAssembly than `collect`.
pub fn keys(dict: &Dict) -> Vec<JsValue> {
    let values = value::keys(dict);
    let mut keys = Vec::new();
    for at in 0..values.len() {
        keys.push(values.at(at));
    }
    keys
}
