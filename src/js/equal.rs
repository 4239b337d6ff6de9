//! Compares JavaScript values that JSON can hold.
//!
//! It does not recurse, since payloads may be nested deeper than the stack allows.
//! Values that JSON cannot hold (a date, a function, a key without a value) are equal
//! only if they are identical.

use alloc::vec;

use super::imports;
use super::presence::JsPresence;
use super::value::{scoped, Value};

/// The number of objects and arrays that are compared, and that wait to be compared. A
/// value with more refers to itself, which JSON cannot.
const MAX_PAIRS: usize = 1_000_000;

// The results of `members`. There are as many keys in both, so no key of the other's is
// missed unless a key has no value, which is the third result.
const DIFFERENT: i32 = 0;
const IDENTICAL: i32 = 1;

/// Whether two metas have the same content, in any order of keys.
pub fn equal_metas(presence: JsPresence, at: usize, other: JsPresence, other_at: usize) -> bool {
    let (one, other_object) = (presence.object(), other.object());
    scoped(|| {
        let (meta, other) = (Value::next(), Value::next());
        imports::metas(one, at as i32, other_object, other_at as i32, meta) || equal(meta, other)
    })
}

/// Whether all fields of two presences but the metas are the same.
pub fn equal_fields(presence: Value, other: Value) -> bool {
    imports::identical(presence, other)
        || scoped(|| {
            let (fields, others) = (Value::next(), Value::next());
            imports::fields(presence, fields);
            imports::fields(other, others);
            equal(fields, others)
        })
}

/// Whether two values that are not identical have the same content.
fn equal(one: Value, other: Value) -> bool {
    let mut pairs = vec![(one, other)];
    for _ in 0..MAX_PAIRS {
        let Some((one, other)) = pairs.pop() else {
            return true;
        };
        let keys = Value::next();
        let len = imports::common_keys(one, other, keys);
        if len < 0 {
            return false;
        }
        for at in 0..len {
            let (value, same) = (Value::next(), Value::next());
            match imports::members(one, other, keys, at, value) {
                IDENTICAL => {}
                // Most values are neither objects nor arrays, and do not wait.
                DIFFERENT if pairs.len() < MAX_PAIRS => pairs.push((value, same)),
                _ => return false,
            }
        }
    }
    false
}
