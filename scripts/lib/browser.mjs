/**
 * Finds a Chrome or Chromium and its driver, for the tests that need a real browser. CHROME and
 * CHROMEDRIVER take precedence, to choose between several browsers.
 */

import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { ROOT } from "./run.mjs";

/** The flags of a Chromium that a test starts. */
export const CHROME_FLAGS = [
  "--no-sandbox", // Chromium refuses to run as root with one.
  "--disable-gpu",
  "--disable-dev-shm-usage", // Containers often have 64 MB of it.
  "--disable-quic",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
];

const APPS = "/Applications";

/** @typedef {{ chrome: string, chromedriver: string }} Browser */

/**
 * The browser and its driver, or undefined when either is missing.
 *
 * @returns {Browser | undefined}
 */
export function findBrowser(env = process.env) {
  const chrome = first(env, [
    env.CHROME,
    "google-chrome",
    "google-chrome-stable",
    "chromium",
    "chromium-browser",
    "chrome",
    "/opt/google/chrome/chrome",
    `${APPS}/Google Chrome.app/Contents/MacOS/Google Chrome`,
    `${APPS}/Chromium.app/Contents/MacOS/Chromium`,
  ]);
  const chromedriver = first(env, [
    env.CHROMEDRIVER,
    env.CHROMEWEBDRIVER && join(env.CHROMEWEBDRIVER, "chromedriver"), // Set on hosted CI machines.
    "chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
    "/opt/homebrew/bin/chromedriver",
    "/usr/local/bin/chromedriver",
  ]);
  return chrome && chromedriver ? { chrome, chromedriver } : undefined;
}

/**
 * Writes the capabilities file of wasm-bindgen's test runner for this machine.
 *
 * @param {Browser} browser
 * @returns {string} its path
 */
export function writeWebdriverJson({ chrome }) {
  const args = [
    "--headless",
    "--no-sandbox", // Chromium refuses to run as root with one.
    "--disable-gpu",
    "--disable-dev-shm-usage", // Containers often have 64 MB of it.
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
  ];
  const path = join(ROOT, "target/webdriver.json");
  mkdirSync(join(ROOT, "target"), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ "goog:chromeOptions": { binary: chrome, args } }, null, 2)}\n`);
  return path;
}

/**
 * The first of the candidates that can be run; a bare name is looked up on PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {(string | undefined)[]} candidates
 */
function first(env, candidates) {
  for (const candidate of candidates) {
    if (!candidate) continue;
    const dirs = candidate.includes("/") ? [""] : (env.PATH ?? "").split(delimiter);
    const found = dirs.map((dir) => join(dir, candidate)).find(isExecutable);
    if (found) return found;
  }
  return undefined;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
