// Cloudflare Workers forbid compiling bytes; importing a .wasm file gives the
// module, compiled at deployment.

import module from "../wasm/phoenix_presence_bg.wasm";

/** @returns {WebAssembly.Module} */
export function source() {
  return module;
}
