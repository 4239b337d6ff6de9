import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { installPackage, runNode } from "../support/installed.js";

const MODULE = readFileSync(new URL("programs/room.js", import.meta.url), "utf8");
const COMMONJS = MODULE.replace(/^import (\{.*\}) from (".*");$/gm, "const $1 = require($2);");

/** @type {import("../support/installed.js").Installed} */
let installed;
before(() => {
  installed = installPackage();
});
after(() => installed.remove());

/**
 * Runs the program with its Presence from a package.
 *
 * @param {string} text
 * @param {string} file
 * @param {string} from
 */
async function output(text, file, from) {
  const changed = text.replace(/(\{ Presence \}.*)"phoenix"/, `$1"${from}"`);
  assert.equal(changed === text, from === "phoenix");
  writeFileSync(join(installed.dir, file), changed);
  const { code, stdout, stderr } = await runNode(installed.dir, [file]);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  return stdout;
}

test("a program written for phoenix.js runs with only the import changed, as a module", async () => {
  const expected = await output(MODULE, "phoenix.mjs", "phoenix");
  assert.equal(expected.match(/"sync"/g)?.length, 5);
  assert.equal(await output(MODULE, "ours.mjs", "phoenix-presence"), expected);
});

test("a program written for phoenix.js runs with only the import changed, with require", async () => {
  const expected = await output(COMMONJS, "phoenix.cjs", "phoenix");
  assert.equal(expected, await output(MODULE, "phoenix.mjs", "phoenix"));
  assert.equal(await output(COMMONJS, "ours.cjs", "phoenix-presence"), expected);
});
