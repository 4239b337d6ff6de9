//! What subscribers of the npm package are told of one user.

use wasm_bindgen::prelude::*;

use super::store::{Object, Presence};
use super::value::{self, Changes, Dict, MetaArray};
use crate::delta::{delta, Delta};

/// What happened; the numbers are those of values.js.
#[derive(Clone, Copy)]
enum Type {
    Enter = 0,
    Update = 1,
    Exit = 2,
}

/// Adds to `changes` what makes the presence `previous` of a user into `current`,
/// unless that is nothing. What is no presence counts as absent.
#[wasm_bindgen(js_name = change)]
pub fn change(changes: &Changes, key: &JsValue, previous: JsValue, current: JsValue) {
    let (previous, current) = (Presence::parse(previous), Presence::parse(current));
    let nobody = JsValue::UNDEFINED;
    let (none, add) = (value::no_metas, value::add_change);
    match (&previous, &current) {
        (None, None) => {}
        (None, Some(current)) => {
            let joined = value::metas(current.object());
            let kind = Type::Enter as i32;
            add(
                changes,
                kind,
                key,
                current.object(),
                &nobody,
                &joined,
                &none(),
                &none(),
            );
        }
        (Some(previous), None) => {
            let left = value::metas(previous.object());
            let kind = Type::Exit as i32;
            add(
                changes,
                kind,
                key,
                &nobody,
                previous.object(),
                &none(),
                &left,
                &none(),
            );
        }
        (Some(before), Some(after)) => {
            let Some(Delta {
                joined,
                left,
                updated,
            }) = delta::<Object<'_>>(before, after)
            else {
                return;
            };
            let (before, after) = (before.object(), after.object());
            let pairs = none();
            for (at, place) in updated {
                value::push_pair(&pairs, before, at as i32, after, place as i32);
            }
            let (joined, left) = (picked(after, &joined), picked(before, &left));
            let kind = Type::Update as i32;
            add(changes, kind, key, after, before, &joined, &left, &pairs);
        }
    }
}

/// How many metas the presence of `key` has; -1 if that is no presence.
#[wasm_bindgen(js_name = countMetas)]
pub fn count_metas(state: &Dict, key: &JsValue) -> i32 {
    Presence::parse(state.get(key)).map_or(-1, |presence| presence.count())
}

/// The metas of `presence` at these positions.
fn picked(presence: &JsValue, positions: &[usize]) -> MetaArray {
    let metas = value::no_metas();
    for &at in positions {
        value::push_meta(&metas, presence, at as i32);
    }
    metas
}
