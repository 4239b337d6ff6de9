//! The presences of a room by the number of their key, in the key order of a JavaScript
//! object: integer keys ascending, then all others in the order of their insertion.
//!
//! Adding and removing a user takes constant time, apart from integer keys, and reading a
//! page of the list takes the time of the page: places are counted in blocks.

use alloc::vec::Vec;
use core::mem;

use super::names::{sort_by_upper_half, Key};
use super::presence::Shape;
use super::text::NO_INDEX;

/// The number of places that are counted as one.
const BLOCK: usize = 256;

/// The place of a user who is not there.
const ABSENT: u32 = u32::MAX;

/// The place of a user with an integer key.
const BY_INDEX: u32 = u32::MAX - 1;

/// A place whose user left.
const EMPTY: u32 = u32::MAX;

/// Up to this many integer keys are put in order one by one; more are sorted.
const MAX_INSERTED: usize = 8;

#[derive(Clone, Copy)]
struct Row {
    shape: Shape,
    place: u32,
    /// Whether JavaScript holds the presence as an object.
    is_held: bool,
}

/// Presences by key.
///
/// Invariant: `len` and `meta_count` are those of all rows with a place; each is once in
/// `places` or `indices`; `held` counts rows; `blocks` has the number of users in each block of places.
#[derive(Default)]
pub(crate) struct Users {
    rows: Vec<Row>,
    places: Vec<u32>,
    blocks: Vec<u16>,
    /// The integer keys: the integer in the upper half, the number of the key in the lower.
    indices: Vec<u64>,
    /// How many of them are in order.
    ordered: usize,
    len: usize,
    meta_count: usize,
    /// How many rows JavaScript holds.
    held: usize,
    /// Counts what was inserted, replaced and removed.
    writes: u32,
}

impl Users {
    pub fn with_capacity(len: usize) -> Self {
        Self {
            rows: Vec::with_capacity(len),
            places: Vec::with_capacity(len),
            ..Self::default()
        }
    }

