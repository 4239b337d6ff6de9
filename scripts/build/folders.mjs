/** Where the build writes: under pkg/, in folders that git ignores. */

import { join } from "node:path";

import { ROOT } from "../lib/run.mjs";

export const PKG = join(ROOT, "pkg");
/** The core as WebAssembly, and what connects it to JavaScript. */
export const WASM = join(PKG, "wasm");
/** The package's JavaScript, in a form for each environment. */
export const DIST = join(PKG, "dist");
