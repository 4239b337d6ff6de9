/**
 * Programs for the real frameworks, bundled as an app would be, in a real Chromium.
 *
 * Invariant: a test during which the page logged an error or a warning fails.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, afterEach, before } from "node:test";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { chromium } from "playwright-core";
import * as svelte from "svelte/compiler";
import * as vue from "vue/compiler-sfc";

import { CHROME_FLAGS, findBrowser } from "../../scripts/lib/browser.mjs";

const PROGRAMS = fileURLToPath(new URL("programs/", import.meta.url));

/**
 * Components in files of their own. What their compilers warn of is an error.
 *
 * @param {"client" | "server"} generate
 * @param {Record<string, string>} components by file name, where they are not in programs/
 * @returns {import("esbuild").Plugin}
 */
const singleFile = (generate, components) => ({
  name: "single-file components",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\.\/.*\.(svelte|vue)$/ }, ({ path }) => ({ path: join(PROGRAMS, path) }));
    onLoad({ filter: /programs.\w+\.(svelte|vue)$/ }, ({ path }) => {
      const source = components[basename(path)] ?? readFileSync(path, "utf8");
      return { contents: path.endsWith(".vue") ? vueCode(source) : svelteCode(source, generate), resolveDir: PROGRAMS };
    });
  },
});

/** @param {string} source */
function vueCode(source) {
  const { descriptor, errors } = vue.parse(source);
  assert.deepEqual(errors, []);
  return vue.compileScript(descriptor, { id: "page", inlineTemplate: true }).content;
}

/** @param {string} source @param {"client" | "server"} generate */
function svelteCode(source, generate) {
  const { js, warnings } = svelte.compile(source, { runes: true, generate });
  const told = warnings.map(({ message }) => message);
  assert.deepEqual(told, []);
  return js.code;
}

/**
 * A program as a script for a page, or as a module for Node.
 *
 * @param {string} contents
 * @param {"client" | "server"} [generate]
 * @param {Record<string, string>} [components] by file name, where they are not in programs/
 */
export async function bundle(contents, generate = "client", components = {}) {
  const { outputFiles } = await build({
    stdin: { contents, loader: "tsx", resolveDir: PROGRAMS },
    bundle: true,
    write: false,
    format: generate === "client" ? "iife" : "esm",
    platform: generate === "client" ? "browser" : "node",
    jsx: "automatic",
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    plugins: [singleFile(generate, components)],
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** The browser of one test file, and the program of programs/ that its pages run. @param {string} name */
export function program(name) {
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** @type {string} */
  let text;
  /** @type {string[]} */
  let complaints = [];

  before(async () => {
    const executablePath = process.env.CHROME ?? findBrowser()?.chrome;
    if (!executablePath) throw new Error("no browser was found: run `npm run setup`, or set CHROME");
    text = await bundle(`import "./${name}";`);
    browser = await chromium.launch({ executablePath, args: CHROME_FLAGS });
  });
  afterEach(async () => {
    const found = complaints;
    await Promise.all(browser.contexts().map((context) => context.close()));
    complaints = [];
    assert.deepEqual(found, [], "the page complained");
  });
  after(() => browser?.close());

  return {
    /** A page that runs it. @param {string} [body] */
    async open(body = "<main></main>") {
      const page = await (await browser.newContext()).newPage();
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.setContent(`<!doctype html><html lang="en"><body>${body}</body></html>`);
      await page.evaluate("globalThis.page = globalThis");
      await page.addScriptTag({ content: text });
      return page;
    },
  };
}
