//! The callbacks and streams of a socket and its channels.
//!
//! Invariant: no lock of the registry is held while a callback runs or is dropped, so a
//! callback may use the socket, subscribe and unsubscribe.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use futures_channel::mpsc::{unbounded, UnboundedReceiver};
use futures_util::Stream;

use super::event::{ChannelEvent, SocketEvent};
use super::machine::ChannelId;
use super::platform::MaybeSend;

/// A callback for events of the type `E`.
pub(crate) trait Listener<E>: MaybeSend {
    fn call(&mut self, event: &E);
}

impl<E, F: FnMut(&E) + MaybeSend> Listener<E> for F {
    fn call(&mut self, event: &E) {
        self(event);
    }
}

pub(crate) type Callback<E> = Arc<Mutex<dyn Listener<E>>>;
type Callbacks<E> = Vec<(u64, Callback<E>)>;

#[derive(Default)]
struct Registry {
    last_id: u64,
    of_socket: Callbacks<SocketEvent>,
    of_channels: HashMap<ChannelId, Callbacks<ChannelEvent>>,
}

#[derive(Default)]
pub(crate) struct Listeners(Mutex<Registry>);

impl Listeners {
    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn listen_to_socket(self: &Arc<Self>, callback: Callback<SocketEvent>) -> Subscription {
        let mut registry = self.registry();
        registry.last_id += 1;
        let id = registry.last_id;
        registry.of_socket.push((id, callback));
        Subscription::new(self, Key::Socket(id))
    }

    pub fn listen_to_channel(
        self: &Arc<Self>,
        channel: ChannelId,
        callback: Callback<ChannelEvent>,
    ) -> Subscription {
        let mut registry = self.registry();
        registry.last_id += 1;
        let id = registry.last_id;
        let callbacks = registry.of_channels.entry(channel).or_default();
        callbacks.push((id, callback));
        Subscription::new(self, Key::Channel(channel, id))
    }

    pub fn notify_socket(&self, event: &SocketEvent) {
        let callbacks = self.registry().of_socket.clone();
        call_each(&callbacks, event);
    }

    pub fn notify_channel(&self, channel: ChannelId, event: &ChannelEvent) {
        let callbacks = match event {
            // No other event of this channel follows; its streams end.
            ChannelEvent::Closed => self.registry().of_channels.remove(&channel),
            _ => self.registry().of_channels.get(&channel).cloned(),
        };
        call_each(&callbacks.unwrap_or_default(), event);
    }

    /// Removes all callbacks; their streams end.
    pub fn clear(&self) {
        let registry = std::mem::take(&mut *self.registry());
        drop(registry);
    }

    fn remove(&self, key: &Key) {
        match key {
            Key::Socket(id) => {
                let removed = take(&mut self.registry().of_socket, *id);
                drop(removed);
            }
            Key::Channel(channel, id) => {
                let mut registry = self.registry();
                let callbacks = registry.of_channels.get_mut(channel);
                let removed = callbacks.and_then(|callbacks| take(callbacks, *id));
                drop(registry);
                drop(removed);
            }
        }
    }
}

fn take<E>(callbacks: &mut Callbacks<E>, id: u64) -> Option<Callback<E>> {
    let at = callbacks.iter().position(|(of, _)| *of == id)?;
    Some(callbacks.remove(at).1)
}

fn call_each<E>(callbacks: &Callbacks<E>, event: &E) {
    for (_, callback) in callbacks {
        let mut callback = callback.lock().unwrap_or_else(PoisonError::into_inner);
        callback.call(event);
    }
}

enum Key {
    Socket(u64),
    Channel(ChannelId, u64),
}

/// A callback that is registered. Dropping this removes it.
#[must_use = "the callback is removed when this is dropped; `forget` keeps it"]
pub struct Subscription {
    listeners: Weak<Listeners>,
    key: Key,
}

impl Subscription {
    fn new(listeners: &Arc<Listeners>, key: Key) -> Self {
        Self {
            listeners: Arc::downgrade(listeners),
            key,
        }
    }

    /// Keeps the callback until its channel is closed, or its socket is dropped.
    pub fn forget(mut self) {
        self.listeners = Weak::new();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(listeners) = self.listeners.upgrade() {
            listeners.remove(&self.key);
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

/// A stream of events, in order, from the moment it was made.
///
/// It ends when its channel is closed, or its socket is dropped. What is not read is kept
/// in memory. Dropping the stream unsubscribes.
#[derive(Debug)]
pub struct Subscribed<E> {
    events: UnboundedReceiver<E>,
    _subscription: Subscription,
}

impl<E: MaybeSend + 'static> Subscribed<E> {
    /// A stream of what `read` picks from the events that `subscribe` registers for.
    pub(crate) fn new<S>(
        subscribe: impl FnOnce(Callback<S>) -> Subscription,
        read: impl Fn(&S) -> Option<E> + MaybeSend + 'static,
    ) -> Self
    where
        S: 'static,
    {
        let (sender, events) = unbounded();
        let listener = move |event: &S| {
            if let Some(event) = read(event) {
                // The receiver is dropped right before the subscription.
                let _ = sender.unbounded_send(event);
            }
        };
        Self {
            events,
            _subscription: subscribe(Arc::new(Mutex::new(listener))),
        }
    }
}

impl<E> Stream for Subscribed<E> {
    type Item = E;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<E>> {
        Pin::new(&mut self.events).poll_next(context)
    }
}
