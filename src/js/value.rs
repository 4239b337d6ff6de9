//! JavaScript values, by their places in the list of values.js.
//!
//! A place is a number, so that a value costs nothing to copy or to drop. All places of a
//! call are free again when the call ends.

use core::sync::atomic::{AtomicI32, Ordering::Relaxed};

use wasm_bindgen::convert::IntoWasmAbi;
use wasm_bindgen::describe::WasmDescribe;
use wasm_bindgen::prelude::*;

/// The next free place. There is one thread.
static NEXT: AtomicI32 = AtomicI32::new(0);

/// A JavaScript value of the call under way.
#[derive(Clone, Copy)]
pub struct Value(i32);

impl Value {
    /// The value `undefined`.
    pub const UNDEFINED: Self = Self(0);

    /// The next free place, for the result of a call out of wasm.
    pub fn next() -> Self {
        Self(NEXT.fetch_add(1, Relaxed))
    }
}

impl WasmDescribe for Value {
    fn describe() {
        i32::describe();
    }
}

impl IntoWasmAbi for Value {
    type Abi = i32;

    fn into_abi(self) -> i32 {
        self.0
    }
}

/// Runs a call of JavaScript whose three arguments are at `first` and the places after it.
///
/// A call may begin during another, since reading a property can run code of the user.
pub fn call<R>(first: i32, run: impl FnOnce([Value; 3]) -> R) -> R {
    let outer = NEXT.swap(first + 3, Relaxed);
    let result = run([0, 1, 2].map(|at| Value(first + at)));
    NEXT.store(outer, Relaxed);
    result
}

/// Runs `run`, and frees the places of all values that it read.
pub fn scoped<R>(run: impl FnOnce() -> R) -> R {
    let next = NEXT.load(Relaxed);
    let result = run();
    NEXT.store(next, Relaxed);
    result
}

/// Calls a function of this module with JavaScript values, as `enter` of values.js does.
pub fn with_arguments<R>(
    memory: &JsValue,
    arguments: [&JsValue; 3],
    run: impl FnOnce(i32) -> R,
) -> R {
    let [one, two, three] = arguments;
    let first = begin(memory, one, two, three);
    let result = run(first);
    end(first);
    result
}

#[wasm_bindgen(module = "/src/js/values.js")]
extern "C" {
    fn begin(memory: &JsValue, one: &JsValue, two: &JsValue, three: &JsValue) -> i32;
    fn end(first: i32);
}
