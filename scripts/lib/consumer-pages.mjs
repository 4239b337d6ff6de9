/**
 * Opens a project's page in a real browser, and returns what it printed. The page has passed if it
 * printed the expected line and the browser reported no error and no failed request.
 */

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { chromium } from "playwright-core";

import { CHROME_FLAGS, findBrowser } from "./browser.mjs";

/** How long a page may take, in milliseconds. Only a page that does not work takes so long. */
const PAGE_TIMEOUT = 30_000;

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
export async function openFolder(folder, expected) {
  const site = await serve(folder);
  try {
    return await openPage(site.address, expected);
  } finally {
    await site.stop();
  }
}

/**
 * Runs a project's own server, which prints its address, and opens the page there.
 *
 * @param {string} dir
 * @param {string} expected
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} all that the page printed
 */
export async function openStarted(dir, expected, env) {
  // In a process group of its own, so that the processes that npm starts end with it.
  const server = spawn("npm", ["start"], { cwd: dir, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => server.on("close", resolve));
  try {
    return await openPage(await readAddress(server), expected);
  } finally {
    if (server.pid && server.exitCode === null) process.kill(-server.pid);
    await ended;
  }
}

/**
 * The first address that a server prints.
 *
 * @param {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, import("node:stream").Readable>} server
 * @returns {Promise<string>}
 */
function readAddress(server) {
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [server.stdout, server.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        const [address] = /http:\/\/localhost:\d+\/?(?=\s)/.exec(output) ?? [];
        if (address) resolve(address);
      });
    }
    server.on("error", reject);
    server.on("close", (code) => reject(new Error(`npm start ended (${code}) without an address: ${output}`)));
    setTimeout(() => reject(new Error(`npm start printed no address: ${output}`)), PAGE_TIMEOUT).unref();
  });
}

/**
 * @param {string} address
 * @param {string} expected
 */
async function openPage(address, expected) {
  const executablePath = process.env.CHROME ?? findBrowser()?.chrome;
  if (!executablePath) throw new Error("no browser was found: run `npm run setup`, or set CHROME");
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
        if (response.status() >= 400) complain(`${response.url()}: ${response.status()}`);
      });
      page.on("worker", (worker) => worker.on("close", () => complain("the worker was closed")));
      setTimeout(resolve, PAGE_TIMEOUT).unref();
    });
    await page.goto(address);
    await done;
    if (complaints.length > 0) throw new Error(`the page reported: ${complaints.join("; ")}`);
    return printed.join("\n");
  } finally {
    await browser.close();
  }
}
