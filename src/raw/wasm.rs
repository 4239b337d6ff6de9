//! The functions that the npm package calls: a room, whose memory JavaScript writes and
//! reads by address. pkg/raw/room.js is the other side.
//!
//! An instance of the WebAssembly has one room, so that all memory of a room that was
//! left is freed with its instance. Only numbers cross, and no bindings are generated.

use core::arch::wasm32::unreachable;
use core::cell::UnsafeCell;

use super::room::{Outcome, Room};

#[link(wasm_import_module = "a")]
extern "C" {
    /// Whether two JSON texts have the same content.
    #[link_name = "equal"]
    fn equal_texts(one: *const u8, len: usize, other: *const u8, other_len: usize) -> i32;
}

pub(crate) fn equal(one: &[u8], other: &[u8]) -> bool {
    // SAFETY: JavaScript reads the two texts and calls nothing here meanwhile.
    unsafe { equal_texts(one.as_ptr(), one.len(), other.as_ptr(), other.len()) != 0 }
}

/// The room of this instance, once it is open.
struct Only(UnsafeCell<Option<Room>>);

// SAFETY: built for wasm32 without the `atomics` feature, so there is one thread.
unsafe impl Sync for Only {}

static ROOM: Only = Only(UnsafeCell::new(None));

fn room() -> &'static mut Room {
    // SAFETY: each exported function asks for the room once and returns before JavaScript
    // can call another, so no two references to it live at once.
    match unsafe { &mut *ROOM.0.get() } {
        Some(room) => room,
        None => unreachable(),
    }
}

/// Makes the room, with a random number for its hash table: the first call, and the only one.
#[no_mangle]
extern "C" fn open(low: u32, high: u32) {
    let random = u64::from(high) << 32 | u64::from(low);
    // SAFETY: as in `room`.
    unsafe { *ROOM.0.get() = Some(Room::new(random)) };
}

/// The address of space for a text of up to `len` bytes.
#[no_mangle]
extern "C" fn reserve(len: usize) -> *mut u8 {
    room().reserve(len).as_mut_ptr()
}

#[no_mangle]
extern "C" fn report() -> *const u8 {
    room().report().as_ptr()
}

#[no_mangle]
extern "C" fn report_len() -> usize {
    room().report().len()
}

#[no_mangle]
extern "C" fn size() -> usize {
    room().size()
}

#[no_mangle]
extern "C" fn meta_count() -> usize {
    room().meta_count()
}

#[no_mangle]
extern "C" fn receive_state(len: usize, flags: u32) -> Outcome {
    room().receive_state(len, flags)
}

#[no_mangle]
extern "C" fn receive_diff(len: usize, waiting: usize, flags: u32) -> Outcome {
    room().receive_diff(len, waiting, flags)
}

#[no_mangle]
extern "C" fn add_waiting(len: usize, is_own: u32) {
    room().add_waiting(len, is_own != 0);
}

#[no_mangle]
extern "C" fn drop_waiting() {
    room().drop_waiting();
}

#[no_mangle]
extern "C" fn load(len: usize) -> i32 {
    room().load(len).into()
}

#[no_mangle]
extern "C" fn compare(len: usize, flags: u32) {
    room().compare(len, flags);
}

#[no_mangle]
extern "C" fn watch(len: usize, is_escaped: u32, is_watched: u32) {
    room().watch(len, is_escaped != 0, is_watched != 0);
}

#[no_mangle]
extern "C" fn has(len: usize, is_escaped: u32) -> i32 {
    room().has(len, is_escaped != 0).into()
}

#[no_mangle]
extern "C" fn get(len: usize, is_escaped: u32) -> i32 {
    room().get(len, is_escaped != 0).into()
}

#[no_mangle]
extern "C" fn keys(from: usize, to: usize) {
    room().keys(from, to);
}

#[no_mangle]
extern "C" fn rows(from: usize, to: usize) {
    room().rows(from, to);
}
