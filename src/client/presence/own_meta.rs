//! The meta of the program's own user: what was set last is what the server has after every
//! join.

use std::sync::{Arc, Mutex, PoisonError};

use super::PresenceEvent;
use crate::client::channel::{Channel, Reply, WeakChannel};
use crate::client::event::{ChannelEvent, ChannelState};
use crate::client::listeners::Callbacks;
use crate::client::payload::Payload;
use crate::client::platform::{self, MaybeSend, MaybeSync};

pub(super) struct OwnMeta {
    channel: WeakChannel,
    event: Arc<str>,
    set: Mutex<Set>,
}

#[derive(Default)]
struct Set {
    meta: Option<Payload>,
    is_joined: bool,
}

impl OwnMeta {
    pub fn new(channel: &Channel, event: Arc<str>) -> Self {
        Self {
            channel: channel.downgrade(),
            event,
            set: Mutex::new(Set {
                meta: None,
                is_joined: channel.state() == ChannelState::Joined,
            }),
        }
    }

    /// Remembers a meta; it is sent now if the channel is joined.
    pub fn set(&self, meta: Payload) -> Option<Reply> {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        set.meta = Some(meta.clone());
        set.is_joined.then(|| self.push(&meta))?
    }

    /// Sends the meta again after a join, which starts without it.
    pub fn receive(&self, event: &ChannelEvent) -> Option<Reply> {
        let mut set = self.set.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            ChannelEvent::Joined(_) => set.is_joined = true,
            ChannelEvent::Joining | ChannelEvent::Errored(_) | ChannelEvent::Closed => {
                set.is_joined = false;
                return None;
            }
            _ => return None,
        }
        let meta = set.meta.clone()?;
        self.push(&meta)
    }

    fn push(&self, meta: &Payload) -> Option<Reply> {
        let channel = self.channel.upgrade()?;
        Some(channel.push_payload(&self.event, meta.clone()))
    }
}

/// Reports an update that the server rejects.
pub(super) fn report<M: MaybeSend + MaybeSync + 'static>(
    reply: Option<Reply>,
    listeners: &Arc<Callbacks<(), PresenceEvent<M>>>,
) {
    let Some(reply) = reply else {
        return;
    };
    let listeners = Arc::clone(listeners);
    platform::spawn(async move {
        if let Err(error) = reply.await {
            listeners.notify(&(), &PresenceEvent::UpdateFailed(error));
        }
    });
}
