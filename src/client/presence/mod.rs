//! The users of a channel who are online, kept in sync.

mod own_meta;
#[cfg(all(test, not(target_arch = "wasm32")))] // it needs a file of the tests
mod recordings;
mod status;
mod tracking;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_channel::oneshot;
use serde::de::DeserializeOwned;
use serde::Serialize;

use self::own_meta::OwnMeta;
pub use self::status::Status;
use self::tracking::Tracking;
use super::channel::Channel;
use super::error::Error;
use super::event::{ChannelEvent, ChannelState};
use super::listeners::{Callbacks, Subscribed, Subscription};
use super::payload::Payload;
use super::platform::{MaybeSend, MaybeSync};
use crate::{Change, Resync, Roster};

/// A user who is online, shared.
type User<M> = Arc<crate::Presence<M>>;

/// The options of a [`Presence`].
#[derive(Clone, Debug)]
pub struct PresenceOptions {
    /// The event of a whole state; `presence_state` by default.
    pub state_event: Arc<str>,
    /// The event of a diff; `presence_diff` by default.
    pub diff_event: Arc<str>,
    /// The event of [`Presence::update`], which the server handles by calling
    /// `Presence.update`; `update` by default.
    pub update_event: Arc<str>,
    /// How known metas are treated in a later state.
    pub resync: Resync,
}

impl Default for PresenceOptions {
    fn default() -> Self {
        Self {
            state_event: "presence_state".into(),
            diff_event: "presence_diff".into(),
            update_event: "update".into(),
            resync: Resync::Keep,
        }
    }
}

/// What happens to a [`Presence`].
#[derive(Debug)]
#[non_exhaustive]
pub enum PresenceEvent<M> {
    /// Users came online, differ or went offline, with one message.
    Changed(Arc<[Change<M>]>),
    /// The status is another. Changes of the same message come before.
    Status(Status),
    /// A payload, or one presence in it, cannot be read. The rest is applied.
    Malformed(Arc<crate::Error>),
    /// The server did not accept an [`update`](Presence::update).
    UpdateFailed(Error),
}

impl<M> Clone for PresenceEvent<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Changed(changes) => Self::Changed(Arc::clone(changes)),
            Self::Status(status) => Self::Status(*status),
            Self::Malformed(error) => Self::Malformed(Arc::clone(error)),
            Self::UpdateFailed(error) => Self::UpdateFailed(error.clone()),
        }
    }
}

/// The users of a channel who are online, with metas of the type `M`.
///
/// Make it before the channel is joined: the server sends the state of a channel once, when
/// it is joined. The handle keeps the channel joined; a clone is another handle. When all
/// are dropped, nothing is tracked any more.
///
/// ```no_run
/// # use phoenix_presence::client::{Error, Presence, Socket};
/// use futures_util::StreamExt;
/// use phoenix_presence::Change;
///
/// #[derive(serde::Deserialize, PartialEq)]
/// struct Device {
///     status: String,
/// }
///
/// # async fn run(socket: Socket) -> Result<(), Error> {
/// let channel = socket.channel("room:lobby", &())?;
/// let presence = Presence::<Device>::new(&channel);
/// let mut changes = presence.changes();
/// channel.join().await?;
///
/// while let Some(change) = changes.next().await {
///     match change {
///         Change::Enter { key, presence, .. } => println!("{key} is {}", presence.metas[0].data.status),
///         Change::Update { key, .. } => println!("{key} differs"),
///         Change::Exit { key, .. } => println!("{key} went offline"),
///     }
///     println!("{} online", presence.len());
/// }
/// # Ok(())
/// # }
/// ```
pub struct Presence<M> {
    channel: Channel,
    inner: Arc<Inner<M>>,
    _subscription: Arc<Subscription>,
}

