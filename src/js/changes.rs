//! What subscribers of the npm package are told of one user.

use wasm_bindgen::prelude::*;

use super::store::{Object, Presence};
use super::value::{self, Changes, Dict};
use crate::delta::delta;

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
    let (mut joined, mut left) = (value::no_metas(), value::no_metas());
    let updated = value::no_metas();
    let kind = match (&previous, &current) {
        (None, None) => return,
        (None, Some(current)) => {
            joined = value::metas(current.object());
            Type::Enter
        }
        (Some(previous), None) => {
            left = value::metas(previous.object());
            Type::Exit
        }
        (Some(previous), Some(current)) => {
            let Some(delta) = delta::<Object<'_>>(previous, current) else {
                return;
            };
            let (previous, current) = (previous.object(), current.object());
            for at in delta.joined {
                value::push_meta(&joined, current, at as i32);
            }
            for at in delta.left {
                value::push_meta(&left, previous, at as i32);
            }
            for (at, place) in delta.updated {
                value::push_pair(&updated, previous, at as i32, current, place as i32);
            }
            Type::Update
        }
    };
    let nobody = JsValue::UNDEFINED;
    value::add_change(
        changes,
        kind as i32,
        key,
        current.as_ref().map_or(&nobody, Presence::object),
        previous.as_ref().map_or(&nobody, Presence::object),
        &joined,
        &left,
        &updated,
    );
}

/// How many metas the presence of `key` has; -1 if that is no presence.
#[wasm_bindgen(js_name = countMetas)]
pub fn count_metas(state: &Dict, key: &JsValue) -> i32 {
    Presence::parse(state.get(key)).map_or(-1, |presence| presence.count())
}
