//! A payload split into its entries, each still text. Every text that is an object can be split,
//! whatever its entries are.

use std::collections::hash_map::{Entry, HashMap};
use std::fmt;

use phoenix_presence::Presence;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{json, Value};

/// The members of an object in JavaScript's order: integers ascending, then insertion order. A name
/// that occurs twice has its first place and its last value.
#[derive(Default)]
pub struct Members(Vec<(String, Box<RawValue>)>);

/// The two sides of a diff.
pub struct Sides {
    /// The users who joined.
    pub joins: Members,
    /// The users who left.
    pub leaves: Members,
    /// The number of sides that are there but are no objects.
    pub malformed: usize,
}

impl Members {
    /// `None` if the text is no object.
    pub fn of(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// The members that are presences, and the names of the others.
    pub fn sorted_out<M: DeserializeOwned>(self) -> (Self, Vec<Option<String>>) {
        let mut good = Vec::new();
        let mut bad = Vec::new();
        for (key, raw) in self.0 {
            match serde_json::from_str::<Presence<M>>(raw.get()) {
                Ok(_) => good.push((key, raw)),
                Err(_) => bad.push(Some(key)),
            }
        }
        (Self(good), bad)
    }

    /// The object as text.
    pub fn text(&self) -> String {
        let members = self.0.iter();
        let members = members.map(|(key, raw)| format!("{}:{}", json!(key), raw.get()));
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }

    /// The presences, written as the roster would write them.
    pub fn presences<M: DeserializeOwned + Serialize>(&self) -> Vec<(String, Value)> {
        let read = |raw: &RawValue| {
            serde_json::from_str::<Presence<M>>(raw.get()).expect("sorted out before")
        };
        let members = self.0.iter();
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
        for (name, raw) in Members::of(json)?.0 {
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

/// The number by which JavaScript sorts a key.
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
                let mut members: Vec<(String, Box<RawValue>)> = Vec::new();
                let mut places: HashMap<String, usize> = HashMap::new();
                while let Some((key, value)) = access.next_entry::<String, Box<RawValue>>()? {
                    match places.entry(key.clone()) {
                        Entry::Occupied(place) => members[*place.get()].1 = value,
                        Entry::Vacant(place) => {
                            place.insert(members.len());
                            members.push((key, value));
                        }
                    }
                }
                members.sort_by_key(|(key, _)| index(key));
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
