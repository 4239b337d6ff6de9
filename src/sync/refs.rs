//! Compares two lists of metas by their refs: which metas stay, join, leave or
//! replace another.
//!
//! A presence is a list of metas, one for each device or tab, and the server gives each
//! a `phx_ref`. All functions here compare the refs of two lists.
//!
//! Invariant: each takes time linear in the lengths of the two lists, and returns
//! positions in the order of the list that they index.

use alloc::{vec, vec::Vec};
use core::mem;

/// Up to this many pairs are compared one by one: most presences have one or two metas,
/// and an index costs an allocation.
const MAX_COMPARED_PAIRS: usize = 32;

/// The refs of the metas of a presence.
pub(crate) trait Metas {
    /// The position of each ref, found in constant time. Of a ref that occurs twice it
    /// is the last position.
    type Index<'a>
    where
        Self: 'a;

    /// How many there are.
    fn len(&self) -> usize;

    /// Whether the meta at `at` has the ref of the one at `other_at` in `other`.
    fn same(&self, at: usize, other: &Self, other_at: usize) -> bool;

    /// Whether the meta at `at` replaced the one at `other_at` in `other`, by its
    /// `phx_ref_prev`.
    fn replaces(&self, at: usize, other: &Self, other_at: usize) -> bool;

    /// The positions of all refs.
    fn index(&self) -> Self::Index<'_>;

