//! The keys of users, each known by a number.
//!
//! A key is looked up once in a message; all else is done with its number. Keys are only
//! added: those of users who left are dropped when the room is compacted.

use alloc::{vec, vec::Vec};

use super::scan::Span;
use super::table::{Seed, Table};
use super::text::array_index;

/// A key: its number, and its place among integer keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub id: u32,
    /// The integer that JavaScript orders it by, or `NO_INDEX`.
    pub index: u32,
}

impl Key {
    /// A key that was not looked up: where its text is.
    pub fn unresolved(span: Span) -> Self {
        Self {
            id: span.start,
            index: span.end,
        }
    }

    /// Where the text of a key is that was not looked up.
    pub fn unresolved_span(self) -> Span {
        Span {
            start: self.id,
            end: self.index,
        }
    }
}

/// All keys, in the order in which they were added.
pub(crate) struct Names {
    /// The content of each, without escapes.
    spans: Vec<Span>,
    table: Table,
    seed: Seed,
}

impl Names {
    /// Without keys, with room for `len`.
    pub fn new(seed: Seed, len: usize) -> Self {
        Self {
            spans: Vec::with_capacity(len),
            table: Table::new(len),
            seed,
        }
    }

    pub fn len(&self) -> usize {
        self.spans.len()
    }

    pub fn capacity(&self) -> usize {
        self.spans.capacity()
    }

    /// Makes room for `len` keys. More than are there already, they are usually all new.
    pub fn reserve(&mut self, len: usize) {
        if len > self.spans.capacity() {
            self.spans.reserve_exact(len - self.spans.len());
            if self.spans.is_empty() {
                self.table = Table::new(len);
            }
        }
    }

    pub fn span(&self, id: u32) -> Span {
        self.spans[id as usize]
    }

    pub fn hash(&self, name: &[u8]) -> u32 {
        self.seed.hash(name)
    }

    fn position(&self, text: &[u8], name: &[u8]) -> Result<u32, usize> {
        let is_it = |id: u32| self.span(id).of(text) == name;
        self.table.find(self.hash(name), is_it)
    }

    /// The number of a key, if it was added.
    pub fn find(&self, text: &[u8], name: &[u8]) -> Option<u32> {
        self.position(text, name).ok()
    }

    /// The key whose content is at `span`, which is added if it is not there.
    pub fn add(&mut self, text: &[u8], span: Span) -> Key {
        let name = span.of(text);
        let id = self.position(text, name).unwrap_or_else(|slot| {
            let id = self.spans.len() as u32;
            self.spans.push(span);
            self.table.insert(slot, self.hash(name), id);
            id
        });
        Key {
            id,
            index: array_index(name),
        }
    }
}

/// The positions of items in key order: integer keys ascending, then the others as they
/// are.
pub(crate) fn key_order<T>(items: &[T], key: impl Fn(&T) -> Key) -> Vec<usize> {
    let mut order = Vec::with_capacity(items.len());
    for (at, item) in (0u64..).zip(items) {
        order.push(u64::from(key(item).index) << 32 | at);
    }
    sort_by_upper_half(&mut order);
    order
        .into_iter()
        .map(|place| place as u32 as usize)
        .collect()
}

/// Sorts numbers by their upper 32 bits, and leaves equal ones in their order. Byte by byte,
/// since the standard library's sort is 3 kB of WebAssembly.
pub(crate) fn sort_by_upper_half(numbers: &mut Vec<u64>) {
    let mut sorted = vec![0; numbers.len()];
    for shift in [32, 40, 48, 56] {
        let byte = |number: u64| (number >> shift & 255) as usize;
        let mut ends = [0; 257];
        for &number in &*numbers {
            ends[byte(number) + 1] += 1;
        }
        for value in 1..ends.len() {
            ends[value] += ends[value - 1];
        }
        for &number in &*numbers {
            let place = &mut ends[byte(number)];
            sorted[*place] = number;
            *place += 1;
        }
        core::mem::swap(numbers, &mut sorted);
    }
}
