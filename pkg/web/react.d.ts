/**
 * `phoenix-presence/react` for a page that loads the .wasm file itself: over the class of `phoenix-presence/web`.
 *
 * @module phoenix-presence/web/react
 */

export * from "../react.js";
