//! The WebAssembly of phoenix-presence/raw: the functions of `phoenix_presence::raw`, without
//! the standard library.
//!
//! Half of what std would bring is the text of panics, none of which is reachable;
//! should one be, it traps, and the JavaScript side says that this failed inside.
#![cfg_attr(target_arch = "wasm32", no_std)]
#![cfg(target_arch = "wasm32")]

use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};
// Its exported functions are this library's.
extern crate phoenix_presence as _;

/// A list of free blocks: 400 bytes of code where the usual allocator has 6,000.
/// Few blocks live at once, and none between two calls.
// SAFETY: built for wasm32 without the `atomics` feature, so there is one thread.
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> =
    unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
