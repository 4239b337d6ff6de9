//! A room whose presences are text: the messages of its channel, and what can be read.

use alloc::vec::Vec;
use core::mem;

use super::compact::compacted;
use super::names::{self, Key, Names};
use super::payload::{normalise, normalise_ref, Entry, Presences, Reader, Sides};
use super::presence::{Presence, Records, Shape};
use super::report::{Problem, Report};
use super::scan::Span;
use super::session::{Side, TextDiff, TextSession};
use super::store::TextStore;
use super::table::Seed;
use super::text::NO_INDEX;
use super::users::Users;
use super::Flags;
use crate::sync::session::{receive_diff, receive_state, Handled, Reason};
use crate::sync::{same, Writes};

/// Fewer bytes than this, or metas, are not worth compacting.
const MIN_COMPACTED: usize = 16_384;

/// Kinds of problems: those of pkg/problems.js.
const STATE: u8 = 1;
const STATE_PRESENCE: u8 = 2;
const DIFF: u8 = 3;
const JOINS: u8 = 4;
const JOINS_PRESENCE: u8 = 5;
const LEAVES: u8 = 6;
const LEAVES_PRESENCE: u8 = 7;

/// Up to this many keys, memory grows as it is needed.
const SMALL: usize = 64;

/// A diff whose presences were found.
struct ReadDiff {
    /// Well-formed presences in key order, each key once.
    joins: Vec<Entry>,
    leaves: Vec<Entry>,
    /// Whether the payload is an object.
    is_object: bool,
    /// The payload or a side, where it is not an object.
    sides: Vec<Problem>,
    presences: Vec<Problem>,
}

/// The outcome of a message, as bits; [`NOT_JSON`] if it is not JSON.
pub type Outcome = i32;

/// The text is not JSON, and nothing changed.
pub const NOT_JSON: Outcome = -1;
/// It was applied.
pub const APPLIED: Outcome = 1;
/// The diff waits. One that is merged with others is not to be kept.
pub const WAITS: Outcome = 2;
/// The diff is to be added to those that wait.
pub const ADDED: Outcome = 4;
/// The diffs that the session added to those that wait are dropped.
pub const DROPS_WAITING: Outcome = 8;
/// The state is not the first.
pub const RESYNC: Outcome = 16;

/// A room. Text comes in through [`Room::reserve`], and the answer to a call is read with
/// [`Room::report`].
pub struct Room {
    records: Records,
    names: Names,
    users: Users,
    /// Waiting diffs past the first thousand, merged into one.
    merged_joins: Users,
    merged_left: Users,
    /// Diffs that wait, handed over before the state that they wait for, and whether the
    /// session added them.
    waiting: Vec<(ReadDiff, bool)>,
    /// For the number of a key, its place in the payload that was read last: valid if that
    /// place has this key.
    places: Vec<u32>,
    /// Where the text begins that was reserved last.
    incoming: usize,
    report: Vec<u8>,
    /// The hashes of the keys that are watched, ascending.
    watched: Vec<u32>,
    /// The numbers of bytes and metas past which they may be compacted.
    limits: (usize, usize),
}

impl Room {
    /// An empty room, whose hash table has `random` as its secret.
    pub fn new(random: u64) -> Self {
        let seed = Seed::new(random);
        Self {
            records: Records {
                text: Vec::new(),
                metas: Vec::new().into(),
                seed,
            },
            names: Names::new(seed, 0),
            users: Users::default(),
            merged_joins: Users::default(),
            merged_left: Users::default(),
            waiting: Vec::new(),
            places: Vec::new(),
            incoming: 0,
            report: Vec::new(),
            watched: Vec::new(),
            limits: (MIN_COMPACTED, MIN_COMPACTED),
        }
    }

    /// Space for a text of up to `len` bytes, to be written before the next call.
    pub fn reserve(&mut self, len: usize) -> &mut [u8] {
        let text = &mut self.records.text;
        self.incoming = text.len();
        let needed = text.len() + len;
        if needed > text.capacity() {
            // After a large text come small ones: no need for twice the space.
            text.reserve_exact(len + needed / 4);
        }
        text.resize(needed, 0);
        &mut text[self.incoming..]
    }

    /// The answer to the last call as JSON: see `report.rs`.
    pub fn report(&self) -> &[u8] {
        &self.report
    }

    /// How many users there are.
    pub fn size(&self) -> usize {
        self.users.len()
    }

