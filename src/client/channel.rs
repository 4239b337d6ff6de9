//! The channel: one topic of a socket.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_channel::oneshot;
use serde::Serialize;

use super::driver::{Outcome, Shared};
use super::error::Error;
use super::event::{ChannelEvent, ChannelState};
use super::listeners::{Subscribed, Subscription};
use super::machine::{ChannelId, Machine};
use super::payload::Payload;
use super::platform::MaybeSend;
use super::socket::Owner;

/// A topic of a [`Socket`](super::Socket).
///
/// A clone is another handle of the same channel. The channel is left when all handles are
/// dropped, or by [`leave`](Self::leave).
///
/// ```no_run
/// # use phoenix_presence::client::{Channel, Error, Socket};
/// use futures_util::StreamExt;
/// use serde_json::{json, Value};
///
/// # async fn run(socket: Socket) -> Result<(), Error> {
/// let channel = socket.channel("room:lobby", &json!({ "device": "web" }))?;
/// let mut messages = channel.on("message");
/// channel.join().await?;
///
/// let reply = channel.push("message", &json!({ "text": "hello" })).await?;
/// println!("sent as {}", reply.parse::<Value>()?["id"]);
/// while let Some(message) = messages.next().await {
///     println!("{}", message.parse::<Value>()?["text"]);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Channel {
    owner: Arc<ChannelOwner>,
}

/// Leaves the channel when the last handle is dropped.
struct ChannelOwner {
    socket: Arc<Owner>,
    id: ChannelId,
    topic: Box<str>,
}

impl Drop for ChannelOwner {
    fn drop(&mut self) {
        self.socket
            .0
            .call(|machine, now| machine.leave(self.id, now));
    }
}

impl fmt::Debug for ChannelOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelOwner")
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}

impl Channel {
    pub(crate) fn new(socket: Arc<Owner>, id: ChannelId, topic: &str) -> Self {
        let topic = topic.into();
        Self {
            owner: Arc::new(ChannelOwner { socket, id, topic }),
        }
    }

    fn shared(&self) -> &Shared {
        &self.owner.socket.0
    }

    /// The topic.
    pub fn topic(&self) -> &str {
        &self.owner.topic
    }

    /// The state.
    pub fn state(&self) -> ChannelState {
        let id = self.owner.id;
        self.shared().read(|machine| machine.channel_state(id))
    }

    /// Joins the channel, now or when the socket is connected. The result is the first
    /// answer of the server. A join that fails is tried again, as is one that was lost,
    /// until the channel is left.
    ///
    /// If the same topic was left before on this socket, the join waits until the server
    /// has closed the earlier one. If another channel of the socket has the topic, it is
    /// left first.
    ///
    /// The join is sent by the call, whether or not the result is awaited.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] with the server's response, [`Error::Timeout`],
    /// [`Error::AlreadyJoined`], or [`Error::Closed`] if it was left meanwhile.
    pub fn join(&self) -> Reply {
        self.begin_join(None)
    }

    /// As [`join`](Self::join), with a timeout of its own for this and later joins.
    pub fn join_timeout(&self, timeout: Duration) -> Reply {
        self.begin_join(Some(timeout))
    }

    fn begin_join(&self, timeout: Option<Duration>) -> Reply {
        let id = self.owner.id;
        Reply::of(
            self.shared()
                .begin(|machine, now| machine.join(id, timeout, now)),
        )
    }

    /// Sets the payload of later joins: of the first if it is not made yet, and of those
    /// after a crash or a lost connection.
    ///
    /// # Errors
    ///
    /// [`Error::Payload`] if JSON cannot express it.
    pub fn set_params(&self, params: &impl Serialize) -> Result<(), Error> {
        let (id, params) = (self.owner.id, Payload::of_params(params)?);
        self.shared()
            .call(|machine, _| machine.set_params(id, params));
        Ok(())
    }

    /// Leaves the channel. It is left by the call; the result is there when the server has
    /// closed it, and an error if it does not say so in time.
    pub fn leave(&self) -> Reply {
        let id = self.owner.id;
        Reply::of(self.shared().begin(|machine, now| machine.leave(id, now)))
    }

    /// Sends an event with a payload: `&()` for none. It waits until the channel is joined,
    /// and the result until the server has replied.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] with the server's response, [`Error::Timeout`] (also if the
    /// server never replies to this event), [`Error::Disconnected`], [`Error::Crashed`],
    /// [`Error::Closed`], [`Error::NotJoined`], [`Error::Payload`].
    pub fn push(&self, event: &str, payload: &(impl Serialize + ?Sized)) -> Reply {
        self.begin_push(event, payload, None)
    }

