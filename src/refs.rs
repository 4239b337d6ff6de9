//! Which metas stay, join or leave, decided on their `phx_ref`s alone.
//!
//! A presence is a list of metas, one for each device or tab, and the server
//! gives each a `phx_ref`. Everything that Presence does comes down to one
//! question: which refs of this list are not in that one?
//!
//! Invariant: every answer costs time linear in the two lists, however long
//! they are, and keeps the order of the list asked about.

/// Up to this many pairs, comparing each with each is cheaper than a set:
/// most presences have one or two metas, and a set costs an allocation or, on
/// the JavaScript side, several calls out of wasm.
const PAIRWISE: usize = 32;

/// A `phx_ref` as its store sees it: a string slice, or a JavaScript value.
pub(crate) trait Ref: PartialEq + Sized {
    /// A collection that answers [`Ref::is_in`] in constant time.
    type Set;

    /// Collects `refs`.
    fn set(refs: &[Self]) -> Self::Set;

    /// Whether `set` holds a ref equal to this one.
    fn is_in(&self, set: &Self::Set) -> bool;
}

/// What makes one list of refs into another.
pub(crate) struct Change {
    /// Positions in the old list of the refs that the new one has too.
    pub stayed: Vec<usize>,
    /// Positions in the old list of those that it lacks.
    pub left: Vec<usize>,
    /// Positions in the new list of the refs that the old one lacks.
    pub joined: Vec<usize>,
}

/// Compares the refs that a presence has with those that the server names.
///
/// `None` when nothing joined and nothing left, which for equal lists (the
/// usual answer after a reconnect) takes one comparison a ref.
pub(crate) fn change<R: Ref>(old: &[R], new: &[R]) -> Option<Change> {
    if old == new {
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

/// The positions in `refs` of those that `others` does not hold.
pub(crate) fn absent<R: Ref>(refs: &[R], others: &[R]) -> Vec<usize> {
    split(refs, others).1
}

/// The positions in `refs` of those that `others` holds, and of those that it
/// does not.
fn split<R: Ref>(refs: &[R], others: &[R]) -> (Vec<usize>, Vec<usize>) {
    if refs.len() * others.len() <= PAIRWISE {
        (0..refs.len()).partition(|&at| others.contains(&refs[at]))
    } else {
        let set = R::set(others);
        (0..refs.len()).partition(|&at| refs[at].is_in(&set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs(text: &str) -> Vec<Option<&str>> {
        text.split_whitespace()
            .map(|r| (r != "-").then_some(r))
            .collect()
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
        let many: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
        let many: Vec<Option<&str>> = many.iter().map(|r| Some(r.as_str())).collect();
        let odd: Vec<_> = many.iter().copied().skip(1).step_by(2).collect();
        let even: Vec<usize> = (0..1_000).step_by(2).collect();
        assert_eq!(absent(&many, &odd), even);
    }

    #[test]
    fn reordered_refs_are_no_change() {
        assert!(change(&refs("a b c"), &refs("c a b")).is_none());
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