    /// How many metas they have.
    pub fn meta_count(&self) -> usize {
        self.users.meta_count()
    }

    /// The number of bytes of text that are kept.
    pub fn text_len(&self) -> usize {
        self.records.text.len()
    }

    /// Handles a `presence_state`, the first `len` bytes of what was reserved, and then
    /// the diffs that were handed over.
    pub fn receive_state(&mut self, len: usize, flags: u32) -> Outcome {
        let flags = Flags(flags);
        self.begin(len);
        let known = (self.names.len(), self.users.writes());
        let meta_count = self.meta_len();
        let is_first_text = self.incoming == 0;
        let Some((presences, has_escapes)) = self.read(|reader| reader.state()) else {
            return self.refuse(meta_count);
        };
        let mut problems = Vec::new();
        let state = match presences {
            Presences::Object(found) => {
                self.resolve(found, has_escapes, STATE_PRESENCE, &mut problems)
            }
            other => {
                problems.extend(other.problem(STATE, Some(self.incoming_span())));
                self.write_problems(&problems);
                self.drop_incoming(meta_count);
                return 0;
            }
        };
        if has_escapes {
            self.normalise_refs(meta_count);
        }
        if state.len() > SMALL {
            self.users.reserve(self.names.len());
        }
        for (place, entry) in (0..).zip(&state) {
            self.places[entry.key.id as usize] = place;
        }
        let mut handed_over = mem::take(&mut self.waiting);
        for (diff, _) in &mut handed_over {
            problems.append(&mut diff.sides);
            problems.append(&mut diff.presences);
        }

        let places = &self.places;
        let is_named = |key: &Key| {
            let place = places.get(key.id as usize).copied().unwrap_or(u32::MAX);
            let named = state.get(place as usize);
            named.is_some_and(|named| named.key == *key)
        };
        let results = flags.results(self.users.any_held());
        let records = &self.records;
        let waiting: Vec<_> = handed_over
            .iter()
            .map(|(diff, is_own)| diff.over(records, *is_own))
            .collect();
        let waiting_count = waiting.len();
        let users = [
            &mut self.users,
            &mut self.merged_joins,
            &mut self.merged_left,
        ];
        let mut session = TextSession::new(records, users, waiting, waiting_count, flags);
        let presences = state
            .iter()
            .map(|entry| (entry.key, Presence::new(records, entry.shape)));
        let (reason, writes) = receive_state(
            &mut session,
            &(),
            presences,
            is_named,
            flags.resync(),
            results,
        );
        let answer = Answer {
            names: &self.names,
            watched: &self.watched,
            problems: &problems,
            flags,
        };
        answer.write(&mut self.report, session.store, &writes);

        if (self.names.len(), self.users.writes()) == known {
            self.drop_incoming(meta_count); // Nothing refers to it.
        }
        if is_first_text {
            self.set_limits();
        }
        self.compact();
        APPLIED | if reason == Reason::Resync { RESYNC } else { 0 }
    }

    /// Handles a `presence_diff`, the first `len` bytes of what was reserved. `waiting` is
    /// how many diffs wait.
    pub fn receive_diff(&mut self, len: usize, waiting: usize, flags: u32) -> Outcome {
        let flags = Flags(flags);
        self.begin(len);
        let known = self.names.len();
        let writes_before = self.users.writes();
        let meta_count = self.meta_len();
        let Some(diff) = self.read_diff() else {
            return self.refuse(meta_count);
        };
        if !diff.is_object {
            self.write_problems(&diff.sides);
            self.drop_incoming(meta_count);
            return 0;
        }

        let results = flags.results(self.users.any_held());
        let records = &self.records;
        let users = [
            &mut self.users,
            &mut self.merged_joins,
            &mut self.merged_left,
        ];
        let mut session = TextSession::new(records, users, Vec::new(), waiting, flags);
        let joining = flags.has(Flags::JOINING);
        let text_diff = diff.over(records, true);
        let handled = receive_diff(&mut session, &(), joining, text_diff, results);
        let (adds, drops) = (session.adds_waiting, session.drops_waiting);
        let (mut outcome, writes) = match handled {
            Handled::Applied(writes) => (APPLIED, writes),
            Handled::Waits if adds => (WAITS | ADDED, Vec::new()),
            Handled::Waits => (WAITS, Vec::new()),
            Handled::Dropped => (0, Vec::new()),
        };
        if drops {
            outcome |= DROPS_WAITING;
        }
        let is_read = outcome & (WAITS | ADDED) == WAITS || outcome & APPLIED != 0;
        let ReadDiff {
            joins,
            sides: mut problems,
            presences,
            ..
        } = diff;
        if is_read {
            problems.extend(presences);
        }
        let answer = Answer {
            names: &self.names,
            watched: &self.watched,
            problems: &problems,
            flags,
        };
        answer.write(&mut self.report, session.store, &writes);

        let is_merged = outcome & (WAITS | ADDED) == WAITS;
        let has_writes = self.users.writes() != writes_before;
        if !is_merged && !has_writes && self.names.len() == known {
            self.drop_incoming(meta_count);
        } else if !is_merged && joins.is_empty() && self.names.len() == known {
            // What remains of a presence is made of parts that were there.
            self.records.text.truncate(self.incoming);
        }
        self.compact();
        outcome
    }

