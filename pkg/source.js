// Where the compiled core comes from: here, inlined, so that neither a bundler
// needs to be configured nor a second file fetched. Other builds of the package
// replace this file by one in variants/.

import { base64 } from "./wasm/base64.js";

/** @returns {BufferSource} */
export function source() {
  const text = atob(base64);
  // A plain loop: `Uint8Array.from` with a function takes six times as long when cold.
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
