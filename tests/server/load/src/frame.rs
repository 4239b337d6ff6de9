//! The frames of the server, read without copies: reading takes most of the clients' time.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// `[join_ref, ref, topic, event, payload]`
pub type Frame<'a> = (
    Option<&'a str>,
    Option<&'a str>,
    &'a str,
    &'a str,
    &'a RawValue,
);

/// The payload of `presence_state`, and either side of a diff.
pub type Presences<'a> = BTreeMap<&'a str, Presence<'a>>;

/// The presence of one user.
#[derive(Deserialize)]
pub struct Presence<'a> {
    #[serde(borrow)]
    pub metas: Vec<Meta<'a>>,
}

/// One meta.
#[derive(Deserialize)]
pub struct Meta<'a> {
    pub phx_ref: &'a str,
    /// When the user sent the update that made it, in microseconds since the start of the program.
    pub at: Option<u64>,
}

/// The payload of `presence_diff`.
#[derive(Deserialize)]
pub struct Diff<'a> {
    #[serde(borrow)]
    pub joins: Presences<'a>,
    #[serde(borrow)]
    pub leaves: Presences<'a>,
}
