//! Faults on demand, which real servers and networks have by accident.
//!
//! Invariant: a member can harm only its own connection. What affects others is for moderators.

use serde_json::{json, Value};
use std::time::Duration;

use super::Demo;
use crate::channel::Channel;
use crate::frame;
use crate::hub::LockedHub;

/// The key of the visitor, who is tracked on the channel of a member and leaves with it.
const VISITOR: &str = "Casper";

/// The shortest time from the start of the server to a restart.
const MIN_UPTIME: Duration = Duration::from_secs(3);

/// How long a node stays frozen, in seconds: longer than the default of `--dead-after`, so that
/// the other nodes notice.
#[cfg(unix)]
const FREEZE_SECONDS: u32 = 15;

/// Has the visitor join on the channel of a member.
pub(super) fn visitor_joins(channel: &Channel) -> Result<Value, String> {
    bring_visitor(channel, &mut channel.hub.lock())?;
    Ok(json!({ "key": VISITOR }))
}

fn bring_visitor(channel: &Channel, hub: &mut LockedHub<'_>) -> Result<(), String> {
    let Value::Object(metas) = json!({ "bot": true, "device": "a visit", "status": "online" })
    else {
        return Ok(());
    };
    let tracked = hub
        .tracker()
        .track(channel.id, &channel.topic, VISITOR, metas);
    let (_, diff) = tracked.map_err(|error| error.to_string())?;
    hub.broadcast(&channel.topic, &diff);
    Ok(())
}

/// Has the visitor leave. The member's own channel receives that leave in a diff with a malformed
/// join of the member beside it, all others receive it as it is.
pub(super) fn malformed_entry(channel: &Channel) -> Result<Value, String> {
    let mut hub = channel.hub.lock();
    if let Some(left) = hub.tracker().untrack(channel.id, &channel.topic, VISITOR) {
        hub.broadcast(&channel.topic, &left);
    }
    bring_visitor(channel, &mut hub)?;
    let left = hub.tracker().untrack(channel.id, &channel.topic, VISITOR);
    let left = left.ok_or("the visitor has left")?;
    let diff = json!({
        "joins": { channel.identity.user_id.as_str(): { "metas": null } },
        "leaves": left.leaves,
    });
    hub.unsubscribe(channel.id, &channel.topic);
    hub.broadcast(&channel.topic, &left);
    channel.subscribe(&mut hub);
    channel.push_text(frame::encode(
        None,
        None,
        &channel.topic,
        "presence_diff",
        &diff,
    ));
    Ok(json!({ "key": VISITOR }))
}

/// Ends this server. Whoever runs it starts it again.
pub(super) fn restart(demo: &Demo) -> Result<Value, String> {
    if demo.started.elapsed() < MIN_UPTIME {
        return Err("the server has just started".into());
    }
    demo.options.restart.cancel();
    Ok(json!({}))
}

/// Stops this process as SIGSTOP does, for [`FREEZE_SECONDS`].
#[cfg(unix)]
pub(super) fn freeze(demo: &Demo) -> Result<Value, String> {
    if demo.node.is_none() {
        return Err("there is no other node that could notice".into());
    }
    // Another process, since a stopped one cannot continue itself.
    let script = format!("kill -STOP $0; sleep {FREEZE_SECONDS}; kill -CONT $0");
    let pid = std::process::id().to_string();
    let spawned = std::process::Command::new("sh")
        .args(["-c", &script, &pid])
        .spawn();
    spawned.map_err(|error| format!("cannot freeze: {error}"))?;
    Ok(json!({ "seconds": FREEZE_SECONDS }))
}

#[cfg(not(unix))]
pub(super) fn freeze(_: &Demo) -> Result<Value, String> {
    Err("this system cannot freeze a process".into())
}
