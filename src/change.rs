//! What a payload did, as apps think of it: which users came, differ, or went.
//!
//! Invariant: at most one change for each user, from the presence before the
//! payload to the one after all of it; and none if these hold the same.

use std::collections::HashMap;
use std::sync::Arc;

use crate::delta::{delta, Delta};
use crate::roster::Applying;
use crate::wire::{Meta, Presence};

/// What a payload changed for one user.
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
    /// A user came online.
    Enter {
        /// Who.
        key: Arc<str>,
        /// The presence.
        presence: Arc<Presence<M>>,
        /// What told of it.
        reason: Reason,
    },
    /// A user stayed online, and differs: another device, another status, other
    /// fields.
    Update {
        /// Who.
        key: Arc<str>,
        /// The presence after the payload.
        presence: Arc<Presence<M>>,
        /// The presence before it.
        previous: Arc<Presence<M>>,
        /// The metas that joined and replace none.
        joined: Vec<Arc<Meta<M>>>,
        /// The metas that left and were not replaced.
        left: Vec<Arc<Meta<M>>>,
        /// The metas that took the place of another.
        updated: Vec<Updated<M>>,
        /// What told of it.
        reason: Reason,
    },
    /// A user went offline.
    Exit {
        /// Who.
        key: Arc<str>,
        /// The presence before the payload.
        previous: Arc<Presence<M>>,
        /// What told of it.
        reason: Reason,
    },
}

/// A meta that took the place of another: by `phx_ref_prev`, or, under the same
/// ref, with other content.
#[derive(Clone, Debug, PartialEq)]
pub struct Updated<M> {
    /// The meta before.
    pub previous: Arc<Meta<M>>,
    /// The meta after.
    pub current: Arc<Meta<M>>,
}

/// What told of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The first `presence_state`.
    Initial,
    /// A later one.
    Resync,
    /// A `presence_diff`.
    Diff,
}

impl<M> Change<M> {
    /// Who.
    pub fn key(&self) -> &Arc<str> {
        match self {
            Self::Enter { key, .. } | Self::Update { key, .. } | Self::Exit { key, .. } => key,
        }
    }

    /// The presence after the payload; `None` for who went offline.
    pub fn presence(&self) -> Option<&Arc<Presence<M>>> {
        match self {
            Self::Enter { presence, .. } | Self::Update { presence, .. } => Some(presence),
            Self::Exit { .. } => None,
        }
    }

    /// The presence before the payload; `None` for who came online.
    pub fn previous(&self) -> Option<&Arc<Presence<M>>> {
        match self {
            Self::Enter { .. } => None,
            Self::Update { previous, .. } | Self::Exit { previous, .. } => Some(previous),
        }
    }

    /// What told of it.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Enter { reason, .. }
            | Self::Update { reason, .. }
            | Self::Exit { reason, .. } => *reason,
        }
    }
}

/// A key that a payload wrote: its presence before and after that.
pub(crate) struct Touched<M> {
    pub key: Arc<str>,
    pub before: Option<Arc<Presence<M>>>,
    pub after: Option<Arc<Presence<M>>>,
}

/// What `touched`, in the order of writing, comes to.
pub(crate) fn changes<M: PartialEq>(touched: &[Touched<M>], reason: Reason) -> Vec<Change<M>> {
    // A payload writes a key twice where it both joins and leaves.
    let mut users: Vec<(&Touched<M>, &Touched<M>)> = Vec::with_capacity(touched.len());
    let mut positions = HashMap::with_capacity(touched.len());
    for each in touched {
        let position = *positions.entry(&each.key).or_insert(users.len());
        match users.get_mut(position) {
            Some((_, last)) => *last = each,
            None => users.push((each, each)),
        }
    }
    users
        .into_iter()
        .filter_map(|(first, last)| change(&first.key, &first.before, &last.after, reason))
        .collect()
}

fn change<M: PartialEq>(
    key: &Arc<str>,
    before: &Option<Arc<Presence<M>>>,
    after: &Option<Arc<Presence<M>>>,
    reason: Reason,
) -> Option<Change<M>> {
    let key = Arc::clone(key);
    Some(match (before.clone(), after.clone()) {
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
            } = delta::<Applying<'_, M>>(&previous, &presence)?;
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
