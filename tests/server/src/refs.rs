//! The generator of `phx_ref`s: the names of the versions of metas.
//!
//! Invariant: refs are unique, also across generators (two servers, or a server before and after a
//! restart). As in Phoenix, a ref is 16 characters of URL-safe
//! base64, and refs made later sort later.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;

/// Makes `phx_ref`s: eight bytes of time that only grows, four bytes drawn once per generator.
#[derive(Debug)]
pub struct RefGenerator {
    last: u64,
    salt: u32,
}

impl RefGenerator {
    /// A generator with a random salt.
    pub fn new() -> Self {
        // The standard hasher is seeded at random.
        let salt = RandomState::new().build_hasher().finish() as u32;
        Self { last: 0, salt }
    }

    /// The next ref.
    pub fn next_ref(&mut self) -> String {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos() as u64);
        // A clock that stands still or is set back must not repeat a ref.
        self.last = now.max(self.last + 1);
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.last.to_be_bytes());
        bytes[8..].copy_from_slice(&self.salt.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl Default for RefGenerator {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_ref_is_sixteen_characters_of_url_safe_base64() {
        let phx_ref = RefGenerator::new().next_ref();
        assert_eq!(phx_ref.len(), 16);
        assert!(phx_ref
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    }

    #[test]
    fn refs_are_unique_also_across_generators() {
        let mut generators = [RefGenerator::new(), RefGenerator::new()];
        let mut seen = HashSet::new();
        for _ in 0..10_000 {
            for generator in &mut generators {
                assert!(seen.insert(generator.next_ref()));
            }
        }
    }

    #[test]
    fn a_clock_set_back_does_not_repeat_a_ref() {
        let mut generator = RefGenerator::new();
        generator.last = u64::MAX - 2;
        assert_ne!(generator.next_ref(), generator.next_ref());
    }
}
