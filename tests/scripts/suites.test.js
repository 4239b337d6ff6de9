import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { orphanedFolders, testFiles } from "../../scripts/lib/suites.mjs";

/**
 * A repository that holds nothing but these files.
 *
 * @param {string[]} files
 * @param {(root: string) => void} body
 */
function withRepository(files, body) {
  const root = mkdtempSync(join(tmpdir(), "suites-"));
  try {
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), "");
    }
    body(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test("test files are found at any depth, and nothing else is", () => {
  const files = ["tests/wire/a.test.js", "tests/wire/deep/er/b.test.mjs", "tests/wire/server.js"];
  withRepository(files, (root) => {
    const found = testFiles("wire", root).map((path) => path.slice(root.length + 1));
    assert.deepEqual(found, ["tests/wire/a.test.js", "tests/wire/deep/er/b.test.mjs"]);
  });
});

test("a folder that holds no test is an error", () => {
  withRepository(["tests/wire/server.js"], (root) => {
    assert.throws(() => testFiles("wire", root), /tests\/wire holds no \*\.test\.js/);
  });
});

test("a folder that is missing is an error", () => {
  withRepository([], (root) => {
    assert.throws(() => testFiles("wire", root), /tests\/wire does not exist/);
  });
});

test("a folder of tests that no suite runs is noticed", () => {
  withRepository(["tests/parity/a.test.js", "tests/forgotten/b.test.js", "tests/support/c.js"], (root) => {
    assert.deepEqual(orphanedFolders(root), ["forgotten"]);
  });
});
