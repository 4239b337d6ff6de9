/**
 * Should the core ever fail in the middle, everybody is told so, clearly and from then on.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runNode } from "../support/installed.js";

for (const call of ["state", "diff", "holdDiff", "syncState", "syncDiff"]) {
  test(`a core that failed in ${call} says so on this and every later call, of every Presence`, async () => {
    const file = fileURLToPath(new URL("programs/trap.js", import.meta.url));
    const { code, stdout, stderr } = await runNode(process.cwd(), [file, call]);
    assert.deepEqual([code, stderr], [0, ""]);
    const { atOnce, later, list } = JSON.parse(stdout);
    const [isError, message, hasCause] = atOnce;
    assert.ok(isError && hasCause);
    assert.match(message, /phoenix-presence failed inside/);
    for (const failure of later) assert.deepEqual(failure, atOnce);
    // What was known stays readable.
    assert.equal(list, 1);
  });
}
