/**
 * A client that leaves a topic and joins it again in one turn, as recorded from a real Phoenix: diffs of
 * the earlier join reach the later one, while their leaves do not.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readRecording, ReplayedClient } from "../parity/replay.js";
import { Oracle, Ours } from "../support/presences.js";

/** The lines of each trial. @type {Map<string, any[]>} */
const TRIALS = new Map();
for (const line of readRecording("phoenix-1.8.12-rejoin.jsonl")) {
  TRIALS.set(line.case, [...(TRIALS.get(line.case) ?? []), line]);
}

/**
 * What a class holds at the end of a trial, with what was recorded then.
 *
 * @param {import("node:test").TestContext} t
 * @param {any[]} lines
 * @param {any} Presence
 */
function replay(t, lines, Presence) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {any[]} */
  const presences = [];
  /** @type {any} */
  let seen;
  const client = new ReplayedClient(
    t.mock.timers,
    (channel) => presences.push(new Presence(channel)),
    ({ ...line }) => {
      const { state, pendingDiffs } = presences[presences.length - 1];
      seen = { ...line, state: { ...state }, waiting: pendingDiffs.length, channels: presences.length };
    },
  );
  for (const line of lines) client.step(line);
  t.mock.timers.reset();
  assert.equal(seen.channels, seen.joins);
  return seen;
}

test("after a leave and a join in one turn the roster is the server's, in 12 of 12 recorded trials", (t) => {
  assert.equal(TRIALS.size, 12);
  for (const [name, lines] of TRIALS) {
    const { state, list, waiting } = replay(t, lines, Ours);
    assert.deepEqual(state, list, name);
    assert.equal(waiting, 0, name);
  }
});

test("phoenix.js's class holds what was recorded of it, wrong in 8 of the 12", (t) => {
  let wrong = 0;
  for (const [name, lines] of TRIALS) {
    const { state, list, phoenixjs } = replay(t, lines, Oracle);
    assert.deepEqual(state, phoenixjs, name);
    if (JSON.stringify(state) !== JSON.stringify(list)) wrong += 1;
  }
  assert.equal(wrong, 8);
});
