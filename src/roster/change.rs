//! Changes by user: a user came online, differs, or went offline with one message.
//!
//! Invariant: a message has at most one change for each user, from the presence before
//! the message to the presence after it, and none if the two are the same.

use std::sync::Arc;

use super::store::Presences;
use super::wire::{Meta, Presence};
use crate::sync::delta::{delta, Delta};
use crate::sync::session::Reason;
use crate::sync::Write;

/// A change of one user by one message, from
/// [`Events::changes`](crate::Events::changes).
///
/// It is about users, not about metas. Another device, another status, other fields or
/// another order of metas are an [`Update`](Self::Update). A repeated join, or a
/// leave of metas that are not there, produces no change. A user who is back under a new
/// ref after a restart of the server is an update.
///
/// ```
/// use phoenix_presence::{Change, Roster};
///
/// #[derive(serde::Deserialize, PartialEq)]
/// struct Device {
///     status: String,
/// }
///
/// let mut roster = Roster::<Device>::new();
/// roster.sync_state_json(r#"{"ada":{"metas":[{"phx_ref":"1","status":"online"}]}}"#)?;
///
/// let diff = r#"{
///     "joins": {"ada": {"metas": [{"phx_ref": "2", "phx_ref_prev": "1", "status": "away"}]}},
///     "leaves": {"ada": {"metas": [{"phx_ref": "1", "status": "online"}]}}
/// }"#;
/// for change in roster.sync_diff_json(diff)?.changes() {
///     match change {
///         Change::Enter { key, .. } => println!("{key} came online"),
///         Change::Update { key, updated, .. } => {
///             let meta = &updated[0].current;
///             assert_eq!((&*key, &*meta.data.status), ("ada", "away"));
///         }
///         Change::Exit { key, .. } => println!("{key} went offline"),
///     }
/// }
/// # Ok::<(), phoenix_presence::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Change<M> {
    /// A user came online, with all metas of `presence`.
    Enter {
        /// The key of the user.
        key: Arc<str>,
        /// The presence after the message.
        presence: Arc<Presence<M>>,
        /// The kind of message that brought it.
        reason: Reason,
    },
    /// A user stayed online and differs. All lists are empty where only the order of
    /// metas or the fields beside them differ.
    Update {
        /// The key of the user.
        key: Arc<str>,
        /// The presence after the message.
        presence: Arc<Presence<M>>,
        /// The presence before the message.
        previous: Arc<Presence<M>>,
        /// The metas that joined and replaced none.
        joined: Vec<Arc<Meta<M>>>,
        /// The metas that left and were not replaced.
        left: Vec<Arc<Meta<M>>>,
        /// The metas that took the place of another.
        updated: Vec<Updated<M>>,
        /// The kind of message that brought it.
        reason: Reason,
    },
    /// A user went offline, with all metas of `previous`.
    Exit {
        /// The key of the user.
        key: Arc<str>,
        /// The presence before the message.
        previous: Arc<Presence<M>>,
        /// The kind of message that brought it.
        reason: Reason,
    },
}

/// A meta that took the place of another: its [`phx_ref_prev`](Meta::phx_ref_prev) is
/// the ref of the other, or it has the same ref and other content.
///
/// Phoenix merges two updates within its broadcast period into one diff. The meta between
/// them was never sent, and there is no pair: the newest meta is then in `joined`, the
/// oldest in `left`.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated<M> {
    /// The meta before.
    pub previous: Arc<Meta<M>>,
    /// The meta after.
    pub current: Arc<Meta<M>>,
}

impl<M> Change<M> {
    /// The key of the user.
    pub fn key(&self) -> &Arc<str> {
        match self {
            Self::Enter { key, .. } | Self::Update { key, .. } | Self::Exit { key, .. } => key,
        }
    }

    /// The presence after the message; `None` if the user went offline.
    pub fn presence(&self) -> Option<&Arc<Presence<M>>> {
        match self {
            Self::Enter { presence, .. } | Self::Update { presence, .. } => Some(presence),
            Self::Exit { .. } => None,
        }
    }

    /// The presence before the message; `None` if the user came online.
    pub fn previous(&self) -> Option<&Arc<Presence<M>>> {
        match self {
            Self::Enter { .. } => None,
            Self::Update { previous, .. } | Self::Exit { previous, .. } => Some(previous),
        }
    }

    /// The kind of message that brought it.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Enter { reason, .. }
            | Self::Update { reason, .. }
            | Self::Exit { reason, .. } => *reason,
        }
    }
}

/// The change behind one write of a message.
pub(crate) fn change<M: PartialEq>(
    write: &Write<Arc<str>, Arc<Presence<M>>>,
    reason: Reason,
) -> Option<Change<M>> {
    let key = Arc::clone(&write.key);
    Some(match (write.before.clone(), write.after.clone()) {
        (None, None) => return None,
        (None, Some(presence)) => Change::Enter {
            key,
            presence,
            reason,
        },
        (Some(previous), None) => Change::Exit {
            key,
            previous,
            reason,
        },
        (Some(previous), Some(presence)) => {
            let Delta {
                joined,
                left,
                updated,
            } = delta::<Presences<M>>(&previous, &presence);
            let pick = |from: &Presence<M>, positions: Vec<usize>| {
                let metas = positions.into_iter().map(|at| Arc::clone(&from.metas[at]));
                metas.collect()
            };
            let updated = updated.into_iter().map(|(at, place)| Updated {
                previous: Arc::clone(&previous.metas[at]),
                current: Arc::clone(&presence.metas[place]),
            });
            Change::Update {
                joined: pick(&presence, joined),
                left: pick(&previous, left),
                updated: updated.collect(),
                key,
                presence,
                previous,
                reason,
            }
        }
    })
}

#[cfg(test)]
mod tests;
