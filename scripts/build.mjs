/**
 * Builds the npm package in pkg/ from the sources, unless they are those of the last build.
 */

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { WASM } from "./build/folders.mjs";
import { fingerprint } from "./build/inputs.mjs";
import { buildModules } from "./build/modules.mjs";
import { buildWasm } from "./build/wasm.mjs";
import { main } from "./lib/main.mjs";

/** The fingerprint of what was built: without it, a build did not end. */
const STAMP = join(WASM, ".stamp");

await main(async () => {
  const stamp = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp) {
    console.log("phoenix-presence is built");
    return;
  }
  console.log("Building phoenix-presence (a minute the first time, then seconds)");
  rmSync(STAMP, { force: true });
  await buildWasm();
  await buildModules();
  writeFileSync(STAMP, stamp);
});
