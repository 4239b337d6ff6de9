/**
 * Programs for the real frameworks, bundled as an app would be, in a real Chromium.
 *
 * Invariant: a test during which the page logged an error or a warning fails.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before } from "node:test";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { chromium } from "playwright-core";
import { compile, compileModule } from "svelte/compiler";

import { CHROME_FLAGS, findBrowser } from "../../scripts/lib/browser.mjs";

/** @type {import("esbuild").Plugin} */
const svelte = {
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, "utf8"), { filename: path, runes: true }).js.code,
    }));
    onLoad({ filter: /\.svelte\.js$/ }, ({ path }) => ({
      contents: compileModule(readFileSync(path, "utf8"), { filename: path }).js.code,
    }));
  },
};

/** @param {string} name of a file in programs/ */
export async function bundle(name) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`programs/${name}`, import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    conditions: ["browser"],
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    plugins: [svelte],
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** The browser of one test file, and the program that its pages run. @param {string} name */
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
    text = await bundle(name);
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
