/**
 * Reads from a test runner's output how many tests passed and failed.
 *
 * Only the runner's own summary counts. Without one the result is `undefined` and not 0, so that a run
 * that ended early differs from one without tests.
 */

import { stripVTControlCharacters } from "node:util";

/** @typedef {{ passed: number, failed: number }} Count */

/**
 * The sum over all summaries of cargo's and wasm-bindgen's test harnesses.
 *
 * @param {string} output
 * @returns {Count | undefined}
 */
export function countCargo(output) {
  const summaries = [...stripVTControlCharacters(output).matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)];
  if (summaries.length === 0) return undefined;
  return summaries.reduce(
    (sum, [, passed, failed]) => ({ passed: sum.passed + Number(passed), failed: sum.failed + Number(failed) }),
    { passed: 0, failed: 0 },
  );
}

/**
 * The summary of node's test runner (its spec or tap reporter). A cancelled test counts as failed,
 * and so does a file without a test: node itself counts such a file as one that passed.
 *
 * @param {string} output
 * @returns {Count | undefined}
 */
export function countNode(output) {
  const text = stripVTControlCharacters(output);
  /** @param {string} field */
  const read = (field) => {
    // The last one is the runner's own; earlier ones may have been printed by a test.
    const found = [...text.matchAll(new RegExp(`^(?:ℹ|#) ${field} (\\d+)$`, "gm"))].at(-1);
    return found && Number(found[1]);
  };
  const [pass, fail, cancelled] = [read("pass"), read("fail"), read("cancelled")];
  if (pass === undefined || fail === undefined || cancelled === undefined) return undefined;
  const empty = filesWithoutTests(text).length;
  return { passed: pass - empty, failed: fail + cancelled + empty };
}

/**
 * The last line of our own scripts.
 *
 * @param {string} output
 * @returns {Count | undefined}
 */
export function countLast(output) {
  const last = stripVTControlCharacters(output).trimEnd().split("\n").at(-1) ?? "";
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(last) ?? [];
  return passed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) };
}

/**
 * Files without a test, which node's spec reporter lists as a passed test.
 *
 * @param {string} output
 * @returns {string[]}
 */
export function filesWithoutTests(output) {
  return [...stripVTControlCharacters(output).matchAll(/^✔ (\/.*\.(?:test|spec)\.m?js) \([\d.]+ms\)$/gm)].map(
    ([, file]) => file,
  );
}
