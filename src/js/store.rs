//! The roster of a JavaScript program: an object that maps keys to presences,
//! which its users read and may replace.

use js_sys::{Array, Set};
use wasm_bindgen::prelude::*;

use super::value::{Dict, Fields, Meta};
use crate::refs::Ref;
use crate::sync::{Pick, Store};

/// A presence that was checked: an object with an array of objects as `metas`.
#[derive(Clone)]
pub struct Presence {
    pub fields: Fields,
    metas: Array,
}

impl Presence {
    /// A presence with these metas, which are objects.
    pub fn new(fields: &Fields, metas: Array) -> Self {
        let fields = fields.with_metas(&metas);
        Self { fields, metas }
    }

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
        presences(&self.state, |key| self.state.delete(key)).collect()
    }

    fn in_key_order<T>(entries: Vec<(JsValue, T)>) -> Vec<(JsValue, T)> {
        let order = Dict::empty();
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
        Presence::new(&fields.fields, metas)
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

/// The presences of `object` that are well-formed, one by one; each other key is
/// passed to `malformed`.
pub fn presences<'a>(
    object: &'a Dict,
    malformed: impl Fn(&JsValue) + 'a,
) -> impl Iterator<Item = (JsValue, Presence)> + 'a {
    object.keys().into_iter().filter_map(move |key| {
        let presence = Presence::parse(object.get(&key));
        if presence.is_none() {
            malformed(&key);
        }
        Some((key, presence?))
    })
}

/// Whether `object` holds a presence of `key`. What a plain object inherits is
/// no presence, so that looking for own keys only is not needed.
pub fn has_presence(object: &Dict, key: &JsValue) -> bool {
    Presence::parse(object.get(key)).is_some()
}
