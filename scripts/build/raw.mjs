/**
 * Compiles the store over JSON text to target/raw.wasm, for the suite `raw`. The package does not have it.
 */

import { join } from "node:path";

import { main } from "../lib/main.mjs";
import { ROOT, run, wasmEnv } from "../lib/toolchain.mjs";
import { WASM_FEATURES } from "./wasm.mjs";

const COMPILED = "target/wasm32-unknown-unknown/wasm/phoenix_presence_raw_core.wasm";

/** Nothing here recurses, so a small stack is enough: that of Rust's default is a megabyte of each instance. */
const STACK_BYTES = 32_768;

await main(async () => {
  const env = wasmEnv();
  const build = "build -p phoenix-presence-raw-core --profile wasm --target wasm32-unknown-unknown";
  await run("cargo", build.split(" "), {
    env: { ...env, CARGO_ENCODED_RUSTFLAGS: `-Clink-arg=-zstack-size=${STACK_BYTES}` },
  });
  const strip = ["--strip-target-features", "--strip-producers"];
  await run("wasm-opt", ["-Oz", ...WASM_FEATURES, ...strip, COMPILED, "-o", join(ROOT, "target/raw.wasm")], { env });
});
