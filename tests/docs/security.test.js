/** The tests that SECURITY.md names as evidence exist, under exactly these names. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../scripts/lib/run.mjs";

/** The text of each file with tests. */
const SOURCES = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "tests", "src"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => /\.(rs|js|jsx|mjs|ts)$/.test(file) && file !== "tests/docs/security.test.js")
  .map((file) => readFileSync(join(ROOT, file), "utf8"))
  .join("\n");

/** The titles in a Markdown text: what stands between single asterisks. @param {string} text */
const titlesOf = (text) => Array.from(text.matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g), ([, title]) => title);

/**
 * Whether a test has this title: a string of JavaScript, or the name of a function of Rust with
 * spaces for underscores. "…" in the title stands for what a template inserts.
 *
 * @param {string} title
 */
function exists(title) {
  const quoted = (/** @type {string} */ text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const inserted = title.split("…").map(quoted).join("\\$\\{[^}]+\\}");
  const escaped = inserted.replaceAll('"', '\\\\?"');
  const javascript = new RegExp(`(["'\`])${escaped}\\1`);
  const rust = new RegExp(`\\bfn ${title.replaceAll(" ", "_").replace(/\W/g, "")}\\(`, "i");
  return javascript.test(SOURCES) || rust.test(SOURCES);
}

test("every test that SECURITY.md names exists", () => {
  const titles = titlesOf(readFileSync(join(ROOT, "SECURITY.md"), "utf8"));
  assert.ok(titles.length > 40, `${titles.length} titles were found`);
  assert.deepEqual(
    titles.filter((title) => !exists(title)),
    [],
  );
});

test("a title of which no test has the name is found", () => {
  assert.equal(exists("a newcomer gets into a room that a hundred sockets have filled"), true);
  assert.equal(exists("a newcomer gets into a room that a thousand sockets have filled"), false);
});
