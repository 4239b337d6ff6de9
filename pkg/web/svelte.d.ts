/**
 * `phoenix-presence/svelte` for a page that loads the .wasm file itself: over the class of `phoenix-presence/web`.
 *
 * @module phoenix-presence/web/svelte
 */

export * from "../svelte.js";
