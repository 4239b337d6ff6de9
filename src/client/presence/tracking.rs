//! The roster of one channel, from what happens to the channel.
//!
//! It has no channel and no callbacks: an event goes in, changes and the status come out.

use serde::de::DeserializeOwned;

use super::status::Status;
use super::PresenceOptions;
use crate::client::event::ChannelEvent;
use crate::client::payload::Payload;
use crate::{Change, Error, Events, Roster};

pub(super) struct Tracking<M> {
    pub roster: Roster<M>,
    options: PresenceOptions,
    /// Whether a join is not answered yet.
    is_joining: bool,
    /// Whether the roster knows of the current join.
    is_begun: bool,
    has_state: bool,
    /// Whether the connection or the join was lost since the last state.
    is_lost: bool,
    is_closed: bool,
}

/// What follows from an event.
pub(super) struct Tracked<M> {
    pub changes: Vec<Change<M>>,
    /// Presences and payloads that cannot be read.
    pub malformed: Vec<Error>,
}

impl<M> Tracked<M> {
    fn nothing() -> Self {
        Self {
            changes: Vec::new(),
            malformed: Vec::new(),
        }
    }
}

impl<M: DeserializeOwned + PartialEq> Tracking<M> {
    /// `is_joined` is whether the channel is joined already.
    pub fn new(options: PresenceOptions, is_joined: bool) -> Self {
        Self {
            roster: Roster::new().with_resync(options.resync),
            options,
            is_joining: false,
            is_begun: is_joined,
            has_state: false,
            is_lost: false,
            is_closed: false,
        }
    }

    pub fn status(&self) -> Status {
        match self {
            Self {
                is_closed: true, ..
            } => Status::Closed,
            Self {
                has_state: false, ..
            } => Status::Pending,
            Self { is_lost: false, .. } if self.roster.is_synced() => Status::Synced,
            _ => Status::Stale,
        }
    }

    pub fn receive(&mut self, event: &ChannelEvent) -> Tracked<M> {
        match event {
            ChannelEvent::Joining => {
                self.is_joining = true;
                self.is_begun = false;
            }
            ChannelEvent::Joined(_) => {
                self.is_joining = false;
                self.begin();
            }
            ChannelEvent::Errored(_) => self.is_lost = true,
            ChannelEvent::EarlierJoinClosed => self.roster.earlier_join_closed(),
            ChannelEvent::Closed => self.is_closed = true,
            ChannelEvent::Message(message) => {
                if message.event == self.options.state_event {
                    return self.receive_state(&message.payload);
                } else if message.event == self.options.diff_event {
                    return self.receive_diff(&message.payload);
                }
            }
        }
        Tracked::nothing()
    }

    /// Tells the roster of the current join, once.
    fn begin(&mut self) {
        if !self.is_begun {
            self.is_begun = true;
            self.roster.joined();
        }
    }

    fn receive_state(&mut self, payload: &Payload) -> Tracked<M> {
        // The state may come before the answer to its join.
        self.begin();
        let result = self.roster.sync_state_json(payload.as_json());
        if result.is_ok() {
            self.has_state = true;
            self.is_lost = false;
        }
        tracked(result)
    }

    fn receive_diff(&mut self, payload: &Payload) -> Tracked<M> {
        // What was broadcast before the answer to a join is in its state.
        if self.is_joining && !self.is_begun {
            return Tracked::nothing();
        }
        tracked(self.roster.sync_diff_json(payload.as_json()))
    }
}

fn tracked<M: PartialEq>(result: Result<Events<M>, Error>) -> Tracked<M> {
    match result {
        Ok(mut events) => Tracked {
            changes: events.changes(),
            malformed: events.take_skipped(),
        },
        Err(error) => Tracked {
            changes: Vec::new(),
            malformed: vec![error],
        },
    }
}
