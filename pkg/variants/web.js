// Nothing is inlined: the page says where the .wasm file is.

/** @returns {never} */
export function source() {
  throw new Error(
    "phoenix-presence/web has no WebAssembly inlined: `await init(url)` with the address of phoenix-presence/wasm before the first use",
  );
}
