//! The channels of one client, and the dispatch of its frames.
//!
//! Invariant: a topic has at most one channel. As in Phoenix, a second join of a topic closes
//! the first, a leave that names an older join is ignored, and a frame for a topic
//! that is not joined is answered with `unmatched topic`.

use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{json, Map, Value};
use tokio::task::JoinSet;
use tokio_websockets::Payload;
use tracing::info;

use super::close::Close;
use super::Shared;
use crate::channel::Channel;
use crate::frame::{self, Frame};
use crate::identity::Identity;
use crate::outbox::Outbox;
use crate::presence::ChannelId;
use crate::rooms::{self, Crash, JoinRequest, Room};

pub(super) struct Session {
    identity: Arc<Identity>,
    outbox: Outbox,
    shared: Arc<Shared>,
    channels: HashMap<String, Channel>,
    delayed: JoinSet<DelayedJoin>,
}

/// The postponed half of a join: track, and push the state.
struct DelayedJoin {
    topic: String,
    channel: ChannelId,
    metas: Option<Map<String, Value>>,
}

impl Session {
    pub(super) fn new(identity: Arc<Identity>, outbox: Outbox, shared: Arc<Shared>) -> Self {
        Self {
            identity,
            outbox,
            shared,
            channels: HashMap::new(),
            delayed: JoinSet::new(),
        }
    }

    /// Handles one text of the client.
    pub(super) fn handle(&mut self, text: &str) -> Result<(), Close> {
        if text.len() > self.shared.limits.frame_bytes {
            return Err(Close::TooLarge(self.shared.limits.frame_bytes));
        }
        let frame = Frame::parse(text).map_err(Close::Malformed)?;
        match (frame.topic.as_str(), frame.event.as_str()) {
            ("phoenix", "heartbeat") => self.outbox.push(frame::reply(
                None,
                frame.message_ref.as_deref(),
                "phoenix",
                Ok(json!({})),
            )),
            (_, "phx_join") => self.join(frame),
            (_, "phx_leave") => self.leave(&frame),
            _ => self.forward(frame),
        }
        Ok(())
    }

