/**
 * What `npm test -- …` is asked to run: suites by name, test files by path, and tests by a part of
 * their name.
 */

import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { ROOT } from "./run.mjs";

/**
 * @typedef {object} Selection
 * @property {import("./suites.mjs").Suite} suite
 * @property {string[]} [files] its test files that run; all when left out
 * @property {string} [only] a part of a test's name; all when left out
 */

/**
 * @param {string[]} args
 * @param {import("./suites.mjs").Suite[]} suites
 * @returns {Selection[]} in the order of `suites`; all of them when `args` names none
 */
export function select(args, suites) {
  const { values, positionals } = parseArgs({ args, options: { only: { type: "string" } }, allowPositionals: true });
  const files = positionals.filter((name) => name.includes("/"));
  const names = positionals.filter((name) => !name.includes("/"));
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no suite ${unknown.join(", ")}. The suites: ${suites.map(({ name }) => name).join(", ")}. ` +
        "A test file is given by its path, such as tests/api/watch.test.js.",
    );
  }
  /** @type {Map<string, string[]>} */
  const filesOf = new Map();
  for (const file of files) {
    const { name } = suiteOf(file, suites);
    filesOf.set(name, [...(filesOf.get(name) ?? []), resolve(file)]);
  }
  const chosen = suites
    .filter(({ name }) => positionals.length === 0 || names.includes(name) || filesOf.has(name))
    .map((suite) => ({ suite, files: names.includes(suite.name) ? undefined : filesOf.get(suite.name) }));
  const { only } = values;
  const unable = only === undefined ? [] : chosen.filter(({ suite }) => !suite.selectsTests);
  if (unable.length > 0) {
    throw new Error(
      `--only does not work with ${unable.map(({ suite }) => suite.name).join(", ")}. ` +
        `Name one of ${suites.flatMap(({ name, selectsTests }) => (selectsTests ? [name] : [])).join(", ")} beside it.`,
    );
  }
  return chosen.map((each) => ({ ...each, only }));
}

/**
 * The suite that runs a file.
 *
 * @param {string} file
 * @param {import("./suites.mjs").Suite[]} suites
 */
function suiteOf(file, suites) {
  if (!existsSync(file)) throw new Error(`${file} does not exist.`);
  const [tests, folder] = relative(ROOT, resolve(file)).split(/[\\/]/);
  const suite = tests === "tests" && suites.find(({ name, selectsFiles }) => selectsFiles && name === folder);
  if (suite && /\.test\.m?js$/.test(file)) return suite;
  throw new Error(
    `${file} is no test file that node runs, such as tests/api/watch.test.js. ` +
      "Tests in Rust are chosen by cargo: see CONTRIBUTING.md.",
  );
}
