//! The functions that the npm package calls: a room, whose memory JavaScript writes and
//! reads by address. pkg/raw/room.js is the other side.
//!
//! An instance of the WebAssembly has one room, so that all memory of a room that was
//! left is freed with its instance. Only numbers cross, and no bindings are generated.

use core::cell::RefCell;

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

/// The room of this instance.
struct Only(RefCell<Option<Room>>);

// SAFETY: built for wasm32 without the `atomics` feature, so there is one thread.
unsafe impl Sync for Only {}

static ROOM: Only = Only(RefCell::new(None));

fn with<T>(run: impl FnOnce(&mut Room) -> T) -> T {
    run(ROOM.0.borrow_mut().get_or_insert_with(|| Room::new(0)))
}

/// Makes the room, with a random number for its hash table. The first call.
#[no_mangle]
extern "C" fn open(low: u32, high: u32) {
    let random = u64::from(high) << 32 | u64::from(low);
    *ROOM.0.borrow_mut() = Some(Room::new(random));
}

/// The address of space for a text of up to `len` bytes.
#[no_mangle]
extern "C" fn reserve(len: usize) -> *mut u8 {
    with(|room| room.reserve(len).as_mut_ptr())
}

#[no_mangle]
extern "C" fn report() -> *const u8 {
    with(|room| room.report().as_ptr())
}

#[no_mangle]
extern "C" fn report_len() -> usize {
    with(|room| room.report().len())
}

#[no_mangle]
extern "C" fn size() -> usize {
    with(|room| room.size())
}

#[no_mangle]
extern "C" fn meta_count() -> usize {
    with(|room| room.meta_count())
}

#[no_mangle]
extern "C" fn receive_state(len: usize, flags: u32) -> Outcome {
    with(|room| room.receive_state(len, flags))
}

#[no_mangle]
extern "C" fn receive_diff(len: usize, waiting: usize, flags: u32) -> Outcome {
    with(|room| room.receive_diff(len, waiting, flags))
}

#[no_mangle]
extern "C" fn add_waiting(len: usize, is_own: u32) {
    with(|room| room.add_waiting(len, is_own != 0));
}

#[no_mangle]
extern "C" fn drop_waiting() {
    with(Room::drop_waiting);
}

#[no_mangle]
extern "C" fn load(len: usize) -> i32 {
    with(|room| room.load(len)).into()
}

#[no_mangle]
extern "C" fn compare(len: usize, flags: u32) {
    with(|room| room.compare(len, flags));
}

#[no_mangle]
extern "C" fn watch(len: usize, is_escaped: u32, is_watched: u32) {
    with(|room| room.watch(len, is_escaped != 0, is_watched != 0));
}

#[no_mangle]
extern "C" fn has(len: usize, is_escaped: u32) -> i32 {
    with(|room| room.has(len, is_escaped != 0)).into()
}

#[no_mangle]
extern "C" fn get(len: usize, is_escaped: u32) -> i32 {
    with(|room| room.get(len, is_escaped != 0)).into()
}

#[no_mangle]
extern "C" fn keys(from: usize, to: usize) {
    with(|room| room.keys(from, to));
}

#[no_mangle]
extern "C" fn rows(from: usize, to: usize) {
    with(|room| room.rows(from, to));
}
