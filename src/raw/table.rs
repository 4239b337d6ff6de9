//! A hash table of numbers, and the seeded hash of their keys.
//!
//! Keys come from the network: with a seed that the sender does not know, none can be
//! chosen so that they collide.

use alloc::vec;
use alloc::vec::Vec;

/// The secret of one hash function.
#[derive(Clone, Copy)]
pub(crate) struct Seed {
    first: u64,
    factor: u64,
}

impl Seed {
    /// `random` has 64 unpredictable bits.
    pub fn new(random: u64) -> Self {
        Self {
            first: random,
            factor: (random.rotate_left(32) ^ 0x9e37_79b9_7f4a_7c15) | 1,
        }
    }

    pub fn hash(self, bytes: &[u8]) -> u32 {
        let mut hash = self.first;
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let word = word.iter().rev();
            hash = self.mix(
                hash,
                word.fold(0, |word, &byte| word << 8 | u64::from(byte)),
            );
        }
        // Seven bytes at most, and the length in the eighth.
        let rest = words.remainder().iter();
        let last = rest.fold(bytes.len() as u64, |last, &byte| {
            last << 8 | u64::from(byte)
        });
        (self.mix(hash, last) >> 32) as u32
    }

    fn mix(self, hash: u64, word: u64) -> u64 {
        let mixed = (hash ^ word).wrapping_mul(self.factor);
        (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }
}

/// Numbers below 2³² − 1, found by the hash of what they stand for.
///
/// Invariant: a power of two of slots, of which at least half are empty.
pub(crate) struct Table {
    /// The hash in the upper half and the number plus one in the lower; 0 where empty.
    slots: Vec<u64>,
    len: usize,
}

impl Table {
    /// An empty table with room for `len` numbers.
    pub fn new(len: usize) -> Self {
        Self {
            slots: vec![0; (2 * len).next_power_of_two().max(16)],
            len: 0,
        }
    }

    /// The number with this hash for which `is_it` holds, or else the empty slot where it
    /// belongs.
    pub fn find(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Result<u32, usize> {
        let mut at = hash as usize & (self.slots.len() - 1);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return Err(at);
            }
            let number = (slot as u32).wrapping_sub(1);
            if (slot >> 32) as u32 == hash && is_it(number) {
                return Ok(number);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Adds a number that [`Table::find`] did not find at `slot`.
    pub fn insert(&mut self, slot: usize, hash: u32, number: u32) {
        self.slots[slot] = u64::from(hash) << 32 | u64::from(number + 1);
        self.len += 1;
        if 2 * self.len > self.slots.len() {
            self.grow();
        }
    }

    fn grow(&mut self) {
        let mut slots = vec![0; 2 * self.slots.len()];
        for &slot in self.slots.iter().filter(|&&slot| slot != 0) {
            let mut at = (slot >> 32) as usize & (slots.len() - 1);
            while slots[at] != 0 {
                at = (at + 1) & (slots.len() - 1);
            }
            slots[at] = slot;
        }
        self.slots = slots;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_while_the_table_grows() {
        let seed = Seed::new(7);
        let mut table = Table::new(0);
        let keys: Vec<_> = (0..10_000).map(|n| format!("key {n}")).collect();
        for (number, key) in (0..).zip(&keys) {
            let hash = seed.hash(key.as_bytes());
            let slot = table
                .find(hash, |at| keys[at as usize] == *key)
                .unwrap_err();
            table.insert(slot, hash, number);
        }
        for (number, key) in (0..).zip(&keys) {
            let hash = seed.hash(key.as_bytes());
            assert_eq!(table.find(hash, |at| keys[at as usize] == *key), Ok(number));
        }
        let hash = seed.hash(b"other");
        assert!(table.find(hash, |at| keys[at as usize] == "other").is_err());
    }

    #[test]
    fn hashes_depend_on_every_byte_and_on_the_seed() {
        let hash = |bytes: &[u8]| Seed::new(1).hash(bytes);
        let mut hashes: Vec<_> = (0..=255u8)
            .flat_map(|byte| {
                [
                    hash(&[byte]),
                    hash(&[0, byte]),
                    hash(&[0, 0, 0, 0, 0, 0, 0, 0, byte]),
                ]
            })
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert!(hashes.len() >= 3 * 256 - 1);
        assert_ne!(Seed::new(1).hash(b"a"), Seed::new(2).hash(b"a"));
    }
}
