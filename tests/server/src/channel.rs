//! One joined topic of one socket, through which a room's code answers and pushes.
//!
//! Invariant: a channel that is dropped is unsubscribed, and its leaves are broadcast.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{json, Value};
use tokio::task::AbortHandle;
use tokio_websockets::Payload;

use crate::demo::Demo;
use crate::frame;
use crate::hub::{Hub, LockedHub};
use crate::identity::Identity;
use crate::outbox::Outbox;
use crate::presence::ChannelId;
use crate::rooms::Room;
use crate::view::InterceptedMember;

/// A joined topic. Its drop locks the hub: never drop one while a [`LockedHub`] is held.
#[derive(Debug)]
pub struct Channel {
    /// Its identity: the counterpart of a channel's pid in Phoenix.
    pub id: ChannelId,
    /// The topic.
    pub topic: String,
    /// The ref of the join that made it.
    pub join_ref: Option<String>,
    /// The room of the topic.
    pub room: &'static Room,
    /// Who joined.
    pub identity: Arc<Identity>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) outbox: Outbox,
    pub(crate) demo: Option<Arc<Demo>>,
    /// The timer of a join that tracks later.
    pub(crate) delayed: Option<AbortHandle>,
}

impl Channel {
    /// Subscribes to the diffs of the topic.
    pub fn subscribe(&self, hub: &mut LockedHub<'_>) {
        match self.room.intercept {
            None => hub.subscribe(self.id, &self.topic, self.outbox.clone()),
            Some(intercept) => {
                let (identity, outbox) = (Arc::clone(&self.identity), self.outbox.clone());
                let member =
                    InterceptedMember::new(identity, self.join_ref.clone(), outbox, intercept);
                hub.subscribe_intercepted(self.id, &self.topic, member);
            }
        }
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

    /// Sends a frame to this client alone.
    pub fn push_text(&self, text: Payload) {
        self.outbox.push(text);
    }

    /// Ends the channel, and returns the frame that notifies its client: `phx_close`, or
    /// `phx_error` after a crash.
    pub fn end(self, event: &str, payload: &impl Serialize) -> Payload {
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
