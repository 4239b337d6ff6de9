import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { countCargo, countLast, countNode } from "../../scripts/lib/counts.mjs";

test("every summary of a cargo run is added up", () => {
  const output = `
running 2 tests
test refs::tests::a_shared_ref_stays ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

   Doc-tests phoenix_presence

test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s
`;
  assert.deepEqual(countCargo(output), { passed: 5, failed: 1 });
});

test("a coloured summary counts like a plain one", () => {
  const output = "test result: \x1b[32mok\x1b[0m. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
  assert.deepEqual(countCargo(output), { passed: 7, failed: 0 });
});

test("a build that failed before any test has no count", () => {
  assert.equal(countCargo("error[E0425]: cannot find value `x` in this scope\n"), undefined);
  assert.equal(countNode("node: bad option: --test-nothing\n"), undefined);
});

test("cargo harnesses without a test count as zero tests, not as no count", () => {
  const output = "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
  assert.deepEqual(countCargo(output), { passed: 0, failed: 0 });
});

test("a cancelled test counts as failed", () => {
  const output = "ℹ tests 4\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\nℹ todo 0\n";
  assert.deepEqual(countNode(output), { passed: 2, failed: 2 });
});

test("a summary printed by a test is not taken for the runner's", () => {
  const output = "ℹ pass 90\nℹ fail 0\nℹ cancelled 0\n✔ prints a summary\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\n";
  assert.deepEqual(countNode(output), { passed: 1, failed: 0 });
});

/**
 * Runs files with node's own test runner and counts its real output.
 *
 * @param {Record<string, string>} files
 */
function countOfRun(files) {
  const dir = mkdtempSync(join(tmpdir(), "counts-"));
  try {
    const paths = Object.entries(files).map(([name, source]) => {
      const path = join(dir, name);
      writeFileSync(path, source);
      return path;
    });
    // The runner that runs this file must not take the inner one for a part of itself.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const args = ["--test", "--test-reporter=spec", ...paths];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: dir, env, encoding: "utf8" });
    return countNode(stdout + stderr);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const ONE_OF_EACH = `
import { describe, it, test } from "node:test";
test("passes", () => {});
test("fails", () => { throw new Error("on purpose"); });
test.skip("is skipped", () => {});
describe("a group", () => { it("passes too", () => {}); });
`;

test("node's own runner is counted test by test", () => {
  assert.deepEqual(countOfRun({ "some.test.mjs": ONE_OF_EACH }), { passed: 2, failed: 1 });
});

test("a test file that does not even load counts as failed", () => {
  assert.deepEqual(countOfRun({ "broken.test.mjs": "this is no JavaScript" }), { passed: 0, failed: 1 });
});

test("a test file without a test counts as failed", () => {
  const files = { "some.test.mjs": ONE_OF_EACH, "empty.test.mjs": "console.log('no test here');" };
  assert.deepEqual(countOfRun(files), { passed: 2, failed: 2 });
});

test("a script's count is its last line, and no other", () => {
  assert.deepEqual(countLast("1 passed, 1 failed\nvite  ok  1.0\n\n21 passed, 2 failed\n"), { passed: 21, failed: 2 });
  assert.equal(countLast("21 passed, 0 failed\nError: then it broke\n"), undefined);
  assert.equal(countLast(""), undefined);
});
