//! Payloads as text: finds the keys, presences, metas and refs in them.
//!
//! Nothing is applied before the whole payload was read, so a text that is not JSON
//! changes nothing. As in `JSON.parse`, a key that occurs twice has its last value.

use alloc::vec::Vec;

use super::names::Key;
use super::presence::{Meta, Shape};
use super::scan::{Scanner, Span};
use super::text::unescape;

/// A key of an object of presences, and its value: [`Shape::MALFORMED`] where that is not a
/// presence.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    /// Before it is looked up, where its text is: see [`Key::unresolved`].
    pub key: Key,
    pub shape: Shape,
}

/// After this many keys, the number of all is estimated by the length of their text.
const SAMPLED_KEYS: usize = 64;

/// One side of a diff, or the payload of a state.
pub(crate) enum Presences {
    Object(Vec<Entry>),
    /// Missing or null.
    None,
    /// Another value.
    Other(Span),
}

/// The payload of a `presence_diff`.
pub(crate) enum Sides {
    Both {
        joins: Presences,
        leaves: Presences,
    },
    /// It is not an object.
    Other(Span),
}

/// Reads the payloads of one message, and collects their metas.
pub(crate) struct Reader<'a> {
    scanner: Scanner<'a>,
    metas: &'a mut Vec<Meta>,
}

impl<'a> Reader<'a> {
    /// Reads the bytes of `text` from `at` to its end.
    pub fn new(text: &'a [u8], at: usize, metas: &'a mut Vec<Meta>) -> Self {
        Self {
            scanner: Scanner::new(text, at),
            metas,
        }
    }

    /// Whether any string has an escape sequence: whether [`normalise`] is needed.
    pub fn has_escapes(&self) -> bool {
        self.scanner.has_escapes
    }

    /// The payload of a `presence_state`; `None` if it is not JSON.
    pub fn state(&mut self) -> Option<Presences> {
        self.scanner.space();
        let presences = presences(&mut self.scanner, self.metas)?;
        self.scanner.end()?;
        Some(presences)
    }

    /// The payload of a `presence_diff`; `None` if it is not JSON.
    pub fn diff(&mut self) -> Option<Sides> {
        let (mut joins, mut leaves) = (Presences::None, Presences::None);
        let metas = &mut *self.metas;
        let scanner = &mut self.scanner;
        scanner.space();
        let sides = if scanner.peek() == b'{' {
            scanner.object(|scanner, key| {
                if is(scanner, key, b"joins") {
                    joins = presences(scanner, metas)?;
                } else if is(scanner, key, b"leaves") {
                    leaves = presences(scanner, metas)?;
                } else {
                    scanner.value()?;
                }
                Some(())
            })?;
            Sides::Both { joins, leaves }
        } else {
            Sides::Other(scanner.value()?)
        };
        scanner.end()?;
        Some(sides)
    }

    /// A key, and two values that are presences or not: an array of the three.
    pub fn pair(&mut self) -> Option<(Span, [Option<Shape>; 2])> {
        let mut values = Vec::new();
        let mut key = Span::default();
        let metas = &mut *self.metas;
        self.scanner.array(|scanner| {
            if key == Span::default() {
                key = scanner.value()?;
            } else {
                values.push(presence(scanner, metas)?);
            }
            Some(())
        })?;
        let values = values.try_into().ok()?;
        Some((
            Span {
                start: key.start + 1,
                end: key.end - 1,
            },
            values,
        ))
    }
}

fn presences(scanner: &mut Scanner<'_>, metas: &mut Vec<Meta>) -> Option<Presences> {
    if scanner.peek() != b'{' {
        let value = scanner.value()?;
        let is_null = value.of(scanner.text()) == b"null";
        return Some(if is_null {
            Presences::None
        } else {
            Presences::Other(value)
        });
    }
    let mut found = Vec::new();
    scanner.object(|scanner, key| {
        if found.len() == SAMPLED_KEYS {
            let (read, total) = scanner.progress();
            let all = (SAMPLED_KEYS + 8) * (total / read);
            found.reserve_exact(all);
            metas.reserve_exact(all);
        }
        let shape = presence(scanner, metas)?.unwrap_or(Shape::MALFORMED);
        let key = Key::unresolved(key);
        found.push(Entry { key, shape });
        Some(())
    })?;
    Some(Presences::Object(found))
}

/// Reads a value; `Some(None)` if it is not an object with an array of objects as metas.
fn presence(scanner: &mut Scanner<'_>, metas: &mut Vec<Meta>) -> Option<Option<Shape>> {
    if scanner.peek() != b'{' {
        scanner.value()?;
        return Some(None);
    }
    let mut shape = None;
    let object = scanner.object(|scanner, key| {
        if is(scanner, key, b"metas") {
            shape = read_metas(scanner, metas)?;
        } else {
            scanner.value()?;
        }
        Some(())
    })?;
    Some(shape.map(|shape| Shape { object, ..shape }))
}

/// Reads a value; `Some(None)` if it is not an array of objects.
fn read_metas(scanner: &mut Scanner<'_>, metas: &mut Vec<Meta>) -> Option<Option<Shape>> {
    if scanner.peek() != b'[' {
        scanner.value()?;
        return Some(None);
    }
    let first = metas.len();
    let mut all_objects = true;
    let array = scanner.array(|scanner| {
        if scanner.peek() == b'{' {
            metas.push(meta(scanner)?);
        } else {
            scanner.value()?;
            all_objects = false;
        }
        Some(())
    })?;
    Some(all_objects.then(|| Shape {
        object: Span::default(),
        array,
        first: first as u32,
        count: (metas.len() - first) as u32,
    }))
}

fn meta(scanner: &mut Scanner<'_>) -> Option<Meta> {
    let mut meta = Meta::default();
    meta.object = scanner.object(|scanner, key| {
        let value = scanner.value()?;
        // Most keys are neither, and are known by their length.
        if is(scanner, key, b"phx_ref") {
            meta.phx_ref = value;
        } else if is(scanner, key, b"phx_ref_prev") {
            meta.replaced = value;
        }
        Some(())
    })?;
    Some(meta)
}

/// Whether a key has this content.
fn is(scanner: &Scanner<'_>, key: Span, content: &[u8]) -> bool {
    let key = key.of(scanner.text());
    key == content || (scanner.has_escapes && unescapes_to(key, content))
}

#[cold]
fn unescapes_to(key: &[u8], content: &[u8]) -> bool {
    let mut unescaped = Vec::new();
    unescape(key, &mut unescaped);
    unescaped == content
}

/// Gives a key, or the content of a string, without its escapes: appended to the text, if
/// it has any.
pub(crate) fn normalise(text: &mut Vec<u8>, string: Span) -> Span {
    if !string.of(text).contains(&b'\\') {
        return string;
    }
    let escaped = string.of(text).to_vec();
    let start = text.len();
    unescape(&escaped, text);
    Span::new(start, text.len())
}

/// Gives a ref without escapes; a ref that is not a string stays as it is.
pub(crate) fn normalise_ref(text: &mut Vec<u8>, phx_ref: Span) -> Span {
    let is_escaped =
        matches!(phx_ref.of(text), [b'"', content @ .., b'"'] if content.contains(&b'\\'));
    if !is_escaped {
        return phx_ref;
    }
    let escaped = phx_ref.of(text).to_vec();
    let start = text.len();
    unescape(&escaped, text);
    Span::new(start, text.len())
}
