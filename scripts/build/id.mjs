/**
 * The id of a build of the core, by which the JavaScript refuses a .wasm file of another build: the
 * short names of the imports and exports mean something else in each.
 *
 * The file holds it as the name of an empty custom section, so that reading it decodes no text:
 * TextDecoder is missing in some test environments.
 */

import { createHash } from "node:crypto";

const CUSTOM_SECTION = 0;

/**
 * The id for a core and the names that its imports and exports have: equal if and only if both are.
 *
 * @param {Uint8Array} wasm without the section
 * @param {string} names
 */
export const buildId = (wasm, names) =>
  `phoenix-presence ${createHash("sha256").update(wasm).update(names).digest("hex").slice(0, 12)}`;

/**
 * A .wasm file with the section appended.
 *
 * @param {Uint8Array} wasm
 * @param {string} id ASCII, shorter than 127 characters, so that each length is one byte of LEB128
 */
export const withBuildId = (wasm, id) =>
  Buffer.concat([wasm, Buffer.from([CUSTOM_SECTION, id.length + 1, id.length]), Buffer.from(id, "ascii")]);
