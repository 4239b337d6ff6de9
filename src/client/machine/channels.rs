//! Channels: join, rejoin and leave, and the messages of the server.

use super::{
    ChannelEvent, ChannelId, Error, Machine, Message, Output, Payload, PushId, Ref, Time, Timer,
};
use crate::client::event::ChannelState;
use crate::client::frame::Reply;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct Channel {
    pub topic: Ref,
    params: Payload,
    pub state: ChannelState,
    timeout: Duration,
    was_joined: bool,
    /// The ref of the current join; `None` while it is not sent.
    pub join_ref: Option<Ref>,
    /// The join that the program waits for.
    join: Option<PushId>,
    /// Rejoins since the last join that was answered with `ok`.
    rejoins: u32,
}

impl Channel {
    fn is_joined_or_joining(&self) -> bool {
        matches!(self.state, ChannelState::Joined | ChannelState::Joining)
    }

    /// Whether its join waits for the connection, or for the end of an earlier join.
    fn waits_to_join(&self) -> bool {
        self.state == ChannelState::Joining && self.join_ref.is_none()
    }
}

impl Machine {
    /// Adds a channel, which is not joined yet.
    pub fn channel(&mut self, topic: &str, params: Payload) -> ChannelId {
        let id = ChannelId(self.next_id());
        let channel = Channel {
            topic: topic.into(),
            params,
            state: ChannelState::Closed,
            timeout: self.timing.timeout,
            was_joined: false,
            join_ref: None,
            join: None,
            rejoins: 0,
        };
        self.channels.insert(id, channel);
        id
    }

    pub fn channel_state(&self, id: ChannelId) -> ChannelState {
        let channel = self.channels.get(&id);
        channel.map_or(ChannelState::Closed, |channel| channel.state)
    }

    /// Whether the channel was neither left nor closed.
    pub fn has_channel(&self, id: ChannelId) -> bool {
        self.channels.contains_key(&id)
    }

