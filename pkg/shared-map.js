// Maps that all copies of the bindings in one program share: its ES and CommonJS modules,
// its entries for React and Vue, and those for the page that loads the .wasm file itself.
//
// Invariant: importing this has no effect: the maps are made on first use.

/** The version is that of what the maps hold: raise it when that changes. */
const MAPS = Symbol.for("phoenix-presence bindings, version 1");

/**
 * @param {string} name
 * @returns {WeakMap<object, any>}
 */
export function sharedMap(name) {
  /** @type {Record<string, WeakMap<object, any>>} */
  const maps = /** @type {any} */ (globalThis[MAPS] ??= {});
  return (maps[name] ??= new WeakMap());
}
