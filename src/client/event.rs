//! What a socket and a channel report.

use super::error::{Close, Error};
use super::frame::Message;
use super::payload::Payload;

/// What happens to a [`Socket`](super::Socket).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SocketEvent {
    /// A connection is open.
    Open,
    /// A connection ended. Unless the program disconnected, the socket connects again.
    Close(Close),
    /// A connection failed, or a frame could not be read; the text says why. A browser
    /// does not say why a connection failed.
    Error(String),
    /// A message came, of any topic.
    Message(Message),
}

/// What happens to a [`Channel`](super::Channel).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ChannelEvent {
    /// A join begins: the first, or another after an error.
    Joining,
    /// The server answered the join with `ok`, and this response.
    Joined(Payload),
    /// The join was refused ([`Error::Rejected`]) or not answered, the channel crashed, or
    /// the connection was lost. The channel joins again by itself.
    Errored(Error),
    /// A message of the server.
    Message(Message),
    /// A join of the same topic that was left before is over on the server: what waited
    /// for a `presence_state` belonged to it.
    EarlierJoinClosed,
    /// The channel was left, or closed by the server. It is the last event.
    Closed,
}

/// The state of a channel; the names are those of phoenix.js.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelState {
    /// Not joined yet, or left, or closed by the server.
    Closed,
    /// The join failed, the channel crashed or the connection was lost; it joins again.
    Errored,
    /// The server has answered the join.
    Joined,
    /// A join is under way, or waits for the connection.
    Joining,
    /// A leave is under way.
    Leaving,
}
