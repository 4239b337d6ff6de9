//! Compares JavaScript values that JSON can hold.
//!
//! It does not recurse, since payloads may be nested deeper than the stack allows.
//! Values that JSON cannot hold (a date, a function, a key without a value) are equal
//! only if they are identical.

use alloc::vec;

use wasm_bindgen::prelude::*;

use super::value::{self, Dict};

/// The number of objects and arrays that are compared, and that wait to be compared. A
/// value with more refers to itself, which JSON cannot.
const MAX_PAIRS: usize = 1_000_000;

/// Whether `one` and `other` have the same content, in any order of keys.
pub fn equal(one: JsValue, other: JsValue) -> bool {
    if value::identical(&one, &other) {
        return true;
    }
    let mut pairs = vec![(one, other)];
    for _ in 0..MAX_PAIRS {
        let Some((one, other)) = pairs.pop() else {
            return true;
        };
        if !value::alike(&one, &other) {
            return false;
        }
        let (one, other): (Dict, Dict) = (one.unchecked_into(), other.unchecked_into());
        let keys = value::all_keys(&one);
        if keys.len() != value::all_keys(&other).len() {
            return false;
        }
        for at in 0..keys.len() {
            let key = keys.at(at);
            let value = one.get(&key);
            // There are as many keys, so none of the other's is missed here
            // unless a key has no value.
            if value.is_undefined() {
                return false;
            }
            let same = value::own(&other, &key);
            // Most values are neither objects nor arrays, and do not wait.
            if !value::identical(&value, &same) {
                if pairs.len() == MAX_PAIRS {
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
