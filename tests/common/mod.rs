//! What several test programs share. On wasm32 these are tests themselves, which
//! tests/node.rs and tests/browser.rs run.
#![allow(dead_code)] // each program uses its part

pub mod changes;
pub mod model;
pub mod plain;
#[cfg(not(target_arch = "wasm32"))]
pub mod strategies;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
mod equal;
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
mod object;
#[cfg(target_arch = "wasm32")]
mod random;
#[cfg(target_arch = "wasm32")]
mod values;
