import assert from "node:assert/strict";
import { test } from "node:test";

import { ask, CommandError, run } from "../../scripts/lib/run.mjs";

/** @param {string} source */
const node = (source) => /** @type {const} */ ([process.execPath, ["-e", source]]);

test("a command that fails rejects with its name and exit code", async () => {
  await assert.rejects(run(...node("process.exit(3)"), { capture: true }), (error) => {
    assert(error instanceof CommandError);
    assert.equal(error.result.code, 3);
    assert.match(error.message, /process\.exit\(3\)` failed \(exit code 3\)/);
    return true;
  });
});

test("a command that is not there rejects and says so", async () => {
  await assert.rejects(run("no-such-command-anywhere"), /`no-such-command-anywhere` was not found/);
});

test("a command that was killed has not succeeded", async () => {
  const { code } = await run(...node("process.kill(process.pid, 'SIGKILL')"), { check: false });
  assert.equal(code, 128);
});

test("a command that takes too long is ended and has failed", async () => {
  const { code } = await run(...node("setInterval(() => {}, 1000)"), { check: false, minutes: 0.001, quiet: true });
  assert.equal(code, 124);
});

test("both streams are kept in a quiet run", async () => {
  const { output } = await run(...node("console.log('out'); console.error('err')"), { quiet: true });
  assert.match(output, /out/);
  assert.match(output, /err/);
});

test("standard input is handed over", async () => {
  const { output } = await run(...node("process.stdin.pipe(process.stdout)"), { quiet: true, input: "one line" });
  assert.equal(output, "one line");
});

test("a question to a command that fails has no answer", () => {
  assert.equal(ask(process.execPath, ["-e", "process.exit(1)"]), undefined);
  assert.equal(ask("no-such-command-anywhere", []), undefined);
});
