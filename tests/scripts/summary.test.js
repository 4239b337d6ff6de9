import assert from "node:assert/strict";
import { test } from "node:test";

import { judge, summarize } from "../../scripts/lib/summary.mjs";

test("a suite that ran no test has failed", () => {
  assert.equal(judge(0, { passed: 0, failed: 0 }).failed, 1);
});

test("a suite that printed no count has failed", () => {
  assert.equal(judge(0, undefined).failed, 1);
});

test("a runner that exits non-zero after passing every test has failed", () => {
  assert.deepEqual(judge(3, { passed: 9, failed: 0 }), { passed: 9, failed: 1, note: "exit code 3" });
});

test("failures are kept though the runner exits with 0", () => {
  assert.equal(judge(0, { passed: 1, failed: 2 }).failed, 2);
});

test("a suite that passed is left as it is", () => {
  assert.deepEqual(judge(0, { passed: 4, failed: 0 }), { passed: 4, failed: 0 });
});

test("the last line adds up all suites", () => {
  const text = summarize([
    { name: "rust", passed: 40, failed: 0, seconds: 12.34 },
    { name: "parity", passed: 2, failed: 1, seconds: 3, note: "exit code 1" },
  ]);
  assert.equal(text.split("\n").at(-1), "42 passed, 1 failed");
  assert.match(text, /^parity +2 +1 +3\.0 {2}exit code 1$/m);
});
