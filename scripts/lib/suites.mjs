/**
 * The test suites of `npm test`, in the order in which they run.
 *
 * Invariant: a suite is what one runner reports in one run, so that its count is the runner's own.
 */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { findBrowser, writeWebdriverJson } from "./browser.mjs";
import { countCargo, countLast, countNode } from "./counts.mjs";
import { ROOT } from "./run.mjs";
import { wasmEnv } from "./toolchain.mjs";

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {import("./prepare.mjs").Thing[]} needs
 * @property {() => { cmd: string, args: string[], env?: NodeJS.ProcessEnv }} command
 * @property {(output: string) => import("./counts.mjs").Count | undefined} count
 */

/** What every node suite is given to find the browser with. */
const browserEnv = () => {
  const { chrome, chromedriver } = findBrowser() ?? {};
  return chrome && chromedriver ? { CHROME: chrome, CHROMEDRIVER: chromedriver } : {};
};

/**
 * A folder of tests/ that node's own runner executes.
 *
 * @param {string} name
 * @param {Suite["needs"]} needs
 * @returns {Suite}
 */
const nodeSuite = (name, needs) => ({
  name,
  needs,
  command: () => ({
    cmd: "node",
    args: ["--test", "--test-reporter=spec", ...testFiles(name)],
    env: { ...wasmEnv(), ...browserEnv() },
  }),
  count: countNode,
});

/** @type {Suite[]} */
export const SUITES = [
  nodeSuite("scripts", []),
  {
    name: "lint",
    needs: [],
    command: () => ({ cmd: "node", args: ["scripts/lint.mjs"] }),
    count: (output) => {
      const [, passed, failed] = /^lint: (\d+) passed, (\d+) failed$/m.exec(output) ?? [];
      return passed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) };
    },
  },
  {
    name: "rust",
    needs: [],
    command: () => ({ cmd: "cargo", args: ["test", "--workspace", "--no-fail-fast"] }),
    count: countCargo,
  },
  {
    name: "wasm-node",
    needs: [],
    command: () => ({ cmd: "wasm-pack", args: ["test", "--node", ".", "--features", "npm"], env: wasmEnv() }),
    count: countCargo,
  },
  {
    name: "wasm-browser",
    needs: [],
    command: () => {
      const browser = findBrowser();
      if (!browser) throw new Error("no browser was found: run `npm run setup`");
      return {
        cmd: "wasm-pack",
        args: ["test", "--headless", "--chrome", "--chromedriver", browser.chromedriver, ".", "--features", "npm"],
        env: { ...wasmEnv(), WASM_BINDGEN_TEST_WEBDRIVER_JSON: writeWebdriverJson(browser) },
      };
    },
    count: countCargo,
  },
  nodeSuite("parity", ["package"]),
  nodeSuite("api", ["package"]),
  nodeSuite("hostile", ["package"]),
  nodeSuite("wire", ["package", "server"]),
  nodeSuite("testing", ["package", "server"]),
  nodeSuite("package", ["package"]),
  {
    name: "consumers",
    needs: ["package"],
    command: () => ({
      cmd: "node",
      args: ["scripts/consumers.mjs", "--quick"],
      env: { ...process.env, ...browserEnv() },
    }),
    count: countLast,
  },
  nodeSuite("bindings", ["package", "server"]),
  nodeSuite("recipes", ["package", "server"]),
  nodeSuite("e2e", ["package", "server"]),
];

/**
 * The test files in one folder of tests/, at any depth.
 *
 * @param {string} folder
 * @param {string} [root]
 */
export function testFiles(folder, root = ROOT) {
  const dir = join(root, "tests", folder);
  if (!existsSync(dir)) throw new Error(`tests/${folder} does not exist`);
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.test\.m?js$/.test(file) && !file.includes("node_modules"))
    .sort()
    .map((file) => join(dir, file));
  // Without a file, node would look for tests everywhere.
  if (files.length === 0) throw new Error(`tests/${folder} holds no *.test.js`);
  return files;
}

/**
 * Folders of tests/ with test files that no suite runs.
 *
 * @param {string} [root]
 */
export function orphanedFolders(root = ROOT) {
  const names = new Set(SUITES.map(({ name }) => name));
  return readdirSync(join(root, "tests"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !names.has(entry.name))
    .map((entry) => entry.name)
    .filter((name) => {
      try {
        return testFiles(name, root).length > 0;
      } catch {
        return false;
      }
    });
}
