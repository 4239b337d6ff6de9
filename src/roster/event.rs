//! Events: the metas that joined or left with one message, as phoenix.js reports them.

use std::sync::Arc;
use std::{fmt, vec};

use super::change::{change, Change};
use super::error::Error;
use super::wire::Presence;
use crate::sync::session::Reason;
use crate::sync::Write;

/// Metas of one key that joined or left: the arguments of phoenix.js's `onJoin` and
/// `onLeave`. A [`Change`] is about a user instead.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<M> {
    /// Metas joined.
    Join {
        /// The key of the user.
        key: Arc<str>,
        /// The presence before, if there was one.
        current: Option<Arc<Presence<M>>>,
        /// Only the metas that joined, and the fields that came with them.
        joined: Arc<Presence<M>>,
    },
    /// Metas left.
    Leave {
        /// The key of the user.
        key: Arc<str>,
        /// The presence that remains; without metas when the last one left.
        current: Arc<Presence<M>>,
        /// Only the metas that left, and the fields that came with them.
        left: Arc<Presence<M>>,
    },
}

/// The result of one message: an iterator of [`Event`]s, joins before leaves.
///
/// ```
/// use phoenix_presence::{Event, Roster};
///
/// let mut roster = Roster::<serde_json::Value>::new();
/// for event in roster.sync_state_json(r#"{"ada":{"metas":[{"phx_ref":"1"}]}}"#)? {
///     match event {
///         Event::Join { key, joined, .. } => assert_eq!((&*key, joined.metas.len()), ("ada", 1)),
///         Event::Leave { key, current, .. } if current.metas.is_empty() => println!("{key} left"),
///         Event::Leave { key, .. } => println!("{key} closed a device"),
///     }
/// }
/// # Ok::<(), phoenix_presence::Error>(())
/// ```
///
/// The roster is up to date before the first event is read, and also if none is.
/// [`changes`](Self::changes) lists the same by user instead of by metas. For a diff that
/// waits for its state both are empty, and the result of that state has them.
pub struct Events<M> {
    events: vec::IntoIter<Event<M>>,
    writes: Vec<Write<Arc<str>, Arc<Presence<M>>>>,
    reason: Reason,
    skipped: Vec<Error>,
}

impl<M: PartialEq> Events<M> {
    pub(crate) fn new(
        events: Vec<Event<M>>,
        writes: Vec<Write<Arc<str>, Arc<Presence<M>>>>,
        reason: Reason,
        skipped: Vec<Error>,
    ) -> Self {
        Self {
            events: events.into_iter(),
            writes,
            reason,
            skipped,
        }
    }

    /// The changes by user, one for each user who came online, differs or went offline, in
    /// the order in which the message first names them.
    ///
    /// Each call computes the list, whether or not events were read before.
    pub fn changes(&self) -> Vec<Change<M>> {
        let change = |write| change(write, self.reason);
        self.writes.iter().filter_map(change).collect()
    }
}

impl<M> Events<M> {
    /// The presences of the payload that could not be read, and why.
    pub fn skipped(&self) -> &[Error] {
        &self.skipped
    }

    #[cfg(feature = "client")]
    pub(crate) fn take_skipped(&mut self) -> Vec<Error> {
        std::mem::take(&mut self.skipped)
    }
}

impl<M> Iterator for Events<M> {
    type Item = Event<M>;

    fn next(&mut self) -> Option<Event<M>> {
        self.events.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.events.size_hint()
    }
}

impl<M> ExactSizeIterator for Events<M> {}

impl<M: fmt::Debug> fmt::Debug for Events<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("events", &self.events.as_slice())
            .field("skipped", &self.skipped)
            .finish()
    }
}