    /// As [`push`](Self::push), with a timeout of its own.
    pub fn push_timeout(
        &self,
        event: &str,
        payload: &(impl Serialize + ?Sized),
        timeout: Duration,
    ) -> Reply {
        self.begin_push(event, payload, Some(timeout))
    }

    fn begin_push(
        &self,
        event: &str,
        payload: &(impl Serialize + ?Sized),
        timeout: Option<Duration>,
    ) -> Reply {
        match Payload::of_params(payload) {
            Ok(payload) => self.begin_push_of(event, payload, timeout),
            Err(error) => Reply(Answer::Known(Some(Err(error)))),
        }
    }

    pub(crate) fn push_payload(&self, event: &str, payload: Payload) -> Reply {
        self.begin_push_of(event, payload, None)
    }

    fn begin_push_of(&self, event: &str, payload: Payload, timeout: Option<Duration>) -> Reply {
        let id = self.owner.id;
        let push = |machine: &mut Machine, now| machine.push(id, event, payload, timeout, now);
        Reply::of(self.shared().begin(push))
    }

    /// The payloads of one event of the server, as a stream.
    pub fn on(&self, event: &str) -> Subscribed<Payload> {
        let event: Box<str> = event.into();
        self.subscribed(move |happened| payload_of(happened, &event).cloned())
    }

    /// Calls back with each payload of one event of the server, until the result is
    /// dropped.
    pub fn subscribe(
        &self,
        event: &str,
        mut callback: impl FnMut(&Payload) + MaybeSend + 'static,
    ) -> Subscription {
        let event: Box<str> = event.into();
        self.subscribe_to_all(move |happened: &ChannelEvent| {
            if let Some(payload) = payload_of(happened, &event) {
                callback(payload);
            }
        })
    }

    /// Everything that happens to the channel, as a stream: joins, errors, messages.
    pub fn events(&self) -> Subscribed<ChannelEvent> {
        self.subscribed(|event| Some(event.clone()))
    }

    /// Calls back for everything that happens to the channel, until the result is dropped.
    pub fn subscribe_to_all(
        &self,
        callback: impl FnMut(&ChannelEvent) + MaybeSend + 'static,
    ) -> Subscription {
        let subscription = self.shared().of_channels.add(self.owner.id, callback);
        self.end_if_closed();
        subscription
    }

    fn subscribed<E: MaybeSend + 'static>(
        &self,
        read: impl Fn(&ChannelEvent) -> Option<E> + MaybeSend + 'static,
    ) -> Subscribed<E> {
        let stream = self.shared().of_channels.stream(self.owner.id, read);
        self.end_if_closed();
        stream
    }

    /// Ends the streams that were made after the last event of the channel.
    fn end_if_closed(&self) {
        let id = self.owner.id;
        if !self.shared().read(|machine| machine.has_channel(id)) {
            self.shared().of_channels.end(&id);
        }
    }

    pub(crate) fn downgrade(&self) -> WeakChannel {
        WeakChannel(Arc::downgrade(&self.owner))
    }
}

/// A channel, without keeping it from being left.
pub(crate) struct WeakChannel(Weak<ChannelOwner>);

impl WeakChannel {
    pub fn upgrade(&self) -> Option<Channel> {
        self.0.upgrade().map(|owner| Channel { owner })
    }
}

fn payload_of<'a>(happened: &'a ChannelEvent, event: &str) -> Option<&'a Payload> {
    match happened {
        ChannelEvent::Message(message) if *message.event == *event => Some(&message.payload),
        _ => None,
    }
}

/// The answer to a join, a push or a leave: a future. What was asked for is done whether or
/// not this is awaited.
#[derive(Debug)]
pub struct Reply(Answer);

#[derive(Debug)]
enum Answer {
    Awaited(oneshot::Receiver<Outcome>),
    Known(Option<Outcome>),
}

impl Reply {
    fn of(receiver: oneshot::Receiver<Outcome>) -> Self {
        Self(Answer::Awaited(receiver))
    }
}

impl Future for Reply {
    type Output = Result<Payload, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Answer::Awaited(receiver) => {
                let answer = Pin::new(receiver).poll(context);
                // Without a sender the socket is gone.
                answer.map(|answer| answer.unwrap_or(Err(Error::Closed)))
            }
            Answer::Known(outcome) => Poll::Ready(outcome.take().unwrap_or(Err(Error::Closed))),
        }
    }
}
