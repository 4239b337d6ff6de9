/**
 * Installs what the build and the tests need, except what is installed already.
 *
 *     node scripts/setup.mjs            # everything
 *     node scripts/setup.mjs --build    # only what building and running the demo needs
 *
 * It uses nothing from node_modules, because it runs before `npm ci`.
 */

import { isMain, main } from "./lib/main.mjs";
import { ask } from "./lib/run.mjs";
import { browser } from "./setup/browser.mjs";
import { wasmBindgen, wasmPack } from "./setup/cargo-tools.mjs";
import { npmModules } from "./setup/npm.mjs";
import { takeStep } from "./setup/step.mjs";
import { wasmTarget } from "./setup/wasm-target.mjs";

const FOR_THE_BUILD = [npmModules, wasmTarget, wasmBindgen];
const FOR_THE_TESTS = [wasmPack, browser];

/**
 * @param {{ tests?: boolean }} [options] tests: false leaves out what only the tests need
 */
export async function setup({ tests = true } = {}) {
  if (!ask("cargo", ["--version"])) {
    throw new Error(
      "Rust is missing: no `cargo` runs here. Install it with rustup (https://rustup.rs), then run the same command again.",
    );
  }
  for (const step of tests ? [...FOR_THE_BUILD, ...FOR_THE_TESTS] : FOR_THE_BUILD) {
    await takeStep(step, console.log);
  }
}

if (isMain(import.meta)) {
  await main(async () => {
    await setup({ tests: !process.argv.includes("--build") });
    console.log("setup: everything is installed");
  });
}
