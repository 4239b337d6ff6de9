// Where the compiled core comes from: here, inlined, so that neither a bundler
// needs to be configured nor a second file fetched. Other builds of the package
// replace this file by one in variants/.

import { size, text } from "./wasm/text.js";

/**
 * Reads what scripts/build.mjs wrote: a byte below 90 is one character, another is "}" (+ 90) or
 * "~" (+ 180) and one character.
 *
 * @returns {BufferSource}
 */
export function source() {
  const bytes = new Uint8Array(size);
  let at = 0;
  let more = 0;
  // A plain loop: `Uint8Array.from` with a function takes six times as long when cold.
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 124) {
      more = code === 125 ? 90 : 180;
    } else {
      bytes[at++] = (code === 33 ? 57 : code - 35) + more;
      more = 0;
    }
  }
  return bytes;
}
