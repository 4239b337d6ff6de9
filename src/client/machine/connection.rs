//! The connection of a socket: open, lost, opened again; and its heartbeats.

use super::{Close, ConnectionId, Error, Machine, Output, Ref, SocketEvent, Time, Timer};
use crate::client::payload::Payload;

/// The code of a normal end.
const NORMAL: u16 = 1000;

/// The topic of heartbeats.
const PHOENIX: &str = "phoenix";

#[derive(Debug, Default)]
pub(super) struct Connection {
    current: Option<(ConnectionId, State)>,
    /// Whether the program wants to be connected.
    is_wanted: bool,
    /// Whether a connection was open since the program asked for one.
    has_opened: bool,
    /// Whether the page is hidden, where there is a page.
    is_hidden: bool,
    /// Whether the page was put away while a connection was wanted.
    is_put_away: bool,
    /// The connection that was started when the page was shown.
    started_when_shown: Option<ConnectionId>,
    /// Attempts to connect since the last open connection.
    attempts: u32,
    /// The heartbeat that waits for its reply.
    heartbeat: Option<Ref>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Connecting,
    Open,
    Closing,
}

impl Connection {
    pub fn open_id(&self) -> Option<ConnectionId> {
        match self.current {
            Some((id, State::Open)) => Some(id),
            _ => None,
        }
    }

    pub fn is_open(&self, id: ConnectionId) -> bool {
        self.open_id() == Some(id)
    }

    fn is_current(&self, id: ConnectionId) -> bool {
        self.current.is_some_and(|(current, _)| current == id)
    }
}

impl Machine {
    /// Connects, unless the socket is connected or about to be.
    pub fn connect(&mut self) {
        let connection = &mut self.connection;
        let is_under_way = !matches!(connection.current, None | Some((_, State::Closing)));
        let is_waiting = connection.is_wanted && self.timers.is_set(&Timer::Reconnect);
        connection.is_wanted = true;
        connection.is_put_away = false;
        if !is_under_way && !is_waiting {
            self.open();
        }
    }

    /// Closes the connection, and does not open another.
    pub fn disconnect(&mut self, close: Close, now: Time) {
        let connection = &mut self.connection;
        connection.is_wanted = false;
        connection.is_put_away = false;
        connection.has_opened = false;
        connection.attempts = 0;
        self.timers.cancel(&Timer::Reconnect);
        if let Some((id, state)) = connection.current {
            if state != State::Closing {
                connection.current = Some((id, State::Closing));
                self.emit(Output::Close(id, close.clone()));
                self.lost(&close, now);
            }
        }
    }

    pub fn is_connected(&self) -> bool {
        self.connection.open_id().is_some()
    }

    fn open(&mut self) {
        self.timers.cancel(&Timer::Reconnect);
        let id = ConnectionId(self.next_id());
        self.connection.current = Some((id, State::Connecting));
        self.emit(Output::Open(id));
    }

    /// A connection is open.
    pub fn opened(&mut self, id: ConnectionId, now: Time) {
        let connection = &mut self.connection;
        if connection.current != Some((id, State::Connecting)) {
            return;
        }
        connection.current = Some((id, State::Open));
        connection.has_opened = true;
        connection.attempts = 0;
        self.start_heartbeats(now);
        self.emit(Output::Socket(SocketEvent::Open));
        self.join_all(now);
    }

    /// A connection failed; its end is reported, too.
    pub fn failed(&mut self, id: ConnectionId, reason: String) {
        if self.connection.is_current(id) {
            self.emit(Output::Socket(SocketEvent::Error(reason)));
        }
    }

    /// A connection ended.
    pub fn closed(&mut self, id: ConnectionId, close: Close, now: Time) {
        let Some((current, state)) = self.connection.current else {
            return;
        };
        if current != id {
            return;
        }
        self.connection.current = None;
        if state != State::Closing {
            self.lost(&close, now);
            self.reconnect_later(now);
        }
        self.emit(Output::Socket(SocketEvent::Close(close)));
    }

