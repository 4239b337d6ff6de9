//! What a user did, from the presence before and the one after.
//!
//! Invariant: the truth about a user, not about metas. A metadata update is one
//! pair and not a leave and a join, and what holds the same is nothing, however it
//! got there.

use alloc::vec::Vec;

use crate::refs::{compare, covers, pair, Change, Metas};
use crate::sync::{same, Store};

/// What makes one presence of a user into another.
pub(crate) struct Delta {
    /// Positions in the one after: metas that joined and replaced none.
    pub joined: Vec<usize>,
    /// Positions in the one before: metas that left and were not replaced.
    pub left: Vec<usize>,
    /// Positions in both, of metas that took the place of another, or have its ref
    /// and other content.
    pub updated: Vec<(usize, usize)>,
}

/// What differs; `None` if only the order of metas does, each with a ref of its own.
pub(crate) fn delta<S: Store>(previous: &S::Presence, current: &S::Presence) -> Option<Delta> {
    let Change {
        stayed,
        places,
        mut left,
        mut joined,
    } = compare(previous, current);
    let mut updated = pair(previous, &mut left, current, &mut joined);
    // Of metas that share a ref, each is held against the last of them.
    let one_to_one = places.len() == current.len() && covers(&places, current.len());
    let known = stayed.into_iter().zip(places);
    updated.extend(known.filter(|&(at, place)| !S::same_meta(previous, at, current, place)));

    let nothing = joined.is_empty()
        && left.is_empty()
        && match one_to_one {
            true => updated.is_empty() && S::same_fields(previous, current),
            false => same::<S>(previous, current),
        };
    (!nothing).then_some(Delta {
        joined,
        left,
        updated,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{json, Map, Value};

    use super::*;
    use crate::roster::Applying;
    use crate::wire::Presence;

    /// Each word a meta: `ref`, `ref=content`, or `ref<the ref it replaced`; `-` is no
    /// ref.
    fn presence(words: &str, name: &str) -> Arc<Presence<Map<String, Value>>> {
        let metas = words.split_whitespace().map(|word| {
            let (word, prev) = word
                .split_once('<')
                .map_or((word, None), |(w, p)| (w, Some(p)));
            let (phx_ref, n) = word.split_once('=').unwrap_or((word, ""));
            let phx_ref = (phx_ref != "-").then_some(phx_ref);
            json!({"phx_ref": phx_ref, "phx_ref_prev": prev, "n": n})
        });
        let presence = json!({"metas": metas.collect::<Vec<_>>(), "name": name});
        serde_json::from_value(presence).unwrap()
    }

    type Told = Option<(Vec<usize>, Vec<usize>, Vec<(usize, usize)>)>;

    fn told(previous: &str, current: &str) -> Told {
        told_of(&presence(previous, ""), &presence(current, ""))
    }

    fn told_of(
        previous: &Arc<Presence<Map<String, Value>>>,
        current: &Arc<Presence<Map<String, Value>>>,
    ) -> Told {
        let delta = delta::<Applying<'_, _>>(previous, current)?;
        Some((delta.joined, delta.left, delta.updated))
    }

    #[test]
    fn what_holds_the_same_is_nothing() {
        assert_eq!(told("a=1 b=2", "a=1 b=2"), None);
        assert_eq!(told("", ""), None);
    }

    #[test]
    fn the_order_of_metas_alone_is_nothing() {
        assert_eq!(told("a=1 b=2 c", "c a=1 b=2"), None);
    }

    #[test]
    fn a_meta_that_joins_or_leaves_is_named() {
        assert_eq!(told("a", "a b"), Some((vec![1], vec![], vec![])));
        assert_eq!(told("a b", "b"), Some((vec![], vec![0], vec![])));
        assert_eq!(told("a", "b"), Some((vec![0], vec![0], vec![])));
    }

    #[test]
    fn a_meta_that_replaced_another_is_one_pair() {
        assert_eq!(told("a b", "b c<a"), Some((vec![], vec![], vec![(0, 1)])));
    }

    #[test]
    fn a_meta_that_replaced_one_never_seen_or_still_there_joined() {
        assert_eq!(told("a", "a c<x"), Some((vec![1], vec![], vec![])));
        assert_eq!(told("a", "a c<a"), Some((vec![1], vec![], vec![])));
    }

    #[test]
    fn other_content_under_the_same_ref_is_a_pair_wherever_it_stands() {
        assert_eq!(
            told("a=1 b=2", "b=3 a=1"),
            Some((vec![], vec![], vec![(1, 0)]))
        );
        assert_eq!(told("a", "a<x"), Some((vec![], vec![], vec![(0, 0)])));
    }

    #[test]
    fn other_fields_alone_are_a_difference_without_metas() {
        assert_eq!(
            told_of(&presence("a", "Ada"), &presence("a", "Ada L.")),
            Some((vec![], vec![], vec![]))
        );
        assert_eq!(told_of(&presence("a", "Ada"), &presence("a", "Ada")), None);
    }

    #[test]
    fn metas_that_share_a_ref_are_nothing_only_if_all_are_the_same() {
        assert_eq!(told("a=1 a=2", "a=1 a=2"), None);
        assert_eq!(told("-=1 -=2 b", "-=1 -=2 b"), None);
        // One fewer, or one more, and no ref that says so.
        assert!(told("a=1 a=1", "a=1").is_some());
        assert!(told("a=1", "a=2 a=1").is_some());
        assert!(told("a=2 a=2", "a=1 a=2").is_some());
    }
}
