//! Presence: who is in a topic, and the differences from one moment to the next.
//!
//! [`Tracker`] holds who is there; [`Meta`], [`Presence`] and [`Diff`] are what
//! clients get to see of it. Invariant: the diffs, applied in the order in which
//! the tracker returned them, turn an earlier list into a later one.

mod tracker;
mod wire;

pub use tracker::{ChannelId, Fetch, TrackError, Tracker};
pub use wire::{Diff, Meta, Presence, Presences};
