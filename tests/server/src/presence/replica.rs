//! What nodes exchange about their metas.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::tracker::ChannelId;
use super::wire::TrackedMeta;

/// A change of a meta of this node.
#[derive(Debug)]
pub struct LocalChange {
    /// The place of the meta: one key of one channel.
    pub slot: String,
    /// The text that describes the meta to other nodes; `None` when it left.
    pub published: Option<String>,
}

/// A meta of another node.
#[derive(Debug)]
pub struct RemoteMeta {
    pub(crate) channel: ChannelId,
    pub(super) topic: String,
    pub(super) key: String,
    pub(super) meta: Arc<TrackedMeta>,
    /// The text that it was read from.
    pub(crate) published: String,
}

#[derive(Serialize, Deserialize)]
struct Published<'a> {
    channel: u64,
    topic: String,
    key: String,
    #[serde(borrow)]
    meta: &'a RawValue,
}

impl LocalChange {
    pub(super) fn new(
        channel: ChannelId,
        topic: &str,
        key: &str,
        meta: Option<&TrackedMeta>,
    ) -> Self {
        let publish = |meta: &TrackedMeta| {
            let published = Published {
                channel: channel.0,
                topic: topic.to_owned(),
                key: key.to_owned(),
                meta: meta.json(),
            };
            serde_json::to_string(&published).expect("texts and raw JSON always serialize")
        };
        Self {
            slot: format!("{}/{key}", channel.0),
            published: meta.map(publish),
        }
    }
}

impl RemoteMeta {
    /// Reads what another node has published. `channel` gives the local counterpart of its channel.
    pub(crate) fn parse(
        text: &str,
        channel: impl FnOnce(u64) -> ChannelId,
    ) -> Result<Self, serde_json::Error> {
        let published: Published<'_> = serde_json::from_str(text)?;
        Ok(Self {
            channel: channel(published.channel),
            topic: published.topic,
            key: published.key,
            meta: Arc::new(TrackedMeta::from_json(published.meta)?),
            published: text.to_owned(),
        })
    }
}
