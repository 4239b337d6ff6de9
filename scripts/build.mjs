/**
 * Builds the npm package in pkg/ from the sources, unless they are those of the last build.
 */

import { fingerprint } from "./build/inputs.mjs";
import { buildModules } from "./build/modules.mjs";
import { clearStamp, isBuilt, writeStamp } from "./build/stamp.mjs";
import { buildWasm } from "./build/wasm.mjs";
import { main } from "./lib/main.mjs";

await main(async () => {
  if (isBuilt()) {
    console.log("phoenix-presence is built");
    return;
  }
  console.log("Building phoenix-presence (a minute the first time, then seconds)");
  const inputs = fingerprint();
  clearStamp();
  await buildWasm();
  await buildModules();
<<<<<<< HEAD
  writeStamp(inputs);
});
=======
  writeFileSync(STAMP, stamp);
}

/** What the outcome depends on, in one line. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const folder of ["src", "src/js", "pkg", "pkg/core", "pkg/variants", "pkg/testing"]) {
    for (const name of readdirSync(join(ROOT, folder)).sort()) {
      if (/\.(rs|js|ts)$/.test(name)) hash.update(name).update(readFileSync(join(ROOT, folder, name)));
    }
  }
  for (const name of [
    "Cargo.toml",
    "pkg/core/Cargo.toml",
    "pkg/package.json",
    "Cargo.lock",
    "package-lock.json",
    "scripts/build.mjs",
    "LICENSE",
  ]) {
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
  const features = FEATURES.map((name) => `--enable-${name}`);
  await run("wasm-opt", ["-Oz", ...features, "--strip-target-features", "--strip-producers", wasm, "-o", wasm], {
    env,
  });
  // The names of imports and exports are a tenth of what is left.
  const minify = [...features, "--minify-imports-and-exports-and-modules", wasm, "-o", wasm];
  writeGlue(JSON.parse((await run("wasm-opt", minify, { env, quiet: true })).output));

  const bytes = readFileSync(wasm);
  writeFileSync(
    join(WASM, "text.js"),
    `// Generated: phoenix_presence_bg.wasm, as source.js reads it.\n` +
      `export const size = ${bytes.length};\nexport const text = "${asText(bytes)}";\n`,
  );
}

/**
 * Writes what the core is instantiated with, each function under the short name by which the core asks for it, and what
 * names the functions of an instance.
 *
 * Those are called as they are: the generator's functions around them would only pass arguments on, and are left out.
 *
 * @param {{ imports: [module: string, name: string, short: string][], exports: [name: string, short: string][] }} names
 */
function writeGlue({ imports, exports }) {
  const generated = "./phoenix_presence_bg.js";
  const [values] = imports.map(([module]) => module).filter((module) => module !== generated);
  writeFileSync(join(WASM, "values.js"), "// @ts-nocheck\n" + readFileSync(join(WASM, values), "utf8"));
  const bindings = readFileSync(join(WASM, generated), "utf8");
  writeFileSync(join(WASM, generated), "// @ts-nocheck\n" + bindings);
  rmSync(join(WASM, "snippets"), { recursive: true });

  const own = exports.filter(([name]) => bindings.includes(`\nexport function ${name}(`));
  for (const [name] of own) {
    const passesOn = `export function ${name}\\((.*)\\) \\{\\s*(const ret = )?wasm\\.${name}\\(\\1\\);\\s*(return ret( !== 0)?;\\s*)?\\}`;
    if (!new RegExp(passesOn).test(bindings))
      throw new Error(`${name} of the core takes or gives more than plain values`);
  }
  const internal = exports.filter(([name]) => name.startsWith("__") && bindings.includes(`wasm.${name}`));
  const from = (/** @type {string} */ wanted) =>
    imports.filter(([module]) => module === wanted).map(([, name]) => name);
  const list = (/** @type {typeof exports} */ some) =>
    some.map(([name, short]) => `${name}: exports.${short}`).join(", ");
  const [, start] = exports.find(([name]) => name === "__wbindgen_start") ?? [];
  writeFileSync(
    join(WASM, "glue.js"),
    [
      "// @ts-nocheck",
      "// Generated: between phoenix_presence_bg.wasm, whose names are short, and JavaScript.",
      `import { ${["__wbg_set_wasm", ...from(generated)].join(", ")} } from "${generated}";`,
      `import { ${from(values).join(", ")} } from "./values.js";`,
      `export const imports = { a: { ${imports.map(([, name, short]) => `${short}: ${name}`).join(", ")} } };`,
      "/** The functions of an instance. */",
      "export function connect({ exports }) {",
      `  __wbg_set_wasm({ ${list(internal)} });`,
      `  exports.${start}();`,
      `  return { ${list(own)} };`,
      "}\n",
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
    entryPoints: ["phoenix_presence_bg.js", "values.js", "glue.js", "text.js"].map((name) => join(WASM, name)),
  });
  writeFileSync(join(cjs, "package.json"), '{ "type": "commonjs" }\n');
  for (const name of ["index", "init", "web", "testing", ...BINDINGS]) {
    const types = readFileSync(join(PKG, `${name}.d.ts`), "utf8");
    writeFileSync(join(cjs, `${name}.d.cts`), types.replace(/(from "\.\/\w+)\.js"/g, '$1.cjs"'));
  }

  const bundle = { ...common, bundle: true };
  const together = /** @type {const} */ ({
    ...bundle,
    format: "esm",
    outdir: DIST,
    splitting: true,
    chunkNames: "chunk-[hash]",
  });
  // One file and what it shares with init.js: a page without a bundler fetches two, not nine.
  await build({ ...together, entryPoints: { presence: join(PKG, "presence.js"), init: join(PKG, "init.js") } });
  await build({
    ...together,
    entryPoints: { workerd: join(PKG, "presence.js"), "workerd-init": join(PKG, "init.js") },
    plugins: [variant("workerd")],
    external: ["*.wasm"],
  });
  await build({
    ...together,
    entryPoints: Object.fromEntries(BINDINGS.map((name) => [name, join(PKG, `${name}.js`)])),
    packages: "external",
  });
  const web = { ...bundle, entryPoints: { web: join(PKG, "web.js") }, plugins: [variant("web")] };
  await build({ ...web, format: "esm", outdir: DIST });
  await build({ ...web, format: "cjs", outdir: cjs });
  // Alone: it shares nothing with the class.
  const testing = { ...bundle, entryPoints: { testing: join(PKG, "testing.js") } };
  await build({ ...testing, format: "esm", outdir: DIST });
  await build({ ...testing, format: "cjs", outdir: cjs });
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
>>>>>>> testing
