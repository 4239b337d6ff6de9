import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";

import { select } from "../../scripts/lib/selection.mjs";
import { SUITES } from "../../scripts/lib/suites.mjs";

/** @param {string[]} args */
const selected = (...args) => select(args, SUITES).map(({ suite, files, only }) => [suite.name, files, only]);

/** The command of the one suite that is selected. @param {string[]} args */
function command(...args) {
  const [{ suite, ...selection }] = select(args, SUITES);
  const { cmd, args: given } = suite.command(selection);
  return [cmd, ...given];
}

test("without arguments every suite runs", () => {
  assert.deepEqual(
    selected().map(([name]) => name),
    SUITES.map(({ name }) => name),
  );
});

test("suites run in their own order, whichever way they are named", () => {
  assert.deepEqual(selected("wire", "scripts"), [
    ["scripts", undefined, undefined],
    ["wire", undefined, undefined],
  ]);
});

test("test files run in the suite of their folder, which is built for as usual", () => {
  const files = ["tests/scripts/run.test.js", "tests/scripts/counts.test.js"];
  assert.deepEqual(selected(...files), [["scripts", files.map((file) => resolve(file)), undefined]]);
  assert.deepEqual(command(files[0]).slice(-1), [resolve(files[0])]);
});

test("a suite that is named as well as one of its files runs whole", () => {
  assert.deepEqual(selected("scripts", "tests/scripts/run.test.js"), [["scripts", undefined, undefined]]);
});

test("a part of a test's name is handed to the runner, as a text and not as a pattern", () => {
  assert.ok(command("scripts", "--only", "list() (all)").includes("--test-name-pattern=list\\(\\) \\(all\\)"));
  assert.deepEqual(command("rust", "--only", "a_leave").slice(-2), ["--", "a_leave"]);
  assert.deepEqual(command("wasm-node", "--only", "a_leave").slice(-2), ["--", "a_leave"]);
});

test("what cannot be selected is an error that names what can", () => {
  assert.throws(() => selected("scrpts"), /no suite scrpts\. The suites: scripts, lint/);
  assert.throws(() => selected("tests/scripts/gone.test.js"), /gone\.test\.js does not exist/);
  assert.throws(() => selected("tests/node.rs"), /tests\/node\.rs is no test file that node runs/);
  assert.throws(() => selected("tests/support/room.js"), /room\.js is no test file that node runs/);
  assert.throws(() => selected("lint", "--only", "x"), /--only does not work with lint\. Name one of scripts/);
});
