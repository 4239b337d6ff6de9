/**
 * Opens a project's page in a real browser, and tells what it printed.
 *
 * Invariant: a page counts as having worked only if it printed the line that was waited for, and
 * the browser reported no error and no failed request while it did.
 */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { chromium } from "playwright-core";

import { findBrowser } from "./browser.mjs";

/** How long a page may take. Only one that does not work waits so long. */
const PATIENCE = 30_000;

const CHROME_FLAGS = [
  "--no-sandbox", // Chromium refuses to run as root with one.
  "--disable-gpu",
  "--disable-dev-shm-usage", // Containers often have 64 MB of it.
  "--disable-quic",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
];

/** @type {Record<string, string>} */
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/**
 * Serves a folder on a free port of this machine.
 *
 * @param {string} folder
 */
async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = join(folder, normalize(path), path.endsWith("/") ? "index.html" : "");
    try {
      const content = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    address: `http://127.0.0.1:${port}/`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Opens `index.html` of a folder and waits until it has printed `expected`.
 *
 * @param {string} folder
 * @param {string} expected
 * @returns {Promise<string>} all that it printed
 */
export async function openPage(folder, expected) {
  const executablePath = process.env.CHROME ?? findBrowser()?.chrome;
  if (!executablePath) throw new Error("no browser was found: run `npm run setup`, or set CHROME");
  const site = await serve(folder);
  const browser = await chromium.launch({ executablePath, args: CHROME_FLAGS });
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const printed = [];
    /** @type {string[]} */
    const complaints = [];
    const done = new Promise((resolve) => {
      /** @param {string} complaint */
      const complain = (complaint) => {
        complaints.push(complaint);
        resolve(undefined);
      };
      page.on("console", (message) => {
        if (message.type() === "error") return complain(message.text());
        printed.push(message.text());
        if (message.text().includes(expected)) resolve(undefined);
      });
      page.on("pageerror", (error) => complain(String(error)));
      page.on("requestfailed", (request) => complain(`${request.url()}: ${request.failure()?.errorText}`));
      page.on("response", (response) => {
        if (!response.ok()) complain(`${response.url()}: ${response.status()}`);
      });
      page.on("worker", (worker) => worker.on("close", () => complain("the worker was closed")));
      setTimeout(resolve, PATIENCE).unref();
    });
    await page.goto(site.address);
    await done;
    if (complaints.length > 0) throw new Error(`the page reported: ${complaints.join("; ")}`);
    return printed.join("\n");
  } finally {
    await browser.close();
    await site.stop();
  }
}
