//! A presence that is JSON text: where its parts are.
//!
//! Invariant: the spans of a [`Shape`] and of its metas lie in the text of their
//! [`Records`], and refs are strings without escapes, other JSON values, or empty.

use alloc::vec::Vec;
use core::cell::RefCell;

use super::scan::Span;
use super::table::{Seed, Table};
use crate::sync::{Metas, Pick};

/// The text of all messages that are still referred to, and the metas in it.
pub(crate) struct Records {
    pub text: Vec<u8>,
    /// The metas of a presence are next to each other. Only appended to while a message
    /// is handled.
    pub metas: RefCell<Vec<Meta>>,
    pub seed: Seed,
}

/// A meta: an object in the text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Meta {
    pub object: Span,
    /// Its `phx_ref`, as JSON: a string has its quotes and no escapes. Empty if missing.
    pub phx_ref: Span,
    /// Its `phx_ref_prev`, likewise.
    pub replaced: Span,
}

/// A presence: an object in the text, with metas of its own or others in their place.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    pub object: Span,
    /// The array of metas that the object has.
    pub array: Span,
    /// The first of the metas, and how many they are.
    pub first: u32,
    pub count: u32,
}

impl Shape {
    /// A value that is not a presence, in a list of presences.
    pub const MALFORMED: Self = Self {
        object: Span { start: 0, end: 0 },
        array: Span { start: 0, end: 0 },
        first: 0,
        count: u32::MAX,
    };

    pub fn is_presence(&self) -> bool {
        self.count != u32::MAX
    }
}

/// A presence and where its text is.
#[derive(Clone, Copy)]
pub(crate) struct Presence<'a> {
    records: &'a Records,
    pub shape: Shape,
}

impl<'a> Presence<'a> {
    pub fn new(records: &'a Records, shape: Shape) -> Self {
        Self { records, shape }
    }

    /// A presence with the fields of `fields` and the picked metas, one after the other.
    pub fn compose(fields: &Self, picks: &[Pick<'_, Self>]) -> Self {
        let mut metas = fields.records.metas.borrow_mut();
        let first = metas.len();
        for pick in picks {
            match *pick {
                Pick::All(from) => {
                    let start = from.shape.first as usize;
                    metas.extend_from_within(start..start + from.shape.count as usize);
                }
                Pick::At(from, positions) => {
                    for &at in positions {
                        let meta = metas[from.shape.first as usize + at];
                        metas.push(meta);
                    }
                }
            }
        }
        let shape = Shape {
            first: first as u32,
            count: (metas.len() - first) as u32,
            ..fields.shape
        };
        Self { shape, ..*fields }
    }

    fn meta(&self, at: usize) -> Meta {
        self.records.metas.borrow()[self.shape.first as usize + at]
    }

    fn text(&self, span: Span) -> &'a [u8] {
        span.of(&self.records.text)
    }

    fn phx_ref(&self, at: usize) -> &'a [u8] {
        self.text(self.meta(at).phx_ref)
    }

    /// The ref that a meta replaced; `None` if it is missing or null.
    fn replaced(&self, at: usize) -> Option<&'a [u8]> {
        let replaced = self.text(self.meta(at).replaced);
        (!replaced.is_empty() && replaced != b"null").then_some(replaced)
    }

    /// The text of a meta.
    pub fn object(&self, at: usize) -> &'a [u8] {
        self.text(self.meta(at).object)
    }

    /// The text before and after its metas.
    pub fn around(&self) -> (&'a [u8], &'a [u8]) {
        let Shape { object, array, .. } = self.shape;
        let (start, end) = (object.start, object.end);
        (
            self.text(Span {
                start,
                end: array.start,
            }),
            self.text(Span {
                start: array.end,
                end,
            }),
        )
    }

    /// Appends it as JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (before, after) = self.around();
        out.extend_from_slice(before);
        out.push(b'[');
        for at in 0..self.len() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(self.object(at));
        }
        out.push(b']');
        out.extend_from_slice(after);
    }

    /// Whether the fields beside the metas have the same content.
    pub fn same_fields(&self, other: &Self) -> bool {
        if self.around() == other.around() {
            return true;
        }
        let fields = |presence: &Self| {
            let mut text = Vec::new();
            Self::compose(presence, &[]).write(&mut text);
            text
        };
        equal(&fields(self), &fields(other))
    }

    /// Whether two metas have the same content.
    pub fn same_meta(&self, at: usize, other: &Self, other_at: usize) -> bool {
        let (one, two) = (self.object(at), other.object(other_at));
        // Most metas that differ have different refs, which is known sooner.
        one == two || (self.same(at, other, other_at) && equal(one, two))
    }

    fn position(&self, phx_ref: &[u8], table: &Table) -> Result<u32, usize> {
        let hash = hash(self.records.seed, phx_ref);
        table.find(hash, |at| is_same(phx_ref, self.phx_ref(at as usize)))
    }
}