    /// Makes room for the keys with numbers below `len`.
    pub fn reserve(&mut self, len: usize) {
        if len > self.rows.capacity() {
            self.rows.reserve_exact(len - self.rows.len());
            self.places.reserve_exact(len - self.len);
        }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn meta_count(&self) -> usize {
        self.meta_count
    }

    pub fn writes(&self) -> u32 {
        self.writes
    }

    pub fn get(&self, id: u32) -> Option<Shape> {
        let row = self.rows.get(id as usize)?;
        (row.place != ABSENT).then_some(row.shape)
    }

    pub fn is_held(&self, id: u32) -> bool {
        self.rows.get(id as usize).is_some_and(|row| row.is_held)
    }

    pub fn set_held(&mut self, id: u32, is_held: bool) {
        if let Some(row) = self.rows.get_mut(id as usize) {
            self.held += usize::from(is_held);
            self.held -= usize::from(mem::replace(&mut row.is_held, is_held));
        }
    }

    /// Whether JavaScript holds any presence as an object.
    pub fn any_held(&self) -> bool {
        self.held > 0
    }

    /// Adds a user who is not there.
    pub fn insert(&mut self, key: Key, shape: Shape) {
        let at = key.id as usize;
        if at >= self.rows.len() {
            let absent = Row {
                shape,
                place: ABSENT,
                is_held: false,
            };
            self.rows.resize(at + 1, absent);
        }
        let place = if key.index == NO_INDEX {
            let place = self.places.len();
            if place % BLOCK == 0 {
                self.blocks.push(0);
            }
            self.places.push(key.id);
            self.blocks[place / BLOCK] += 1;
            place as u32
        } else {
            self.indices.push(packed(key));
            BY_INDEX
        };
        let row = &mut self.rows[at];
        (row.shape, row.place) = (shape, place);
        self.len += 1;
        self.meta_count += shape.count as usize;
        self.writes += 1;
    }

    pub fn replace(&mut self, id: u32, shape: Shape) {
        let row = &mut self.rows[id as usize];
        self.meta_count -= row.shape.count as usize;
        self.meta_count += shape.count as usize;
        row.shape = shape;
        self.writes += 1;
    }

    pub fn remove(&mut self, key: Key) {
        let row = &mut self.rows[key.id as usize];
        let place = row.place as usize;
        row.place = ABSENT;
        self.meta_count -= row.shape.count as usize;
        self.len -= 1;
        self.writes += 1;
        if key.index == NO_INDEX {
            self.places[place] = EMPTY;
            self.blocks[place / BLOCK] -= 1;
            if self.places.len() > 2 * self.len + BLOCK {
                self.close_gaps();
            }
        } else {
            self.order_indices();
            if let Ok(at) = self.indices.binary_search(&packed(key)) {
                self.indices.remove(at);
                self.ordered -= 1;
            }
        }
    }

    fn close_gaps(&mut self) {
        self.places.retain(|&id| id != EMPTY);
        self.blocks.clear();
        for (place, &id) in self.places.iter().enumerate() {
            if place % BLOCK == 0 {
                self.blocks.push(0);
            }
            self.blocks[place / BLOCK] += 1;
            self.rows[id as usize].place = place as u32;
        }
    }

    fn order_indices(&mut self) {
        let added = self.indices.len() - self.ordered;
        if added > MAX_INSERTED {
            sort_by_upper_half(&mut self.indices);
        } else {
            for at in self.ordered..self.indices.len() {
                let added = self.indices[at];
                let place = self.indices[..at].partition_point(|&other| other < added);
                self.indices.copy_within(place..at, place + 1);
                self.indices[place] = added;
            }
        }
        self.ordered = self.indices.len();
    }

    /// All users.
    pub fn all(&self) -> Vec<Key> {
        let mut indices = self.indices.clone();
        sort_by_upper_half(&mut indices);
        let mut keys = Vec::with_capacity(self.len);
        keys.extend(indices.iter().map(|&packed| unpacked(packed)));
        self.read_places(0, self.len, &mut keys);
        keys
    }

    /// The users at the places `from..to` of the list.
    pub fn page(&mut self, from: usize, to: usize) -> Vec<Key> {
        self.order_indices();
        let to = to.min(self.len);
        let mut keys = Vec::new();
        for &packed in self.indices.iter().take(to).skip(from) {
            keys.push(unpacked(packed));
        }
        let skipped = from.saturating_sub(self.indices.len());
        self.read_places(skipped, to.saturating_sub(from), &mut keys);
        keys
    }

    /// Appends users without an integer key until there are `len` keys.
    fn read_places(&self, mut skipped: usize, len: usize, keys: &mut Vec<Key>) {
        let mut place = 0;
        for &count in &self.blocks {
            if skipped < usize::from(count) {
                break;
            }
            skipped -= usize::from(count);
            place += BLOCK;
        }
        for &id in self.places.get(place..).unwrap_or_default() {
            if keys.len() >= len {
                break;
            }
            if id == EMPTY {
                continue;
            }
            if skipped > 0 {
                skipped -= 1;
                continue;
            }
            keys.push(Key {
                id,
                index: NO_INDEX,
            });
        }
    }
}

fn packed(key: Key) -> u64 {
    u64::from(key.index) << 32 | u64::from(key.id)
}

fn unpacked(packed: u64) -> Key {
    Key {
        id: packed as u32,
        index: (packed >> 32) as u32,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHAPE: Shape = Shape {
        object: super::super::scan::Span { start: 0, end: 0 },
        array: super::super::scan::Span { start: 0, end: 0 },
        first: 0,
        count: 1,
    };

    /// A third of the keys are integers, in another order than their numbers.
    fn key(id: u32) -> Key {
        let index = if id % 3 == 0 {
            (id * 7919) % 5003
        } else {
            NO_INDEX
        };
        Key { id, index }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_page_is_that_of_a_plain_list(
            steps in prop::collection::vec((0..900u32, any::<bool>()), 0..2_000),
            pages in prop::collection::vec((0..1_000usize, 0..1_000usize), 1..8),
        ) {
            let mut users = Users::default();
            let mut plain: Vec<Key> = Vec::new();
            for (id, is_join) in steps {
                let key = key(id);
                match (is_join, users.get(id).is_some()) {
                    (true, false) => {
                        users.insert(key, SHAPE);
                        plain.push(key);
                    }
                    (false, true) => {
                        users.remove(key);
                        plain.retain(|each| each.id != id);
                    }
                    (_, is_there) => prop_assert_eq!(is_there, plain.contains(&key)),
                }
            }
            plain.sort_by_key(|key| key.index);
            prop_assert_eq!((users.len(), users.meta_count()), (plain.len(), plain.len()));
            prop_assert_eq!(&users.page(0, usize::MAX), &plain);
            for (from, to) in pages {
                let start = from.min(plain.len());
                let end = to.clamp(start, plain.len());
                prop_assert_eq!(users.page(from, to), &plain[start..end]);
            }
        }
    }
}
