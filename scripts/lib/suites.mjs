/**
 * The test suites of `npm test`, in the order in which they run. A suite is one run of one test
 * runner, and its count is the one that the runner printed.
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
 * @property {import("./prepare.mjs").Thing[]} needs what has to be built before
 * @property {boolean} [selectsFiles] whether it can run some of its files
 * @property {boolean} [selectsTests] whether it can run tests by a part of their name
 * @property {(selection: { files?: string[], only?: string }) => { cmd: string, args: string[], env?: NodeJS.ProcessEnv }} command
 * @property {(output: string) => import("./counts.mjs").Count | undefined} count
 */

/** The environment variables that name the browser, for the suites that node runs. */
const browserEnv = () => {
  const { chrome, chromedriver } = findBrowser() ?? {};
  return chrome && chromedriver ? { CHROME: chrome, CHROMEDRIVER: chromedriver } : {};
};

/**
 * How long wasm-bindgen's test runner waits for the driver to start and for the tests to end, in seconds. Its 5 and 20
 * are too few for the first start of a browser that was installed a moment ago.
 */
const BROWSER_TIMEOUTS = { WASM_BINDGEN_TEST_DRIVER_TIMEOUT: "60", WASM_BINDGEN_TEST_TIMEOUT: "300" };

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
  selectsFiles: true,
  selectsTests: true,
  command: ({ files = testFiles(name), only }) => ({
    cmd: "node",
    args: ["--test", "--test-reporter=spec", ...(only ? [`--test-name-pattern=${escaped(only)}`] : []), ...files],
    env: { ...wasmEnv(), ...browserEnv() },
  }),
  count: countNode,
});

/** A text as a pattern that only that text matches. @param {string} text */
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/**
 * wasm-pack's tests of one crate in a headless browser.
 *
 * @param {string} crate
 * @param {string[]} options of cargo
 * @param {string | undefined} only
 */
function inBrowser(crate, options, only) {
  const browser = findBrowser();
  if (!browser) throw new Error("no browser was found: run `npm run setup`");
  return {
    cmd: "wasm-pack",
    args: [
      ...["test", "--headless", "--chrome", "--chromedriver", browser.chromedriver],
      ...[crate, ...options, ...filter(only)],
    ],
    env: {
      ...wasmEnv(),
      ...BROWSER_TIMEOUTS,
      WASM_BINDGEN_TEST_WEBDRIVER_JSON: writeWebdriverJson(browser),
    },
  };
}

/** How cargo's test programs are told to run tests by a part of their name. @param {string | undefined} only */
const filter = (only) => (only ? ["--", only] : []);

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
    selectsTests: true,
    command: ({ only }) => ({ cmd: "cargo", args: ["test", "--workspace", "--no-fail-fast", ...filter(only)] }),
    count: countCargo,
  },
  {
    name: "wasm-node",
    needs: [],
    selectsTests: true,
    command: ({ only }) => ({
      cmd: "wasm-pack",
      args: ["test", "--node", ".", "--features", "npm", ...filter(only)],
      env: wasmEnv(),
    }),
    count: countCargo,
  },
  {
    name: "wasm-browser",
    needs: [],
    selectsTests: true,
    command: ({ only }) => inBrowser(".", ["--features", "npm"], only),
    count: countCargo,
  },
  {
    name: "client-browser",
    needs: ["lab"],
    selectsTests: true,
    command: ({ only }) => {
      const { cmd, args, env } = inBrowser("tests/client", [], only);
      return { cmd: "node", args: ["scripts/with-lab.mjs", cmd, ...args], env };
    },
    count: countCargo,
  },
  nodeSuite("parity", ["package"]),
  nodeSuite("api", ["package"]),
  nodeSuite("hostile", ["package"]),
  nodeSuite("raw", ["package", "raw"]),
  nodeSuite("wire", ["package", "server", "clients"]),
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
  nodeSuite("docs", ["package", "server"]),
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