    /// Waits for the next delayed join that is due, and runs it.
    pub(super) async fn run_next_delayed_join(&mut self) {
        let entry = loop {
            match self.delayed.join_next().await {
                Some(Ok(entry)) => break entry,
                // The channel ended first.
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        };
        let Some(channel) = self.channels.get(&entry.topic) else {
            return;
        };
        if channel.id != entry.channel {
            return;
        }
        let mut hub = channel.hub.lock();
        let failed = match entry
            .metas
            .map(|m| rooms::track_member(channel, &mut hub, m))
        {
            None => None,
            Some(Ok(diff)) => {
                hub.broadcast(&channel.topic, &diff);
                None
            }
            Some(Err(error)) => Some(error),
        };
        if failed.is_none() {
            rooms::push_state(channel, &mut hub);
        }
        drop(hub);
        if let Some(error) = failed {
            self.crash(&entry.topic, &error.to_string());
        }
    }

    fn join(&mut self, frame: Frame) {
        let Frame {
            join_ref,
            message_ref,
            topic,
            payload,
            ..
        } = frame;
        let Some(room) = rooms::room_of(&topic) else {
            return self.refuse(None, message_ref, &topic, "unmatched topic".into());
        };
        // Phoenix ends the old channel first, and says so after the reply to the new join.
        let closing = self
            .channels
            .remove(&topic)
            .map(|old| old.end("phx_close", &json!({})));
        let max = self.shared.limits.channels_per_socket;
        let admitted = if !room.admits(&self.identity) {
            Err("unauthorized".into())
        } else if self.channels.len() >= max {
            Err(format!("a socket may join {max} topics"))
        } else {
            rooms::parse_join(payload)
        };
        match admitted {
            Ok(request) => self.open(join_ref, message_ref, topic, room, request, closing),
            Err(reason) => {
                self.refuse(join_ref, message_ref, &topic, reason);
                self.push_if_some(closing);
            }
        }
    }

    fn open(
        &mut self,
        join_ref: Option<String>,
        message_ref: Option<String>,
        topic: String,
        room: &'static Room,
        request: JoinRequest,
        closing: Option<Payload>,
    ) {
        let hub = Arc::clone(&self.shared.hub);
        let id = hub.lock().new_channel();
        let mut channel = Channel {
            id,
            topic: topic.clone(),
            join_ref,
            room,
            identity: Arc::clone(&self.identity),
            hub: Arc::clone(&hub),
            outbox: self.outbox.clone(),
            demo: self.shared.demo.clone(),
            delayed: None,
        };

        let delay = request.delay.or_else(|| hub.pause_before_tracking());
        let mut hub = hub.lock();
        channel.subscribe(&mut hub);
        let entered = match (delay, &request.metas) {
            (None, Some(metas)) => rooms::track_member(&channel, &mut hub, metas.clone()).map(Some),
            _ => Ok(None),
        };
        let diff = match entered {
            Ok(diff) => diff,
            Err(error) => {
                drop(hub);
                self.refuse(
                    channel.join_ref.clone(),
                    message_ref,
                    &topic,
                    error.to_string(),
                );
                return self.push_if_some(closing);
            }
        };
        // Phoenix's order: reply, close of the old channel, own diff, state.
        channel.accept_join(message_ref.as_deref());
        self.push_if_some(closing);
        if let Some(diff) = diff {
            hub.broadcast(&topic, &diff);
        }
        match delay {
            None => rooms::push_state(&channel, &mut hub),
            Some(delay) => {
                let entry = DelayedJoin {
                    topic: topic.clone(),
                    channel: id,
                    metas: request.metas,
                };
                channel.delayed = Some(self.delayed.spawn(async move {
                    tokio::time::sleep(delay).await;
                    entry
                }));
            }
        }
        drop(hub);
        self.channels.insert(topic, channel);
    }

    fn leave(&mut self, frame: &Frame) {
        let message_ref = frame.message_ref.as_deref();
        match self.channels.entry(frame.topic.clone()) {
            Occupied(channel) if channel.get().join_ref == frame.join_ref => {
                let channel = channel.remove();
                channel.reply(message_ref, Ok(json!({})));
                // The reply precedes the close, as in Phoenix.
                self.outbox.push(channel.end("phx_close", &json!({})));
            }
            // It names an older join, whose phx_close was sent already.
            Occupied(_) => {}
            Vacant(_) => self.outbox.push(frame::reply(
                frame.join_ref.as_deref(),
                message_ref,
                &frame.topic,
                Ok(json!({})),
            )),
        }
    }

    fn forward(&mut self, frame: Frame) {
        let Some(channel) = self.channels.get(&frame.topic) else {
            return self.refuse(
                None,
                frame.message_ref,
                &frame.topic,
                "unmatched topic".into(),
            );
        };
        let message_ref = frame.message_ref.as_deref();
        if let Err(Crash) = rooms::handle(channel, message_ref, &frame.event, frame.payload) {
            self.crash(&frame.topic, "channel_crash");
        }
    }

    fn crash(&mut self, topic: &str, reason: &str) {
        if let Some(channel) = self.channels.remove(topic) {
            info!(?topic, user_id = ?self.identity.user_id, reason, "channel crashed");
            self.outbox
                .push(channel.end("phx_error", &json!({ "reason": reason })));
        }
    }

    fn refuse(
        &self,
        join_ref: Option<String>,
        message_ref: Option<String>,
        topic: &str,
        reason: String,
    ) {
        info!(?topic, user_id = ?self.identity.user_id, reason, "refused");
        self.outbox.push(frame::reply(
            join_ref.as_deref(),
            message_ref.as_deref(),
            topic,
            Err(reason),
        ));
    }

    fn push_if_some(&self, frame: Option<Payload>) {
        if let Some(frame) = frame {
            self.outbox.push(frame);
        }
    }
}