    /// Sets the payload of later joins.
    pub fn set_params(&mut self, id: ChannelId, params: Payload) {
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.params = params;
        }
    }

    /// Joins a channel for the first time.
    pub fn join(&mut self, id: ChannelId, timeout: Option<Duration>, now: Time) -> PushId {
        let push = PushId(self.next_id());
        let Some(channel) = self.channels.get_mut(&id) else {
            self.emit(Output::Settle(push, Err(Error::Closed)));
            return push;
        };
        if channel.was_joined {
            self.emit(Output::Settle(push, Err(Error::AlreadyJoined)));
            return push;
        }
        channel.was_joined = true;
        channel.join = Some(push);
        channel.timeout = timeout.unwrap_or(channel.timeout);
        self.start_join(id, now);
        push
    }

    /// Begins a join, the first or a later one. Another channel of the topic is left, since
    /// the server would close it.
    fn start_join(&mut self, id: ChannelId, now: Time) {
        let Some(channel) = self.channels.get(&id) else {
            return;
        };
        let topic = channel.topic.clone();
        let others = self.channels.iter().filter(|(other, channel)| {
            **other != id && channel.topic == topic && channel.is_joined_or_joining()
        });
        for other in others.map(|(other, _)| *other).collect::<Vec<_>>() {
            self.start_leave(other, now);
        }
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.state = ChannelState::Joining;
            channel.join_ref = None;
            let timeout = now + channel.timeout;
            self.timers.set(Timer::Join(id), timeout);
            self.emit(Output::Channel(id, ChannelEvent::Joining));
            self.send_join(id);
        }
    }

    /// Sends the join, unless it has to wait for the connection or for the end of an
    /// earlier join of the topic.
    fn send_join(&mut self, id: ChannelId) {
        let Some(channel) = self.channels.get(&id) else {
            return;
        };
        let (topic, params) = (channel.topic.clone(), channel.params.clone());
        if !self.is_connected() || self.is_departing(&topic) {
            return;
        }
        let join_ref = self.next_ref();
        self.send(Some(&join_ref), &join_ref, &topic, "phx_join", params);
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.join_ref = Some(join_ref);
        }
    }

    /// The earlier join of a topic is over: sends the join that waits, with its whole time
    /// to answer.
    pub(super) fn send_waiting_join(&mut self, topic: &Ref, now: Time) {
        let waiting = self
            .channels
            .iter()
            .find(|(_, channel)| channel.topic == *topic && channel.waits_to_join());
        let Some((&id, channel)) = waiting else {
            return;
        };
        let timeout = now + channel.timeout;
        self.timers.set(Timer::Join(id), timeout);
        self.send_join(id);
    }

    /// The connection is open: sends joins that waited for it, then those of channels that
    /// lost theirs.
    pub(super) fn join_all(&mut self, now: Time) {
        let ids_of = |machine: &Self, matches: fn(&Channel) -> bool| -> Vec<ChannelId> {
            let channels = machine.channels.iter();
            let matching = channels.filter(|(_, channel)| matches(channel));
            matching.map(|(id, _)| *id).collect()
        };
        let mut waiting = ids_of(self, Channel::waits_to_join);
        waiting.sort_by_key(|id| self.channels[id].join);
        let errored = ids_of(self, |channel| channel.state == ChannelState::Errored);
        for id in waiting {
            self.send_join(id);
        }
        for id in errored {
            self.reset_rejoins(id);
            self.start_join(id, now);
        }
    }

    /// The connection is lost: all channels join again with the next one.
    pub(super) fn error_all(&mut self, error: &Error, now: Time) {
        let ids: Vec<_> = self.channels.keys().copied().collect();
        for id in ids {
            self.reset_rejoins(id);
            if self.channels[&id].is_joined_or_joining() {
                self.error_channel(id, error, now);
            }
        }
    }

    /// The current join is over, and another follows after a delay or with the next
    /// connection.
    fn error_channel(&mut self, id: ChannelId, error: &Error, now: Time) {
        let Some(channel) = self.channels.get_mut(&id) else {
            return;
        };
        if channel.state == ChannelState::Joining {
            channel.join_ref = None;
        }
        channel.state = ChannelState::Errored;
        self.timers.cancel(&Timer::Join(id));
        self.fail_pushes_of(id, error, |push| push.is_sent());
        self.emit(Output::Channel(id, ChannelEvent::Errored(error.clone())));
        self.rejoin_later(id, now);
    }

    fn rejoin_later(&mut self, id: ChannelId, now: Time) {
        if !self.is_connected() {
            return;
        }
        if let Some(channel) = self.channels.get(&id) {
            let delay = (self.timing.rejoin_after)(channel.rejoins + 1);
            self.timers.set(Timer::Rejoin(id), now + delay);
        }
    }

    pub(super) fn rejoin_due(&mut self, id: ChannelId, now: Time) {
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.rejoins += 1;
            self.start_join(id, now);
        }
    }

    fn reset_rejoins(&mut self, id: ChannelId) {
        self.timers.cancel(&Timer::Rejoin(id));
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.rejoins = 0;
        }
    }

    /// The server did not answer a join in time. It may still, so the join is left.
    pub(super) fn join_timed_out(&mut self, id: ChannelId, now: Time) {
        let Some(channel) = self.channels.get(&id) else {
            return;
        };
        let (topic, join_ref) = (channel.topic.clone(), channel.join_ref.clone());
        if let Some(join_ref) = join_ref.filter(|_| self.is_connected()) {
            self.send_leave(&topic, join_ref, None, now);
        }
        self.settle_join(id, Err(Error::Timeout));
        self.error_channel(id, &Error::Timeout, now);
    }

    fn settle_join(&mut self, id: ChannelId, result: Result<Payload, Error>) {
        let join = self
            .channels
            .get_mut(&id)
            .and_then(|channel| channel.join.take());
        if let Some(join) = join {
            self.emit(Output::Settle(join, result));
        }
    }

    /// Leaves a channel. It is settled when the server has closed the join, or has none.
    pub fn leave(&mut self, id: ChannelId, now: Time) -> PushId {
        let leave = PushId(self.next_id());
        self.start_leave(id, now);
        if !self.wait_for_departure(id, leave) {
            self.emit(Output::Settle(leave, Ok(Payload::empty())));
        }
        leave
    }

    fn start_leave(&mut self, id: ChannelId, now: Time) {
        let Some(channel) = self.channels.get_mut(&id) else {
            return;
        };
        if channel.state == ChannelState::Leaving {
            return;
        }
        let was_joined = channel.is_joined_or_joining();
        let (topic, join_ref) = (channel.topic.clone(), channel.join_ref.clone());
        channel.state = ChannelState::Leaving;
        self.reset_rejoins(id);
        self.timers.cancel(&Timer::Join(id));
        self.settle_join(id, Err(Error::Closed));
        self.fail_pushes_of(id, &Error::Closed, |_| true);
        match join_ref.filter(|_| self.is_connected()) {
            Some(join_ref) if was_joined => self.send_leave(&topic, join_ref, Some(id), now),
            // Refused or crashed: the server has nothing to close, and phoenix.js says it too.
            Some(join_ref) => {
                self.send_leave_frame(&topic, &join_ref);
                self.close_channel(id);
            }
            None => self.close_channel(id),
        }
    }

    /// The channel is over: nothing of it is left.
    pub(super) fn close_channel(&mut self, id: ChannelId) {
        self.reset_rejoins(id);
        self.timers.cancel(&Timer::Join(id));
        self.settle_join(id, Err(Error::Closed));
        self.fail_pushes_of(id, &Error::Closed, |_| true);
        if self.channels.remove(&id).is_some() {
            self.emit(Output::Channel(id, ChannelEvent::Closed));
        }
    }

    /// Whether a push can be sent now; an error if it never can.
    pub(super) fn can_push(&self, id: ChannelId) -> Result<bool, Error> {
        let channel = self.channels.get(&id).ok_or(Error::Closed)?;
        match channel.state {
            ChannelState::Leaving => Err(Error::Closed),
            _ if !channel.was_joined => Err(Error::NotJoined),
            state => Ok(state == ChannelState::Joined && self.is_connected()),
        }
    }

    /// Hands a message to the channel of its topic.
    pub(super) fn received_for_channels(&mut self, message: &Message, now: Time) {
        let ids = self.channels.iter().filter(|(_, channel)| {
            // A join that is not sent yet has no messages: they are of an earlier one.
            channel.topic == message.topic
                && channel.state != ChannelState::Leaving
                && channel.was_joined
                && !channel.waits_to_join()
        });
        for id in ids.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.received_for_channel(id, message, now);
        }
    }

    fn received_for_channel(&mut self, id: ChannelId, message: &Message, now: Time) {
        let current = self.channels[&id].join_ref.as_ref();
        if message.join_ref.is_some() && message.join_ref.as_ref() != current {
            if &*message.event == "phx_close" {
                self.emit(Output::Channel(id, ChannelEvent::EarlierJoinClosed));
            }
            return;
        }
        match &*message.event {
            "phx_reply" => self.received_reply(id, message, now),
            "phx_close" => self.close_channel(id),
            "phx_error" => {
                let error = Error::Crashed(message.payload.clone());
                self.error_channel(id, &error, now);
            }
            _ => self.emit(Output::Channel(id, ChannelEvent::Message(message.clone()))),
        }
    }

    fn received_reply(&mut self, id: ChannelId, message: &Message, now: Time) {
        let Some(message_ref) = &message.message_ref else {
            return;
        };
        let result = match message.payload.parse::<Reply>() {
            Ok(reply) => reply.into_result(),
            Err(error) => Err(error),
        };
        let channel = &self.channels[&id];
        if channel.join_ref.as_ref() == Some(message_ref) {
            if channel.state == ChannelState::Joining {
                self.received_join_reply(id, result, now);
            }
        } else if let Some(&push) = self.sent.get(message_ref) {
            self.settle(push, result);
        }
    }

    fn received_join_reply(&mut self, id: ChannelId, result: Result<Payload, Error>, now: Time) {
        self.timers.cancel(&Timer::Join(id));
        self.settle_join(id, result.clone());
        match result {
            Ok(response) => {
                self.reset_rejoins(id);
                if let Some(channel) = self.channels.get_mut(&id) {
                    channel.state = ChannelState::Joined;
                }
                self.emit(Output::Channel(id, ChannelEvent::Joined(response)));
                self.send_waiting_pushes(id, now);
            }
            Err(error) => {
                // It keeps its ref, unlike a join that was cut off: its leave names it.
                if let Some(channel) = self.channels.get_mut(&id) {
                    channel.state = ChannelState::Errored;
                }
                self.error_channel(id, &error, now);
            }
        }
    }
}