struct Inner<M> {
    state: Mutex<State<M>>,
    own_meta: OwnMeta,
    listeners: Arc<Callbacks<(), PresenceEvent<M>>>,
    /// One entry for each watched user, so that a watch costs nothing when others change.
    watches: Arc<Callbacks<Arc<str>, Option<User<M>>>>,
}

struct State<M> {
    tracking: Tracking<M>,
    synced: Vec<oneshot::Sender<Result<(), Error>>>,
}

impl<M: DeserializeOwned + PartialEq + MaybeSend + MaybeSync + 'static> Presence<M> {
    /// Tracks the users of a channel.
    pub fn new(channel: &Channel) -> Self {
        Self::with_options(channel, PresenceOptions::default())
    }

    /// Tracks the users of a channel, with options.
    pub fn with_options(channel: &Channel, options: PresenceOptions) -> Self {
        let is_joined = channel.state() == ChannelState::Joined;
        let inner = Arc::new(Inner {
            own_meta: OwnMeta::new(channel, Arc::clone(&options.update_event)),
            state: Mutex::new(State {
                tracking: Tracking::new(options, is_joined),
                synced: Vec::new(),
            }),
            listeners: Callbacks::new(),
            watches: Callbacks::new(),
        });
        let receiver = Arc::clone(&inner);
        let subscription =
            channel.subscribe_to_all(move |event: &ChannelEvent| receiver.receive(event));
        Self {
            channel: channel.clone(),
            inner,
            _subscription: Arc::new(subscription),
        }
    }

    /// The channel.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// The presence of `key`.
    pub fn get(&self, key: &str) -> Option<User<M>> {
        self.with(|roster| roster.get_shared(key).cloned())
    }

    /// Whether `key` is online.
    pub fn contains(&self, key: &str) -> bool {
        self.with(|roster| roster.contains(key))
    }

    /// Keys and presences, in the key order of a JavaScript object, as they are now.
    pub fn list(&self) -> Vec<(Arc<str>, User<M>)> {
        let shared = |(key, user): (&Arc<str>, &User<M>)| (Arc::clone(key), Arc::clone(user));
        self.with(|roster| roster.iter_shared().map(shared).collect())
    }

    /// How many keys are online.
    pub fn len(&self) -> usize {
        self.with(Roster::len)
    }

    /// Whether no key is online.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many metas (devices, tabs) all keys have together.
    pub fn meta_count(&self) -> usize {
        self.with(Roster::meta_count)
    }

    /// Reads the roster without copying it. Messages wait meanwhile; `read` must not use
    /// this Presence.
    pub fn with<T>(&self, read: impl FnOnce(&Roster<M>) -> T) -> T {
        read(&self.inner.state().tracking.roster)
    }

    /// How current the roster is.
    pub fn status(&self) -> Status {
        self.inner.state().tracking.status()
    }

    /// Waits until the roster is that of the current join.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`] if the server refuses the join, although it is tried again;
    /// [`Error::Closed`] if the channel is left or closed.
    pub async fn when_synced(&self) -> Result<(), Error> {
        let receiver = {
            let mut state = self.inner.state();
            match state.tracking.status() {
                Status::Synced => return Ok(()),
                Status::Closed => return Err(Error::Closed),
                Status::Pending | Status::Stale => {
                    let (sender, receiver) = oneshot::channel();
                    state.synced.push(sender);
                    receiver
                }
            }
        };
        receiver.await.unwrap_or(Err(Error::Closed))
    }

    /// The changes by user from now on, as a stream.
    pub fn changes(&self) -> Subscribed<Change<M>> {
        let stream = self.inner.listeners.stream_all((), |event, sender| {
            if let PresenceEvent::Changed(changes) = event {
                for change in changes.iter() {
                    // The receiver is dropped right before the subscription.
                    let _ = sender.unbounded_send(change.clone());
                }
            }
        });
        self.end_if_closed();
        stream
    }

    /// Everything that happens to this Presence from now on, as a stream.
    pub fn events(&self) -> Subscribed<PresenceEvent<M>> {
        let all = |event: &PresenceEvent<M>| Some(event.clone());
        let stream = self.inner.listeners.stream((), all);
        self.end_if_closed();
        stream
    }

    /// Calls back for everything that happens to this Presence, until the result is
    /// dropped. The roster is up to date when it is called.
    pub fn subscribe(
        &self,
        callback: impl FnMut(&PresenceEvent<M>) + MaybeSend + 'static,
    ) -> Subscription {
        self.inner.listeners.add((), callback)
    }

    /// One user, as a stream: the presence as it is now, then after each change of it, and
    /// `None` while the user is offline.
    pub fn watch(&self, key: &str) -> Subscribed<Option<User<M>>> {
        // Locked until the stream is registered, so that no change falls between.
        let state = self.inner.state();
        let now = state.tracking.roster.get_shared(key).cloned();
        let watches = &self.inner.watches;
        let stream = watches.stream(key.into(), |user: &Option<User<M>>| Some(user.clone()));
        let stream = stream.starting_with(now);
        if state.tracking.status() == Status::Closed {
            watches.end_all();
        }
        stream
    }

    /// Sets the meta of the program's own user: the server is sent the event `update` with
    /// it now, or when the channel is joined, and again after each later join. Only the meta
    /// that was set last is sent again.
    ///
    /// # Errors
    ///
    /// [`Error::Payload`] if JSON cannot express it. What the server says is in
    /// [`PresenceEvent::UpdateFailed`].
    pub fn update(&self, meta: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let reply = self.inner.own_meta.set(Payload::of_params(meta)?);
        own_meta::report(reply, &self.inner.listeners);
        Ok(())
    }

    fn end_if_closed(&self) {
        if self.status() == Status::Closed {
            self.inner.listeners.end_all();
        }
    }
}

