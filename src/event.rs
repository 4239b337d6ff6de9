//! What a payload did, as phoenix.js tells it: which metas joined and which left.
//!
//! Invariant: the roster is up to date before the first event is read, and stays
//! so if none is.

use std::sync::Arc;
use std::{fmt, vec};

use crate::change::{changes, Change, Reason, Touched};
use crate::error::Error;
use crate::roster::Applying;
use crate::sync::Applied;
use crate::wire::Presence;

/// What happened to the metas of one key: the arguments of phoenix.js's `onJoin`
/// and `onLeave`. A [`Change`] tells it by user.
#[derive(Clone, Debug, PartialEq)]
pub enum Event<M> {
    /// Metas joined.
    Join {
        /// Who.
        key: Arc<str>,
        /// The presence before, if there was one.
        current: Option<Arc<Presence<M>>>,
        /// Only the metas that joined, and the fields that came with them.
        joined: Arc<Presence<M>>,
    },
    /// Metas left.
    Leave {
        /// Who.
        key: Arc<str>,
        /// What remains; without metas when the last one left.
        current: Arc<Presence<M>>,
        /// Only the metas that left, and the fields that came with them.
        left: Arc<Presence<M>>,
    },
}

/// What one payload did: an iterator of [`Event`]s, joins before leaves.
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
/// The roster is up to date before the first event is read, and stays so if
/// none is.
///
/// [`changes`](Self::changes) tells the same by user instead of by metas.
pub struct Events<M> {
    events: vec::IntoIter<Event<M>>,
    touched: Vec<Touched<M>>,
    reason: Reason,
    skipped: Vec<Error>,
}

impl<M> Events<M> {
    pub(crate) fn new(
        applied: Applied<Applying<'_, M>>,
        touched: Vec<Touched<M>>,
        reason: Reason,
        skipped: Vec<Error>,
    ) -> Self
    where
        M: PartialEq,
    {
        let joins = applied.joins.into_iter().map(|event| Event::Join {
            key: event.key,
            current: event.current,
            joined: event.joined,
        });
        let leaves = applied.leaves.into_iter().map(|event| Event::Leave {
            key: event.key,
            current: event.current,
            left: event.left,
        });
        let events: Vec<_> = joins.chain(leaves).collect();
        Self {
            events: events.into_iter(),
            touched,
            reason,
            skipped,
        }
    }

    /// What changed, by user: who came online, who differs, who went offline, each
    /// once, in the order in which the payload first told of them.
    ///
    /// It is put together when asked for, and is all that the payload changed,
    /// whichever events were read before.
    pub fn changes(&self) -> Vec<Change<M>>
    where
        M: PartialEq,
    {
        changes(&self.touched, self.reason)
    }

    /// The presences of the payload that could not be read, and why.
    pub fn skipped(&self) -> &[Error] {
        &self.skipped
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
