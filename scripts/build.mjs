/**
 * Builds the npm package in pkg/: the core as WebAssembly, and the forms of the class that other
 * environments need.
 *
 * Invariant: everything it writes is under pkg/wasm and pkg/dist, and follows from the sources
 * alone; when they have not changed, nothing is done.
 */

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { build } from "esbuild";

import { ROOT, run, wasmEnv } from "./lib/toolchain.mjs";

const PKG = join(ROOT, "pkg");
const WASM = join(PKG, "wasm");
const DIST = join(PKG, "dist");
const BUILT = "target/wasm32-unknown-unknown/wasm/phoenix_presence_core.wasm";
const STAMP = join(WASM, ".stamp");

/** Named one by one: what `--all-features` lets wasm-opt use, Node 20 cannot load. */
const FEATURES = [
  "reference-types",
  "bulk-memory",
  "nontrapping-float-to-int",
  "sign-ext",
  "mutable-globals",
  "multivalue",
];

/** The modules of the package, each of which has a CommonJS form. */
const MODULES = ["presence.js", "inbox.js", "problem.js", "core.js", "source.js", "init.js"];

const stamp = fingerprint();
if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp) {
  console.log("phoenix-presence is built");
} else {
  console.log("Building phoenix-presence (a minute the first time, then seconds)");
  rmSync(DIST, { recursive: true, force: true });
  rmSync(STAMP, { force: true });
  await buildWasm();
  await buildModules();
  writeFileSync(STAMP, stamp);
}

/** What the outcome depends on, in one line. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const folder of ["src", "src/js", "pkg", "pkg/core", "pkg/variants"]) {
    for (const name of readdirSync(join(ROOT, folder)).sort()) {
      if (/\.(rs|js|ts)$/.test(name)) hash.update(name).update(readFileSync(join(ROOT, folder, name)));
    }
  }
  for (const name of ["Cargo.toml", "pkg/core/Cargo.toml", "Cargo.lock", "package-lock.json", "scripts/build.mjs", "LICENSE"]) {
    hash.update(readFileSync(join(ROOT, name)));
  }
  return hash.digest("hex");
}

/** The core: as small as the tools make it, and without a path of this machine. */
async function buildWasm() {
  const env = wasmEnv();
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const remap = [`--remap-path-prefix=${ROOT}=.`, `--remap-path-prefix=${cargoHome}=cargo`];
  await run("cargo", "build -p phoenix-presence-core --profile wasm --target wasm32-unknown-unknown".split(" "), {
    env: { ...env, CARGO_ENCODED_RUSTFLAGS: remap.join("\x1f") },
  });
  rmSync(WASM, { recursive: true, force: true });
  await run(
    "wasm-bindgen",
    [
      ..."--target bundler --no-typescript --remove-producers-section --remove-name-section".split(" "),
      ...["--out-name", "phoenix_presence", "--out-dir", WASM, BUILT],
    ],
    { env },
  );
  rmSync(join(WASM, "phoenix_presence.js")); // The generator's loader: core.js is ours.

  const wasm = join(WASM, "phoenix_presence_bg.wasm");
  await run("wasm-opt", ["-Oz", ...FEATURES.map((name) => `--enable-${name}`), wasm, "-o", wasm], { env });
  const bytes = readFileSync(wasm);
  writeFileSync(
    join(WASM, "text.js"),
    `// Generated: phoenix_presence_bg.wasm, as source.js reads it.\n` +
      `export const size = ${bytes.length};\nexport const text = "${asText(bytes)}";\n`,
  );
  await writeImports(wasm);
}

/**
 * Writes the object that the core is instantiated with: the generated code, and src/js/values.js,
 * each under the name by which the core asks for it.
 *
 * @param {string} wasm
 */
async function writeImports(wasm) {
  const imports = WebAssembly.Module.imports(await WebAssembly.compile(readFileSync(wasm)));
  const [values] = new Set(imports.map(({ module }) => module).filter((name) => name.endsWith("/src/js/values.js")));
  copyFileSync(join(WASM, values), join(WASM, "values.js"));
  rmSync(join(WASM, "snippets"), { recursive: true });
  writeFileSync(
    join(WASM, "imports.js"),
    [
      "// Generated: what phoenix_presence_bg.wasm imports.",
      'import * as glue from "./phoenix_presence_bg.js";',
      'import * as values from "./values.js";',
      `const imports = { "./phoenix_presence_bg.js": glue, "${values}": values };`,
      "export { glue, imports };\n",
    ].join("\n"),
  );
}

/**
 * Writes bytes as printable ASCII of which none needs escaping, one character for those below 90
 * and two for the others: source.js reads it.
 *
 * Base64 would be as long and compress far worse, since three bytes fall on four characters and
 * what repeats in the bytes no longer repeats in the text.
 *
 * @param {Uint8Array} bytes
 */
function asText(bytes) {
  /** @param {number} value */
  const one = (value) => (value === 57 ? "!" : String.fromCharCode(value + 35)); // 57 would be a backslash.
  const two = (/** @type {number} */ byte) => (byte < 180 ? `}${one(byte - 90)}` : `~${one(byte - 180)}`);
  return Array.from(bytes, (byte) => (byte < 90 ? one(byte) : two(byte))).join("");
}

/** The forms of the class for `require`, for pages that load the .wasm file, and for workerd. */
async function buildModules() {
  const common = /** @type {const} */ ({ target: "es2022", logLevel: "warning", charset: "utf8" });
  const cjs = join(DIST, "cjs");
  await build({ ...common, format: "cjs", outdir: cjs, entryPoints: MODULES.map((name) => join(PKG, name)) });
  await build({
    ...common,
    format: "cjs",
    outdir: join(cjs, "wasm"),
    entryPoints: ["phoenix_presence_bg.js", "values.js", "imports.js", "text.js"].map((name) => join(WASM, name)),
  });
  writeFileSync(join(cjs, "package.json"), '{ "type": "commonjs" }\n');
  for (const name of ["index", "init", "web"]) {
    const types = readFileSync(join(PKG, `${name}.d.ts`), "utf8");
    writeFileSync(join(cjs, `${name}.d.cts`), types.replace(/(from "\.\/\w+)\.js"/g, '$1.cjs"'));
  }

  const bundle = { ...common, bundle: true };
  const web = { ...bundle, entryPoints: { web: join(PKG, "web.js") }, plugins: [variant("web")] };
  await build({ ...web, format: "esm", outdir: DIST });
  await build({ ...web, format: "cjs", outdir: cjs });
  await build({
    ...bundle,
    format: "esm",
    outdir: DIST,
    splitting: true,
    chunkNames: "[name]-[hash]",
    entryPoints: { workerd: join(PKG, "presence.js"), "workerd-init": join(PKG, "init.js") },
    plugins: [variant("workerd")],
    external: ["*.wasm"],
  });
  mkdirSync(DIST, { recursive: true });
  copyFileSync(join(ROOT, "LICENSE"), join(PKG, "LICENSE"));
}

/**
 * Takes `source.js` from variants/.
 *
 * @param {string} name
 * @returns {import("esbuild").Plugin}
 */
function variant(name) {
  return {
    name,
    setup({ onResolve }) {
      onResolve({ filter: /^\.\/source\.js$/ }, () => ({ path: join(PKG, "variants", `${name}.js`) }));
    },
  };
}
