//! Whether two JavaScript values hold the same, as far as JSON goes.
//!
//! Invariant: it never recurses, since payloads may be nested deeper than any
//! stack, and it never takes two values that differ for the same: of what JSON
//! cannot hold (a date, a function, a key without a value) only the very same
//! object is.

use alloc::vec;

use wasm_bindgen::prelude::*;

use super::value::{self, Dict};

/// So many objects and arrays are compared, and so many wait for that. More than any
/// payload has: what has more refers to itself, which JSON cannot.
const MOST: usize = 1_000_000;

/// Whether `one` and `other` hold the same, whatever the order of their keys.
pub fn equal(one: JsValue, other: JsValue) -> bool {
    if value::identical(&one, &other) {
        return true;
    }
    let mut pairs = vec![(one, other)];
    for _ in 0..MOST {
        let Some((one, other)) = pairs.pop() else {
            return true;
        };
        if !value::alike(&one, &other) {
            return false;
        }
        let (one, other): (Dict, Dict) = (one.unchecked_into(), other.unchecked_into());
        let keys = one.keys();
        if keys.len() != other.keys().len() {
            return false;
        }
        for key in keys {
            let value = one.get(&key);
            // There are as many keys, so none of the other's is missed here
            // unless a key has no value.
            if value.is_undefined() {
                return false;
            }
            let same = value::own(&other, &key);
            // Most values are neither objects nor arrays, and do not wait.
            if !value::identical(&value, &same) {
                if pairs.len() == MOST {
                    return false;
                }
                pairs.push((value, same));
            }
        }
    }
    false
}

/// Whether all fields but the metas are the same.
pub fn equal_fields(presence: &JsValue, other: &JsValue) -> bool {
    value::identical(presence, other) || equal(value::fields(presence), value::fields(other))
}
