import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { packageModules, packageTypes } from "../../scripts/build/inputs.mjs";
import { installPackage, ROOT } from "../support/installed.js";

/** Everything in the tarball, with a star for the part of a name that esbuild makes up. A form of each module is there, and its types. */
const EXPECTED = [
  "LICENSE",
  "README.md",
  "dist/chunk-*.js",
  "dist/chunk-*.js",
  "dist/chunk-*.js",
  "dist/chunk-*.js",
  ...packageModules().map((name) => `dist/cjs/${name}`),
  ...packageTypes().map((name) => `dist/cjs/${name.replace(".d.ts", ".d.cts")}`),
  "dist/cjs/package.json",
  "dist/cjs/wasm/glue.js",
  "dist/cjs/wasm/text.js",
  "dist/cjs/wasm/values.js",
  "dist/cjs/web.js",
  "dist/cjs/web/react.js",
  "dist/cjs/web/svelte.js",
  "dist/cjs/web/vue.js",
  "dist/init.js",
  "dist/presence.js",
  "dist/react.js",
  "dist/svelte.js",
  "dist/testing.js",
  "dist/vue.js",
  "dist/web.js",
  "dist/web/react.js",
  "dist/web/svelte.js",
  "dist/web/vue.js",
  "dist/workerd-init.js",
  "dist/workerd.js",
  "package.json",
  ...packageTypes(),
  "wasm/phoenix_presence_bg.wasm",
];

