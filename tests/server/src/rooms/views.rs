//! The rooms that show each member a part of their users.

use serde_json::Value;

use crate::identity::{Identity, Role};
use crate::presence::{PresenceEntry, PresenceMap, TrackedMeta};
use crate::view::View;

/// Guests receive the number of users, all others the users.
pub(super) fn count_for_guests(member: &Identity, _: &PresenceMap) -> View {
    if member.role == Role::Guest {
        View::Count
    } else {
        View::All
    }
}

/// Metas with `"invisible": true` are for their own user and for moderators.
pub(super) fn hide_invisible(member: &Identity, presences: &PresenceMap) -> View {
    if member.role >= Role::Moderator {
        return View::All;
    }
    let mut part = PresenceMap::new();
    for (key, presence) in presences {
        let is_own = *key == member.user_id;
        let metas = presence.metas.iter();
        let metas: Vec<_> = metas
            .filter(|meta| is_own || !is_invisible(meta))
            .cloned()
            .collect();
        if !metas.is_empty() {
            let extra = presence.extra.clone();
            part.insert(key.clone(), PresenceEntry { metas, extra });
        }
    }
    View::Part(part)
}

fn is_invisible(meta: &TrackedMeta) -> bool {
    meta.fields.get("invisible") == Some(&Value::Bool(true))
}
