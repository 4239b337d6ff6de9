//! The client side of [Phoenix Presence]: who is online in a channel, kept in
//! sync from what the server sends.
//!
//! Phoenix tells each client of a channel who is there: a `presence_state`
//! once, then a `presence_diff` for each change. A [`Roster`] takes these
//! payloads and holds the result, with metas of your own type:
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
//! What a payload did is told in two ways. A [`Change`] is about a user, who came
//! online, differs, or went offline: a second tab is an update, and what is told
//! twice is nothing. An [`Event`] is about metas, as the callbacks of phoenix.js are.
//!
//! The semantics are those of `Presence` in phoenix.js 1.8.16, which the tests
//! run beside it: what counts is the `phx_ref` of each meta, and keys are listed
//! in the order of a JavaScript object. Where phoenix.js loses users (malformed
//! payloads, callbacks that throw) this does not; the README lists each case.
//!
//! # The house
//!
//! | module | what it decides |
//! |---|---|
//! | `wire` | what a payload is: [`State`], [`Diff`], [`Presence`], [`Meta`] |
//! | `refs` | which metas stay, join or leave, by their refs alone |
//! | `sync` | what a payload does to a roster: the one copy of the algorithm |
//! | `delta` | what a user did, from the presence before and the one after |
//! | `ordered` | the key order of a JavaScript object |
//! | `payload` | how a malformed presence costs only itself |
//! | `roster` | [`Roster`], the roster of a Rust program |
//! | `event`, `change` | what a payload did to metas, and to users |
//! | `js` | the roster of a JavaScript program: an object that it can read (feature `npm`, wasm32) |
//!
//! The feature `npm` adds the functions that the npm package of the same name
//! calls. A Rust program wants it off, or it exports them too.
//!
//! [Phoenix Presence]: https://hexdocs.pm/phoenix/presence.html

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "std")]
mod change;
#[cfg(any(feature = "std", all(target_arch = "wasm32", feature = "npm")))]
mod delta;
#[cfg(feature = "std")]
mod error;
#[cfg(feature = "std")]
mod event;
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub mod js;
#[cfg(feature = "std")]
mod ordered;
#[cfg(feature = "std")]
mod payload;
#[cfg(any(feature = "std", all(target_arch = "wasm32", feature = "npm")))]
mod refs;
#[cfg(feature = "std")]
mod roster;
#[cfg(any(feature = "std", all(target_arch = "wasm32", feature = "npm")))]
mod sync;
#[cfg(feature = "std")]
mod wire;

#[cfg(feature = "std")]
pub use change::{Change, Reason, Updated};
#[cfg(feature = "std")]
pub use error::Error;
#[cfg(feature = "std")]
pub use event::{Event, Events};
#[cfg(feature = "std")]
pub use roster::Roster;
#[cfg(feature = "std")]
pub use sync::Resync;
#[cfg(feature = "std")]
pub use wire::{Diff, Meta, Presence, State};

/// The README's Rust is compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
