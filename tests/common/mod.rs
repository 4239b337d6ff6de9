//! What several test programs share. On wasm32 these are tests themselves, which
//! tests/node.rs and tests/browser.rs run.
#![allow(dead_code)] // each program uses its part

pub mod model;
pub mod plain;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
mod object;
#[cfg(target_arch = "wasm32")]
mod random;
#[cfg(target_arch = "wasm32")]
mod values;
