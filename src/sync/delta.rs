//! The difference between two presences of one user, as lists of metas.
//!
//! A meta and the one whose ref it replaced are a pair: a metadata update is neither a
//! leave nor a join.

use alloc::vec::Vec;

use super::refs::{compare, pair, Comparison};
use super::Store;

/// The metas in which two presences of one user differ. All lists are empty where
/// only the order of metas or the fields beside them do.
pub(crate) struct Delta {
    /// Positions in the current presence: metas that joined and replaced none.
    pub joined: Vec<usize>,
    /// Positions in the previous presence: metas that left and were not replaced.
    pub left: Vec<usize>,
    /// Positions in the previous and the current presence: metas that replaced
    /// another, or have the same ref and other content.
    pub updated: Vec<(usize, usize)>,
}

/// Compares two presences that differ.
pub(crate) fn delta<S: Store>(previous: &S::Presence, current: &S::Presence) -> Delta {
    let Comparison {
        stayed,
        places,
        mut left,
        mut joined,
    } = compare(previous, current);
    let mut updated = pair(previous, &mut left, current, &mut joined);
    for (at, place) in stayed.into_iter().zip(places) {
        if !S::same_meta(previous, at, current, place) {
            updated.push((at, place));
        }
    }
    Delta {
        joined,
        left,
        updated,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{json, Map, Value};

    use super::*;
    use crate::roster::{Presence, Presences};

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

    type Lists = (Vec<usize>, Vec<usize>, Vec<(usize, usize)>);

    /// The metas that joined, that left, and that were updated.
    fn lists(previous: &str, current: &str) -> Lists {
        let (previous, current) = (presence(previous, ""), presence(current, ""));
        let delta = delta::<Presences<_>>(&previous, &current);
        (delta.joined, delta.left, delta.updated)
    }

    #[test]
    fn another_order_of_metas_alone_is_no_difference_in_metas() {
        assert_eq!(lists("a=1 b=2 c", "c a=1 b=2"), (vec![], vec![], vec![]));
    }

    #[test]
    fn a_meta_that_joins_or_leaves_is_named() {
        assert_eq!(lists("a", "a b"), (vec![1], vec![], vec![]));
        assert_eq!(lists("a b", "b"), (vec![], vec![0], vec![]));
        assert_eq!(lists("a", "b"), (vec![0], vec![0], vec![]));
    }

    #[test]
    fn a_meta_that_replaced_another_is_one_pair() {
        assert_eq!(lists("a b", "b c<a"), (vec![], vec![], vec![(0, 1)]));
    }

    #[test]
    fn a_meta_that_replaced_an_unknown_or_present_one_joined() {
        assert_eq!(lists("a", "a c<x"), (vec![1], vec![], vec![]));
        assert_eq!(lists("a", "a c<a"), (vec![1], vec![], vec![]));
    }

    #[test]
    fn other_content_under_the_same_ref_is_a_pair_at_any_position() {
        assert_eq!(lists("a=1 b=2", "b=3 a=1"), (vec![], vec![], vec![(1, 0)]));
        assert_eq!(lists("a", "a<x"), (vec![], vec![], vec![(0, 0)]));
    }

    #[test]
    fn of_metas_that_share_a_ref_each_is_compared_with_the_last() {
        assert_eq!(lists("a=1", "a=2 a=1"), (vec![], vec![], vec![]));
        assert_eq!(lists("a=2 a=2", "a=1 a=2"), (vec![], vec![], vec![]));
    }
}
