//! The tests of tests/common, inside wasm under Node.
#![cfg(target_arch = "wasm32")]

mod common;
