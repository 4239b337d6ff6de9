//! How current a roster is.

/// How current the roster of a [`Presence`](super::Presence) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// No `presence_state` has come.
    Pending,
    /// The roster is that of the current join.
    Synced,
    /// The connection or the join was lost. The roster is the last one that was known,
    /// until the next `presence_state`.
    Stale,
    /// The channel was left or closed.
    Closed,
}