    /// What was sent over the connection will not be answered.
    fn lost(&mut self, close: &Close, now: Time) {
        self.stop_heartbeats();
        self.depart_all();
        self.error_all(&Error::Disconnected(close.clone()), now);
        self.fail_sent_pushes(&Error::Disconnected(close.clone()));
    }

    fn reconnect_later(&mut self, now: Time) {
        if self.connection.is_wanted {
            let delay = (self.timing.reconnect_after)(self.connection.attempts + 1);
            self.timers.set(Timer::Reconnect, now + delay);
        }
    }

    pub(super) fn reconnect(&mut self) {
        self.connection.attempts += 1;
        // As in phoenix.js: a hidden page connects when it is shown.
        if !self.connection.is_hidden {
            self.open();
        }
    }

    /// The page is hidden.
    pub fn page_hidden(&mut self) {
        self.connection.is_hidden = true;
        self.connection.started_when_shown = None;
    }

    /// The page is shown: a lost connection is opened at once.
    pub fn page_shown(&mut self, now: Time) {
        self.connection.is_hidden = false;
        self.connect_at_once(now);
    }

    /// The network is back: a lost connection is opened at once.
    pub fn network_returned(&mut self, now: Time) {
        if !self.connection.is_hidden {
            self.connect_at_once(now);
        }
    }

    fn connect_at_once(&mut self, now: Time) {
        let connection = &mut self.connection;
        if !connection.is_wanted || !connection.has_opened || connection.open_id().is_some() {
            return;
        }
        if let Some((id, _)) = connection.current {
            // Several events report one return; the attempt that the first one started stays.
            if connection.started_when_shown == Some(id) {
                return;
            }
            let close = normal("replaced");
            self.emit(Output::Close(id, close.clone()));
            self.lost(&close, now);
        }
        self.connection.attempts = 0;
        self.open();
        self.connection.started_when_shown = self.connection.current.map(|(id, _)| id);
    }

    /// The page is put away and may come back, as with a browser's back button.
    pub fn page_put_away(&mut self, now: Time) {
        if self.connection.is_wanted {
            self.disconnect(normal(""), now);
            self.connection.is_put_away = true;
        }
    }

    /// The page that was put away is back.
    pub fn page_back(&mut self) {
        if self.connection.is_put_away {
            self.connect();
        }
    }

    fn start_heartbeats(&mut self, now: Time) {
        self.stop_heartbeats();
        let next = now + self.timing.heartbeat_interval;
        self.timers.set(Timer::Heartbeat, next);
    }

    fn stop_heartbeats(&mut self) {
        self.connection.heartbeat = None;
        self.timers.cancel(&Timer::Heartbeat);
        self.timers.cancel(&Timer::HeartbeatTimeout);
    }

    pub(super) fn send_heartbeat(&mut self, now: Time) {
        let message_ref = self.next_ref();
        self.connection.heartbeat = Some(message_ref.clone());
        let timeout = now + self.timing.heartbeat_interval;
        self.timers.set(Timer::HeartbeatTimeout, timeout);
        let topic = PHOENIX.into();
        self.send(None, &message_ref, &topic, "heartbeat", Payload::empty());
    }

    pub(super) fn received_heartbeat_reply(&mut self, message_ref: Option<&Ref>, now: Time) {
        if message_ref.is_some() && self.connection.heartbeat.as_ref() == message_ref {
            self.start_heartbeats(now);
        }
    }

    /// The line is dead, though no one has said so: the connection is given up.
    pub(super) fn heartbeat_timed_out(&mut self, now: Time) {
        let Some(id) = self.connection.open_id() else {
            return;
        };
        let close = normal("heartbeat timeout");
        self.connection.current = None;
        self.emit(Output::Close(id, close.clone()));
        self.lost(&close, now);
        self.reconnect_later(now);
        self.emit(Output::Socket(SocketEvent::Close(close)));
    }
}

fn normal(reason: &str) -> Close {
    Close {
        code: NORMAL,
        reason: reason.into(),
    }
}
