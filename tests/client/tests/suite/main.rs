//! The client against a real presence-server: `cargo test -p client-tests` natively, and
//! `npm test -- client-browser` in a browser.

mod channel;
mod connection;
#[cfg(target_arch = "wasm32")]
mod page;
mod presence;

/// The attribute of a test on this target.
#[cfg(not(target_arch = "wasm32"))]
pub use tokio::test as client_test;
#[cfg(target_arch = "wasm32")]
pub use wasm_bindgen_test::wasm_bindgen_test as client_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
