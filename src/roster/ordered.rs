//! A map that lists its keys as a JavaScript object does.
//!
//! JavaScript lists integer keys first, ascending, then all others in the order of their
//! first insertion. With the same order here, programs in both languages show the same
//! list.
//!
//! Invariant: `positions` holds exactly the keys of `entries` that are not
//! array indices, each with its place there.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// The place of a key in the list. The derived order is that of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Position {
    Index(u32),
    Inserted(u64),
}

/// A map from strings to `V`, listed in the key order of a JavaScript object.
#[derive(Clone)]
pub(crate) struct Ordered<V> {
    entries: BTreeMap<Position, (Arc<str>, V)>,
    positions: HashMap<Arc<str>, Position>,
    /// The number of insertions so far: the place of the next new key.
    inserted: u64,
}

/// The integer that JavaScript orders `key` by, if it is one: 0 to 2³² − 2 in canonical
/// form ("7", not "07").
pub(crate) fn array_index(key: &str) -> Option<u32> {
    let canonical = match key.as_bytes() {
        [b'0'] => true,
        [b'1'..=b'9', rest @ ..] => rest.len() < 10 && rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !canonical {
        return None;
    }
    key.parse().ok().filter(|&index| index != u32::MAX)
}

impl<V> Ordered<V> {
    pub fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            positions: HashMap::new(),
            inserted: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    fn position(&self, key: &str) -> Option<Position> {
        match array_index(key) {
            Some(index) => Some(Position::Index(index)),
            None => self.positions.get(key).copied(),
        }
    }

    pub fn get(&self, key: &str) -> Option<&V> {
        self.entries
            .get(&self.position(key)?)
            .map(|(_, value)| value)
    }

    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// A key that is there already keeps its place.
    pub fn insert(&mut self, key: Arc<str>, value: V) {
        let position = self.position(&key).unwrap_or_else(|| {
            let position = Position::Inserted(self.inserted);
            self.inserted += 1;
            self.positions.insert(Arc::clone(&key), position);
            position
        });
        self.entries.insert(position, (key, value));
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let position = self.position(key)?;
        self.entries.get_mut(&position).map(|(_, value)| value)
    }

    /// The value of `key`, which is added if it is not there.
    pub fn entry(&mut self, key: &Arc<str>) -> &mut V
    where
        V: Default,
    {
        if !self.contains(key) {
            self.insert(Arc::clone(key), V::default());
        }
        self.get_mut(key).expect("it was added")
    }

    pub fn remove(&mut self, key: &str) -> Option<V> {
        let position = self.position(key)?;
        self.positions.remove(key);
        self.entries.remove(&position).map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Arc<str>, &V)> {
        self.entries.values().map(|(key, value)| (key, value))
    }
}

impl<V> Default for Ordered<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: PartialEq> PartialEq for Ordered<V> {
    /// Equal keys and values in the same order.
    fn eq(&self, other: &Self) -> bool {
        self.entries.values().eq(other.entries.values())
    }
}

impl<V: fmt::Debug> fmt::Debug for Ordered<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Into<Arc<str>>, V> FromIterator<(K, V)> for Ordered<V> {
    /// A key given twice keeps its first place and its last value, as in JSON
    /// read by JavaScript.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        for (key, value) in entries {
            map.insert(key.into(), value);
        }
        map
    }
}

impl<V: Serialize> Serialize for Ordered<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (&**key, value)))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Ordered<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
            type Value = Ordered<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a presence for each key")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Ordered<V>, A::Error> {
                let mut map = Ordered::new();
                while let Some((key, value)) = access.next_entry::<Arc<str>, V>()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys<V>(map: &Ordered<V>) -> Vec<&str> {
        map.iter().map(|(key, _)| &**key).collect()
    }

    #[test]
    fn integer_keys_come_first_ascending_then_all_others_as_inserted() {
        let map: Ordered<()> = ["b", "10", "a", "9", "0"]
            .map(|key| (key, ()))
            .into_iter()
            .collect();
        assert_eq!(keys(&map), ["0", "9", "10", "b", "a"]);
    }

    #[test]
    fn only_canonical_array_indices_are_integer_keys() {
        assert_eq!(array_index("4294967294"), Some(u32::MAX - 1));
        for key in [
            "4294967295",
            "99999999999",
            "01",
            "00",
            "-1",
            "+1",
            "1.5",
            "1e3",
            "",
            " 1",
            "١",
        ] {
            assert_eq!(array_index(key), None, "{key:?}");
        }
    }

    #[test]
    fn a_replaced_value_keeps_its_place_and_a_removed_one_loses_it() {
        let mut map: Ordered<u8> = [("a", 1), ("b", 2)].into_iter().collect();
        map.insert("a".into(), 3);
        assert_eq!(keys(&map), ["a", "b"]);
        assert_eq!(map.remove("a"), Some(3));
        map.insert("a".into(), 4);
        assert_eq!(keys(&map), ["b", "a"]);
        assert_eq!(map.get("a"), Some(&4));
        assert_eq!(map.len(), 2);
    }

    #[test]
    fn a_key_that_occurs_twice_in_json_has_its_first_place_and_last_value() {
        let map: Ordered<u8> = serde_json::from_str(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"a":3,"b":2}"#);
    }
}