/** @param {string} code */
const withoutComments = (code) => code.replace(/\/\*[^]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");

/** @type {import("../support/installed.js").Installed} */
let installed;
before(() => {
  installed = installPackage();
});
after(() => installed.remove());

test("the tarball holds exactly what its users need", () => {
  const files = installed.files.map((file) => file.replace(/^dist\/chunk-\w+\.js$/, "dist/chunk-*.js"));
  assert.deepEqual(files.sort(), EXPECTED.sort());
});

test("every entry of package.json leads to a file that is there", () => {
  const { main, module, types, exports } = JSON.parse(readFileSync(join(installed.packageDir, "package.json"), "utf8"));
  /** @param {unknown} entry @returns {string[]} */
  const leaves = (entry) =>
    typeof entry === "string" ? [entry] : Object.values(/** @type {object} */ (entry)).flatMap(leaves);
  const paths = [main, module, types, ...leaves(exports)].map((path) => path.replace(/^\.\//, ""));
  assert.ok(paths.length > 10);
  assert.deepEqual(
    paths.filter((path) => !installed.files.includes(path)),
    [],
  );
});

test("every file that a file of the package imports is in the package", () => {
  for (const file of installed.files.filter((file) => file.endsWith(".js"))) {
    const text = readFileSync(join(installed.packageDir, file), "utf8");
    for (const [, path] of text.matchAll(/(?:\bfrom|\bimport|\brequire\()\s*"(\.[^"]*)"/g)) {
      const target = join(file, "..", path);
      assert.ok(installed.files.includes(target), `${file} imports ${path}`);
    }
  }
});

test("the server for tests and the class have no code in common, and neither imports the other", () => {
  const read = (/** @type {string} */ file) => readFileSync(join(installed.packageDir, file), "utf8");
  const scripts = installed.files.filter((file) => file.endsWith(".js"));
  const ofServer = scripts.filter((file) => /\btesting(\.js$|\/)/.test(file));
  const modules = packageModules().filter((name) => name.startsWith("testing"));
  assert.deepEqual(ofServer, [...modules.map((name) => `dist/cjs/${name}`), "dist/testing.js"].sort());
  // Short lines are anyone's, and a CommonJS form has those of esbuild too.
  const own = new Set(
    read("dist/testing.js")
      .split("\n")
      .filter((line) => line.trim().length > 30),
  );
  assert.ok(own.size > 200);
  for (const file of scripts.filter((file) => !ofServer.includes(file))) {
    const common = read(file)
      .split("\n")
      .filter((line) => own.has(line));
    assert.deepEqual(common, [], file);
    assert.doesNotMatch(read(file), /testing(\.js|\/)/, file);
  }
  for (const file of ofServer) {
    const code = withoutComments(read(file));
    assert.doesNotMatch(code, /\bfrom "|\bimport\b|WebAssembly/, file);
    const required = [...code.matchAll(/\brequire\(([^)]*)\)/g)].map(([, path]) => path.slice(1, -1));
    for (const path of required) assert.ok(ofServer.includes(join(file, "..", path)), `${file} imports ${path}`);
  }
});

test("nothing in the package names a path of the machine that built it", () => {
  const places = [ROOT, homedir(), "/root/", "/home/", "/Users/", ".cargo/registry", "file://"];
  for (const file of installed.files) {
    const text = readFileSync(join(installed.packageDir, file), "latin1");
    for (const place of places) assert.ok(!text.includes(place), `${file} names ${place}`);
  }
});

test("the core that is inlined is the core that is shipped as a file, but for the build id at its end", async () => {
  const shipped = readFileSync(join(installed.packageDir, "wasm/phoenix_presence_bg.wasm"));
  const inPackage = (/** @type {string} */ file) => join(installed.packageDir, file);
  const { source } = createRequire(import.meta.url)(inPackage("dist/cjs/source.js"));
  const { buildId } = createRequire(import.meta.url)(inPackage("dist/cjs/wasm/glue.js"));
  assert.match(buildId, /^phoenix-presence [0-9a-f]{12}$/);
  const idSection = Buffer.from(`\0${String.fromCharCode(buildId.length + 1, buildId.length)}${buildId}`);
  assert.ok(Buffer.concat([Buffer.from(source()), idSection]).equals(shipped));
  const asModule = readFileSync(join(ROOT, "pkg/wasm/text.js"), "utf8").match(/"[^"]{5000,}"/)?.[0] ?? "none";
  const chunks = installed.files.filter((file) => /^dist\/chunk-/.test(file));
  assert.equal(chunks.filter((file) => readFileSync(inPackage(file), "utf8").includes(asModule)).length, 1);
});

test("the core asks its host for nothing but functions of this package", () => {
  const module = new WebAssembly.Module(readFileSync(join(installed.packageDir, "wasm/phoenix_presence_bg.wasm")));
  const imports = WebAssembly.Module.imports(module);
  assert.ok(imports.length > 0);
  for (const { module, name, kind } of imports) {
    assert.equal(module, "a", name);
    assert.equal(kind, "function", name);
  }
});

test("the package depends on nothing; frameworks are peers that may be missing", () => {
  const manifest = JSON.parse(readFileSync(join(installed.packageDir, "package.json"), "utf8"));
  for (const kind of ["dependencies", "optionalDependencies", "bundleDependencies"]) {
    assert.deepEqual(manifest[kind] ?? {}, {}, kind);
  }
  const frameworks = ["react", "svelte", "vue"];
  assert.deepEqual(Object.keys(manifest.peerDependencies), frameworks);
  for (const name of frameworks) assert.deepEqual(manifest.peerDependenciesMeta[name], { optional: true });
  for (const hook of ["preinstall", "install", "postinstall", "prepare"])
    assert.equal(manifest.scripts?.[hook], undefined);
});

test("the JavaScript in pkg/ decides nothing about presences: it knows neither refs nor metas", () => {
  const written = readdirSync(join(ROOT, "pkg"), { recursive: true, encoding: "utf8" }).filter(
    // The server of testing/ is no part of the class.
    (file) => file.endsWith(".js") && !/^(wasm|dist|node_modules|testing)\b/.test(file),
  );
  assert.ok(written.includes("presence.js"));
  for (const file of written) {
    const code = withoutComments(readFileSync(join(ROOT, "pkg", file), "utf8"));
    assert.doesNotMatch(code, /phx_ref/, `${file} compares refs`);
    assert.doesNotMatch(code, /\.metas\b|\[["'`]metas|\bmetas\s*[:,}]/, `${file} touches metas`);
  }
});

test("the JavaScript that Rust calls takes single steps: it neither loops nor chooses", () => {
  const code = withoutComments(readFileSync(join(ROOT, "src/js/values.js"), "utf8"));
  assert.doesNotMatch(code, /\b(if|for|while|do|switch)\b/);
  assert.doesNotMatch(code, /\.(filter|find|findIndex|some|every|reduce|sort|forEach|flatMap|concat|splice)\(/);
});
