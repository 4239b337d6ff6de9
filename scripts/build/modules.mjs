/**
 * Writes pkg/dist/: the package's JavaScript for `import`, `require`, pages that load the .wasm file
 * themselves, and workerd.
 */

import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { build } from "esbuild";

import { ROOT } from "../lib/run.mjs";
import { DIST, PKG, WASM } from "./folders.mjs";
import { packageModules, packageTypes } from "./inputs.mjs";

const CJS = join(DIST, "cjs");

const COMMON = /** @type {const} */ ({ target: "es2022", logLevel: "warning", charset: "utf8" });
const BUNDLE = /** @type {const} */ ({ ...COMMON, bundle: true });

/** Entries that share a chunk: a page without a bundler fetches two files, not one for each module. */
const SHARING = /** @type {const} */ ({
  ...BUNDLE,
  format: "esm",
  outdir: DIST,
  splitting: true,
  chunkNames: "chunk-[hash]",
});

/** The entries that hold the core. The others ask for the class by its public name. */
const WITH_CORE = [".", "./init", "./web"];

/** Entries that ask for the class of ./web instead, so that a page with both has the core once. */
const OVER_WEB = "./web/";

/** The class of ./web takes the place of that of the main entry. */
const overWeb = /** @type {const} */ ({ packages: "external", alias: { "phoenix-presence": "phoenix-presence/web" } });

export async function buildModules() {
  rmSync(DIST, { recursive: true, force: true });
  await buildForRequire();
  await buildForImport();
  copyFileSync(join(ROOT, "LICENSE"), join(PKG, "LICENSE"));
}

async function buildForRequire() {
  await build({
    ...COMMON,
    format: "cjs",
    outbase: PKG,
    outdir: CJS,
    entryPoints: packageModules().map((name) => join(PKG, name)),
  });
  const generated = readdirSync(WASM).filter((name) => name.endsWith(".js"));
  await build({
    ...COMMON,
    format: "cjs",
    outdir: join(CJS, "wasm"),
    entryPoints: generated.map((name) => join(WASM, name)),
  });
  await build({ ...webBundle, format: "cjs", outdir: CJS });
  await build({ ...BUNDLE, ...overWeb, format: "cjs", outdir: CJS, entryPoints: entriesOverWeb() });
  writeFileSync(join(CJS, "package.json"), '{ "type": "commonjs" }\n');
  for (const name of packageTypes()) {
    const types = readFileSync(join(PKG, name), "utf8");
    const target = join(CJS, name.replace(/\.d\.ts$/, ".d.cts"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, types.replace(/(from "\.{1,2}\/[\w/.-]+)\.js"/g, '$1.cjs"'));
  }
}

async function buildForImport() {
  await build({ ...SHARING, entryPoints: { presence: join(PKG, "presence.js"), init: join(PKG, "init.js") } });
  await build({
    ...SHARING,
    entryPoints: { workerd: join(PKG, "presence.js"), "workerd-init": join(PKG, "init.js") },
    plugins: [variant("workerd")],
    external: ["*.wasm"],
  });
  await build({ ...SHARING, entryPoints: entriesWithoutCore(), packages: "external" });
  await build({ ...SHARING, ...overWeb, entryPoints: entriesOverWeb() });
  await build({ ...webBundle, format: "esm", outdir: DIST });
}

const webBundle = { ...BUNDLE, entryPoints: { web: join(PKG, "web.js") }, plugins: [variant("web")] };

/** The names of the entries of package.json that are modules without the core. */
function namesWithoutCore() {
  const { exports } = JSON.parse(readFileSync(join(PKG, "package.json"), "utf8"));
  return Object.keys(exports).filter((name) => exports[name].import && !WITH_CORE.includes(name));
}

/**
 * The entries for frameworks and the like, as esbuild takes them.
 *
 * @returns {Record<string, string>}
 */
const entriesWithoutCore = () =>
  Object.fromEntries(
    namesWithoutCore()
      .filter((name) => !name.startsWith(OVER_WEB))
      .map((name) => [name.slice(2), join(PKG, `${name}.js`)]),
  );

/**
 * The same modules, as entries over ./web.
 *
 * @returns {Record<string, string>}
 */
const entriesOverWeb = () =>
  Object.fromEntries(
    namesWithoutCore()
      .filter((name) => name.startsWith(OVER_WEB))
      .map((name) => [name.slice(2), join(PKG, `${name.slice(OVER_WEB.length)}.js`)]),
  );

/**
 * Takes the WebAssembly from a file of pkg/variants/ instead of source.js.
 *
 * @param {string} name
 * @returns {import("esbuild").Plugin}
 */
function variant(name) {
  return {
    name,
    setup({ onResolve }) {
      onResolve({ filter: /^\.{1,2}\/(.*\/)?source\.js$/ }, () => ({ path: join(PKG, "variants", `${name}.js`) }));
    },
  };
}
