/**
 * `phoenix-presence/vue` for a page that loads the .wasm file itself: over the class of `phoenix-presence/web`.
 *
 * @module phoenix-presence/web/vue
 */

export * from "../vue.js";
