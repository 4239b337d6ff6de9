//! The events of the demo page.
//!
//! | event | payload | does | reply |
//! |---|---|---|---|
//! | `message` | `{text}` | sends `message` to the room, `{id, from, role, text, at}` | `{}` |
//! | `messages` | | | `{messages}`: the last ones, the oldest first |
//! | `add_bots` | `{count}` | adds bots, then sends `bots` to the room | `{adding}` |
//! | `remove_bots` | | | `{removed}` |
//! | `visitor` | | has a visitor join on this channel | `{key}` |
//! | `malformed` | | the visitor leaves, in a diff with a malformed entry | `{key}` |
//! | `restart` | | ends the server, which is started again | `{}` |
//! | `freeze` | | stops this node for a while | `{seconds}` |
//!
//! Bots and visitors are for members, `restart` and `freeze` for moderators.

use serde_json::{json, Value};

use super::{faults, messages, Demo};
use crate::channel::Channel;
use crate::identity::Role;

/// Answers an event of the demo; `None` if it is another event.
pub(crate) fn handle(
    demo: &Demo,
    channel: &Channel,
    event: &str,
    payload: &Value,
) -> Option<Result<Value, String>> {
    let needed = match event {
        "message" | "messages" => Role::Guest,
        "add_bots" | "remove_bots" | "visitor" | "malformed" => Role::Member,
        "restart" | "freeze" => Role::Moderator,
        _ => return None,
    };
    if channel.identity.role < needed {
        return Some(Err(format!("only a {needed} may do this")));
    }
    Some(match event {
        "message" => send_message(demo, channel, payload),
        "messages" => Ok(json!({ "messages": demo.messages.of_room(&channel.topic) })),
        "add_bots" => match payload["count"].as_u64() {
            Some(count) => demo
                .bots
                .add(&channel.topic, count)
                .map(|n| json!({ "adding": n })),
            None => Err("count is not a number".into()),
        },
        "remove_bots" => Ok(json!({ "removed": demo.bots.remove(&channel.topic) })),
        "visitor" => faults::visitor_joins(channel),
        "malformed" => faults::malformed_entry(channel),
        "restart" => faults::restart(demo),
        _ => faults::freeze(demo),
    })
}

fn send_message(demo: &Demo, channel: &Channel, payload: &Value) -> Result<Value, String> {
    let message = demo.messages.compose(&channel.identity, payload)?;
    // Kept and sent under one lock, so that no member receives two messages in another order.
    let mut hub = channel.hub.lock();
    demo.messages.keep(&channel.topic, &message);
    hub.broadcast_event(&channel.topic, "message", &message);
    drop(hub);
    if let Some(other_nodes) = demo.other_nodes.get() {
        if let Some(text) = messages::publishable(&channel.topic, &message) {
            other_nodes.publish(text);
        }
    }
    Ok(json!({}))
}
