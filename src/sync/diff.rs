//! Applies a `presence_diff` to a roster.

use super::refs::absent;
use super::{only, same, Left, Metas, Pick, Results, Store, Transaction};

/// Presences in key order. A trait object, since a copy of [`sync_diff`] for each
/// kind of iterator would be a fifth of the npm package's WebAssembly.
pub(crate) type OrderedPresences<'a, S> =
    &'a mut dyn Iterator<Item = (<S as Store>::Key, <S as Store>::Presence)>;

/// Adds the metas in `joins`, then removes those in `leaves`.
///
/// A join replaces the metas whose refs it names, and the fields. A leave of a key that
/// is not there changes nothing.
pub(crate) fn sync_diff<S: Store>(
    transaction: &mut Transaction<'_, S>,
    joins: OrderedPresences<'_, S>,
    leaves: OrderedPresences<'_, S>,
    results: Results,
) {
    transaction.begin_part();
    for (key, joined) in joins {
        let current = transaction.store().get(&key);
        match &current {
            None => transaction.write(&key, None, Some(&joined)),
            Some(current) => {
                let kept = absent(current, &joined);
                let composed;
                let next = if kept.is_empty() {
                    &joined
                } else {
                    composed = S::compose(&joined, &[Pick::At(current, &kept), Pick::All(&joined)]);
                    &composed
                };
                // Every client gets its own join twice: in the state, and as a diff.
                let repeated = same::<S>(current, next);
                if !repeated {
                    transaction.write(&key, Some(current), Some(next));
                }
            }
        }
        if results.joins {
            transaction.store().joined(&key, current.as_ref(), &joined);
        }
    }
    transaction.begin_part();
    for (key, left) in leaves {
        let Some(mut current) = transaction.store().get(&key) else {
            continue;
        };
        let stay = absent(&current, &left);
        if stay.is_empty() {
            transaction.write(&key, Some(&current), None);
            if !results.leaves {
                continue;
            }
            current = S::compose(&current, &[]);
        } else if stay.len() < current.len() {
            let remaining = only::<S>(&current, &stay);
            transaction.write(&key, Some(&current), Some(&remaining));
            current = remaining;
        }
        if results.leaves {
            transaction.store().left(&Left { key, current, left });
        }
    }
}
