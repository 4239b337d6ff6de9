/**
 * Set-up steps: the command line tools that are compiled from crates.io.
 *
 * A tool of the right version on PATH is used. Otherwise it is compiled into a folder of its own (see
 * `toolRoot`); ~/.cargo/bin is not changed.
 */

import { ask, run } from "../lib/run.mjs";
import { toolPath, toolRoot, WASM_PACK_VERSION, wasmBindgenVersion } from "../lib/toolchain.mjs";

/** @param {string} command */
const versionOf = (command) =>
  ask(command, ["--version"], { env: { ...process.env, PATH: toolPath() } })?.split(" ")[1];

/**
 * @param {string} crate
 * @param {string} version
 */
async function cargoInstall(crate, version) {
  // Without --locked, because a release's lock file may name a dependency that was yanked later.
  await run("cargo", ["install", crate, "--version", version, "--root", toolRoot(crate, version)]);
}

/** @param {string} crate */
const byHand = (crate) =>
  `Look at the compiler's first error above: a C compiler and a current stable Rust are needed. Alternatively, put a \`${crate}\` of the right version on PATH.`;

/** @type {import("./step.mjs").Step} */
export const wasmBindgen = {
  name: `wasm-bindgen-cli ${wasmBindgenVersion() ?? ""}`.trim(),
  takes: "2 to 5 minutes, once",
  isReady() {
    const wanted = wasmBindgenVersion();
    if (!wanted) return true; // The crate does not use it.
    return [versionOf("wasm-bindgen"), versionOf("wasm-bindgen-test-runner")].every((found) => found === wanted);
  },
  install: () => cargoInstall("wasm-bindgen-cli", wasmBindgenVersion() ?? ""),
  byHand: byHand("wasm-bindgen"),
};

/** @type {import("./step.mjs").Step} */
export const wasmPack = {
  name: `wasm-pack ${WASM_PACK_VERSION}`,
  takes: "2 to 5 minutes, once",
  isReady: () => versionOf("wasm-pack") === WASM_PACK_VERSION,
  install: () => cargoInstall("wasm-pack", WASM_PACK_VERSION),
  byHand: byHand("wasm-pack"),
};