    /// The position that `index` has for the ref of the meta at `at`.
    fn place(&self, at: usize, index: &Self::Index<'_>) -> Option<usize>;

    /// The position that `index` has for the ref that the meta at `at` replaced.
    fn place_replaced(&self, at: usize, index: &Self::Index<'_>) -> Option<usize>;
}

/// The difference between an old and a new list of metas.
pub(crate) struct Comparison {
    /// Positions in the old list: refs that the new list has, too.
    pub stayed: Vec<usize>,
    /// The positions of these refs in the new list.
    pub places: Vec<usize>,
    /// Positions in the old list: refs that the new list does not have.
    pub left: Vec<usize>,
    /// Positions in the new list: refs that the old list does not have.
    pub joined: Vec<usize>,
}

/// Compares the metas of a presence with those in a `presence_state`; `None` if no meta
/// joined or left. For equal lists, as they usually are after a reconnect, it takes one
/// comparison for each ref.
pub(crate) fn changed<M: Metas>(old: &M, new: &M) -> Option<Comparison> {
    if old.len() == new.len() && (0..old.len()).all(|at| old.same(at, new, at)) {
        return None;
    }
    let comparison = compare(old, new);
    let differs = !comparison.joined.is_empty() || !comparison.left.is_empty();
    differs.then_some(comparison)
}

/// Compares two lists of metas.
pub(crate) fn compare<M: Metas>(old: &M, new: &M) -> Comparison {
    let (mut stayed, mut places, mut left) = (Vec::new(), Vec::new(), Vec::new());
    look_up(old, new, &mut |at, place| match place {
        Some(place) => {
            stayed.push(at);
            places.push(place);
        }
        None => left.push(at),
    });
    // The common case of known refs in another order needs no second lookup.
    let joined = if covers(&places, new.len()) {
        Vec::new()
    } else {
        absent(new, old)
    };
    Comparison {
        stayed,
        places,
        left,
        joined,
    }
}

/// Whether `places` are all of the first `len` positions.
pub(crate) fn covers(places: &[usize], len: usize) -> bool {
    if places.len() < len {
        return false;
    }
    let mut seen = vec![false; len];
    let mut count = 0;
    for &place in places {
        if !mem::replace(&mut seen[place], true) {
            count += 1;
        }
    }
    count == len
}

/// The positions in `metas` of those whose refs `others` does not hold.
pub(crate) fn absent<M: Metas>(metas: &M, others: &M) -> Vec<usize> {
    let mut absent = Vec::new();
    look_up(metas, others, &mut |at, place| {
        if place.is_none() {
            absent.push(at);
        }
    });
    absent
}

/// Calls `found` for each of `metas`, with the position of its ref in `others`. It is a
/// trait object, since a copy for each closure would add 200 bytes of WebAssembly.
fn look_up<M: Metas>(metas: &M, others: &M, found: &mut dyn FnMut(usize, Option<usize>)) {
    if metas.len() * others.len() <= MAX_COMPARED_PAIRS {
        for at in 0..metas.len() {
            let place = (0..others.len()).rfind(|&other| metas.same(at, others, other));
            found(at, place);
        }
    } else {
        let index = others.index();
        for at in 0..metas.len() {
            found(at, metas.place(at, &index));
        }
    }
}

/// Pairs the metas of `new` at the positions in `joined` with the metas of `old` at the
/// positions in `left` that they replaced, and removes both positions. Of metas that
/// share a ref, the last is replaced.
pub(crate) fn pair<M: Metas>(
    old: &M,
    left: &mut Vec<usize>,
    new: &M,
    joined: &mut Vec<usize>,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    if left.is_empty() || joined.is_empty() {
        return pairs;
    }
    let mut unpaired = vec![false; old.len()];
    for &at in &*left {
        unpaired[at] = true;
    }
    let index = (left.len() * joined.len() > MAX_COMPARED_PAIRS).then(|| old.index());
    let mut unmatched = Vec::new();
    for &at in &*joined {
        let replaced = match &index {
            Some(index) => new.place_replaced(at, index),
            None => left
                .iter()
                .copied()
                .rfind(|&old_at| new.replaces(at, old, old_at)),
        };
        match replaced {
            Some(old_at) if mem::take(&mut unpaired[old_at]) => pairs.push((old_at, at)),
            _ => unmatched.push(at),
        }
    }
    *joined = unmatched;
    left.retain(|&at| unpaired[at]);
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// Each as `ref` or `ref<the ref it replaced`.
    struct Refs(Vec<(Option<String>, Option<String>)>);

    impl Metas for Refs {
        type Index<'a> = HashMap<&'a Option<String>, usize>;

        fn len(&self) -> usize {
            self.0.len()
        }

        fn same(&self, at: usize, other: &Self, other_at: usize) -> bool {
            self.0[at].0 == other.0[other_at].0
        }

        fn replaces(&self, at: usize, other: &Self, other_at: usize) -> bool {
            self.0[at].1.is_some() && self.0[at].1 == other.0[other_at].0
        }

        fn index(&self) -> Self::Index<'_> {
            self.0
                .iter()
                .enumerate()
                .map(|(at, (own, _))| (own, at))
                .collect()
        }

        fn place(&self, at: usize, index: &Self::Index<'_>) -> Option<usize> {
            index.get(&self.0[at].0).copied()
        }

        fn place_replaced(&self, at: usize, index: &Self::Index<'_>) -> Option<usize> {
            self.0[at].1.as_ref()?;
            index.get(&self.0[at].1).copied()
        }
    }

    fn refs(text: &str) -> Refs {
        let some = |part: &str| (part != "-").then(|| part.to_owned());
        let one = |word: &str| match word.split_once('<') {
            Some((own, replaced)) => (some(own), some(replaced)),
            None => (some(word), None),
        };
        Refs(text.split_whitespace().map(one).collect())
    }

    fn paired(old: &Refs, new: &Refs) -> (Vec<(usize, usize)>, Vec<usize>, Vec<usize>) {
        let Comparison {
            mut left,
            mut joined,
            ..
        } = compare(old, new);
        let pairs = pair(old, &mut left, new, &mut joined);
        (pairs, left, joined)
    }

    #[test]
    fn refs_that_the_other_list_lacks_are_absent_in_their_order() {
        assert_eq!(absent(&refs("c a d b"), &refs("a b")), [0, 2]);
    }

    #[test]
    fn a_ref_that_occurs_twice_is_absent_twice() {
        assert_eq!(absent(&refs("a b a"), &refs("b")), [0, 2]);
        assert_eq!(absent(&refs("b"), &refs("b b")), [0; 0]);
    }

    #[test]
    fn metas_without_a_ref_all_share_one() {
        assert_eq!(absent(&refs("- a -"), &refs("-")), [1]);
    }

    #[test]
    fn long_lists_answer_as_short_ones_do() {
        let many = |step| {
            let numbers = (0..1_000).step_by(step);
            Refs(numbers.map(|n| (Some(n.to_string()), None)).collect())
        };
        let odd: Vec<usize> = (1..1_000).step_by(2).collect();
        assert_eq!(absent(&many(1), &many(2)), odd);
        assert_eq!(compare(&many(2), &many(1)).places[..3], [0, 2, 4]);
    }

    #[test]
    fn reordered_refs_are_no_change() {
        assert!(changed(&refs("a b c"), &refs("c a b")).is_none());
        assert!(changed(&refs("a b"), &refs("a b a")).is_none());
    }

    #[test]
    fn a_replaced_ref_joins_and_leaves() {
        let comparison = changed(&refs("a b"), &refs("a c")).expect("a difference");
        assert_eq!(
            (comparison.stayed, comparison.left, comparison.joined),
            (vec![0], vec![1], vec![1])
        );
    }

    #[test]
    fn places_are_the_positions_in_the_new_list() {
        let change = compare(&refs("a b c"), &refs("d c a"));
        assert_eq!((change.stayed, change.places), (vec![0, 2], vec![2, 1]));
    }

    #[test]
    fn a_ref_that_occurs_twice_does_not_hide_one_that_joined() {
        assert_eq!(compare(&refs("a a"), &refs("a b")).joined, [1]);
        assert_eq!(compare(&refs("a a"), &refs("a a")).joined, [0; 0]);
    }

    #[test]
    fn a_meta_is_paired_with_the_one_that_it_replaced() {
        let pairs = paired(&refs("a b"), &refs("b c<a d"));
        assert_eq!(pairs, (vec![(0, 1)], vec![], vec![2]));
    }

    #[test]
    fn a_meta_that_replaced_an_unknown_or_present_ref_joined() {
        assert_eq!(
            paired(&refs("a b"), &refs("a c<a")),
            (vec![], vec![1], vec![1])
        );
        assert_eq!(paired(&refs("a"), &refs("c<x")), (vec![], vec![0], vec![0]));
        assert_eq!(paired(&refs("-"), &refs("c")), (vec![], vec![0], vec![0]));
    }

    #[test]
    fn one_ref_is_replaced_once() {
        assert_eq!(
            paired(&refs("a b"), &refs("c<a d<a")),
            (vec![(0, 0)], vec![1], vec![1])
        );
    }

    #[test]
    fn of_metas_that_share_a_ref_the_last_is_replaced_however_many_there_are() {
        assert_eq!(
            paired(&refs("a a"), &refs("c<a")),
            (vec![(1, 0)], vec![0], vec![])
        );
        let many = vec![(Some("a".to_owned()), None); 100];
        let (pairs, left, _) = paired(&Refs(many), &refs("c<a"));
        assert_eq!((pairs, left.len()), (vec![(99, 0)], 99));
    }

    #[test]
    fn long_lists_are_paired_as_short_ones_are() {
        let own = |n: usize| (Some(n.to_string()), None);
        let next = |n: usize| (Some((1_000 + n).to_string()), Some(n.to_string()));
        let (old, new) = (
            Refs((0..100).map(own).collect()),
            Refs((0..100).rev().map(next).collect()),
        );
        let (pairs, left, joined) = paired(&old, &new);
        assert_eq!(pairs.len(), 100);
        assert!(pairs.iter().all(|(old_at, at)| old_at + at == 99));
        assert!(left.is_empty() && joined.is_empty());
    }
}
