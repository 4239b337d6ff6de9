//! JavaScript values as they are, without copying them.
//!
//! Each function is one call out of wasm, to what values.js says: the generated
//! bindings would take several, and fallible ones a `try` each. Numbers are
//! `i32`, since those alone cross without a conversion in JavaScript.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/js/values.js")]
extern "C" {
    /// An object whose keys are presence keys.
    #[derive(Clone)]
    pub type Dict;

    #[wasm_bindgen(js_name = isDict)]
    fn is_dict(value: &JsValue) -> bool;
    #[wasm_bindgen(js_name = emptyDict)]
    fn empty_dict() -> Dict;
    pub fn keys(dict: &Dict) -> Values;
    fn get(dict: &Dict, key: &JsValue) -> JsValue;
    pub fn own(dict: &Dict, key: &JsValue) -> JsValue;
    fn set(dict: &Dict, key: &JsValue, value: &JsValue);
    pub fn size(inbox: &Inbox) -> i32;
    pub fn add(state: &Dict, key: &JsValue, presence: &JsValue, inbox: &Inbox);
    pub fn replace(
        state: &Dict,
        key: &JsValue,
        presence: &JsValue,
        inbox: &Inbox,
        previous: &JsValue,
    );
    pub fn remove(state: &Dict, key: &JsValue, inbox: &Inbox, previous: &JsValue);
    #[wasm_bindgen(js_name = addMetas)]
    pub fn add_metas(inbox: &Inbox, more: i32);

    pub fn identical(one: &JsValue, other: &JsValue) -> bool;
    pub fn alike(one: &JsValue, other: &JsValue) -> bool;

    #[wasm_bindgen(js_name = setNumber)]
    pub fn set_number(dict: &Dict, key: &JsValue, value: i32);
    #[wasm_bindgen(js_name = getNumber)]
    pub fn get_number(dict: &Dict, key: &JsValue) -> i32;

    /// The payload of a `presence_diff`.
    pub type Sides;

    pub fn joins(diff: &Sides) -> JsValue;
    pub fn leaves(diff: &Sides) -> JsValue;

    pub fn count(presence: &JsValue) -> i32;
    #[wasm_bindgen(js_name = isMeta)]
    pub fn is_meta(presence: &JsValue, at: i32) -> bool;
    #[wasm_bindgen(js_name = sameRef)]
    pub fn same_ref(presence: &JsValue, at: i32, other: &JsValue, other_at: i32) -> bool;
    pub fn replaces(presence: &JsValue, at: i32, other: &JsValue, other_at: i32) -> bool;
    pub fn meta(presence: &JsValue, at: i32) -> JsValue;
    pub fn metas(presence: &JsValue) -> MetaArray;
    pub fn fields(presence: &JsValue) -> JsValue;

    /// An array of metas.
    pub type MetaArray;

    #[wasm_bindgen(js_name = noMetas)]
    pub fn no_metas() -> MetaArray;
    #[wasm_bindgen(js_name = pushMeta)]
    pub fn push_meta(metas: &MetaArray, from: &JsValue, at: i32);
    #[wasm_bindgen(js_name = pushPair)]
    pub fn push_pair(
        pairs: &MetaArray,
        previous: &JsValue,
        at: i32,
        current: &JsValue,
        current_at: i32,
    );
    #[wasm_bindgen(js_name = withMetas)]
    pub fn with_metas(presence: &JsValue, metas: &MetaArray) -> JsValue;

    /// A set of refs.
    pub type Refs;

    #[wasm_bindgen(js_name = noRefs)]
    pub fn no_refs() -> Refs;
    #[wasm_bindgen(js_name = addRef)]
    pub fn add_ref(refs: &Refs, presence: &JsValue, at: i32);
    #[wasm_bindgen(js_name = deleteRef)]
    pub fn delete_ref(refs: &Refs, presence: &JsValue, at: i32);
    #[wasm_bindgen(js_name = bareMetas)]
    pub fn bare_metas(refs: &Refs) -> MetaArray;

    /// Where each ref of a presence stands.
    pub type Index;

    pub fn index(presence: &JsValue) -> Index;
    pub fn place(index: &Index, presence: &JsValue, at: i32) -> i32;
    #[wasm_bindgen(js_name = placeReplaced)]
    pub fn place_replaced(index: &Index, presence: &JsValue, at: i32) -> i32;

    /// The diffs that wait for a `presence_state`.
    pub type Waiting;

    pub fn diffs(waiting: &Waiting) -> Values;
    pub fn merged(waiting: &Waiting) -> Merged;

    /// Many diffs as one: see merged.rs.
    pub type Merged;

    #[wasm_bindgen(js_name = mergedJoins)]
    pub fn merged_joins(merged: &Merged) -> Dict;
    #[wasm_bindgen(js_name = mergedLeft)]
    pub fn merged_left(merged: &Merged) -> Dict;

    /// An object with `onJoin`, `onLeave` and an array of `problems`, that keeps
    /// count of the keys of a state, and a log of what becomes of them if somebody
    /// reads it.
    pub type Inbox;

    pub fn problem(inbox: &Inbox, kind: i32, value: &JsValue);
    #[wasm_bindgen(js_name = tellJoin)]
    pub fn tell_join(inbox: &Inbox, key: &JsValue, current: &JsValue, joined: &JsValue);
    #[wasm_bindgen(js_name = tellLeave)]
    pub fn tell_leave(inbox: &Inbox, key: &JsValue, current: &JsValue, left: &JsValue);

    /// What subscribers are told of a message.
    pub type Changes;

    #[wasm_bindgen(js_name = addChange)]
    #[allow(clippy::too_many_arguments)] // the parts of one object
    pub fn add_change(
        changes: &Changes,
        kind: i32,
        key: &JsValue,
        presence: &JsValue,
        previous: &JsValue,
        joined: &MetaArray,
        left: &MetaArray,
        updated: &MetaArray,
    );

    /// An array.
    pub type Values;

    pub fn length(array: &Values) -> i32;
    pub fn at(array: &Values, index: i32) -> JsValue;
    pub fn push(array: &Values, value: &JsValue);
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

    /// Its keys, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = JsValue> {
        let keys = keys(self);
        (0..length(&keys)).map(move |index| at(&keys, index))
    }

    /// The value of `key`.
    pub fn get(&self, key: &JsValue) -> JsValue {
        get(self, key)
    }

    /// Sets the value of `key`.
    pub fn set(&self, key: &JsValue, value: &JsValue) {
        set(self, key, value);
    }
}
