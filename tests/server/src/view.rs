//! The part of a room's states and diffs that each member receives: `intercept` and
//! `handle_out/3` in Phoenix.
//!
//! Invariant: the same function is applied to states and to both sides of diffs, so the leave of a
//! hidden meta is hidden as its join was.

use std::sync::Arc;

use serde_json::json;
use tokio_websockets::Payload;

use crate::frame;
use crate::identity::Identity;
use crate::outbox::Outbox;
use crate::presence::{PresenceDiff, PresenceMap};

/// The part of some presences that a member receives.
#[derive(Debug)]
pub enum View {
    /// All of them.
    All,
    /// These, which may have fewer metas or other fields.
    Part(PresenceMap),
    /// None, but the number of users in the topic, as the event `presence_count`: `{"count": n}`.
    Count,
}

/// Chooses the part that a member receives. It depends on its arguments only, and for each meta on
/// that meta only: otherwise a leave could arrive without its join.
pub type Intercept = fn(member: &Identity, presences: &PresenceMap) -> View;

/// A member of a room that intercepts.
#[derive(Debug)]
pub struct InterceptedMember {
    identity: Arc<Identity>,
    join_ref: Option<String>,
    pub(crate) outbox: Outbox,
    intercept: Intercept,
    /// The count that was sent last, if any.
    last_count: Option<usize>,
}

impl InterceptedMember {
    /// A member that has not been sent anything yet.
    pub fn new(
        identity: Arc<Identity>,
        join_ref: Option<String>,
        outbox: Outbox,
        intercept: Intercept,
    ) -> Self {
        Self {
            identity,
            join_ref,
            outbox,
            intercept,
            last_count: None,
        }
    }

    /// Pushes the member's part of a diff, unless it is empty. `count` is the number of users.
    pub(crate) fn push_diff(&mut self, topic: &str, diff: &PresenceDiff, count: usize) {
        let part_of = |presences: &PresenceMap| (self.intercept)(&self.identity, presences);
        let diff = match (part_of(&diff.joins), part_of(&diff.leaves)) {
            (View::Count, _) | (_, View::Count) => {
                if self.last_count.replace(count) != Some(count) {
                    self.outbox
                        .push(count_frame(self.join_ref.as_deref(), topic, count));
                }
                return;
            }
            (joins, leaves) => PresenceDiff {
                joins: joins.or_all(&diff.joins),
                leaves: leaves.or_all(&diff.leaves),
            },
        };
        if !diff.joins.is_empty() || !diff.leaves.is_empty() {
            // With a join_ref: as in Phoenix it is pushed by the member's channel, not broadcast.
            let join_ref = self.join_ref.as_deref();
            self.outbox
                .push(frame::encode(join_ref, None, topic, "presence_diff", &diff));
        }
    }
}

impl View {
    fn or_all(self, all: &PresenceMap) -> PresenceMap {
        match self {
            Self::Part(part) => part,
            Self::All | Self::Count => all.clone(),
        }
    }
}

/// The frame of a member's part of a state.
pub(crate) fn state_frame(
    join_ref: Option<&str>,
    topic: &str,
    list: &PresenceMap,
    view: &View,
) -> Payload {
    let state = match view {
        View::All => list,
        View::Part(part) => part,
        View::Count => return count_frame(join_ref, topic, list.len()),
    };
    frame::encode(join_ref, None, topic, "presence_state", state)
}

fn count_frame(join_ref: Option<&str>, topic: &str, count: usize) -> Payload {
    let payload = json!({ "count": count });
    frame::encode(join_ref, None, topic, "presence_count", &payload)
}
