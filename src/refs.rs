//! Which metas stay, join or leave, decided on their `phx_ref`s alone.
//!
//! A presence is a list of metas, one for each device or tab, and the server
//! gives each a `phx_ref`. Everything that Presence does comes down to one
//! question: which refs of this list are not in that one?
//!
//! Invariant: every answer costs time linear in the two lists, however long
//! they are, and keeps the order of the list asked about.

use alloc::vec::Vec;

/// Up to this many pairs, comparing each with each is cheaper than a set: most
/// presences have one or two metas, and a set costs an allocation.
const PAIRWISE: usize = 32;

/// The metas of a presence, as far as their refs go.
pub(crate) trait Metas {
    /// Refs that are looked up in constant time.
    type Set<'a>
    where
        Self: 'a;

    /// How many there are.
    fn len(&self) -> usize;

    /// Whether the meta at `at` has the ref of the one at `other_at` in `other`.
    fn same(&self, at: usize, other: &Self, other_at: usize) -> bool;

    /// All refs.
    fn set(&self) -> Self::Set<'_>;

    /// Whether `set` holds the ref of the meta at `at`.
    fn is_in(&self, at: usize, set: &Self::Set<'_>) -> bool;
}

/// What makes one list of metas into another.
pub(crate) struct Change {
    /// Positions in the old list of the refs that the new one has too.
    pub stayed: Vec<usize>,
    /// Positions in the old list of those that it lacks.
    pub left: Vec<usize>,
    /// Positions in the new list of the refs that the old one lacks.
    pub joined: Vec<usize>,
}

/// Compares the metas that a presence has with those that the server names.
///
/// `None` when nothing joined and nothing left, which for equal lists (the
/// usual answer after a reconnect) takes one comparison a ref.
pub(crate) fn change<M: Metas>(old: &M, new: &M) -> Option<Change> {
    if old.len() == new.len() && (0..old.len()).all(|at| old.same(at, new, at)) {
        return None;
    }
    let (stayed, left) = split(old, new);
    let joined = absent(new, old);
    (!joined.is_empty() || !left.is_empty()).then_some(Change {
        stayed,
        left,
        joined,
    })
}

/// The positions in `metas` of those whose refs `others` does not hold.
pub(crate) fn absent<M: Metas>(metas: &M, others: &M) -> Vec<usize> {
    split(metas, others).1
}

/// The positions in `metas` of those whose refs `others` holds, and of those
/// whose it does not.
fn split<M: Metas>(metas: &M, others: &M) -> (Vec<usize>, Vec<usize>) {
    if metas.len() * others.len() <= PAIRWISE {
        let held = |&at: &usize| (0..others.len()).any(|other| metas.same(at, others, other));
        (0..metas.len()).partition(held)
    } else {
        let set = others.set();
        (0..metas.len()).partition(|&at| metas.is_in(at, &set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    struct Refs(Vec<Option<String>>);

    impl Metas for Refs {
        type Set<'a> = HashSet<&'a Option<String>>;

        fn len(&self) -> usize {
            self.0.len()
        }

        fn same(&self, at: usize, other: &Self, other_at: usize) -> bool {
            self.0[at] == other.0[other_at]
        }

        fn set(&self) -> Self::Set<'_> {
            self.0.iter().collect()
        }

        fn is_in(&self, at: usize, set: &Self::Set<'_>) -> bool {
            set.contains(&self.0[at])
        }
    }

    fn refs(text: &str) -> Refs {
        let refs = text.split_whitespace();
        Refs(refs.map(|r| (r != "-").then(|| r.into())).collect())
    }

    #[test]
    fn only_what_the_other_list_lacks_is_absent_and_order_is_kept() {
        assert_eq!(absent(&refs("c a d b"), &refs("a b")), [0, 2]);
    }

    #[test]
    fn a_ref_that_stands_twice_is_absent_twice() {
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
            Refs(
                (0..1_000)
                    .step_by(step)
                    .map(|n| Some(n.to_string()))
                    .collect(),
            )
        };
        let odd: Vec<usize> = (1..1_000).step_by(2).collect();
        assert_eq!(absent(&many(1), &many(2)), odd);
    }

    #[test]
    fn reordered_refs_are_no_change() {
        assert!(change(&refs("a b c"), &refs("c a b")).is_none());
        assert!(change(&refs("a b"), &refs("a b a")).is_none());
    }

    #[test]
    fn a_replaced_ref_joins_and_leaves() {
        let change = change(&refs("a b"), &refs("a c")).expect("a change");
        assert_eq!(
            (change.stayed, change.left, change.joined),
            (vec![0], vec![1], vec![1])
        );
    }
}
