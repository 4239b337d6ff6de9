//! The roster of a JavaScript program: an object that maps keys to presences,
//! which its users read and may replace.

use js_sys::{Array, Set};
use wasm_bindgen::prelude::*;

use super::problem::{Problem, Problems};
use super::value::{is_dict, Dict, Fields, Meta};
use crate::refs::Ref;
use crate::sync::{Payload, Pick, Store};

/// A presence that was checked: an object with an array of objects as `metas`.
#[derive(Clone)]
pub struct Presence {
    pub fields: Fields,
    metas: Array,
}

impl Presence {
    fn parse(value: JsValue) -> Option<Self> {
        if !value.is_object() {
            return None;
        }
        let fields = value.unchecked_into::<Fields>();
        let metas = fields.metas();
        if !Array::is_array(&metas) {
            return None;
        }
        let metas = metas.unchecked_into::<Array>();
        let objects = (0..metas.length()).all(|at| metas.get(at).is_object());
        objects.then_some(Self { fields, metas })
    }
}

/// The state, as a place to keep presences.
pub struct Object {
    state: Dict,
}

impl Object {
    pub fn new(state: &Dict) -> Self {
        Self {
            state: state.clone(),
        }
    }
}

impl Store for Object {
    type Key = JsValue;
    type Presence = Presence;
    type Ref<'a>
        = JsValue
    where
        Self: 'a;

    fn len(&self) -> usize {
        self.state.keys().length() as usize
    }

    fn get(&self, key: &JsValue) -> Option<Presence> {
        Presence::parse(self.state.get(key))
    }

    fn insert(&mut self, key: &JsValue, presence: &Presence) {
        self.state.set(key, presence.fields.as_ref());
    }

    fn remove(&mut self, key: &JsValue) {
        self.state.delete(key);
    }

    /// A value that is no presence can only stand in a state that its user
    /// assigned. It counts as absent, and goes.
    fn entries(&self) -> Vec<(JsValue, Presence)> {
        presences(&self.state, |key| self.state.delete(key))
    }

    fn in_key_order<T>(entries: Vec<(JsValue, T)>) -> Vec<(JsValue, T)> {
        let order = Dict::new();
        let mut slots: Vec<_> = entries.into_iter().map(Some).collect();
        for (at, (key, _)) in slots.iter().flatten().enumerate() {
            order.set(key, &(at as u32).into());
        }
        let keys = order.keys();
        let positions = keys.iter().filter_map(|key| order.get(&key).as_f64());
        positions
            .filter_map(|at| slots.get_mut(at as usize)?.take())
            .collect()
    }

    fn refs(presence: &Presence) -> Vec<JsValue> {
        let metas = &presence.metas;
        (0..metas.length())
            .map(|at| metas.get(at).unchecked_ref::<Meta>().phx_ref())
            .collect()
    }

    fn compose(fields: &Presence, picks: &[Pick<'_, Presence>]) -> Presence {
        let metas = Array::new();
        for (presence, positions) in picks {
            for &at in *positions {
                metas.push(&presence.metas.get(at as u32));
            }
        }
        Presence {
            fields: fields.fields.with_metas(&metas),
            metas,
        }
    }
}

impl Ref for JsValue {
    type Set = Set;

    fn set(refs: &[Self]) -> Set {
        let set = Set::new(&JsValue::UNDEFINED);
        for phx_ref in refs {
            set.add(phx_ref);
        }
        set
    }

    fn is_in(&self, set: &Set) -> bool {
        set.has(self)
    }
}

/// The presences of a payload, or of one side of it, that are well-formed.
pub struct Side {
    object: Dict,
    entries: Vec<(JsValue, Presence)>,
}

impl Side {
    /// Reads `object`. What is malformed in it becomes a `problem` of its key.
    pub fn new(object: &JsValue, problem: Problem, problems: &Problems) -> Self {
        debug_assert!(is_dict(object));
        let object: Dict = object.clone().unchecked_into();
        let entries = presences(&object, |key| problems.add(problem, key));
        Self { object, entries }
    }

    pub fn empty() -> Self {
        Self {
            object: Dict::new(),
            entries: Vec::new(),
        }
    }
}

impl Payload<Object> for Side {
    fn entries(&self) -> Vec<(JsValue, Presence)> {
        self.entries.clone()
    }

    /// What a plain object inherits is no presence, so that looking for own keys
    /// only is not needed.
    fn contains(&self, key: &JsValue) -> bool {
        Presence::parse(self.object.get(key)).is_some()
    }
}

/// The presences of `object`; each other key is passed to `malformed`.
fn presences(object: &Dict, malformed: impl Fn(&JsValue)) -> Vec<(JsValue, Presence)> {
    let keys = object.keys();
    let mut presences = Vec::with_capacity(keys.length() as usize);
    for key in keys.iter() {
        match Presence::parse(object.get(&key)) {
            Some(presence) => presences.push((key, presence)),
            None => malformed(&key),
        }
    }
    presences
}
