//! The store over JSON text, for the entry `phoenix-presence/raw` of the npm package.
//!
//! A room keeps the text of its messages, and for each user where in the text the
//! presence, its metas and their refs are. Nothing is built of it but what is asked for:
//! the number of users, one presence, a page of the list, the change of a user who is
//! watched.
//!
//! | module | content |
//! |---|---|
//! | [`scan`] | a scanner over JSON, as strict as `JSON.parse` |
//! | [`text`] | strings without their escapes, and keys as JSON |
//! | [`payload`] | the keys, presences, metas and refs of a payload |
//! | [`presence`] | a presence as parts of the text |
//! | [`names`], [`table`] | the keys of users, found by a seeded hash |
//! | [`users`] | presences by key, in the key order of JavaScript |
//! | [`store`], [`session`] | both as the algorithm wants them |
//! | [`report`] | what a message changed, as JSON for JavaScript |
//! | [`compact`] | drops the text that is not referred to |
//! | [`room`] | the messages of a room, and what can be read of it |
//! | [`wasm`] | the functions that the npm package calls |
//!
//! Invariant: a message is read to its end before any of it is applied.

mod compact;
mod names;
mod payload;
mod presence;
mod report;
pub mod room;
pub mod scan;
mod session;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod users;
#[cfg(all(target_arch = "wasm32", feature = "raw"))]
pub mod wasm;

use crate::sync::{Results, Resync};

/// How a message is handled: `Flags` of src/js/border.d.ts, and what JavaScript knows of
/// the join under which it arrived.
#[derive(Clone, Copy)]
pub(crate) struct Flags(u32);

impl Flags {
    const JOINS: u32 = 1;
    const LEAVES: u32 = 2;
    const RESYNC_SERVER: u32 = 4;
    const CHANGES: u32 = 8;
    const METAS_OF_WATCHED: u32 = 32;
    const JOINING: u32 = 64;
    const VISITS: u32 = 128;
    /// A state was applied before.
    const HAS_STATE: u32 = 256;
    /// The state of this join was applied.
    const HAS_STATE_OF_JOIN: u32 = 512;
    /// The diffs that wait arrived under this join.
    const WAITS_FOR_JOIN: u32 = 1024;
    /// JavaScript holds all presences as objects, and gets each that is written.
    const HOLDS_ALL: u32 = 2048;

    fn has(self, bit: u32) -> bool {
        self.0 & bit != 0
    }

    /// `any_held` is whether JavaScript holds any presence, which a write makes obsolete.
    fn results(self, any_held: bool) -> Results {
        Results {
            joins: self.has(Self::JOINS),
            leaves: self.has(Self::LEAVES),
            changes: any_held || self.has(Self::CHANGES | Self::HOLDS_ALL),
        }
    }

    fn resync(self) -> Resync {
        match self.has(Self::RESYNC_SERVER) {
            true => Resync::Server,
            false => Resync::Keep,
        }
    }
}
