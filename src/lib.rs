//! The client side of [Phoenix Presence]: the users who are online in a channel, kept
//! in sync with the server.
//!
//! Phoenix sends each client of a channel a `presence_state` once, then a
//! `presence_diff` for each change. A [`Roster`] takes these payloads and holds the
//! users who are online, with metas of a type of your own:
//!
//! ```
//! use phoenix_presence::{Change, Roster};
//!
//! #[derive(serde::Deserialize, PartialEq)]
//! struct Device {
//!     status: String,
//! }
//!
//! let mut roster = Roster::<Device>::new();
//! roster.joined();
//! roster.sync_state_json(r#"{"alice":{"metas":[{"phx_ref":"a1","status":"online"}]}}"#)?;
//!
//! let diff = r#"{"joins":{"bob":{"metas":[{"phx_ref":"b1","status":"away"}]}},"leaves":{}}"#;
//! for change in roster.sync_diff_json(diff)?.changes() {
//!     if let Change::Enter { key, presence, .. } = change {
//!         println!("{key} is {}", presence.metas[0].data.status);
//!     }
//! }
//! assert_eq!(roster.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["alice", "bob"]);
//! # Ok::<(), phoenix_presence::Error>(())
//! ```
//!
//! A [`Change`] is about a user, who came online, differs, or went offline: a second
//! tab is an update, and a repeated message produces no change. An [`Event`] is about
//! metas, like the callbacks of phoenix.js.
//!
//! A diff that arrives before its state waits for it. Call [`Roster::joined`] each time
//! that the server has answered a join: it tells a diff of the new join, which waits,
//! from one of an earlier join, which is dropped.
//!
//! The semantics are those of `Presence` in phoenix.js 1.8.16, which the tests run
//! beside it: metas are compared by their `phx_ref`, and keys are listed in the order
//! of a JavaScript object. The README lists the defects of phoenix.js that this
//! crate does not have.
//!
//! # Modules
//!
//! | module | content |
//! |---|---|
//! | `sync` | the algorithm, without the standard library: the session, state, diff, changes by user |
//! | `roster` | [`Roster`], for Rust programs: payloads, key order, changes, events |
//! | `client` | socket, channel and presence (features `client`, `native`) |
//! | `raw` | the presences of a room as the text of its frames (feature `raw`) |
//! | `js` | the state of the npm package: an object that JavaScript reads (feature `npm`, wasm32) |
//!
//! # Features
//!
//! | feature | |
//! |---|---|
//! | `std` (default) | [`Roster`] and its types |
//! | `client` | the module `client` on wasm32: a socket, channels, and a `Presence<M>` that follows a channel, over the WebSocket of the browser |
//! | `native` | the same on all other targets, over tokio and tokio-tungstenite. For `wss` a program adds `tokio-tungstenite = { version = "0.29", features = ["native-tls"] }` to its dependencies, or one of its rustls features and a crypto provider |
//! | `raw` | a store over JSON text, which the npm package is to call. Only for that package |
//! | `npm` | the functions that the npm package of the same name calls. Only for that package: a program that enables it exports them, too |
//!
//! [Phoenix Presence]: https://hexdocs.pm/phoenix/presence.html

#![cfg_attr(not(feature = "std"), no_std)]
// This page links to the roster, which the npm package does not have.
#![cfg_attr(not(feature = "std"), allow(rustdoc::broken_intra_doc_links))]

extern crate alloc;

#[cfg(not(any(feature = "std", feature = "npm", feature = "raw")))]
compile_error!(
    "phoenix-presence is empty without the feature `std`: enable it, or leave the default features on"
);

#[cfg(feature = "client")]
pub mod client;
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
#[doc(hidden)] // For pkg/core and the tests.
pub mod js;
#[cfg(any(
    all(feature = "raw", any(feature = "std", target_arch = "wasm32")),
    all(test, not(target_arch = "wasm32")) // proptest does not compile for wasm32.
))]
#[doc(hidden)] // For pkg/raw and the tests.
pub mod raw;
#[cfg(feature = "std")]
mod roster;
#[cfg(any(
    feature = "std",
    feature = "raw",
    all(target_arch = "wasm32", feature = "npm")
))]
mod sync;

#[cfg(feature = "std")]
pub use roster::{
    Change, Diff, Error, Event, Events, Meta, Presence, Reason, Resync, Roster, State, Updated,
};

/// The README's Rust is compiled, and run where no server is needed.
#[cfg(all(doctest, feature = "native"))]
#[doc = include_str!("../README.md")]
struct Readme;