impl<M: DeserializeOwned + PartialEq + MaybeSend + MaybeSync + 'static> Inner<M> {
    /// Handles an event of the channel: the roster is updated, then watches and
    /// `when_synced` are served, then all others are notified.
    fn receive(&self, event: &ChannelEvent) {
        own_meta::report(self.own_meta.receive(event), &self.listeners);

        let mut state = self.state();
        let before = state.tracking.status();
        let tracked = state.tracking.receive(event);
        let status = state.tracking.status();
        for change in &tracked.changes {
            self.watches
                .notify(&**change.key(), &change.presence().cloned());
        }
        state.settle(event);
        drop(state);

        for error in tracked.malformed {
            let event = PresenceEvent::Malformed(Arc::new(error));
            self.listeners.notify(&(), &event);
        }
        if !tracked.changes.is_empty() {
            let event = PresenceEvent::Changed(tracked.changes.into());
            self.listeners.notify(&(), &event);
        }
        if status != before {
            self.listeners.notify(&(), &PresenceEvent::Status(status));
        }
        if status == Status::Closed {
            self.listeners.end_all();
            self.watches.end_all();
        }
    }
}

impl<M> Inner<M> {
    fn state(&self) -> MutexGuard<'_, State<M>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: DeserializeOwned + PartialEq> State<M> {
    /// Answers those who wait for a synchronisation that is over.
    fn settle(&mut self, event: &ChannelEvent) {
        let result = match (self.tracking.status(), event) {
            (Status::Synced, _) => Ok(()),
            (Status::Closed, _) => Err(Error::Closed),
            (_, ChannelEvent::Errored(error @ Error::Rejected(_))) => Err(error.clone()),
            _ => return,
        };
        for waiter in self.synced.drain(..) {
            // Nobody waits if the receiver is gone.
            let _ = waiter.send(result.clone());
        }
    }
}

impl<M> Clone for Presence<M> {
    fn clone(&self) -> Self {
        Self {
            channel: self.channel.clone(),
            inner: Arc::clone(&self.inner),
            _subscription: Arc::clone(&self._subscription),
        }
    }
}

impl<M> fmt::Debug for Presence<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presence")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}
