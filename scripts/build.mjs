/**
 * Builds the npm package in pkg/ from the sources, unless they are those of the last build.
 */

import { fingerprint } from "./build/inputs.mjs";
import { buildModules } from "./build/modules.mjs";
import { clearStamp, isBuilt, writeStamp } from "./build/stamp.mjs";
import { buildWasm } from "./build/wasm.mjs";
import { main } from "./lib/main.mjs";

await main(async () => {
  if (isBuilt()) {
    console.log("phoenix-presence is built");
    return;
  }
  console.log("Building phoenix-presence (a minute the first time, then seconds)");
  const inputs = fingerprint();
  clearStamp();
  await buildWasm();
  await buildModules();
  writeStamp(inputs);
});
