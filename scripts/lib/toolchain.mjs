/**
 * Finds the tools that turn the crate into WebAssembly, and the environment in which they work.
 *
 * Invariant: nothing here installs or changes anything; it only looks, so every script may call it
 * at any time. What is missing is put there by `scripts/setup.mjs`.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir, platform } from "node:os";
import { delimiter, join } from "node:path";

import { ask, ROOT, run } from "./run.mjs";

export { ask, ROOT, run };

/** The target triple that the browser's half of the crate is compiled for. */
export const WASM_TARGET = "wasm32-unknown-unknown";

/** Name of the linked toolchain that has the target where rustup could not fetch it. */
export const WASM_TOOLCHAIN = "wasm";

/** The wasm-pack that the wasm tests run under. */
export const WASM_PACK_VERSION = "0.15.1";

/** The version of wasm-bindgen in Cargo.lock: the command line tool must be exactly this one. */
export function wasmBindgenVersion() {
  const lock = readFileSync(join(ROOT, "Cargo.lock"), "utf8");
  return /\nname = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1];
}

/**
 * Where cargo-installed tools are kept, one folder a version: outside the clone, so that a second
 * clone does not compile them again, and outside ~/.cargo/bin, so that nobody's tools are replaced.
 *
 * @param {string} name
 * @param {string} version
 */
export function toolRoot(name, version) {
  const caches =
    process.env.XDG_CACHE_HOME || (platform() === "darwin" ? join(homedir(), "Library/Caches") : join(homedir(), ".cache"));
  return join(caches, "phoenix-presence", `${name}-${version}`);
}

/**
 * Whether a toolchain can compile for wasm32.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function hasWasmTarget(env = process.env) {
  const dir = ask("rustc", ["--print", "target-libdir", "--target", WASM_TARGET], env);
  return dir !== undefined && existsSync(dir) && readdirSync(dir).some((file) => file.startsWith("libstd-"));
}

/**
 * The environment for everything that compiles to WebAssembly or tests it: the npm tools and the
 * cached cargo tools come first on PATH, and RUSTUP_TOOLCHAIN names the linked toolchain if the
 * default one lacks the target.
 *
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function wasmEnv(base = process.env) {
  const bindgen = wasmBindgenVersion();
  const path = [
    join(ROOT, "node_modules/.bin"),
    ...(bindgen ? [join(toolRoot("wasm-bindgen-cli", bindgen), "bin")] : []),
    join(toolRoot("wasm-pack", WASM_PACK_VERSION), "bin"),
    base.PATH ?? "",
  ].join(delimiter);
  const env = { ...base, PATH: path };
  if (hasWasmTarget(env)) return env;
  const linked = { ...env, RUSTUP_TOOLCHAIN: WASM_TOOLCHAIN };
  return hasWasmTarget(linked) ? linked : env;
}
