//! The functions that the npm package calls. JavaScript keeps the fields that users read
//! and the callbacks that they set; Rust takes every decision about presences.
//!
//! Invariant: wasm keeps nothing between two calls. The memory of a Presence is in
//! JavaScript objects, which the garbage collector frees, and values come out as the
//! objects that went in.
//!
//! JavaScript puts the arguments of a call into a list, and a function here is given the
//! place of the first. No JavaScript exception may pass through wasm, since it would end
//! a message in the middle: values.js never throws, and nothing here calls a callback of
//! a user.

mod changes;
mod diff;
mod equal;
mod imports;
mod presence;
mod problem;
mod session;
mod store;
mod value;

use self::diff::JsDiff;
use self::presence::{Dict, JsPresence, JsPresences};
use self::problem::Problem;
use self::session::JsSession;
use self::store::JsStore;
use self::value::{call, Value};
use crate::sync::session as sync;
use crate::sync::session::{Handled, Reason, Session};
use crate::sync::{same, Results, Resync, Store};

/// For the tests, which call the functions here from Rust.
pub use self::value::with_arguments;

/// What JavaScript asks of the core for one message: `Flags` of border.d.ts.
#[derive(Clone, Copy)]
struct Flags(u32);

impl Flags {
    const JOINS: u32 = 1;
    const LEAVES: u32 = 2;
    const RESYNC_SERVER: u32 = 4;
    const CHANGES: u32 = 8;
    const METAS_OF_ALL: u32 = 16;
    const METAS_OF_WATCHED: u32 = 32;
    const JOINING: u32 = 64;
    const VISITS: u32 = 128;

    fn has(self, bit: u32) -> bool {
        self.0 & bit != 0
    }

    fn results(self) -> Results {
        Results {
            joins: self.has(Self::JOINS),
            leaves: self.has(Self::LEAVES),
            changes: self.has(Self::CHANGES),
        }
    }

    fn resync(self) -> Resync {
        match self.has(Self::RESYNC_SERVER) {
            true => Resync::Server,
            false => Resync::Keep,
        }
    }

    fn metas_of_all(self) -> bool {
        self.has(Self::METAS_OF_ALL)
    }

    fn metas_of_watched(self) -> bool {
        self.has(Self::METAS_OF_WATCHED)
    }
}

/// Handles a `presence_state` that arrived under a `joinRef`: the arguments are the
/// state, the payload and the `joinRef`.
///
/// Returns false, and does nothing, if the payload is not an object.
pub fn receive_state(first: i32, flags: u32) -> bool {
    call(first, |[state, payload, join_ref]| {
        let Some(payload) = Dict::check(payload) else {
            Problem::State.report(payload);
            return false;
        };
        let flags = Flags(flags);
        let mut session = JsSession::new(state);
        // If it starts empty, the keys of the payload become those of the state, unless some
        // presences are malformed.
        let starts_empty = session.store().len() == 0 && session.waiting() == 0;
        let presences = JsPresences::new(payload, Problem::StatePresence);
        // A plain object inherits no presence, so inherited keys need no check.
        let names = |key: &Value| JsPresence::get(payload.object, *key).is_some();
        let (reason, writes) = sync::receive_state(
            &mut session,
            &join_ref,
            presences,
            names,
            flags.resync(),
            flags.results(),
        );
        session.finish();
        if starts_empty && imports::size() == payload.len {
            imports::set_keys(payload.keys);
        }
        if flags.has(Flags::CHANGES) {
            changes::report(reason, &writes, flags);
        }
        true
    })
}

/// Handles a `presence_diff` that arrived under a `joinRef`: the arguments are the
/// state, the payload and the `joinRef`.
///
/// Returns true if it was applied; false if it waits, is dropped, or is not an object.
pub fn receive_diff(first: i32, flags: u32) -> bool {
    call(first, |[state, payload, join_ref]| {
        let flags = Flags(flags);
        let Some(diff) = JsDiff::check(payload) else {
            return false;
        };
        let mut session = JsSession::new(state);
        let joining = flags.has(Flags::JOINING);
        let handled = sync::receive_diff(&mut session, &join_ref, joining, diff, flags.results());
        session.finish();
        let Handled::Applied(writes) = handled else {
            return false;
        };
        if flags.has(Flags::CHANGES) {
            changes::report(Reason::Diff, &writes, flags);
        }
        true
    })
}

/// Reports the change that makes one presence of a user into another, unless they are
/// the same: the arguments are the key and both presences. A value that is not a
/// presence counts as absent.
pub fn compare(first: i32, reason: u32) {
    call(first, |[key, previous, current]| {
        let (previous, current) = (JsPresence::parse(previous), JsPresence::parse(current));
        if let (Some(previous), Some(current)) = (&previous, &current) {
            if same::<JsStore>(previous, current) {
                return;
            }
        }
        let reason = match reason {
            0 => Reason::Initial,
            1 => Reason::Resync,
            _ => Reason::Diff,
        };
        changes::change(reason, key, previous, current, Flags(Flags::METAS_OF_ALL));
    });
}

/// The number of metas of a presence, the first argument; -1 if it is not a presence.
pub fn count_metas(first: i32) -> i32 {
    call(first, |[presence, ..]| {
        JsPresence::parse(presence).map_or(-1, JsPresence::count)
    })
}
