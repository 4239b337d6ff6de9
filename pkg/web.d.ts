/**
 * The `Presence` class with nothing inlined: call `init` with the address of the `.wasm` file before you make one.
 *
 * @module phoenix-presence/web
 */

export * from "./index.js";
export { init as default, init } from "./init.js";
