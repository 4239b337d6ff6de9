/**
 * Memory stays bounded, whatever comes and however long it lasts.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runNode } from "../support/installed.js";

const MB = 1024 * 1024;

/** Runs one of programs/ and returns what it printed. @param {string} name */
async function measure(name) {
  const file = fileURLToPath(new URL(`programs/${name}.js`, import.meta.url));
  const { code, stdout, stderr } = await runNode(process.cwd(), ["--expose-gc", file]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test("300,000 diffs that wait for a state take less than 40 MB, and the state that follows is right", async (t) => {
  const { grown, kept, syncs, right, waiting } = await measure("waiting");
  t.diagnostic(`the heap grew by ${(grown / MB).toFixed(1)} MB`);
  assert.ok(grown < 40 * MB);
  assert.ok(kept < 1 * MB, `what waited was kept: ${kept} bytes`);
  assert.ok(right);
  assert.deepEqual([syncs, waiting], [1, 0]);
});

test("a million messages leave the heap as it was, and the core takes nothing more once it is warm", async (t) => {
  const { grown, takenWarm, takenAfter, calls, problems, size } = await measure("steady");
  t.diagnostic(
    `the heap grew by ${(grown / MB).toFixed(2)} MB; memory and tables of the core: ${JSON.stringify(takenAfter)}`,
  );
  assert.ok(grown < 10 * MB);
  assert.ok(takenWarm.flat().some((/** @type {number} */ bytes) => bytes >= 65_536));
  assert.deepEqual(takenAfter, takenWarm);
  assert.ok(calls > 500_000 && problems > 1_000 && size > 10, `${calls} calls, ${problems} problems, ${size} users`);
});

test("a Presence that nobody holds any more is collected, and its state with it", async () => {
  const { created, collected, before, after } = await measure("dropped");
  // The last one may still be on the stack of the program that made it.
  assert.ok(collected >= created - 4, `${collected} of ${created}`);
  assert.deepEqual(after, before);
});
