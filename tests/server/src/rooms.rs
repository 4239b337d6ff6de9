//! The demo application: topics `room:*` and `rich:*`, in which every member is tracked.
//!
//! | event | does | reply |
//! |---|---|---|
//! | join | tracks the user with the payload and `online_at` as metas, then pushes `presence_state` | `{}` |
//! | `update` | merges the payload into the metas | `{phx_ref}` |
//! | `untrack` | stops tracking | `{}` |
//! | `track` | tracks again | `{phx_ref}` |
//! | `state` | pushes `presence_state` once more | `{}` |
//! | `crash` | ends as if the code had thrown | none: `phx_error` |
//!
//! `key` in the payload of `update`, `untrack` and `track` names another key than
//! the user's own. In the payload of a join, `delay_ms` postpones the tracking,
//! `track: false` joins without tracking, `refuse` makes the join fail with that reason. In `rich:*` each presence has a
//! `user` beside its metas. Invariant: the identity is the socket's, never the payload's.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{json, Map, Value};

use crate::channel::Channel;
use crate::hub::LockedHub;
use crate::presence::{PresenceDiff, TrackError};

/// The longest `delay_ms` of a join.
const MAX_DELAY_MS: u64 = 60_000;

/// Whether a topic belongs to a room.
pub fn has_topic(topic: &str) -> bool {
    topic.starts_with("room:") || topic.starts_with("rich:")
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

/// What a client asks for with the payload of a join.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinRequest {
    /// The metas to track, or `None` to join without tracking.
    pub metas: Option<Map<String, Value>>,
    /// How long after the join the channel tracks.
    pub delay: Option<Duration>,
}

/// Reads the payload of a join; an error is the reason of the refusal.
pub fn parse_join(payload: Value) -> Result<JoinRequest, String> {
    let mut metas = object(payload)?;
    match metas.remove("refuse") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(Value::String(reason)) => return Err(reason),
        Some(_) => return Err("refused".into()),
    }
    let delay = match metas.remove("delay_ms") {
        None => None,
        Some(delay) => match delay.as_u64() {
            Some(ms @ 0..=MAX_DELAY_MS) => Some(Duration::from_millis(ms)),
            _ => return Err(format!("delay_ms is not a number from 0 to {MAX_DELAY_MS}")),
        },
    };
    let without_tracking = metas.remove("track") == Some(Value::Bool(false));
    Ok(JoinRequest {
        metas: (!without_tracking).then_some(metas),
        delay,
    })
}

/// Tracks the user of a channel. The caller broadcasts the diff.
pub fn track_member(
    channel: &Channel,
    hub: &mut LockedHub<'_>,
    metas: Map<String, Value>,
) -> Result<PresenceDiff, TrackError> {
    let (_, diff) = hub.tracker().track(
        channel.id,
        &channel.topic,
        &channel.user_id,
        with_online_at(metas),
    )?;
    Ok(diff)
}

/// Pushes `presence_state` to one channel.
pub fn push_state(channel: &Channel, hub: &mut LockedHub<'_>) {
    let list = hub.tracker().list(&channel.topic);
    channel.push("presence_state", &list);
}

/// The channel crashed because its client asked for it.
#[derive(Debug, PartialEq)]
pub struct Crash;

/// Answers an event other than join and leave.
///
/// The reply precedes the diff, as in Phoenix.
pub fn handle(
    channel: &Channel,
    message_ref: Option<&str>,
    event: &str,
    payload: Value,
) -> Result<(), Crash> {
    let mut hub = channel.hub.lock();
    let changed = match event {
        "crash" => return Err(Crash),
        "state" => {
            push_state(channel, &mut hub);
            Ok((json!({}), None))
        }
        "track" => key_and_fields(channel, payload).and_then(|(key, fields)| {
            let fields = with_online_at(fields);
            let tracked = hub
                .tracker()
                .track(channel.id, &channel.topic, &key, fields);
            with_ref(tracked)
        }),
        "update" => key_and_fields(channel, payload).and_then(|(key, fields)| {
            let merge = |mut old: Map<String, Value>| {
                old.extend(fields);
                old
            };
            let updated = hub
                .tracker()
                .update(channel.id, &channel.topic, &key, merge);
            with_ref(updated)
        }),
        "untrack" => key_and_fields(channel, payload).map(|(key, _)| {
            let diff = hub.tracker().untrack(channel.id, &channel.topic, &key);
            (json!({}), diff)
        }),
        _ => Err("unknown event".into()),
    };
    match changed {
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

fn with_ref(
    result: Result<(String, PresenceDiff), TrackError>,
) -> Result<(Value, Option<PresenceDiff>), String> {
    let (phx_ref, diff) = result.map_err(|error| error.to_string())?;
    Ok((json!({ "phx_ref": phx_ref }), Some(diff)))
}

fn object(payload: Value) -> Result<Map<String, Value>, String> {
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
        None => Ok((channel.user_id.to_string(), fields)),
        Some(Value::String(key)) => Ok((key, fields)),
        Some(_) => Err("key is not a string".into()),
    }
}

fn with_online_at(mut fields: Map<String, Value>) -> Map<String, Value> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    fields.insert("online_at".into(), now.into());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_join_payload_becomes_the_metas_without_its_instructions() {
        let request = parse_join(json!({"status": "x", "delay_ms": 5})).unwrap();
        assert_eq!(
            Value::Object(request.metas.unwrap()),
            json!({"status": "x"})
        );
        assert_eq!(request.delay, Some(Duration::from_millis(5)));
    }

    #[test]
    fn a_join_without_tracking_has_no_metas() {
        assert_eq!(parse_join(json!({"track": false})).unwrap().metas, None);
    }

    #[test]
    fn a_refusal_says_what_was_asked_for_or_what_is_wrong() {
        assert_eq!(parse_join(json!({"refuse": "no"})).unwrap_err(), "no");
        assert_eq!(
            parse_join(json!([])).unwrap_err(),
            "payload is not an object"
        );
        for delay in [json!(-1), json!(1.5), json!("1"), json!(60_001)] {
            let reason = parse_join(json!({ "delay_ms": delay })).unwrap_err();
            assert_eq!(reason, "delay_ms is not a number from 0 to 60000");
        }
    }
}
