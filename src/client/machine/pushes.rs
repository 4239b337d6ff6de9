//! Pushes: messages of the program, each with a reply or a timeout.

use std::time::Duration;

use super::{ChannelId, Error, Machine, Output, Payload, PushId, Ref, Time, Timer};

#[derive(Debug)]
pub(super) struct Push {
    channel: ChannelId,
    event: Box<str>,
    payload: Payload,
    timeout: Duration,
    /// Its ref; `None` while it waits for the channel to be joined.
    message_ref: Option<Ref>,
}

impl Push {
    pub fn is_sent(&self) -> bool {
        self.message_ref.is_some()
    }
}

impl Machine {
    /// Sends a message, or keeps it until the channel is joined.
    pub fn push(
        &mut self,
        channel: ChannelId,
        event: &str,
        payload: Payload,
        timeout: Option<Duration>,
        now: Time,
    ) -> PushId {
        let id = PushId(self.next_id());
        let timeout = timeout.unwrap_or(self.timing.timeout);
        let push = Push {
            channel,
            event: event.into(),
            payload,
            timeout,
            message_ref: None,
        };
        match self.can_push(channel) {
            Err(error) => self.emit(Output::Settle(id, Err(error))),
            Ok(can_push) => {
                self.pushes.insert(id, push);
                self.timers.set(Timer::Push(id), now + timeout);
                if can_push {
                    self.send_push(id, now);
                }
            }
        }
        id
    }

    /// The channel is joined: sends what waited for it.
    pub(super) fn send_waiting_pushes(&mut self, channel: ChannelId, now: Time) {
        let waiting = self
            .pushes
            .iter()
            .filter(|(_, push)| push.channel == channel && !push.is_sent());
        for id in waiting.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.send_push(id, now);
        }
    }

    fn send_push(&mut self, id: PushId, now: Time) {
        let message_ref = self.next_ref();
        let Some(push) = self.pushes.get_mut(&id) else {
            return;
        };
        push.message_ref = Some(message_ref.clone());
        self.timers.set(Timer::Push(id), now + push.timeout);
        self.sent.insert(message_ref.clone(), id);
        let (event, payload) = (push.event.clone(), push.payload.clone());
        if let Some(channel) = self.channels.get(&push.channel) {
            let (topic, join_ref) = (channel.topic.clone(), channel.join_ref.clone());
            self.send(join_ref.as_ref(), &message_ref, &topic, &event, payload);
        }
    }

    /// A push has its reply, or will have none.
    pub(super) fn settle(&mut self, id: PushId, result: Result<Payload, Error>) {
        let Some(push) = self.pushes.remove(&id) else {
            return;
        };
        if let Some(message_ref) = push.message_ref {
            self.sent.remove(&message_ref);
        }
        self.timers.cancel(&Timer::Push(id));
        self.emit(Output::Settle(id, result));
    }

    pub(super) fn fail_sent_pushes(&mut self, error: &Error) {
        self.fail_pushes(error, Push::is_sent);
    }

    pub(super) fn fail_pushes_of(
        &mut self,
        channel: ChannelId,
        error: &Error,
        matches: impl Fn(&Push) -> bool,
    ) {
        self.fail_pushes(error, |push| push.channel == channel && matches(push));
    }

    fn fail_pushes(&mut self, error: &Error, matches: impl Fn(&Push) -> bool) {
        let failed = self.pushes.iter().filter(|(_, push)| matches(push));
        for id in failed.map(|(id, _)| *id).collect::<Vec<_>>() {
            self.settle(id, Err(error.clone()));
        }
    }
}
