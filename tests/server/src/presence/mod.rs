//! The tracked users of each topic, and the diffs between their lists.
//!
//! [`Tracker`] holds the metas; [`TrackedMeta`], [`PresenceEntry`], [`State`] and [`PresenceDiff`] are the
//! payloads of frames. Invariant: the diffs, applied in the order in which
//! the tracker returned them, turn an earlier list into a later one.

mod error;
mod replica;
mod state;
mod topic;
mod tracker;
mod update;
mod wire;

pub use error::TrackError;
pub use replica::{LocalChange, RemoteMeta};
pub use state::State;
pub use tracker::{ChannelId, Fetch, Tracker};
pub use update::MetaUpdate;
pub use wire::{PresenceDiff, PresenceEntry, PresenceMap, TrackedMeta};
