//! Phoenix Presence.
