import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { installPackage, runNode } from "../support/installed.js";

/** What `import { Presence } from "phoenix-presence"` may add to a page: bytes, minified and gzipped, core included. */
const BUDGET = 14_600;

/** What ./web may add, and with the .wasm file, which is fetched beside it. */
const WEB_BUDGET = 8_400;
const WEB_AND_WASM_BUDGET = 14_300;

/** What the hooks of ./react may add to a page that has the class. The other frameworks' are smaller or as small. */
const BINDING_BUDGET = 3072;

const FRAMEWORKS = ["react", "vue", "svelte"];
const external = [...FRAMEWORKS, "svelte/store"];

/** @type {import("../support/installed.js").Installed} */
let installed;
before(() => {
  installed = installPackage();
});
after(() => installed.remove());

/**
 * Bundles a program for the browser.
 *
 * @param {string} program
 * @param {import("esbuild").BuildOptions} [options]
 */
async function bundle(program, options) {
  const result = await build({
    stdin: { contents: program, resolveDir: installed.dir },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    metafile: true,
    write: false,
    logLevel: "silent",
    ...options,
  });
  assert.deepEqual(result.warnings, []);
  const [file] = result.outputFiles ?? [];
  return { text: file.text, inputs: Object.keys(result.metafile?.inputs ?? {}) };
}

/** How often a bundle holds the core as text. @param {string} bundle */
function inlined(bundle) {
  const [, text] =
    readFileSync(new URL("../../pkg/wasm/text.js", import.meta.url), "utf8").match(/"([^"]{5000,})"/) ?? [];
  assert.ok(text);
  return bundle.split(text).length - 1;
}

/** @param {string | Uint8Array} content */
const gzipped = (content) => gzipSync(content, { level: 9 }).length;

test("a bundled program runs, without a setting for the bundler", async () => {
  const program = readFileSync(new URL("programs/room.js", import.meta.url), "utf8");
  const ours = program.replace('{ Presence } from "phoenix"', '{ Presence } from "phoenix-presence"');
  const outputs = [];
  for (const [name, text] of [
    ["phoenix", program],
    ["ours", ours],
  ]) {
    const file = join(installed.dir, `${name}.bundle.mjs`);
    writeFileSync(file, (await bundle(text)).text);
    const { code, stdout, stderr } = await runNode(installed.dir, [file]);
    assert.deepEqual([code, stderr], [0, ""]);
    outputs.push(stdout);
  }
  assert.notEqual(ours, program);
  assert.ok(outputs[0].length > 1000);
  assert.equal(outputs[1], outputs[0]);
});

test("what it adds to a page is within its budget", async (t) => {
  const { text } = await bundle('import { Presence } from "phoenix-presence"; globalThis.Presence = Presence;');
  const size = gzipped(text);
  t.diagnostic(`${size} bytes minified and gzipped, WebAssembly included (budget ${BUDGET})`);
  assert.ok(size <= BUDGET, `${size} bytes, more than ${BUDGET}`);
});

test("what ./web adds to a page is within its budget, the core not being inlined", async (t) => {
  const { text } = await bundle('export * from "phoenix-presence/web";');
  const size = gzipped(text);
  const wasm = gzipped(readFileSync(join(installed.packageDir, "wasm/phoenix_presence_bg.wasm")));
  t.diagnostic(`${size} bytes minified and gzipped (budget ${WEB_BUDGET}), and ${wasm} for the .wasm file`);
  assert.ok(size <= WEB_BUDGET, `${size} bytes, more than ${WEB_BUDGET}`);
  assert.ok(size + wasm <= WEB_AND_WASM_BUDGET, `${size + wasm} bytes, more than ${WEB_AND_WASM_BUDGET}`);
});

test("an import that is not used leaves nothing in a bundle", async () => {
  for (const program of [
    'import { Presence } from "phoenix-presence";',
    'import { init } from "phoenix-presence/init";',
    'import { Presence, init } from "phoenix-presence/web";',
    'import * as everything from "phoenix-presence";',
  ]) {
    assert.equal((await bundle(program)).text.trim(), "", program);
  }
});

test("importing both . and ./init holds the core once", async () => {
  const { text } = await bundle('export * from "phoenix-presence"; export * from "phoenix-presence/init";');
  assert.equal(inlined(text), 1);
});

for (const framework of FRAMEWORKS) {
  test(`./${framework} costs little beside the class, and with ./web, over which it is ./web/${framework}, no second core`, async (t) => {
    const alone = gzipped((await bundle('export * from "phoenix-presence";')).text);
    const both = `export * from "phoenix-presence"; export * from "phoenix-presence/${framework}";`;
    const { text } = await bundle(both, { external });
    assert.equal(inlined(text), 1);
    const binding = gzipped(text) - alone;
    const web = gzipped((await bundle('export * from "phoenix-presence/web";')).text);
    const overWeb = `export * from "phoenix-presence/web"; export * from "phoenix-presence/web/${framework}";`;
    const { text: withWeb } = await bundle(overWeb, { external });
    assert.equal(inlined(withWeb), 0);
    const bindingOverWeb = gzipped(withWeb) - web;
    t.diagnostic(`${binding} bytes minified and gzipped, ${bindingOverWeb} over ./web (budget ${BINDING_BUDGET})`);
    assert.ok(Math.max(binding, bindingOverWeb) <= BINDING_BUDGET);
  });
}

test('"use client" is the first statement of each React entry', () => {
  for (const file of ["react.js", "web/react.js"]) {
    assert.match(readFileSync(join(installed.packageDir, "dist", file), "utf8"), /^"use client";/);
    assert.match(
      readFileSync(join(installed.packageDir, "dist/cjs", file), "utf8"),
      /^("use strict";\s*)?"use client";/,
    );
  }
});

test("a bundle for workerd imports the .wasm file and inlines nothing", async () => {
  const { text } = await bundle('export * from "phoenix-presence"; export * from "phoenix-presence/init";', {
    conditions: ["workerd"],
    external: ["*.wasm"],
  });
  assert.match(text, /from\s*"[^"]*\.wasm"/);
  assert.equal(text.match(/\.wasm"/g)?.length, 1);
  assert.equal(inlined(text), 0);
});

test("a CommonJS bundle works as well", async () => {
  const { text, inputs } = await bundle(
    'const { Presence } = require("phoenix-presence"); console.log(Object.keys(Presence.syncState({}, { alice: { metas: [] } })));',
    { format: "cjs", platform: "node" },
  );
  assert.ok(inputs.some((input) => input.includes("dist/cjs")));
  const file = join(installed.dir, "bundle.cjs");
  writeFileSync(file, text);
  assert.match((await runNode(installed.dir, [file])).stdout, /alice/);
});