    /// Takes a diff that waits for the state that comes next. `is_own` is whether the
    /// session added it to those that wait.
    pub fn add_waiting(&mut self, len: usize, is_own: bool) {
        self.begin(len);
        if let Some(diff) = self.read_diff() {
            self.waiting.push((diff, is_own));
        }
    }

    /// Drops the diffs that wait.
    pub fn drop_waiting(&mut self) {
        self.waiting.clear();
        self.merged_joins = Users::default();
        self.merged_left = Users::default();
    }

    /// Replaces all users by those of an object of presences. False if it is not JSON.
    pub fn load(&mut self, len: usize) -> bool {
        self.begin(len);
        let meta_count = self.meta_len();
        let Some((presences, has_escapes)) = self.read(|reader| reader.state()) else {
            self.refuse(meta_count);
            return false;
        };
        self.users = Users::default();
        if let Presences::Object(found) = presences {
            let state = self.resolve(found, has_escapes, STATE_PRESENCE, &mut Vec::new());
            if has_escapes {
                self.normalise_refs(meta_count);
            }
            for Entry { key, shape } in state {
                self.users.insert(key, shape);
                self.users.set_held(key.id, true);
            }
        }
        self.compact();
        true
    }

    /// Reports the change of a user between two presences that differ: of an array of a
    /// key and two values, of which one that is not a presence counts as absent.
    pub fn compare(&mut self, len: usize, flags: u32) {
        self.begin(len);
        let meta_count = self.meta_len();
        let Some((Some((span, shapes)), has_escapes)) = self.read(|reader| Some(reader.pair()))
        else {
            self.refuse(meta_count);
            return;
        };
        if has_escapes {
            self.normalise_refs(meta_count);
        }
        let span = normalise(&mut self.records.text, span);
        let key = self.names.add(&self.records.text, span);
        let records = &self.records;
        let [previous, current] = shapes.map(|shape| Some(Presence::new(records, shape?)));
        let is_same = match (&previous, &current) {
            (Some(previous), Some(current)) => same::<TextStore<'_>>(previous, current),
            _ => false,
        };
        let mut report = Report::new(&mut self.report, records, &self.names);
        report.problems(&[]);
        report.events(&[]);
        if !is_same {
            report.change(key, previous, current, false, Flags(flags));
        }
        report.next_array();
        report.finish();
        self.compact();
    }

    /// Watches a key, the first `len` bytes of what was reserved, or ends that.
    pub fn watch(&mut self, len: usize, is_escaped: bool, is_watched: bool) {
        let name = self.name(len, is_escaped);
        let hash = self.names.hash(name.of(&self.records.text));
        self.records.text.truncate(self.incoming);
        match self.watched.binary_search(&hash) {
            Ok(at) if !is_watched => {
                self.watched.remove(at);
            }
            // Two keys may have one hash, so it may be there twice.
            Ok(at) | Err(at) if is_watched => self.watched.insert(at, hash),
            _ => {}
        }
    }

    /// Whether a key is there: the first `len` bytes of what was reserved, with or without
    /// escapes.
    pub fn has(&mut self, len: usize, is_escaped: bool) -> bool {
        self.find(len, is_escaped).is_some()
    }

    /// Answers with the presence of a key, which JavaScript holds from now on. False if it
    /// is not there.
    pub fn get(&mut self, len: usize, is_escaped: bool) -> bool {
        let found = self.find(len, is_escaped);
        self.report.clear();
        let Some((id, shape)) = found else {
            return false;
        };
        self.users.set_held(id, true);
        Presence::new(&self.records, shape).write(&mut self.report);
        true
    }

