//! A payload cut into its entries, each still text.
//!
//! Invariant: it is cut for every text that is an object, and for no other,
//! whatever its entries are.

use std::collections::hash_map::{Entry, HashMap};
use std::fmt;

use phoenix_presence::Presence;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{json, Value};

/// An object's members as JavaScript has them: of a name that stands there twice
/// the first place and the last value, and integers ascending before all others.
#[derive(Default)]
pub struct Members {
    named: Vec<(String, Box<RawValue>)>,
    /// Copies of the names that are not Unicode text, which the roster cannot keep.
    lossy: Vec<String>,
}

/// The two sides of a diff, and whether one is there but no object.
pub struct Sides {
    /// Who came.
    pub joins: Members,
    /// Who went.
    pub leaves: Members,
    /// How many sides are malformed.
    pub malformed: usize,
}

impl Members {
    /// `None` if the text is no object.
    pub fn of(json: &[u8]) -> Option<Self> {
        // Names read as bytes may hold control characters, which JSON must escape.
        serde_json::from_slice::<&RawValue>(json).ok()?;
        serde_json::from_slice(json).ok()
    }

    /// The members that are presences, and the names of those that are not.
    pub fn sorted_out<M: DeserializeOwned>(self) -> (Self, Vec<Option<String>>) {
        let mut good = Self::default();
        let mut bad: Vec<_> = self.lossy.into_iter().map(Some).collect();
        for (key, raw) in self.named {
            match serde_json::from_str::<Presence<M>>(raw.get()) {
                Ok(_) => good.named.push((key, raw)),
                Err(_) => bad.push(Some(key)),
            }
        }
        (good, bad)
    }

    /// The object as text again.
    pub fn text(&self) -> String {
        let members = self.named.iter();
        let members = members.map(|(key, raw)| format!("{}:{}", json!(key), raw.get()));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    /// The presences, written as the roster would write them.
    pub fn presences<M: DeserializeOwned + Serialize>(&self) -> Vec<(String, Value)> {
        let read = |raw: &RawValue| {
            serde_json::from_str::<Presence<M>>(raw.get()).expect("sorted out before")
        };
        let members = self.named.iter();
        members
            .map(|(key, raw)| (key.clone(), json!(read(raw))))
            .collect()
    }
}

impl Sides {
    /// `None` if the text is no object.
    pub fn of(json: &[u8]) -> Option<Self> {
        let mut sides = Self {
            joins: Members::default(),
            leaves: Members::default(),
            malformed: 0,
        };
        for (name, raw) in Members::of(json)?.named {
            let side = match name.as_str() {
                "joins" => &mut sides.joins,
                "leaves" => &mut sides.leaves,
                _ => continue,
            };
            if raw.get() == "null" {
                continue;
            }
            match Members::of(raw.get().as_bytes()) {
                Some(members) => *side = members,
                None => sides.malformed += 1,
            }
        }
        Some(sides)
    }
}

/// What JavaScript sorts a key by.
fn index(key: &str) -> u32 {
    let number = key.parse::<u32>().ok();
    let canonical = number.filter(|number| number.to_string() == key);
    canonical.unwrap_or(u32::MAX)
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
                let mut members = Members::default();
                let named = &mut members.named;
                let mut places: HashMap<String, usize> = HashMap::new();
                while let Some((Key(key), value)) = access.next_entry::<Key, Box<RawValue>>()? {
                    let key = match String::from_utf8(key) {
                        Ok(key) => key,
                        Err(error) => {
                            let lossy = String::from_utf8_lossy(error.as_bytes());
                            members.lossy.push(lossy.into_owned());
                            continue;
                        }
                    };
                    match places.entry(key.clone()) {
                        Entry::Occupied(place) => named[*place.get()].1 = value,
                        Entry::Vacant(place) => {
                            place.insert(named.len());
                            named.push((key, value));
                        }
                    }
                }
                named.sort_by_key(|(key, _)| index(key));
                Ok(members)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A name as bytes: half of a surrogate pair, which JSON can escape, is no text.
struct Key(Vec<u8>);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Key, E> {
                Ok(Key(bytes.to_vec()))
            }
        }

        deserializer.deserialize_bytes(Bytes)
    }
}
