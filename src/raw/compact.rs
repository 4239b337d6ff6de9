//! Copies what a room still refers to, so that the rest of its text can be dropped.

use alloc::vec::Vec;

use super::names::Names;
use super::presence::{Meta, Records, Shape};
use super::scan::Span;
use super::users::Users;

/// The records, the keys and the users, with nothing else in them. Users keep their order,
/// and have other numbers.
pub(crate) fn compacted<const N: usize>(
    records: &Records,
    names: &Names,
    users: [&Users; N],
) -> (Records, Names, [Users; N]) {
    let len = users.map(|users| size(records, names, users)).iter().sum();
    let mut copy = Copy {
        from: records,
        to: Records {
            text: Vec::with_capacity(len),
            metas: Vec::with_capacity(users.iter().map(|users| users.meta_count()).sum()).into(),
            seed: records.seed,
        },
        from_names: names,
        names: Names::new(records.seed, users.iter().map(|users| users.len()).sum()),
    };
    let users = users.map(|users| copy.users(users));
    (copy.to, copy.names, users)
}

/// The number of bytes that the users refer to.
pub(crate) fn size(records: &Records, names: &Names, users: &Users) -> usize {
    let metas = records.metas.borrow();
    let mut size = 0;
    for key in users.all() {
        size += names.span(key.id).len();
        if let Some(shape) = users.get(key.id) {
            let first = shape.first as usize;
            let metas = &metas[first..first + shape.count as usize];
            size += shape.object.len() - shape.array.len() + 2;
            size += metas.iter().map(|meta| meta.object.len()).sum::<usize>();
        }
    }
    size
}

struct Copy<'a> {
    from: &'a Records,
    from_names: &'a Names,
    to: Records,
    names: Names,
}

impl Copy<'_> {
    fn users(&mut self, users: &Users) -> Users {
        let mut copied = Users::with_capacity(users.len());
        for old in users.all() {
            let Some(shape) = users.get(old.id) else {
                continue;
            };
            let span = self.text(self.from_names.span(old.id));
            let key = self.names.add(&self.to.text, span);
            let shape = self.shape(shape);
            copied.insert(key, shape);
            copied.set_held(key.id, users.is_held(old.id));
        }
        copied
    }

    fn text(&mut self, span: Span) -> Span {
        let start = self.to.text.len();
        self.to.text.extend_from_slice(span.of(&self.from.text));
        Span::new(start, self.to.text.len())
    }

    /// The fields around an empty array, and then the metas.
    fn shape(&mut self, shape: Shape) -> Shape {
        let Shape { object, array, .. } = shape;
        let before = self.text(Span {
            start: object.start,
            end: array.start,
        });
        self.to.text.extend_from_slice(b"[]");
        let after = self.text(Span {
            start: array.end,
            end: object.end,
        });
        let first = self.to.metas.get_mut().len();
        for at in 0..shape.count {
            let meta = self.from.metas.borrow()[(shape.first + at) as usize];
            let meta = self.meta(meta);
            self.to.metas.get_mut().push(meta);
        }
        Shape {
            object: Span {
                start: before.start,
                end: after.end,
            },
            array: Span {
                start: before.end,
                end: after.start,
            },
            first: first as u32,
            count: shape.count,
        }
    }

    fn meta(&mut self, meta: Meta) -> Meta {
        let object = self.text(meta.object);
        Meta {
            object,
            phx_ref: self.phx_ref(meta.phx_ref, meta.object, object),
            replaced: self.phx_ref(meta.replaced, meta.object, object),
        }
    }

    /// A ref, which is a part of its meta unless it had escapes.
    fn phx_ref(&mut self, phx_ref: Span, old: Span, new: Span) -> Span {
        if phx_ref.start < old.start || phx_ref.end > old.end {
            return self.text(phx_ref);
        }
        Span {
            start: phx_ref.start - old.start + new.start,
            end: phx_ref.end - old.start + new.start,
        }
    }
}
