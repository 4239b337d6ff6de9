import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { diffText, pool, stateText } from "../parity/arbitraries.js";
import { check } from "../support/check.js";
import { FakeChannel } from "../support/fake-channel.js";
import { Ours as Presence } from "../support/presences.js";

/** A Presence and what delivers messages to it. */
function inSync() {
  const channel = new FakeChannel("1");
  const presence = new Presence(channel);
  const deliver = (/** @type {string} */ event, /** @type {string} */ text) =>
    FakeChannel.deliver(channel, event, JSON.parse(text));
  deliver("presence_state", "{}");
  return { presence, deliver };
}

/** @param {any} presence */
const walked = ({ state }) => Object.getOwnPropertyNames(state).map((key) => [key, state[key]]);

const step = fc.oneof(
  { weight: 6, arbitrary: diffText.map((text) => ({ event: "presence_diff", text })) },
  { weight: 1, arbitrary: stateText.map((text) => ({ event: "presence_state", text })) },
);

test("entries and lists are those of the state, in its order, however seldom they are read", (t) => {
  const steps = fc.array(fc.tuple(step, fc.boolean()), { maxLength: 30, size: "max" });
  check(t, 500, fc.tuple(pool, steps), ([drawn, all]) => {
    const { presence, deliver } = inSync();
    /** @type {readonly any[]} */
    let before = presence.entries();
    for (const [{ event, text }, read] of all) {
      deliver(event, text(drawn));
      if (!read) continue;
      const expected = walked(presence);
      const entries = presence.entries();
      assert.deepEqual(entries, expected);
      assert.ok(
        presence.list().every((/** @type {any} */ listed, /** @type {number} */ at) => listed === expected[at][1]),
      );
      assert.deepEqual(
        presence.list((/** @type {string} */ key) => key),
        expected.map(([key]) => key),
      );
      assert.equal(presence.entries(), entries, "the same array until something changes");
      for (const entry of entries) {
        const same = before.find(([key, value]) => key === entry[0] && value === entry[1]);
        if (same) assert.equal(entry, same, "the same tuple for who did not change");
      }
      before = entries;
    }
  });
});

test("an identical presence_state leaves the array as it is", () => {
  const { presence, deliver } = inSync();
  const text = '{"b":{"metas":[{"phx_ref":"1"}]},"7":{"metas":[{"phx_ref":"2"}]}}';
  deliver("presence_state", text);
  const entries = presence.entries();
  deliver("presence_state", text);
  assert.equal(presence.entries(), entries);
});

test("an array that was handed out never changes", () => {
  const { presence, deliver } = inSync();
  deliver("presence_state", '{"a":{"metas":[{"phx_ref":"1"}]}}');
  const entries = presence.entries();
  const list = presence.list();
  const [copied, listed] = [entries.slice(), list.slice()];
  deliver("presence_diff", '{"joins":{"b":{"metas":[{"phx_ref":"2"}]}},"leaves":{"a":{"metas":[{"phx_ref":"1"}]}}}');
  assert.deepEqual(
    presence.list((/** @type {string} */ key) => key),
    ["b"],
  );
  assert.deepEqual([entries, list], [copied, listed]);
});

test("a list may be changed by who asked for it", () => {
  const { presence, deliver } = inSync();
  deliver("presence_state", '{"a":{"metas":[]},"b":{"metas":[]}}');
  presence.list().reverse().pop();
  assert.deepEqual(
    presence.list(),
    walked(presence).map(([, value]) => value),
  );
});

test("a state that was assigned is what is listed", () => {
  const { presence, deliver } = inSync();
  presence.entries();
  presence.state = { z: { metas: [] }, 1: { metas: [] } };
  assert.deepEqual(
    presence.list((/** @type {string} */ key) => key),
    ["1", "z"],
  );
  deliver("presence_diff", '{"joins":{"a":{"metas":[{"phx_ref":"1"}]}},"leaves":{}}');
  assert.deepEqual(presence.entries(), walked(presence));
});

test("a log that nobody reads does not grow for ever", () => {
  const { presence, deliver } = inSync();
  presence.entries();
  for (let at = 0; at < 20_000; at++) {
    const metas = `{"a":{"metas":[{"phx_ref":"${at >> 1}"}]}}`;
    deliver("presence_diff", at % 2 ? `{"leaves":${metas},"joins":{}}` : `{"joins":${metas},"leaves":{}}`);
  }
  const inbox = /** @type {any} */ (presence)[Object.getOwnPropertySymbols(presence)[0]];
  assert.ok(inbox.log === undefined || inbox.log.length <= 10_010);
  assert.deepEqual(presence.entries(), walked(presence));
});
