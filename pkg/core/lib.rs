//! The npm package's WebAssembly: the functions of `phoenix_presence::js`, without
//! the standard library.
//!
//! Half of what std would bring is the text of panics, none of which is reachable;
//! should one be, it traps, and the JavaScript side says that this failed inside.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg(target_arch = "wasm32")]

mod arena;

use arena::Arena;
use phoenix_presence::js;
use wasm_bindgen::prelude::*;

#[global_allocator]
static ARENA: Arena = Arena::new();

// For each, src/js/mod.rs says what it does. `first` is the place of the first argument.

#[wasm_bindgen(js_name = receiveState)]
pub fn receive_state(first: i32, flags: u32) -> bool {
    ARENA.during(|| js::receive_state(first, flags))
}

#[wasm_bindgen(js_name = receiveDiff)]
pub fn receive_diff(first: i32, flags: u32) -> bool {
    ARENA.during(|| js::receive_diff(first, flags))
}

#[wasm_bindgen]
pub fn compare(first: i32, reason: u32) {
    ARENA.during(|| js::compare(first, reason));
}

#[wasm_bindgen(js_name = countMetas)]
pub fn count_metas(first: i32) -> i32 {
    js::count_metas(first)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
