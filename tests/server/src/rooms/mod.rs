//! The demo application: which rooms there are, who may join them, and what their members see.
//!
//! | topic | may join | |
//! |---|---|---|
//! | `room:*` | everyone | |
//! | `rich:*` | everyone | each presence has a `user` beside its metas |
//! | `counted:*` | everyone | guests receive the number of users only: `presence_count` |
//! | `invisible:*` | members | a meta with `"invisible": true` is hidden from others, except moderators |
//! | `staff:*` | moderators | |
//!
//! Every member is tracked under the `user_id` of its socket. [`handle`] has the events.

mod events;
mod join;
mod views;

use std::collections::BTreeMap;

use serde_json::{json, Map, Value};

pub use self::events::{handle, push_state, track_member, Crash};
pub use self::join::{parse_join, JoinRequest};
use crate::identity::{Identity, Role};
use crate::view::Intercept;

/// A kind of room.
#[derive(Debug)]
pub struct Room {
    /// What its topics begin with.
    prefix: &'static str,
    /// The least role that may join.
    role: Role,
    /// The part of states and diffs that each member receives; `None`: all of them.
    pub(crate) intercept: Option<Intercept>,
}

const fn room(prefix: &'static str, role: Role, intercept: Option<Intercept>) -> Room {
    Room {
        prefix,
        role,
        intercept,
    }
}

static ROOMS: [Room; 5] = [
    room("room:", Role::Guest, None),
    room("rich:", Role::Guest, None),
    room("counted:", Role::Guest, Some(views::count_for_guests)),
    room("invisible:", Role::Member, Some(views::hide_invisible)),
    room("staff:", Role::Moderator, None),
];

/// The room of a topic; `None` if it belongs to none.
pub fn room_of(topic: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| topic.starts_with(room.prefix))
}

impl Room {
    /// Whether a user may join.
    pub fn admits(&self, identity: &Identity) -> bool {
        identity.role >= self.role
    }
}

/// The fields beside the metas of a presence: `fetch/2` in Phoenix.
pub fn fetch(topic: &str, keys: &[&str]) -> BTreeMap<String, Map<String, Value>> {
    if !topic.starts_with("rich:") {
        return BTreeMap::new();
    }
    let extra =
        |key: &str| Map::from_iter([("user".into(), json!({ "name": format!("Name of {key}") }))]);
    keys.iter()
        .map(|key| ((*key).to_owned(), extra(key)))
        .collect()
}