    /// Answers with the keys at the places `from..to` of the list, as an array.
    pub fn keys(&mut self, from: usize, to: usize) {
        self.list(from, to, |_, report, key| report.key(key));
    }

    /// Answers with the keys and presences at the places `from..to`, as one flat array.
    /// A presence is 1 if JavaScript holds it, which from now on it does.
    pub fn rows(&mut self, from: usize, to: usize) {
        self.list(from, to, |users, report, key| {
            report.key(key);
            let shape = users.get(key.id).filter(|_| !users.is_held(key.id));
            let presence = shape.map(|shape| Presence::new(report.records(), shape));
            report.presence_or(presence.as_ref(), 1);
            users.set_held(key.id, true);
        });
    }

    fn list(
        &mut self,
        from: usize,
        to: usize,
        mut write: impl FnMut(&mut Users, &mut Report<'_>, Key),
    ) {
        let keys = self.users.page(from, to);
        let mut report = Report::list(&mut self.report, &self.records, &self.names);
        for key in keys {
            write(&mut self.users, &mut report, key);
        }
        report.finish_list();
    }

    /// Begins a call: takes the text that was written.
    fn begin(&mut self, len: usize) {
        self.records.text.truncate(self.incoming + len);
        if self.report.capacity() > MIN_COMPACTED {
            self.report = Vec::new();
        }
        self.report.clear();
    }

    fn meta_len(&mut self) -> usize {
        self.records.metas.get_mut().len()
    }

    fn incoming_span(&self) -> Span {
        Span::new(self.incoming, self.records.text.len())
    }

    /// Reads the text that came in, and whether strings in it have escapes.
    fn read<T>(&mut self, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Option<(T, bool)> {
        let Records { text, metas, .. } = &mut self.records;
        let mut reader = Reader::new(text, self.incoming, metas.get_mut());
        let value = read(&mut reader)?;
        Some((value, reader.has_escapes()))
    }

    fn read_diff(&mut self) -> Option<ReadDiff> {
        let meta_count = self.meta_len();
        let (sides, has_escapes) = self.read(|reader| reader.diff())?;
        let mut diff = ReadDiff {
            joins: Vec::new(),
            leaves: Vec::new(),
            is_object: true,
            sides: Vec::new(),
            presences: Vec::new(),
        };
        match sides {
            Sides::Other(value) => {
                diff.is_object = false;
                diff.sides.push(Problem::Value(DIFF, value));
            }
            Sides::Both { joins, leaves } => {
                if has_escapes {
                    self.normalise_refs(meta_count);
                }
                let presences = &mut diff.presences;
                diff.sides.extend(joins.problem(JOINS, None));
                diff.sides.extend(leaves.problem(LEAVES, None));
                if let Presences::Object(found) = joins {
                    diff.joins = self.resolve(found, has_escapes, JOINS_PRESENCE, presences);
                }
                if let Presences::Object(found) = leaves {
                    diff.leaves = self.resolve(found, has_escapes, LEAVES_PRESENCE, presences);
                }
            }
        }
        Some(diff)
    }

    /// Looks up the keys of an object of presences, and puts them into key order. A key
    /// that occurs twice has its first place and its last value. What is not a presence is
    /// left out, and reported.
    fn resolve(
        &mut self,
        mut found: Vec<Entry>,
        has_escapes: bool,
        kind: u8,
        problems: &mut Vec<Problem>,
    ) -> Vec<Entry> {
        if found.len() > SMALL {
            self.names.reserve(found.len());
        }
        let mut len = 0;
        for at in 0..found.len() {
            let Entry { key, shape } = found[at];
            let mut span = key.unresolved_span();
            if has_escapes {
                span = normalise(&mut self.records.text, span);
            }
            let key = self.names.add(&self.records.text, span);
            let id = key.id as usize;
            if id >= self.places.len() {
                self.places.resize(self.names.capacity().max(id + 1), 0);
            }
            match found[..len].get_mut(self.places[id] as usize) {
                Some(same) if same.key == key => same.shape = shape,
                _ => {
                    self.places[id] = len as u32;
                    found[len] = Entry { key, shape };
                    len += 1;
                }
            }
        }
        found.truncate(len);
        let mut entries = found;
        if entries.iter().any(|entry| entry.key.index != NO_INDEX) {
            let order = names::key_order(&entries, |entry| entry.key);
            entries = order.into_iter().map(|at| entries[at]).collect();
        }
        entries.retain(|entry| {
            let is_presence = entry.shape.is_presence();
            if !is_presence {
                problems.push(Problem::Presence(kind, entry.key));
            }
            is_presence
        });
        entries
    }

    /// Removes the escapes of refs in the metas after the first `from`.
    fn normalise_refs(&mut self, from: usize) {
        let Records { text, metas, .. } = &mut self.records;
        for meta in &mut metas.get_mut()[from..] {
            meta.phx_ref = normalise_ref(text, meta.phx_ref);
            meta.replaced = normalise_ref(text, meta.replaced);
        }
    }

    /// The content of the key that came in.
    fn name(&mut self, len: usize, is_escaped: bool) -> Span {
        self.records.text.truncate(self.incoming + len);
        let span = self.incoming_span();
        match is_escaped {
            true => normalise(&mut self.records.text, span),
            false => span,
        }
    }

    fn find(&mut self, len: usize, is_escaped: bool) -> Option<(u32, Shape)> {
        let name = self.name(len, is_escaped);
        let text = &self.records.text;
        let id = self.names.find(text, name.of(text));
        self.records.text.truncate(self.incoming);
        Some((id?, self.users.get(id?)?))
    }

    /// Drops the text that came in, and the metas after the first `meta_count`.
    fn drop_incoming(&mut self, meta_count: usize) {
        self.records.text.truncate(self.incoming);
        self.records.metas.get_mut().truncate(meta_count);
    }

    fn refuse(&mut self, meta_count: usize) -> Outcome {
        self.drop_incoming(meta_count);
        NOT_JSON
    }

    fn write_problems(&mut self, problems: &[Problem]) {
        let mut report = Report::new(&mut self.report, &self.records, &self.names);
        report.problems(problems);
        report.events(&[]);
        report.next_array();
        report.finish();
    }

    /// Lets text and metas grow by half before they are compacted.
    fn set_limits(&mut self) {
        let limit = |len: usize| len + len / 2 + MIN_COMPACTED;
        self.limits = (limit(self.records.text.len()), limit(self.meta_len()));
    }

    /// Drops what is not referred to, if that may be a third of it.
    fn compact(&mut self) {
        if self.records.text.len() <= self.limits.0 && self.meta_len() <= self.limits.1 {
            return;
        }
        self.compact_now();
    }

    pub(crate) fn compact_now(&mut self) {
        let users = [&self.users, &self.merged_joins, &self.merged_left];
        let (records, names, users) = compacted(&self.records, &self.names, users);
        self.records = records;
        self.names = names;
        [self.users, self.merged_joins, self.merged_left] = users;
        self.places = Vec::new();
        self.set_limits();
    }
}

impl ReadDiff {
    fn over<'a>(&self, records: &'a Records, is_own: bool) -> TextDiff<'a> {
        let side = |entries: &[Entry]| -> Side<'a> {
            entries
                .iter()
                .map(|entry| (entry.key, Presence::new(records, entry.shape)))
                .collect()
        };
        TextDiff {
            joins: side(&self.joins),
            leaves: side(&self.leaves),
            is_own,
        }
    }
}

