/** A page in a real Chromium, with an address, since a Socket may have a path alone, and with a clock that a test moves. */

import assert from "node:assert/strict";

import { chromium } from "playwright-core";

import { CHROME_FLAGS, findBrowser } from "../../scripts/lib/browser.mjs";

/**
 * Opens a page that runs a script.
 *
 * @param {import("node:test").TestContext} t
 * @param {string} script
 * @returns {Promise<{ page: import("playwright-core").Page, complaints: string[] }>} `complaints` is what it logs
 */
export async function openPage(t, script) {
  const executablePath = process.env.CHROME ?? findBrowser()?.chrome;
  assert.ok(executablePath, "no browser was found: run `npm run setup`, or set CHROME");
  const browser = await chromium.launch({ executablePath, args: CHROME_FLAGS });
  t.after(() => browser.close());
  const page = await browser.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.route("http://page.test/", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><body></body>" }),
  );
  await page.goto("http://page.test/");
  await page.addScriptTag({ content: script });
  return { page, complaints };
}
