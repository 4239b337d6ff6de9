//! What one client has joined, and where each of its frames goes.
//!
//! Invariant: one channel a topic. As in Phoenix, a second join of a topic closes
//! the first, a leave that names an older join is ignored, and a frame for a topic
//! that is not joined is answered with `unmatched topic`.

use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use serde_json::{json, Map, Value};
use tokio::task::JoinSet;
use tracing::info;

use super::close::Close;
use super::Shared;
use crate::channel::Channel;
use crate::frame::{self, Frame};
use crate::outbox::Outbox;
use crate::presence::ChannelId;
use crate::rooms::{self, Admission, Crash};

pub(super) struct Session {
    user_id: Arc<str>,
    outbox: Outbox,
    shared: Arc<Shared>,
    channels: HashMap<String, Channel>,
    delayed: JoinSet<Entry>,
}

/// A join that tracks, or only shows who is there, when its time has come.
struct Entry {
    topic: String,
    channel: ChannelId,
    metas: Option<Map<String, Value>>,
}

impl Session {
    pub(super) fn new(user_id: Arc<str>, outbox: Outbox, shared: Arc<Shared>) -> Self {
        Self {
            user_id,
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

    /// Carries out the next delayed join; waits as long as there is none.
    pub(super) async fn enter_next(&mut self) {
        let entry = loop {
            match self.delayed.join_next().await {
                Some(Ok(entry)) => break entry,
                // The channel ended before its time came.
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
        let mut turn = channel.hub.turn();
        let failed = match entry.metas.map(|m| rooms::enter(channel, &mut turn, m)) {
            None => None,
            Some(Ok(diff)) => {
                turn.broadcast(&channel.topic, &diff);
                None
            }
            Some(Err(error)) => Some(error),
        };
        if failed.is_none() {
            rooms::push_state(channel, &mut turn);
        }
        drop(turn);
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
        if !rooms::has_topic(&topic) {
            return self.refuse(None, message_ref, &topic, "unmatched topic".into());
        }
        // Phoenix ends the old channel first, and says so after the reply to the new join.
        let closing = self
            .channels
            .remove(&topic)
            .map(|old| old.end("phx_close", &json!({})));
        let max = self.shared.limits.channels_per_socket;
        let admitted = if self.channels.len() < max {
            rooms::admit(payload)
        } else {
            Err(format!("a socket may join {max} topics"))
        };
        match admitted {
            Ok(admission) => self.open(join_ref, message_ref, topic, admission, closing),
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
        admission: Admission,
        closing: Option<Utf8Bytes>,
    ) {
        let hub = Arc::clone(&self.shared.hub);
        let id = hub.turn().new_channel();
        let mut channel = Channel {
            id,
            topic: topic.clone(),
            join_ref,
            user_id: Arc::clone(&self.user_id),
            hub: Arc::clone(&hub),
            outbox: self.outbox.clone(),
            delayed: None,
        };

        let delay = admission.delay.or_else(|| hub.pause_before_tracking());
        let mut turn = hub.turn();
        channel.listen(&mut turn);
        let entered = match (delay, &admission.metas) {
            (None, Some(metas)) => rooms::enter(&channel, &mut turn, metas.clone()).map(Some),
            _ => Ok(None),
        };
        let diff = match entered {
            Ok(diff) => diff,
            Err(error) => {
                drop(turn);
                self.refuse(
                    channel.join_ref.clone(),
                    message_ref,
                    &topic,
                    error.to_string(),
                );
                return self.push_if_some(closing);
            }
        };
        // The order that clients see: reply, close of the old channel, own diff, state.
        channel.accept_join(message_ref.as_deref());
        self.push_if_some(closing);
        if let Some(diff) = diff {
            turn.broadcast(&topic, &diff);
        }
        match delay {
            None => rooms::push_state(&channel, &mut turn),
            Some(delay) => {
                let entry = Entry {
                    topic: topic.clone(),
                    channel: id,
                    metas: admission.metas,
                };
                channel.delayed = Some(self.delayed.spawn(async move {
                    tokio::time::sleep(delay).await;
                    entry
                }));
            }
        }
        drop(turn);
        self.channels.insert(topic, channel);
    }

    fn leave(&mut self, frame: &Frame) {
        let message_ref = frame.message_ref.as_deref();
        match self.channels.entry(frame.topic.clone()) {
            Occupied(channel) if channel.get().join_ref == frame.join_ref => {
                let channel = channel.remove();
                channel.reply(message_ref, Ok(json!({})));
                // Before it ends, so that the client has its answer first.
                self.outbox.push(channel.end("phx_close", &json!({})));
            }
            // It names an older join, whose phx_close is already on its way.
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
            info!(?topic, user_id = ?self.user_id, reason, "channel crashed");
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
        info!(?topic, user_id = ?self.user_id, reason, "refused");
        self.outbox.push(frame::reply(
            join_ref.as_deref(),
            message_ref.as_deref(),
            topic,
            Err(reason),
        ));
    }

    fn push_if_some(&self, frame: Option<Utf8Bytes>) {
        if let Some(frame) = frame {
            self.outbox.push(frame);
        }
    }
}
