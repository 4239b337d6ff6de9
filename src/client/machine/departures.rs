//! Departures: joins that were left, until the server has closed them.
//!
//! The server sends what it broadcast to the earlier join until its `phx_close`. A topic is
//! therefore joined again only after that: otherwise a `presence_diff` of the earlier join
//! reaches the later one, and a user who left stays in its roster.

use super::{ChannelId, Error, Machine, Message, Output, Payload, PushId, Ref, Time, Timer};
use crate::client::frame::Reply;

#[derive(Debug)]
pub(super) struct Departure {
    topic: Ref,
    join_ref: Ref,
    /// The channel that leaves; `None` if only a join was given up.
    channel: Option<ChannelId>,
    /// The leaves that are settled when it is over.
    leaves: Vec<PushId>,
}

impl Machine {
    pub(super) fn is_departing(&self, topic: &Ref) -> bool {
        self.departures
            .iter()
            .any(|departure| departure.topic == *topic)
    }

    /// Leaves a join, and remembers it until the server has closed it.
    pub(super) fn send_leave(
        &mut self,
        topic: &Ref,
        join_ref: Ref,
        channel: Option<ChannelId>,
        now: Time,
    ) {
        self.send_leave_frame(topic, &join_ref);
        let timeout = now + self.timing.timeout;
        self.timers.set(Timer::Departure(join_ref.clone()), timeout);
        self.departures.push(Departure {
            topic: topic.clone(),
            join_ref,
            channel,
            leaves: Vec::new(),
        });
    }

    pub(super) fn send_leave_frame(&mut self, topic: &Ref, join_ref: &Ref) {
        let message_ref = self.next_ref();
        let empty = Payload::empty();
        self.send(Some(join_ref), &message_ref, topic, "phx_leave", empty);
    }

    /// Lets a leave wait for the departure of its channel; whether there is one.
    pub(super) fn wait_for_departure(&mut self, channel: ChannelId, leave: PushId) -> bool {
        let mut departures = self.departures.iter_mut();
        let found = departures.find(|departure| departure.channel == Some(channel));
        found
            .map(|departure| departure.leaves.push(leave))
            .is_some()
    }

    /// A join that was left is over.
    pub(super) fn departed(&mut self, join_ref: &Ref, result: Result<Payload, Error>, now: Time) {
        let departs = |departure: &Departure| departure.join_ref == *join_ref;
        let Some(at) = self.departures.iter().position(departs) else {
            return;
        };
        let departure = self.departures.remove(at);
        let topic = departure.topic.clone();
        self.conclude(departure, &result);
        if !self.is_departing(&topic) {
            self.send_waiting_join(&topic, now);
        }
    }

    fn conclude(&mut self, departure: Departure, result: &Result<Payload, Error>) {
        self.timers.cancel(&Timer::Departure(departure.join_ref));
        if let Some(channel) = departure.channel {
            self.close_channel(channel);
        }
        for leave in departure.leaves {
            self.emit(Output::Settle(leave, result.clone()));
        }
    }

    /// The connection is lost, and with it every join.
    pub(super) fn depart_all(&mut self) {
        for departure in std::mem::take(&mut self.departures) {
            self.conclude(departure, &Ok(Payload::empty()));
        }
    }

    pub(super) fn received_for_departures(&mut self, message: &Message, now: Time) {
        // A refused join is answered without a join_ref where the topic is unknown.
        let join_ref = match &*message.event {
            "phx_close" | "phx_error" => message.join_ref.clone(),
            "phx_reply" => message.message_ref.clone().filter(|message_ref| {
                self.departures.iter().any(|it| it.join_ref == *message_ref)
                    && !matches!(message.payload.parse::<Reply>(), Ok(reply) if reply.is_ok())
            }),
            _ => None,
        };
        if let Some(join_ref) = join_ref {
            self.departed(&join_ref, Ok(Payload::empty()), now);
        }
    }
}
