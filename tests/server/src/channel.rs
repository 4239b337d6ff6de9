//! One joined topic on one socket: what the room's code speaks through.
//!
//! Invariant: a channel that is dropped, for whatever reason, is out of the hub,
//! and the others have been told.

use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::{json, Value};
use tokio::task::AbortHandle;

use crate::frame;
use crate::hub::{Hub, Turn};
use crate::outbox::Outbox;
use crate::presence::ChannelId;

/// A joined topic. Never drop one during a [`Turn`]: it takes a turn to say good-bye.
#[derive(Debug)]
pub struct Channel {
    /// Its identity; what a channel's pid is in Phoenix.
    pub id: ChannelId,
    /// The topic.
    pub topic: String,
    /// The ref of the join that made it.
    pub join_ref: Option<String>,
    /// Who joined.
    pub user_id: Arc<str>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) outbox: Outbox,
    /// The timer of a join that tracks later.
    pub(crate) delayed: Option<AbortHandle>,
}

impl Channel {
    /// Starts to hear what is broadcast in the topic.
    pub fn listen(&self, turn: &mut Turn<'_>) {
        turn.listen(self.id, &self.topic, self.outbox.clone());
    }

    /// Answers the join that made it.
    pub fn accept_join(&self, message_ref: Option<&str>) {
        let join_ref = self.join_ref.as_deref();
        self.outbox.push_join_answer(frame::reply(
            join_ref,
            message_ref,
            &self.topic,
            Ok(json!({})),
        ));
    }

    /// Answers a frame.
    pub fn reply(&self, message_ref: Option<&str>, answer: Result<Value, String>) {
        let join_ref = self.join_ref.as_deref();
        self.outbox
            .push(frame::reply(join_ref, message_ref, &self.topic, answer));
    }

    /// Sends this client alone something it did not ask for.
    pub fn push(&self, event: &str, payload: &impl Serialize) {
        let join_ref = self.join_ref.as_deref();
        self.outbox
            .push(frame::encode(join_ref, None, &self.topic, event, payload));
    }

    /// Ends the channel, and returns the frame that tells its client so:
    /// `phx_close` in peace, `phx_error` after a crash.
    pub fn end(self, event: &str, payload: &impl Serialize) -> Utf8Bytes {
        let join_ref = self.join_ref.as_deref();
        frame::encode(join_ref, join_ref, &self.topic, event, payload)
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(timer) = self.delayed.take() {
            timer.abort();
        }
        self.hub.end(self.id, &self.topic);
    }
}
