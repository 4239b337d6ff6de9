// The Rust core: compiled once, on first use.
//
// Invariant: importing this compiles nothing; whoever gets the core from `core()`
// can call it at once; and a core that failed is never called again.

import { buildId, connect, imports } from "./wasm/glue.js";
import { source } from "./source.js";

const HINT =
  "phoenix-presence needs WebAssembly, compiled when first used. Where a content security policy forbids it, allow " +
  "'wasm-unsafe-eval'; where only compiling synchronously fails, import from phoenix-presence/web and await init().";

const OTHER_BUILD =
  "phoenix-presence: the .wasm given to init() is of another build than this JavaScript. Serve the file " +
  "phoenix-presence/wasm of the installed version, under an address that no cache answers with an older one.";

/** @typedef {import("../src/js/border.js").Core} Core */

/** @type {Core | undefined} */
let started;
/** @type {Error | undefined} */
let failure;
/** @type {Promise<void> | undefined} */
let loading;

/** The functions of the core. @throws {Error} where WebAssembly is missing or forbidden, or the core has failed */
export function core() {
  if (failure) throw failure;
  return started ?? start(compile(source()));
}

/**
 * The error to throw for one that came out of a call of the core. Should the core itself ever fail, nothing that it
 * holds can be relied on, and this and every later call says so.
 *
 * @param {unknown} error
 */
export function coreError(error) {
  if (!started || !(error instanceof WebAssembly.RuntimeError)) return error;
  failure = new Error("phoenix-presence failed inside, which is a bug in it. The page has to be loaded again.", {
    cause: error,
  });
  return failure;
}

/**
 * Compiles the core ahead of its first use, without blocking.
 *
 * @param {import("./init.js").InitSource | Promise<import("./init.js").InitSource>} [from] the .wasm file: its
 *   address, a fetched response, its bytes or a compiled module. By default, what is inlined in this package.
 */
export async function init(from) {
  loading ??= load(from);
  try {
    await loading;
  } finally {
    loading = undefined;
  }
}

/** @param {Parameters<typeof init>[0]} from */
async function load(from) {
  const given = await from;
  if (started) return;
  requireWebAssembly();
  const module = await compileAsync(given ?? source());
  // Only here: what comes with the package cannot differ, and a bundle without init() is to stay without the check.
  if (given && !WebAssembly.Module.customSections(module, buildId).length) throw new Error(OTHER_BUILD);
  if (!started) start(module);
}

/** @param {WebAssembly.Module} module */
function start(module) {
  /** @type {Core} */
  const made = connect(new WebAssembly.Instance(module, imports));
  return (started = made);
}

/** @param {BufferSource | WebAssembly.Module} source */
function compile(source) {
  requireWebAssembly();
  if (source instanceof WebAssembly.Module) return source;
  try {
    return new WebAssembly.Module(source);
  } catch (cause) {
    throw new Error(HINT, { cause });
  }
}

/** @param {import("./init.js").InitSource} source */
async function compileAsync(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === "string" || source instanceof URL) source = await fetch(source);
  if (typeof Response === "function" && source instanceof Response) {
    if (!source.ok)
      throw new Error(`phoenix-presence: ${source.url} answered ${source.status}, expected the .wasm file`);
    source = await source.arrayBuffer();
  }
  return WebAssembly.compile(/** @type {BufferSource} */ (source));
}

function requireWebAssembly() {
  if (typeof WebAssembly !== "object") throw new Error(HINT);
}
