/**
 * Compiles the core to pkg/wasm/: as small as the tools make it, and without a path of this machine.
 */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { ROOT, run, wasmEnv } from "../lib/toolchain.mjs";
import { WASM } from "./folders.mjs";
import { coreFunctions, writeGlue } from "./glue.mjs";
import { buildId, withBuildId } from "./id.mjs";
import { toText } from "./text.mjs";

const COMPILED = "target/wasm32-unknown-unknown/wasm/phoenix_presence_core.wasm";

/** Named one by one: what `--all-features` lets wasm-opt use, Node 20 cannot load. */
export const WASM_FEATURES = [
  "reference-types",
  "bulk-memory",
  "nontrapping-float-to-int",
  "sign-ext",
  "mutable-globals",
  "multivalue",
].map((name) => `--enable-${name}`);

/** Exported for tools that measure how much memory the core takes. */
const MEMORY = "memory";

export async function buildWasm() {
  const env = wasmEnv();
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const remap = [`--remap-path-prefix=${ROOT}=.`, `--remap-path-prefix=${cargoHome}=cargo`];
  await run("cargo", "build -p phoenix-presence-core --profile wasm --target wasm32-unknown-unknown".split(" "), {
    env: { ...env, CARGO_ENCODED_RUSTFLAGS: [...remap, "-Cllvm-args=-inline-threshold=0"].join("\x1f") },
  });
  rmSync(WASM, { recursive: true, force: true });
  await run(
    "wasm-bindgen",
    [
      ..."--target bundler --remove-producers-section --remove-name-section".split(" "),
      ...["--out-name", "phoenix_presence", "--out-dir", WASM, COMPILED],
    ],
    { env },
  );
  rmSync(join(WASM, "phoenix_presence.js")); // wasm-bindgen's loader: the package has its own.
  rmSync(join(WASM, "phoenix_presence_bg.wasm.d.ts"));

  const wasm = join(WASM, "phoenix_presence_bg.wasm");
  const inPlace = [wasm, "-o", wasm];
  await keepExports([...coreFunctions(), MEMORY], inPlace, env);
  const strip = ["--strip-target-features", "--strip-producers"];
  await run("wasm-opt", ["-Oz", ...WASM_FEATURES, ...strip, ...inPlace], { env });
  // The names of imports and exports are a tenth of what is left.
  const minify = [...WASM_FEATURES, "--minify-imports-and-exports-and-modules", ...inPlace];
  const { output } = await run("wasm-opt", minify, { env, quiet: true });

  const bytes = readFileSync(wasm);
  const id = buildId(bytes, output);
  writeGlue(JSON.parse(output), id);
  writeFileSync(wasm, withBuildId(bytes, id));
  // The inlined copy has no id: it cannot be of another build than the JavaScript beside it.
  writeFileSync(
    join(WASM, "text.js"),
    `// Generated: phoenix_presence_bg.wasm, as source.js reads it.\n` +
      `export const size = ${bytes.length};\nexport const text = "${toText(bytes)}";\n`,
  );
}

/**
 * Removes every export but these, and what only the others use: wasm-bindgen adds a table of JavaScript values, which
 * the core does not use.
 *
 * @param {string[]} names
 * @param {string[]} inPlace the arguments that name the file
 * @param {NodeJS.ProcessEnv} env
 */
async function keepExports(names, inPlace, env) {
  const graph = join(WASM, "exports.json");
  const nodes = names.map((name) => ({ name, export: name }));
  writeFileSync(graph, JSON.stringify([{ name: "JavaScript", reaches: names, root: true }, ...nodes]));
  await run("wasm-metadce", [...WASM_FEATURES, "--graph-file", graph, ...inPlace], { env, quiet: true });
  rmSync(graph);
}
