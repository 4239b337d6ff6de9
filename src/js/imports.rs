//! The functions of values.js: everything that the core does with JavaScript values.
//!
//! Each is one call out of wasm. A function whose result is a value takes the place of
//! the result as its last argument, `out`; two results are at `out` and the place after
//! it. Numbers are `i32`, since only those cross without a conversion.

use wasm_bindgen::prelude::*;

use super::value::Value;

#[wasm_bindgen(module = "/src/js/values.js")]
extern "C" {
    // Objects whose keys are presence keys.
    #[wasm_bindgen(js_name = emptyDict)]
    pub fn empty_dict(out: Value);
    pub fn keys(dict: Value, out: Value) -> i32;
    pub fn at(list: Value, index: i32, out: Value);
    pub fn set(dict: Value, key: Value, value: Value);
    pub fn remove(dict: Value, key: Value) -> bool;

    // Positions by key.
    #[wasm_bindgen(js_name = setPosition)]
    pub fn set_position(positions: Value, key: Value, position: i32);
    pub fn position(positions: Value, key: Value) -> i32;

    // Whether values have the same content.
    pub fn identical(one: Value, other: Value) -> bool;
    #[wasm_bindgen(js_name = commonKeys)]
    pub fn common_keys(one: Value, other: Value, out: Value) -> i32;
    pub fn members(one: Value, other: Value, keys: Value, at: i32, out: Value) -> i32;

    // The payload of a presence_diff.
    pub fn joins(diff: Value, out: Value) -> i32;
    pub fn leaves(diff: Value, out: Value) -> i32;

    // Presences and their metas.
    pub fn presence(dict: Value, key: Value, out: Value) -> i32;
    #[wasm_bindgen(js_name = presenceAt)]
    pub fn presence_at(dict: Value, keys: Value, at: i32, out: Value) -> i32;
    pub fn count(presence: Value) -> i32;
    #[wasm_bindgen(js_name = isMeta)]
    pub fn is_meta(presence: Value, at: i32) -> bool;
    pub fn metas(one: Value, at: i32, other: Value, other_at: i32, out: Value) -> bool;
    pub fn fields(presence: Value, out: Value);
    #[wasm_bindgen(js_name = sameRef)]
    pub fn same_ref(presence: Value, at: i32, other: Value, other_at: i32) -> bool;
    pub fn replaces(presence: Value, at: i32, other: Value, other_at: i32) -> bool;
    #[wasm_bindgen(js_name = withoutMetas)]
    pub fn without_metas(presence: Value, out: Value);
    #[wasm_bindgen(js_name = pushMeta)]
    pub fn push_meta(presence: Value, from: Value, at: i32);

    // The positions of refs in a presence of many metas.
    pub fn index(presence: Value, out: Value);
    pub fn place(index: Value, presence: Value, at: i32) -> i32;
    #[wasm_bindgen(js_name = placeReplaced)]
    pub fn place_replaced(index: Value, presence: Value, at: i32) -> i32;

    // The memory of the Presence between two messages.
    pub fn size() -> i32;
    pub fn resize(users: i32, metas: i32);
    #[wasm_bindgen(js_name = setKeys)]
    pub fn set_keys(keys: Value);
    #[wasm_bindgen(js_name = hasState)]
    pub fn has_state() -> bool;
    #[wasm_bindgen(js_name = hasStateOf)]
    pub fn has_state_of(join_ref: Value) -> bool;
    #[wasm_bindgen(js_name = setStateOf)]
    pub fn set_state_of(join_ref: Value);
    #[wasm_bindgen(js_name = waitsFor)]
    pub fn waits_for(join_ref: Value) -> bool;
    #[wasm_bindgen(js_name = waitFor)]
    pub fn wait_for(join_ref: Value);
    pub fn waiting() -> i32;
    #[wasm_bindgen(js_name = addWaiting)]
    pub fn add_waiting(diff: Value);
    #[wasm_bindgen(js_name = dropWaiting)]
    pub fn drop_waiting();
    #[wasm_bindgen(js_name = takeWaiting)]
    pub fn take_waiting(out: Value) -> i32;
    #[wasm_bindgen(js_name = mergedJoins)]
    pub fn merged_joins(out: Value);
    pub fn merged(out: Value);
    #[wasm_bindgen(js_name = addRef)]
    pub fn add_ref(key: Value, presence: Value, at: i32);
    #[wasm_bindgen(js_name = deleteRef)]
    pub fn delete_ref(key: Value, presence: Value, at: i32);

    // The report on the message.
    #[wasm_bindgen(js_name = addProblem)]
    pub fn add_problem(kind: i32, value: Value);
    #[wasm_bindgen(js_name = addEvent)]
    pub fn add_event(is_join: i32, key: Value, current: Value, presence: Value);
    #[wasm_bindgen(js_name = isWatched)]
    pub fn is_watched(key: Value) -> bool;
    #[wasm_bindgen(js_name = addChange)]
    pub fn add_change(kind: i32, reason: i32, key: Value, presence: Value, previous: Value);
    #[wasm_bindgen(js_name = addJoined)]
    pub fn add_joined(at: i32);
    #[wasm_bindgen(js_name = addLeft)]
    pub fn add_left(at: i32);
    #[wasm_bindgen(js_name = addUpdated)]
    pub fn add_updated(at: i32, place: i32);
}
