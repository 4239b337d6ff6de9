//! The metas of another node, as this node's tracker holds them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chitchat::NodeState;
use tracing::warn;

use super::{DISCONNECT_PREFIX, MESSAGE_PREFIX, META_PREFIX};
use crate::hub::LockedHub;
use crate::presence::{ChannelId, RemoteMeta};

/// The metas of another node in the tracker, by the key under which the node published them.
#[derive(Debug)]
pub(super) struct NodeMetas {
    metas: HashMap<String, Arc<RemoteMeta>>,
    /// The local counterparts of the node's channels.
    channels: HashMap<u64, ChannelId>,
    /// The version of the node's state that the tracker equals.
    version: Option<u64>,
    /// The users that the node asks to disconnect.
    pub(super) disconnects: Announcements,
    /// The messages of the demo that the node has received.
    pub(super) messages: Announcements,
}

/// The values under one prefix that another node publishes for a while, each to be handled once.
#[derive(Debug)]
pub(super) struct Announcements {
    prefix: &'static str,
    handled: HashSet<String>,
}

impl Announcements {
    /// What a new node has published is older than its first contact with this one.
    fn of_new_node(prefix: &'static str, state: &NodeState) -> Self {
        let keys = state.key_values().map(|(key, _)| key);
        let handled = keys.filter(|key| key.starts_with(prefix));
        Self {
            prefix,
            handled: handled.map(str::to_owned).collect(),
        }
    }

    /// The values since the last call, in the order of their keys.
    pub(super) fn new_in<'a>(&mut self, state: &'a NodeState) -> Vec<&'a str> {
        let published = || {
            let pairs = state.key_values();
            pairs.filter(|(key, _)| key.starts_with(self.prefix))
        };
        let new: BTreeMap<_, _> = published()
            .filter(|(key, _)| !self.handled.contains(*key))
            .collect();
        let handled = published().map(|(key, _)| key.to_owned()).collect();
        self.handled = handled;
        new.into_values().collect()
    }
}

impl NodeMetas {
    pub(super) fn of_new_node(state: &NodeState) -> Self {
        Self {
            metas: HashMap::new(),
            channels: HashMap::new(),
            version: None,
            disconnects: Announcements::of_new_node(DISCONNECT_PREFIX, state),
            messages: Announcements::of_new_node(MESSAGE_PREFIX, state),
        }
    }

    pub(super) fn is_shown(&self) -> bool {
        self.version.is_some()
    }

    /// Makes the tracker equal to the node's state, and broadcasts one diff per topic.
    pub(super) fn show(&mut self, state: &NodeState, hub: &mut LockedHub<'_>) {
        if self.version == Some(state.max_version()) {
            return;
        }
        self.version = Some(state.max_version());
        let mut published: HashMap<&str, &str> = state
            .key_values()
            .filter(|(key, _)| key.starts_with(META_PREFIX))
            .collect();
        let mut left = Vec::new();
        self.metas.retain(|key, meta| {
            let is_unchanged = published.get(key.as_str()) == Some(&&*meta.published);
            if is_unchanged {
                published.remove(key.as_str());
            } else {
                left.push(Arc::clone(meta));
            }
            is_unchanged
        });
        // In the order of the keys, so that the order of frames does not depend on a hash.
        let published: BTreeMap<_, _> = published.into_iter().collect();
        let mut joined = Vec::new();
        for (key, value) in published {
            let new_channel = |number| {
                let known = self.channels.entry(number);
                *known.or_insert_with(|| hub.new_channel())
            };
            match RemoteMeta::parse(value, new_channel) {
                Ok(meta) => {
                    let meta = Arc::new(meta);
                    self.metas.insert(key.to_owned(), Arc::clone(&meta));
                    joined.push(meta);
                }
                Err(error) => warn!(node = %state.chitchat_id().node_id, %error, "malformed meta"),
            }
        }
        let in_use: HashSet<ChannelId> = self.metas.values().map(|meta| meta.channel).collect();
        self.channels.retain(|_, channel| in_use.contains(channel));
        hub.replicate(&left, &joined);
    }

    /// Removes the node's metas from the tracker, and broadcasts one diff per topic.
    pub(super) fn hide(&mut self, hub: &mut LockedHub<'_>) {
        self.version = None;
        self.channels.clear();
        let left: Vec<_> = self.metas.drain().map(|(_, meta)| meta).collect();
        hub.replicate(&left, &[]);
    }
}
