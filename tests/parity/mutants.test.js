import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AsPublished, Mended, mutant, MUTANTS } from "./mutants.js";
import { callsAlike, playsAlike } from "./properties.js";
import { staticCalls } from "./statics.js";
import { serverLikeStream, wildStream } from "./streams.js";

// A fixed seed: whether a mutant is caught must not be a matter of luck.
const SEED = 20260101;

/**
 * A report of the first failure in at most `numRuns` inputs of each kind, or null.
 *
 * @param {any} Ours
 * @param {number} numRuns
 * @returns {string | null}
 */
function failure(Ours, numRuns) {
  const pair = { Oracle: AsPublished, Ours };
  // Most mutants fall within a few inputs of one kind: those are tried first.
  for (const runs of [10, numRuns]) {
    const options = { numRuns: runs, seed: SEED, endOnFailure: true };
    const found =
      report(fc.check(fc.property(wildStream, playsAlike(pair)), options)) ??
      report(fc.check(fc.property(serverLikeStream, playsAlike(pair)), options)) ??
      report(fc.check(fc.property(staticCalls, callsAlike(pair)), options));
    if (found !== null) return found;
  }
  return null;
}

/**
 * @template T
 * @param {import("fast-check").RunDetails<T>} run
 */
function report(run) {
  return run.failed ? (fc.defaultReportMessage(run) ?? "failed") : null;
}

test("the comparison finds nothing in phoenix.js with the documented differences", () => {
  assert.equal(failure(Mended, 300), null);
});

test("the comparison notices that phoenix.js itself changes what it is given", () => {
  assert.ok(failure(AsPublished, 500));
});

describe("the comparison notices when", () => {
  for (const [wrong, edits] of Object.entries(MUTANTS)) {
    test(wrong, async () => {
      assert.ok(failure(await mutant(edits), 500), "nothing was noticed");
    });
  }
});
