//! JavaScript values as they are, without copying them.
//!
//! Each function is one call out of wasm, to the function of that name in values.js:
//! the generated bindings would take several calls, and a `try` each where they can
//! fail. Numbers are `i32`, since only those cross without a conversion.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"import type { Dict, Memory } from "../../src/js/border.js";"#;

#[wasm_bindgen(module = "/src/js/values.js")]
extern "C" {
    /// An object whose keys are presence keys.
    #[derive(Clone)]
    #[wasm_bindgen(typescript_type = "Dict")]
    pub type Dict;

    #[wasm_bindgen(js_name = isDict)]
    fn is_dict(value: &JsValue) -> bool;
    #[wasm_bindgen(js_name = emptyDict)]
    fn empty_dict() -> Dict;
    pub fn keys(dict: &JsValue) -> Values;
    #[wasm_bindgen(js_name = allKeys)]
    pub fn all_keys(object: &JsValue) -> Values;
    fn get(dict: &Dict, key: &JsValue) -> JsValue;
    pub fn own(dict: &Dict, key: &JsValue) -> JsValue;
    fn set(dict: &Dict, key: &JsValue, value: &JsValue);
    fn remove(dict: &Dict, key: &JsValue) -> bool;
    #[wasm_bindgen(js_name = setPosition)]
    pub fn set_position(positions: &Dict, key: &JsValue, position: i32);
    pub fn position(positions: &Dict, key: &JsValue) -> i32;

    pub fn identical(one: &JsValue, other: &JsValue) -> bool;
    pub fn alike(one: &JsValue, other: &JsValue) -> bool;

    pub fn joins(diff: &JsValue) -> JsValue;
    pub fn leaves(diff: &JsValue) -> JsValue;

    pub fn count(presence: &JsValue) -> i32;
    #[wasm_bindgen(js_name = isMeta)]
    pub fn is_meta(presence: &JsValue, at: i32) -> bool;
    #[wasm_bindgen(js_name = sameRef)]
    pub fn same_ref(presence: &JsValue, at: i32, other: &JsValue, other_at: i32) -> bool;
    pub fn replaces(presence: &JsValue, at: i32, other: &JsValue, other_at: i32) -> bool;
    pub fn meta(presence: &JsValue, at: i32) -> JsValue;
    pub fn fields(presence: &JsValue) -> JsValue;

    /// An array of metas.
    pub type Metas;

    #[wasm_bindgen(js_name = noMetas)]
    pub fn no_metas() -> Metas;
    #[wasm_bindgen(js_name = pushMeta)]
    pub fn push_meta(metas: &Metas, from: &JsValue, at: i32);
    #[wasm_bindgen(js_name = withMetas)]
    pub fn with_metas(presence: &JsValue, metas: &Metas) -> JsValue;

    /// The position of each ref of a presence.
    pub type Index;

    pub fn index(presence: &JsValue) -> Index;
    pub fn place(index: &Index, presence: &JsValue, at: i32) -> i32;
    #[wasm_bindgen(js_name = placeReplaced)]
    pub fn place_replaced(index: &Index, presence: &JsValue, at: i32) -> i32;

    /// The memory of one Presence between two messages: `Memory` of border.d.ts.
    #[wasm_bindgen(typescript_type = "Memory")]
    pub type Memory;

    pub fn size(memory: &Memory) -> i32;
    pub fn resize(memory: &Memory, users: i32, metas: i32);
    #[wasm_bindgen(js_name = setKeys)]
    pub fn set_keys(memory: &Memory, keys: &Values);
    #[wasm_bindgen(js_name = hasState)]
    pub fn has_state(memory: &Memory) -> bool;
    #[wasm_bindgen(js_name = hasStateOf)]
    pub fn has_state_of(memory: &Memory, join_ref: &JsValue) -> bool;
    #[wasm_bindgen(js_name = setStateOf)]
    pub fn set_state_of(memory: &Memory, join_ref: &JsValue);
    #[wasm_bindgen(js_name = waitsFor)]
    pub fn waits_for(memory: &Memory, join_ref: &JsValue) -> bool;
    #[wasm_bindgen(js_name = waitFor)]
    pub fn wait_for(memory: &Memory, join_ref: &JsValue);
    pub fn waiting(memory: &Memory) -> i32;
    #[wasm_bindgen(js_name = addWaiting)]
    pub fn add_waiting(memory: &Memory, diff: &JsValue);
    #[wasm_bindgen(js_name = dropWaiting)]
    pub fn drop_waiting(memory: &Memory);
    #[wasm_bindgen(js_name = takeWaiting)]
    pub fn take_waiting(memory: &Memory) -> Values;
    #[wasm_bindgen(js_name = mergedJoins)]
    pub fn merged_joins(memory: &Memory) -> Dict;
    #[wasm_bindgen(js_name = mergedLeft)]
    pub fn merged_left(memory: &Memory) -> Dict;

    /// A set of refs.
    pub type Refs;

    #[wasm_bindgen(js_name = refsThatLeft)]
    pub fn refs_that_left(memory: &Memory, key: &JsValue) -> Refs;
    #[wasm_bindgen(js_name = addRef)]
    pub fn add_ref(refs: &Refs, presence: &JsValue, at: i32);
    #[wasm_bindgen(js_name = deleteRef)]
    pub fn delete_ref(refs: &Refs, presence: &JsValue, at: i32);
    #[wasm_bindgen(js_name = bareMetas)]
    pub fn bare_metas(refs: &JsValue) -> JsValue;

    #[wasm_bindgen(js_name = addProblem)]
    pub fn add_problem(memory: &Memory, kind: i32, value: &JsValue);
    #[wasm_bindgen(js_name = addJoin)]
    pub fn add_join(memory: &Memory, key: &JsValue, current: &JsValue, joined: &JsValue);
    #[wasm_bindgen(js_name = addLeave)]
    pub fn add_leave(memory: &Memory, key: &JsValue, current: &JsValue, left: &JsValue);
    #[wasm_bindgen(js_name = isWatched)]
    pub fn is_watched(memory: &Memory, key: &JsValue) -> bool;
    #[wasm_bindgen(js_name = addEnter)]
    pub fn add_enter(memory: &Memory, reason: i32, key: &JsValue, presence: &JsValue);
    #[wasm_bindgen(js_name = addExit)]
    pub fn add_exit(memory: &Memory, reason: i32, key: &JsValue, previous: &JsValue);
    #[wasm_bindgen(js_name = addUpdate)]
    pub fn add_update(
        memory: &Memory,
        reason: i32,
        key: &JsValue,
        presence: &JsValue,
        previous: &JsValue,
    );
    #[wasm_bindgen(js_name = addJoined)]
    pub fn add_joined(memory: &Memory, at: i32);
    #[wasm_bindgen(js_name = addLeftMeta)]
    pub fn add_left_meta(memory: &Memory, at: i32);
    #[wasm_bindgen(js_name = addUpdated)]
    pub fn add_updated(memory: &Memory, at: i32, place: i32);

    /// An array.
    pub type Values;

    pub fn length(array: &Values) -> i32;
    pub fn at(array: &Values, index: i32) -> JsValue;
}

impl Dict {
    /// `value`, if it is an object and no array.
    pub(super) fn check(value: &JsValue) -> Option<&Self> {
        is_dict(value).then(|| value.unchecked_ref())
    }

    /// An empty object in which any string is a key.
    pub fn empty() -> Self {
        empty_dict()
    }

    /// The value of `key`.
    pub fn get(&self, key: &JsValue) -> JsValue {
        get(self, key)
    }

    /// Sets the value of `key`.
    pub fn set(&self, key: &JsValue, value: &JsValue) {
        set(self, key, value);
    }

    /// Removes `key`. Returns false if it cannot be removed.
    pub fn remove(&self, key: &JsValue) -> bool {
        remove(self, key)
    }
}

impl Values {
    /// How many values it has.
    pub fn len(&self) -> i32 {
        length(self)
    }

    /// The value at `index`.
    pub fn at(&self, index: i32) -> JsValue {
        at(self, index)
    }
}