/// The positions of the refs of a presence.
pub(crate) struct Index<'a> {
    presence: Presence<'a>,
    /// For each different ref, the first position.
    table: Table,
    /// For each position in the table, the last position of its ref.
    last: Vec<u32>,
}

impl Index<'_> {
    fn place(&self, phx_ref: &[u8]) -> Option<usize> {
        let first = self.presence.position(phx_ref, &self.table).ok()?;
        Some(self.last[first as usize] as usize)
    }
}

impl<'p> Metas for Presence<'p> {
    type Index<'a>
        = Index<'a>
    where
        Self: 'a;

    fn len(&self) -> usize {
        self.shape.count as usize
    }

    fn same(&self, at: usize, other: &Self, other_at: usize) -> bool {
        is_same(self.phx_ref(at), other.phx_ref(other_at))
    }

    fn replaces(&self, at: usize, other: &Self, other_at: usize) -> bool {
        let replaced = self.replaced(at);
        replaced.is_some_and(|replaced| is_same(replaced, other.phx_ref(other_at)))
    }

    fn index(&self) -> Index<'_> {
        let mut table = Table::new(self.len());
        let mut last: Vec<u32> = (0..self.shape.count).collect();
        for at in 0..self.shape.count {
            let phx_ref = self.phx_ref(at as usize);
            match self.position(phx_ref, &table) {
                Ok(first) => last[first as usize] = at,
                Err(slot) => table.insert(slot, hash(self.records.seed, phx_ref), at),
            }
        }
        Index {
            presence: *self,
            table,
            last,
        }
    }

    fn place(&self, at: usize, index: &Index<'_>) -> Option<usize> {
        index.place(self.phx_ref(at))
    }

    fn place_replaced(&self, at: usize, index: &Index<'_>) -> Option<usize> {
        index.place(self.replaced(at)?)
    }
}

/// Whether two refs are identical, as `===` compares them.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    match (one.first(), other.first()) {
        // Each object is only identical to itself.
        (Some(b'{' | b'['), _) => false,
        (Some(b'-' | b'0'..=b'9'), Some(b'-' | b'0'..=b'9')) => one == other || equal(one, other),
        _ => one == other,
    }
}

/// Numbers have several forms, so all share one hash. Phoenix's refs are strings.
fn hash(seed: Seed, phx_ref: &[u8]) -> u32 {
    match phx_ref.first() {
        Some(b'-' | b'0'..=b'9') => 0,
        _ => seed.hash(phx_ref),
    }
}

/// Whether two JSON texts have the same content, whatever the order of keys, the white
/// space, the escapes and the form of numbers. JavaScript compares them: a server sends
/// the same content in the same form, so that this is rarely needed.
#[cfg(all(target_arch = "wasm32", feature = "raw"))]
fn equal(one: &[u8], other: &[u8]) -> bool {
    one == other || super::wasm::equal(one, other)
}

#[cfg(not(all(target_arch = "wasm32", feature = "raw")))]
fn equal(one: &[u8], other: &[u8]) -> bool {
    use serde_json::Value;

    /// A number is a float, as in JavaScript.
    fn same(one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| same(one, other))
            }
            (Value::Object(one), Value::Object(other)) => {
                let in_other =
                    |(key, value)| other.get(key).is_some_and(|other| same(value, other));
                one.len() == other.len() && one.iter().all(in_other)
            }
            _ => one == other,
        }
    }

    let value = |text| serde_json::from_slice(text).ok();
    let both = value(one).zip(value(other));
    one == other || both.is_some_and(|(one, other)| same(&one, &other))
}