impl Presences {
    /// The problem that it is not an object. `none` is where it is, if a missing value or
    /// null is a problem, too.
    fn problem(&self, kind: u8, none: Option<Span>) -> Option<Problem> {
        let span = match *self {
            Self::Object(_) => return None,
            Self::None => none?,
            Self::Other(span) => span,
        };
        Some(Problem::Value(kind, span))
    }
}

/// What a report on a message is made of.
struct Answer<'a> {
    names: &'a Names,
    watched: &'a [u32],
    problems: &'a [Problem],
    flags: Flags,
}

impl Answer<'_> {
    fn write(self, out: &mut Vec<u8>, store: TextStore<'_>, writes: &Writes<TextStore<'_>>) {
        let Self {
            names,
            watched,
            problems,
            flags,
        } = self;
        let TextStore {
            records,
            users,
            events,
        } = store;
        let only_watched = flags.has(Flags::METAS_OF_WATCHED) && !flags.has(Flags::VISITS);
        let is_reported = |key: Key| {
            let name = names.span(key.id).of(&records.text);
            !only_watched || watched.binary_search(&names.hash(name)).is_ok()
        };
        let mut report = Report::new(out, records, names);
        report.problems(problems);
        report.events(&events);
        report.changes(writes, users, flags, is_reported);
        report.finish();
    }
}
