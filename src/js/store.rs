//! The roster of a JavaScript program: an object that maps keys to presences,
//! which its users read and may replace.

use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::equal::{equal, equal_fields};
use super::inbox::Problem;
use super::value::{self, Dict, Inbox, Index, MetaArray, Refs, Values};
use crate::refs::Metas;
use crate::sync::{Left, Pick, Store};

/// A presence that was checked: an object with an array of objects as `metas`.
#[derive(Clone)]
pub struct Presence {
    object: JsValue,
    count: i32,
}

impl Presence {
    /// A presence with the fields of `object` and these metas, which are so many
    /// objects.
    pub fn new(object: &JsValue, metas: &MetaArray, count: i32) -> Self {
        Self {
            object: value::with_metas(object, metas),
            count,
        }
    }

    /// `object`, if it is a presence.
    pub fn parse(object: JsValue) -> Option<Self> {
        let count = value::count(&object);
        let well_formed = count >= 0 && (0..count).all(|at| value::is_meta(&object, at));
        well_formed.then_some(Self { object, count })
    }

    /// The object that was checked.
    pub fn object(&self) -> &JsValue {
        &self.object
    }

    /// How many metas it has.
    pub fn count(&self) -> i32 {
        self.count
    }

    /// Adds its refs to `refs`.
    pub fn add_refs(&self, refs: &Refs) {
        for at in 0..self.count {
            value::add_ref(refs, &self.object, at);
        }
    }

    /// Deletes its refs from `refs`.
    pub fn delete_refs(&self, refs: &Refs) {
        for at in 0..self.count {
            value::delete_ref(refs, &self.object, at);
        }
    }
}

impl Metas for Presence {
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

/// The state, as a place to keep presences.
pub struct Object<'a> {
    state: &'a Dict,
    inbox: &'a Inbox,
    /// How many more metas it holds than before.
    more: i32,
}

impl<'a> Object<'a> {
    /// Keeps them in `state`, which has no prototype, for a message that came in
    /// at `inbox`.
    pub fn new(state: &'a Dict, inbox: &'a Inbox) -> Self {
        Self {
            state,
            inbox,
            more: 0,
        }
    }

    /// Tells the inbox how many metas it holds now.
    pub fn count_metas(&self) {
        if self.more != 0 {
            value::add_metas(self.inbox, self.more);
        }
    }
}

impl Store for Object<'_> {
    type Key = JsValue;
    type Presence = Presence;

    fn len(&self) -> usize {
        value::size(self.inbox) as usize
    }

    fn get(&self, key: &JsValue) -> Option<Presence> {
        Presence::parse(self.state.get(key))
    }

    fn insert(&mut self, key: &JsValue, presence: &Presence) {
        self.more += presence.count;
        value::add(self.state, key, &presence.object, self.inbox);
    }

    fn replace(&mut self, key: &JsValue, previous: &Presence, presence: &Presence) {
        self.more += presence.count - previous.count;
        let (previous, presence) = (&previous.object, &presence.object);
        value::replace(self.state, key, presence, self.inbox, previous);
    }

    fn remove(&mut self, key: &JsValue, previous: &Presence) {
        self.more -= previous.count;
        value::remove(self.state, key, self.inbox, &previous.object);
    }

    /// A value that is no presence can only stand in a state that its user
    /// assigned. It counts as absent, and goes.
    fn entries(&self) -> Vec<(JsValue, Presence)> {
        Presences::of(self.state, self.inbox, Malformed::Goes).all()
    }

    fn in_key_order(leaves: Vec<Left<Self>>) -> Vec<Left<Self>> {
        let order = Dict::empty();
        for (at, Left { key, .. }) in leaves.iter().enumerate() {
            value::set_number(&order, key, at as i32);
        }
        let mut slots: Vec<_> = leaves.into_iter().map(Some).collect();
        let mut ordered = Vec::new();
        for key in order.keys() {
            let slot = slots.get_mut(value::get_number(&order, &key) as usize);
            if let Some(left) = slot.and_then(Option::take) {
                ordered.push(left);
            }
        }
        ordered
    }

    fn compose(fields: &Presence, picks: &[Pick<'_, Presence>]) -> Presence {
        let metas = value::no_metas();
        let mut count = 0;
        let mut push = |from: &Presence, at| {
            value::push_meta(&metas, &from.object, at);
            count += 1;
        };
        for pick in picks {
            match pick {
                Pick::All(from) => (0..from.count).for_each(|at| push(from, at)),
                Pick::At(from, positions) => positions.iter().for_each(|&at| push(from, at as i32)),
            }
        }
        Presence::new(&fields.object, &metas, count)
    }

    fn same_meta(presence: &Presence, at: usize, other: &Presence, other_at: usize) -> bool {
        let meta = |from: &Presence, at| value::meta(&from.object, at as i32);
        equal(meta(presence, at), meta(other, other_at))
    }

    fn same_fields(presence: &Presence, other: &Presence) -> bool {
        equal_fields(&presence.object, &other.object)
    }
}

/// The presences of an object that are well-formed, one by one, in key order.
///
/// A type of its own, since adapters around closures take twice the time here.
pub struct Presences<'a> {
    dict: &'a Dict,
    keys: Values,
    next: i32,
    len: i32,
    inbox: &'a Inbox,
    malformed: Malformed,
}

/// What becomes of a key whose value is no presence.
#[derive(Clone, Copy)]
pub enum Malformed {
    /// It is a problem of the message.
    Is(Problem),
    /// It is removed.
    Goes,
}

impl<'a> Presences<'a> {
    /// Those of `dict`, for a message that came in at `inbox`.
    pub fn of(dict: &'a Dict, inbox: &'a Inbox, malformed: Malformed) -> Self {
        let keys = value::keys(dict);
        let len = value::length(&keys);
        Self {
            dict,
            keys,
            next: 0,
            len,
            inbox,
            malformed,
        }
    }

    /// All of them. Like other loops here, this is less WebAssembly than `collect`.
    pub fn all(self) -> Vec<(JsValue, Presence)> {
        let mut all = Vec::new();
        for entry in self {
            all.push(entry);
        }
        all
    }
}

impl Iterator for Presences<'_> {
    type Item = (JsValue, Presence);

    fn next(&mut self) -> Option<Self::Item> {
        while self.next < self.len {
            let key = value::at(&self.keys, self.next);
            self.next += 1;
            match (Presence::parse(self.dict.get(&key)), self.malformed) {
                (Some(presence), _) => return Some((key, presence)),
                (None, Malformed::Is(problem)) => self.inbox.problem(problem, &key),
                (None, Malformed::Goes) => {
                    value::remove(self.dict, &key, self.inbox, &JsValue::UNDEFINED);
                }
            }
        }
        None
    }
}

/// Whether `dict` holds a presence of `key`. What a plain object inherits is no
/// presence, so that looking for own keys only is not needed.
pub fn has_presence(dict: &Dict, key: &JsValue) -> bool {
    Presence::parse(dict.get(key)).is_some()
}
