//! The report on a message: JSON text, which JavaScript parses in one call.
//!
//! It is `[problems, events, changes, held]`, four flat arrays, or empty if all are:
//!
//! | array | for each |
//! |---|---|
//! | problems | kind, value: that of pkg/problems.js |
//! | events | 1 for a join or 0 for a leave, key, current presence or 0, presence |
//! | changes | 0 to 2 for enter, update or exit, key, presence or 0, previous presence or 0, and for an update the positions of metas that joined, that left, and of pairs that were updated, as three arrays |
//! | held | key, presence or 0: users whose objects JavaScript holds, where no change tells what became of them |
//!
//! A previous presence is 1 if JavaScript holds it as an object.

use alloc::vec::Vec;

use super::names::{Key, Names};
use super::presence::{Presence, Records};
use super::scan::Span;
use super::store::{Event, TextStore};
use super::text::{write_number, write_string};
use super::users::Users;
use super::Flags;
use crate::sync::delta::delta;
use crate::sync::Writes;

/// The malformed part of a message: the kinds of pkg/problems.js.
pub(crate) enum Problem {
    /// A value that is not an object where one is expected.
    Value(u8, Span),
    /// The presence of a key is malformed.
    Presence(u8, Key),
}

/// Writes the report.
pub(crate) struct Report<'a> {
    out: &'a mut Vec<u8>,
    records: &'a Records,
    names: &'a Names,
}

impl<'a> Report<'a> {
    pub fn new(out: &'a mut Vec<u8>, records: &'a Records, names: &'a Names) -> Self {
        out.clear();
        out.extend_from_slice(b"[[");
        Self {
            out,
            records,
            names,
        }
    }

    /// A single array.
    pub fn list(out: &'a mut Vec<u8>, records: &'a Records, names: &'a Names) -> Self {
        out.clear();
        out.push(b'[');
        Self {
            out,
            records,
            names,
        }
    }

    pub fn finish_list(self) {
        self.out.push(b']');
    }

    pub fn records(&self) -> &'a Records {
        self.records
    }

    /// Separates an item from the one before it.
    fn next(&mut self) {
        if self.out.last() != Some(&b'[') {
            self.out.push(b',');
        }
    }

    fn number(&mut self, number: usize) {
        self.next();
        write_number(number, self.out);
    }

    pub fn key(&mut self, key: Key) {
        self.next();
        write_string(self.names.span(key.id).of(&self.records.text), self.out);
    }

    /// Writes a presence, or a number in its place.
    pub fn presence_or(&mut self, presence: Option<&Presence<'_>>, number: usize) {
        let Some(presence) = presence else {
            return self.number(number);
        };
        self.next();
        presence.write(self.out);
    }

    fn presence(&mut self, presence: Option<&Presence<'_>>) {
        self.presence_or(presence, 0);
    }

    fn positions(&mut self, positions: impl Iterator<Item = usize>) {
        self.next();
        self.out.push(b'[');
        for at in positions {
            self.number(at);
        }
        self.out.push(b']');
    }

    pub fn next_array(&mut self) {
        self.out.extend_from_slice(b"],[");
    }

    pub fn problems(&mut self, problems: &[Problem]) {
        for problem in problems {
            match *problem {
                Problem::Value(kind, value) => {
                    self.number(kind.into());
                    self.next();
                    self.out.extend_from_slice(value.of(&self.records.text));
                }
                Problem::Presence(kind, key) => {
                    self.number(kind.into());
                    self.key(key);
                }
            }
        }
        self.next_array();
    }

    pub fn events(&mut self, events: &[Event<'_>]) {
        for event in events {
            self.number(event.is_join.into());
            self.key(event.key);
            self.presence(event.current.as_ref());
            self.presence(Some(&event.presence));
        }
        self.next_array();
    }

    /// The changes behind the writes of a message. Afterwards JavaScript holds the
    /// presences that are reported.
    pub fn changes(
        &mut self,
        writes: &Writes<TextStore<'_>>,
        users: &mut Users,
        flags: Flags,
        is_watched: impl Fn(Key) -> bool,
    ) {
        let mut held = Vec::new();
        for write in writes {
            let (key, before, after) = (write.key, write.before, write.after);
            let was_held = users.is_held(key.id);
            if flags.has(Flags::CHANGES) && is_watched(key) {
                self.change(key, before, after, was_held, flags);
                users.set_held(key.id, after.is_some());
            } else if was_held || flags.has(Flags::HOLDS_ALL) {
                let kept = after.filter(|_| flags.has(Flags::HOLDS_ALL));
                held.push((key, kept));
                users.set_held(key.id, kept.is_some());
            }
        }
        self.next_array();
        for (key, presence) in held {
            self.key(key);
            self.presence(presence.as_ref());
        }
    }

    pub fn change(
        &mut self,
        key: Key,
        before: Option<Presence<'_>>,
        after: Option<Presence<'_>>,
        was_held: bool,
        flags: Flags,
    ) {
        let kind = match (&before, &after) {
            (None, None) if !flags.has(Flags::VISITS) => return,
            (None, Some(_)) => 0,
            (Some(_), Some(_)) => 1,
            (_, None) => 2,
        };
        self.number(kind);
        self.key(key);
        self.presence(after.as_ref());
        match before {
            Some(_) if was_held => self.number(1),
            before => self.presence(before.as_ref()),
        }
        if let (Some(before), Some(after)) = (before, after) {
            let delta = delta::<TextStore<'_>>(&before, &after);
            self.positions(delta.joined.into_iter());
            self.positions(delta.left.into_iter());
            self.positions(
                delta
                    .updated
                    .into_iter()
                    .flat_map(|(at, place)| [at, place]),
            );
        }
    }

    /// Ends the report, which is empty if all arrays are.
    pub fn finish(self) {
        self.out.extend_from_slice(b"]]");
        if self.out == b"[[],[],[],[]]" {
            self.out.clear();
        }
    }
}
