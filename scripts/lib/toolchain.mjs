/**
 * Finds the tools that compile the crate to WebAssembly, and the environment in which they work.
 * Nothing here installs or changes anything: `scripts/setup.mjs` installs what is missing.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, platform, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { ask, ROOT, run } from "./run.mjs";

export { ask, ROOT, run };

/** The target triple of a browser. */
export const WASM_TARGET = "wasm32-unknown-unknown";

/** The linked toolchain that has the target if rustup could not download it. */
export const WASM_TOOLCHAIN = "wasm";

/** The version of wasm-pack that runs the wasm tests. */
export const WASM_PACK_VERSION = "0.15.1";

/** The version of wasm-bindgen in Cargo.lock: the command line tool must be exactly this one. */
export function wasmBindgenVersion() {
  const lock = readFileSync(join(ROOT, "Cargo.lock"), "utf8");
  return /\nname = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1];
}

/**
 * The folder of a compiled tool. It is outside the clone, so that a second clone does not compile the
 * tool again, and outside ~/.cargo/bin, so that no other version is replaced.
 *
 * @param {string} name
 * @param {string} version
 */
export function toolRoot(name, version) {
  const usual = platform() === "darwin" ? "Library/Caches" : ".cache";
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), usual);
  return join(caches, "phoenix-presence", `${name}-${version}`);
}

/**
 * Whether a toolchain can compile and link for wasm32. It compiles one function to find out, because the
 * standard library of another compiler version looks installed, but does not work.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function hasWasmTarget(env = process.env) {
  const dir = mkdtempSync(join(tmpdir(), "wasm-probe-"));
  try {
    const args = ["--target", WASM_TARGET, "--crate-type", "cdylib", "--crate-name", "probe", "--out-dir", dir, "-"];
    return ask("rustc", args, { env, input: "pub fn probe() {}" }) !== undefined;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * The environment for compiling to WebAssembly and testing it: the npm tools and the compiled tools are
 * first on PATH, and RUSTUP_TOOLCHAIN names the linked toolchain if the default one lacks the target.
 *
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function wasmEnv(base = process.env) {
  const env = { ...base, PATH: toolPath(base) };
  if (hasWasmTarget(env)) return env;
  const linked = { ...env, RUSTUP_TOOLCHAIN: WASM_TOOLCHAIN };
  return hasWasmTarget(linked) ? linked : env;
}

/**
 * PATH with the tools of this repository first.
 *
 * @param {NodeJS.ProcessEnv} [base]
 */
export function toolPath(base = process.env) {
  const bindgen = wasmBindgenVersion();
  return [
    join(ROOT, "node_modules/.bin"),
    ...(bindgen ? [join(toolRoot("wasm-bindgen-cli", bindgen), "bin")] : []),
    join(toolRoot("wasm-pack", WASM_PACK_VERSION), "bin"),
    base.PATH ?? "",
  ].join(delimiter);
}
