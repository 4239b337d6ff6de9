//! JavaScript values as they are, without copying them.
//!
//! The `structural` bindings are plain property accesses in the generated code:
//! several times faster than `Reflect`, and no string crosses the border. They
//! throw where JavaScript would, so each is used only on what was checked.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object whose keys are presence keys.
    #[derive(Clone)]
    pub type Dict;

    /// The value of `key`.
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub fn get(this: &Dict, key: &JsValue) -> JsValue;

    /// Sets the value of `key`.
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub fn set(this: &Dict, key: &JsValue, value: &JsValue);

    /// Removes `key`.
    #[wasm_bindgen(method, structural, indexing_deleter)]
    pub fn delete(this: &Dict, key: &JsValue);

    #[wasm_bindgen(js_namespace = Object, js_name = create)]
    fn create_dict(prototype: &JsValue) -> Dict;

    /// All own keys. `Object.keys` would do for what JSON holds; phoenix.js
    /// reads these.
    #[wasm_bindgen(js_namespace = Object, js_name = getOwnPropertyNames)]
    fn own_keys(object: &Dict) -> Array;

    #[wasm_bindgen(js_namespace = Object, js_name = getPrototypeOf)]
    fn prototype_of(object: &Fields) -> JsValue;

    #[wasm_bindgen(js_namespace = Object)]
    fn assign(target: &Fields, source: &Fields) -> Fields;

    #[wasm_bindgen(js_namespace = Object)]
    fn entries(object: &Fields) -> Array;

    #[wasm_bindgen(js_namespace = Object, js_name = fromEntries)]
    fn from_entries(entries: &Array) -> Fields;

    /// The payload of a `presence_diff`.
    pub type Sides;

    #[wasm_bindgen(method, structural, getter)]
    pub fn joins(this: &Sides) -> JsValue;

    #[wasm_bindgen(method, structural, getter)]
    pub fn leaves(this: &Sides) -> JsValue;

    /// A presence: `metas`, and the fields beside it.
    #[derive(Clone)]
    pub type Fields;

    #[wasm_bindgen(method, structural, getter)]
    pub fn metas(this: &Fields) -> JsValue;

    #[wasm_bindgen(method, structural, setter)]
    fn set_metas(this: &Fields, metas: &Array);

    /// What `__proto__` reads: the prototype, or a field of that name.
    #[wasm_bindgen(method, structural, getter = __proto__)]
    fn proto(this: &Fields) -> JsValue;

    /// One device of a presence.
    pub type Meta;

    #[wasm_bindgen(method, structural, getter)]
    pub fn phx_ref(this: &Meta) -> JsValue;

    #[wasm_bindgen(method, structural, setter)]
    pub fn set_phx_ref(this: &Meta, phx_ref: &JsValue);
}

impl Dict {
    /// `value`, if it can be an object indexed by presence keys.
    pub(super) fn check(value: &JsValue) -> Option<&Self> {
        (value.is_object() && !Array::is_array(value)).then(|| value.unchecked_ref())
    }

    /// An empty object in which any string is a key.
    pub fn empty() -> Self {
        create_dict(&JsValue::NULL)
    }

    /// Its keys, in order.
    pub fn keys(&self) -> Array {
        own_keys(self)
    }
}

impl Fields {
    /// A copy with these metas.
    pub fn with_metas(&self, metas: &Array) -> Self {
        // Assigning a field named `__proto__` would set the prototype of the
        // copy instead. Only then is the slower way needed.
        let copy = if self.proto() == prototype_of(self) {
            assign(js_sys::Object::new().unchecked_ref(), self)
        } else {
            from_entries(&entries(self))
        };
        copy.set_metas(metas);
        copy
    }
}
