//! The memory of a call of the core: taken block after block, and free again when the
//! call ends.
//!
//! Nothing in wasm outlives a call, so blocks need not be freed one by one. This is 100
//! bytes of code where an allocator with a list of free blocks has 500, and it leaves no
//! code for what is dropped.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr;

const PAGE: usize = 65_536;

extern "C" {
    /// The end of the program's own data: its address, not its value.
    static __heap_base: u8;
}

pub struct Arena {
    /// The address of the next block, or 0 before the first one.
    next: Cell<usize>,
}

// SAFETY: built for wasm32 without the `atomics` feature, so there is one thread.
unsafe impl Sync for Arena {}

impl Arena {
    pub const fn new() -> Self {
        Self { next: Cell::new(0) }
    }

    /// Runs a call, and frees all blocks that it took. A call may begin during another.
    pub fn during<R>(&self, run: impl FnOnce() -> R) -> R {
        let next = self.next.get();
        let result = run();
        self.next.set(next);
        result
    }
}

// SAFETY: a block begins after the end of all earlier ones, and within the memory.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let next = match self.next.get() {
            0 => ptr::addr_of!(__heap_base) as usize,
            next => next,
        };
        let start = next.next_multiple_of(layout.align());
        let end = start + layout.size();
        let missing = end.saturating_sub(memory_size::<0>() * PAGE);
        if missing > 0 && memory_grow::<0>(missing.div_ceil(PAGE)) == usize::MAX {
            return ptr::null_mut();
        }
        self.next.set(end);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The last block grows in place.
        if block as usize + layout.size() == self.next.get() {
            self.next.set(block as usize);
            return self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
        }
        let larger = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
        if !larger.is_null() {
            ptr::copy_nonoverlapping(block, larger, layout.size().min(size));
        }
        larger
    }
}
