// The Rust core: compiled once, on first use.
//
// Invariant: importing this compiles nothing; whoever gets the core from `core()`
// can call it at once; and a core that failed is never called again.

import * as glue from "./wasm/glue.js";
import { source } from "./source.js";

const HINT =
  "phoenix-presence needs WebAssembly, compiled when first used. Where a content security policy forbids it, allow " +
  "'wasm-unsafe-eval'; where only compiling synchronously fails, import from phoenix-presence/web and await init().";

let started = false;
/** @type {Error | undefined} */
let failure;
/** @type {Promise<void> | undefined} */
let loading;

/** The functions of the core. @throws {Error} where WebAssembly is missing or forbidden, or the core has failed */
export function core() {
  if (failure) throw failure;
  if (!started) start(compile(source()));
  return glue;
}

/**
 * Runs what calls the core. Should the core ever fail in the middle, nothing it holds can be relied
 * on, and this and every later call says so.
 *
 * @param {() => void} work
 */
export function run(work) {
  try {
    work();
  } catch (error) {
    if (!started || !(error instanceof WebAssembly.RuntimeError)) throw error;
    failure = new Error("phoenix-presence failed inside, which is a bug in it. The page has to be loaded again.", {
      cause: error,
    });
    throw failure;
  }
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
  if (!started) start(module);
}

/** @param {WebAssembly.Module} module */
function start(module) {
  glue.connect(new WebAssembly.Instance(module, glue.imports));
  started = true;
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
