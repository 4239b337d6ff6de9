//! The events of all rooms.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{json, Map, Value};

use crate::channel::Channel;
use crate::demo;
use crate::frame::encode_sized;
use crate::hub::LockedHub;
use crate::presence::{PresenceDiff, PresenceMap, TrackError};
use crate::view::{state_frame, View};

/// Tracks the user of a channel. The caller broadcasts the diff.
pub fn track_member(
    channel: &Channel,
    hub: &mut LockedHub<'_>,
    metas: Map<String, Value>,
) -> Result<PresenceDiff, TrackError> {
    let (_, diff) = hub.tracker().track(
        channel.id,
        &channel.topic,
        &channel.identity.user_id,
        own_metas(channel, metas),
    )?;
    Ok(diff)
}

/// Pushes `presence_state` to one channel, or the part of it that the room shows its user.
pub fn push_state(channel: &Channel, hub: &mut LockedHub<'_>) {
    let (join_ref, topic) = (channel.join_ref.as_deref(), &*channel.topic);
    let tracker = hub.tracker();
    channel.push_text(match channel.room.intercept {
        None => {
            let payload_bytes = tracker.state_bytes(topic);
            let state = tracker.state(topic);
            encode_sized(
                join_ref,
                None,
                topic,
                "presence_state",
                &state,
                payload_bytes,
            )
        }
        Some(intercept) => {
            let list = tracker.list(topic);
            let view = intercept(&channel.identity, &list);
            state_frame(join_ref, topic, &list, &view)
        }
    });
}

fn view_of(channel: &Channel, presences: &PresenceMap) -> View {
    match channel.room.intercept {
        Some(intercept) => intercept(&channel.identity, presences),
        None => View::All,
    }
}

/// The channel crashed because its client asked for it.
#[derive(Debug, PartialEq)]
pub struct Crash;

/// The response to an event, and the diff that it caused.
type Answer = Result<(Value, Option<PresenceDiff>), String>;

/// Answers an event other than join and leave.
///
/// | event | does | reply |
/// |---|---|---|
/// | `update` | merges the payload into the metas: `update/3` with a function | `{phx_ref}` |
/// | `replace` | replaces the metas by the payload: `update/3` with a map | `{phx_ref}` |
/// | `untrack` | stops tracking | `{}` |
/// | `track` | tracks again | `{phx_ref}` |
/// | `state` | pushes `presence_state` once more | `{}` |
/// | `get_by_key` | | `{presence}`, null if the key is not tracked or is hidden |
/// | `crash` | ends as if the code had thrown | none: `phx_error` |
///
/// With the demo, [`demo`](crate::demo) has further events.
/// `key` in the payload names another key than the user's own. With a verified identity only
/// `get_by_key` may do so. The reply precedes the diff, as in Phoenix.
pub fn handle(
    channel: &Channel,
    message_ref: Option<&str>,
    event: &str,
    payload: Value,
) -> Result<(), Crash> {
    if let Some(demo) = &channel.demo {
        if let Some(answer) = demo::handle(demo, channel, event, &payload) {
            channel.reply(message_ref, answer);
            return Ok(());
        }
    }
    let mut hub = channel.hub.lock();
    let answer = match event {
        "crash" => return Err(Crash),
        "state" => {
            push_state(channel, &mut hub);
            Ok((json!({}), None))
        }
        "get_by_key" => get_by_key(channel, &mut hub, payload),
        "track" | "update" | "replace" | "untrack" => change(channel, &mut hub, event, payload),
        _ => Err("unknown event".into()),
    };
    match answer {
        Ok((response, diff)) => {
            channel.reply(message_ref, Ok(response));
            if let Some(diff) = diff {
                hub.broadcast(&channel.topic, &diff);
            }
        }
        Err(reason) => channel.reply(message_ref, Err(reason)),
    }
    Ok(())
}

/// Changes what the channel tracks.
fn change(channel: &Channel, hub: &mut LockedHub<'_>, event: &str, payload: Value) -> Answer {
    let (key, fields) = key_and_fields(channel, payload)?;
    if !channel.identity.may_track(&key) {
        return Err("unauthorized".into());
    }
    let (id, topic) = (channel.id, &*channel.topic);
    let tracker = hub.tracker();
    let changed = match event {
        "track" => tracker.track(id, topic, &key, own_metas(channel, fields)),
        "replace" => tracker.update(id, topic, &key, own_metas(channel, fields)),
        "update" => tracker.update(id, topic, &key, |mut old: Map<String, Value>| {
            old.extend(fields);
            with_role(channel, old)
        }),
        _ => return Ok((json!({}), tracker.untrack(id, topic, &key))),
    };
    let (phx_ref, diff) = changed.map_err(|error| error.to_string())?;
    Ok((json!({ "phx_ref": phx_ref }), Some(diff)))
}

fn get_by_key(channel: &Channel, hub: &mut LockedHub<'_>, payload: Value) -> Answer {
    let (key, _) = key_and_fields(channel, payload)?;
    let presence = hub.tracker().get_by_key(&channel.topic, &key);
    let list: PresenceMap = presence
        .map(|presence| (key, presence))
        .into_iter()
        .collect();
    let visible = match view_of(channel, &list) {
        View::All => list,
        View::Part(part) => part,
        View::Count => return Err("unauthorized".into()),
    };
    let presence = visible.into_values().next();
    Ok((json!({ "presence": presence }), None))
}

pub(super) fn object(payload: Value) -> Result<Map<String, Value>, String> {
    match payload {
        Value::Object(map) => Ok(map),
        _ => Err("payload is not an object".into()),
    }
}

fn key_and_fields(
    channel: &Channel,
    payload: Value,
) -> Result<(String, Map<String, Value>), String> {
    let mut fields = object(payload)?;
    match fields.remove("key") {
        None => Ok((channel.identity.user_id.clone(), fields)),
        Some(Value::String(key)) => Ok((key, fields)),
        Some(_) => Err("key is not a string".into()),
    }
}

/// The metas that a client sent, with what the server knows better.
fn own_metas(channel: &Channel, fields: Map<String, Value>) -> Map<String, Value> {
    with_role(channel, with_online_at(fields))
}

fn with_role(channel: &Channel, mut fields: Map<String, Value>) -> Map<String, Value> {
    if channel.demo.is_some() {
        demo::add_role(&channel.identity, &mut fields);
    }
    fields
}

fn with_online_at(mut fields: Map<String, Value>) -> Map<String, Value> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    fields.insert("online_at".into(), now.into());
    fields
}
