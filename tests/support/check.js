/**
 * Runs a property on random input and reports a failure so that it can be run again.
 *
 * `TEST_RUNS` multiplies the number of runs, `TEST_SEED` and `TEST_PATH` repeat one run.
 */

import assert from "node:assert/strict";
import fc from "fast-check";

const { TEST_RUNS = "1", TEST_SEED, TEST_PATH } = process.env;

/** How many times as many runs as usual. */
const TIMES = Math.max(1, Number(TEST_RUNS));

/**
 * Fails with the smallest input found for which `property` throws.
 *
 * @template T
 * @param {{ diagnostic(message: string): void, name: string }} t
 * @param {number} numRuns
 * @param {import("fast-check").Arbitrary<T>} input
 * @param {(input: T) => void} property
 */
export function check(t, numRuns, input, property) {
  const result = fc.check(fc.property(input, property), {
    numRuns: Math.ceil(numRuns * TIMES),
    ...(TEST_SEED === undefined ? {} : { seed: Number(TEST_SEED) }),
    ...(TEST_PATH === undefined ? {} : { path: TEST_PATH }),
  });
  t.diagnostic(`${result.numRuns} random inputs, seed ${result.seed}`);
  if (!result.failed) return;
  const again = `TEST_SEED=${result.seed} TEST_PATH=${result.counterexamplePath}`;
  assert.fail(
    [
      fc.defaultReportMessage(result),
      result.failed && "errorInstance" in result && result.errorInstance,
      `To repeat only this: ${again} node --test --test-name-pattern="${t.name}"`,
    ].join("\n\n"),
  );
}

/**
 * Throws, with what came before it, at the first line in which two logs differ.
 *
 * @param {string[]} ours
 * @param {string[]} oracle
 */
export function assertSameLog(ours, oracle) {
  const length = Math.max(ours.length, oracle.length);
  for (let i = 0; i < length; i++) {
    if (ours[i] === oracle[i]) continue;
    const before = ours.slice(Math.max(0, i - 6), i);
    const [our, their] = [ours[i] ?? "(nothing)", oracle[i] ?? "(nothing)"];
    const from = Math.max(0, our.split("").findIndex((unit, at) => unit !== their[at]) - 40);
    const there = `they part at: ${our.slice(from, from + 120)}\n    and here: ${their.slice(from, from + 120)}`;
    throw new Error([...before, `ours:       ${our}`, `phoenix.js: ${their}`, there].join("\n"));
  }
}
