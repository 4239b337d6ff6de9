//! Callbacks and streams.
//!
//! Invariant: no lock of the registry is held while a callback runs or is dropped, so a
//! callback may use the socket, subscribe and unsubscribe.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use futures_channel::mpsc::{unbounded, UnboundedReceiver, UnboundedSender};
use futures_util::Stream;

use super::platform::{MaybeSend, MaybeSync};

/// A callback for events of the type `E`.
pub(crate) trait Listener<E>: MaybeSend {
    fn call(&mut self, event: &E);
}

impl<E, F: FnMut(&E) + MaybeSend> Listener<E> for F {
    fn call(&mut self, event: &E) {
        self(event);
    }
}

type Callback<E> = Arc<Mutex<dyn Listener<E>>>;

/// Callbacks by the key of what they are about: a channel, a user, or `()`.
pub(crate) struct Callbacks<K, E>(Mutex<Registry<K, E>>);

struct Registry<K, E> {
    last_id: u64,
    by_key: HashMap<K, Vec<(u64, Callback<E>)>>,
    keys: HashMap<u64, K>,
}

impl<K: Clone + Eq + Hash + MaybeSend + 'static, E: 'static> Callbacks<K, E> {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Registry {
            last_id: 0,
            by_key: HashMap::new(),
            keys: HashMap::new(),
        })))
    }

    fn registry(&self) -> MutexGuard<'_, Registry<K, E>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add(self: &Arc<Self>, key: K, callback: impl Listener<E> + 'static) -> Subscription {
        let mut registry = self.registry();
        registry.last_id += 1;
        let id = registry.last_id;
        let callbacks = registry.by_key.entry(key.clone()).or_default();
        callbacks.push((id, Arc::new(Mutex::new(callback))));
        registry.keys.insert(id, key);
        let of: Arc<dyn Remove> = Arc::clone(self) as _;
        Subscription(Some((Arc::downgrade(&of), id)))
    }

    /// A stream of what `read` picks from the events of a key.
    pub fn stream<T: MaybeSend + 'static>(
        self: &Arc<Self>,
        key: K,
        read: impl Fn(&E) -> Option<T> + MaybeSend + 'static,
    ) -> Subscribed<T> {
        self.stream_all(key, move |event, sender| {
            if let Some(item) = read(event) {
                // The receiver is dropped right before the subscription.
                let _ = sender.unbounded_send(item);
            }
        })
    }

    /// A stream of what `read` sends for the events of a key.
    pub fn stream_all<T: MaybeSend + 'static>(
        self: &Arc<Self>,
        key: K,
        read: impl Fn(&E, &UnboundedSender<T>) + MaybeSend + 'static,
    ) -> Subscribed<T> {
        let (sender, items) = unbounded();
        let subscription = self.add(key, move |event: &E| read(event, &sender));
        Subscribed {
            first: None,
            items,
            _subscription: subscription,
        }
    }

    pub fn notify<Q: Eq + Hash + ?Sized>(&self, key: &Q, event: &E)
    where
        K: Borrow<Q>,
    {
        let callbacks = self.registry().by_key.get(key).cloned();
        for (_, callback) in callbacks.unwrap_or_default() {
            let mut callback = callback.lock().unwrap_or_else(PoisonError::into_inner);
            callback.call(event);
        }
    }

    /// Removes the callbacks of a key; their streams end.
    pub fn end(&self, key: &K) {
        let mut registry = self.registry();
        let removed = registry.by_key.remove(key).unwrap_or_default();
        for (id, _) in &removed {
            registry.keys.remove(id);
        }
        drop(registry);
        drop(removed);
    }

    /// Removes all callbacks; their streams end.
    pub fn end_all(&self) {
        let mut registry = self.registry();
        let removed = std::mem::take(&mut registry.by_key);
        registry.keys.clear();
        drop(registry);
        drop(removed);
    }
}

/// What a subscription asks of the registry.
trait Remove: MaybeSend + MaybeSync {
    fn remove(&self, id: u64);
}

impl<K: Clone + Eq + Hash + MaybeSend + 'static, E: 'static> Remove for Callbacks<K, E> {
    fn remove(&self, id: u64) {
        let mut registry = self.registry();
        let Some(key) = registry.keys.remove(&id) else {
            return;
        };
        let mut removed = None;
        if let Some(callbacks) = registry.by_key.get_mut(&key) {
            let at = callbacks.iter().position(|(of, _)| *of == id);
            removed = at.map(|at| callbacks.remove(at));
            if callbacks.is_empty() {
                registry.by_key.remove(&key);
            }
        }
        drop(registry);
        drop(removed);
    }
}

/// A callback that is registered. Dropping this removes it.
#[must_use = "the callback is removed when this is dropped; `forget` keeps it"]
pub struct Subscription(Option<(Weak<dyn Remove>, u64)>);

impl Subscription {
    /// Keeps the callback until its channel is closed, or its socket or presence is
    /// dropped.
    pub fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some((of, id)) = self.0.take() {
            if let Some(of) = of.upgrade() {
                of.remove(id);
            }
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").finish_non_exhaustive()
    }
}

/// A stream of what happens, in order, from the moment it was made.
///
/// It ends when its channel is closed, or its socket or presence is dropped. What is not
/// read is kept in memory. Dropping the stream unsubscribes.
#[derive(Debug)]
#[must_use = "a stream collects what happens until it is dropped"]
pub struct Subscribed<T> {
    first: Option<T>,
    items: UnboundedReceiver<T>,
    _subscription: Subscription,
}

impl<T> Subscribed<T> {
    pub(crate) fn starting_with(self, first: T) -> Self {
        let first = Some(first);
        Self { first, ..self }
    }
}

// Nothing in it is pinned: the items are moved out.
impl<T> Unpin for Subscribed<T> {}

impl<T> Stream for Subscribed<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        Pin::new(&mut self.items).poll_next(context)
    }
}
