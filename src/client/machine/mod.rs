//! The protocol as a state machine: connection, heartbeats, joins, pushes and their times.
//!
//! It does no I/O and has no clock. Each call says what happened and when; what follows
//! from it is read with [`take_output`](Machine::take_output), and
//! [`next_deadline`](Machine::next_deadline) is when [`tick`](Machine::tick) has to be
//! called. The behaviour is that of phoenix.js, with two differences: a topic that was left
//! is joined again only after the server closed the earlier join, and a push fails at once
//! when the connection that carried it ends or its channel crashes.
//!
//! Invariant: every push, join and leave is settled exactly once.

mod channels;
mod connection;
mod departures;
mod pushes;
#[cfg(all(test, not(target_arch = "wasm32")))] // proptest is not built for wasm32
mod tests;
mod timers;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use self::channels::Channel;
use self::connection::Connection;
use self::departures::Departure;
use self::pushes::Push;
pub(crate) use self::timers::Time;
use self::timers::Timers;
use super::error::{Close, Error};
use super::event::{ChannelEvent, SocketEvent};
use super::frame::{Message, Ref};
use super::payload::Payload;

/// A delay by the number of the attempt, which starts at 1.
pub(crate) type Delays = Arc<dyn Fn(u32) -> Duration + Send + Sync>;

/// The times of a socket.
#[derive(Clone)]
pub(crate) struct Timing {
    /// How long a join, a push and a leave wait for a reply.
    pub timeout: Duration,
    /// The time between two heartbeats, and how long one waits for its reply.
    pub heartbeat_interval: Duration,
    pub reconnect_after: Delays,
    pub rejoin_after: Delays,
}

impl Default for Timing {
    /// The times of phoenix.js.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            heartbeat_interval: Duration::from_secs(30),
            reconnect_after: delays(&[10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000]),
            rejoin_after: delays(&[1000, 2000, 5000, 10_000]),
        }
    }
}

/// Milliseconds by attempt; the last ones stay.
fn delays(steps: &'static [u64]) -> Delays {
    Arc::new(|attempt| {
        let at = (attempt as usize).clamp(1, steps.len()) - 1;
        Duration::from_millis(steps[at])
    })
}

impl fmt::Debug for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timing")
            .field("timeout", &self.timeout)
            .field("heartbeat_interval", &self.heartbeat_interval)
            .finish_non_exhaustive()
    }
}

/// A connection of the socket; there is a new one after each loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ConnectionId(u64);

/// A channel of the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ChannelId(u64);

/// A push, a join or a leave that will be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PushId(u64);

/// What follows from a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Output {
    /// Start to connect.
    Open(ConnectionId),
    /// Send a text over an open connection.
    Send(ConnectionId, String),
    /// Close a connection; its end has to be reported, unless it is not the current one.
    Close(ConnectionId, Close),
    Socket(SocketEvent),
    Channel(ChannelId, ChannelEvent),
    Settle(PushId, Result<Payload, Error>),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Timer {
    Reconnect,
    Heartbeat,
    HeartbeatTimeout,
    /// The server has not answered the leave with this ref of the join.
    Departure(Ref),
    Join(ChannelId),
    Rejoin(ChannelId),
    Push(PushId),
}

/// One socket and its channels.
#[derive(Debug)]
pub(crate) struct Machine {
    timing: Timing,
    connection: Connection,
    channels: BTreeMap<ChannelId, Channel>,
    /// Joins of topics that were left and are not closed on the server yet.
    departures: Vec<Departure>,
    pushes: BTreeMap<PushId, Push>,
    /// The pushes that were sent, by their ref.
    sent: HashMap<Ref, PushId>,
    timers: Timers<Timer>,
    last_id: u64,
    last_ref: u64,
    outputs: VecDeque<Output>,
}

impl Machine {
    pub fn new(timing: Timing) -> Self {
        Self {
            timing,
            connection: Connection::default(),
            channels: BTreeMap::new(),
            departures: Vec::new(),
            pushes: BTreeMap::new(),
            sent: HashMap::new(),
            timers: Timers::new(),
            last_id: 0,
            last_ref: 0,
            outputs: VecDeque::new(),
        }
    }

    /// What follows from the calls so far, in order.
    pub fn take_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When `tick` has to be called.
    pub fn next_deadline(&self) -> Option<Time> {
        self.timers.next()
    }

    /// Does what is due.
    pub fn tick(&mut self, now: Time) {
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Reconnect => self.reconnect(),
                Timer::Heartbeat => self.send_heartbeat(now),
                Timer::HeartbeatTimeout => self.heartbeat_timed_out(now),
                Timer::Departure(join_ref) => self.departed(&join_ref, Err(Error::Timeout), now),
                Timer::Join(id) => self.join_timed_out(id, now),
                Timer::Rejoin(id) => self.rejoin_due(id, now),
                Timer::Push(id) => self.settle(id, Err(Error::Timeout)),
            }
        }
    }

    /// A text came over a connection.
    pub fn received(&mut self, id: ConnectionId, text: &str, now: Time) {
        if !self.connection.is_open(id) {
            return;
        }
        match Message::decode(text) {
            Ok(message) => self.received_message(message, now),
            Err(error) => self.emit(Output::Socket(SocketEvent::Error(error.to_string()))),
        }
    }

    fn received_message(&mut self, message: Message, now: Time) {
        self.received_heartbeat_reply(message.message_ref.as_ref(), now);
        self.received_for_departures(&message, now);
        self.received_for_channels(&message, now);
        self.emit(Output::Socket(SocketEvent::Message(message)));
    }

    /// Sends a message, if the connection is open.
    fn send(
        &mut self,
        join_ref: Option<&Ref>,
        message_ref: &Ref,
        topic: &Ref,
        event: &str,
        payload: Payload,
    ) {
        let Some(connection) = self.connection.open_id() else {
            return;
        };
        let message = Message {
            join_ref: join_ref.cloned(),
            message_ref: Some(message_ref.clone()),
            topic: topic.clone(),
            event: event.into(),
            payload,
        };
        self.emit(Output::Send(connection, message.encode()));
    }

    fn emit(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    fn next_ref(&mut self) -> Ref {
        self.last_ref += 1;
        self.last_ref.to_string().into()
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}
