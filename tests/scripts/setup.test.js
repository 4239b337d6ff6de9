import assert from "node:assert/strict";
import { test } from "node:test";

import { SetupError, takeStep } from "../../scripts/setup/step.mjs";

/** @returns {import("../../scripts/setup/step.mjs").Step & { installs: number }} */
const step = (works = true) => ({
  name: "a tool",
  takes: "a second",
  byHand: "fetch the tool",
  installs: 0,
  isReady() {
    return works && this.installs > 0;
  },
  async install() {
    this.installs += 1;
  },
});

test("a step is taken once, and nothing is said when there is nothing to do", async () => {
  const tool = step();
  /** @type {string[]} */
  const said = [];
  const say = (/** @type {string} */ line) => void said.push(line);
  assert.equal(await takeStep(tool, say), true);
  assert.match(said[0], /a tool \(this may take a second\)/);
  said.length = 0;
  assert.equal(await takeStep(tool, say), false);
  assert.equal(tool.installs, 1);
  assert.deepEqual(said, []);
});

test("an installer that fails tells what to do by hand", async () => {
  const tool = { ...step(), install: () => Promise.reject(new Error("no network")) };
  await assert.rejects(
    takeStep(tool, () => {}),
    (error) => {
      assert(error instanceof SetupError);
      assert.match(error.message, /a tool failed: no network/);
      assert.match(error.message, /by hand: fetch the tool/);
      return true;
    },
  );
});

test("an installer that ends well without the tool being there has failed", async () => {
  await assert.rejects(
    takeStep(step(false), () => {}),
    /still does not work/,
  );
});
