/** Diffs past the first thousand wait as one: what it tells when the state comes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeChannel } from "../support/fake-channel.js";
import { Ours as Presence } from "../support/presences.js";

/** A Presence for whose state a thousand diffs wait already. */
function waiting() {
  const channel = new FakeChannel("1");
  const presence = new Presence(channel);
  /** @type {unknown[]} */
  const told = [];
  const deliver = (/** @type {string} */ event, /** @type {object} */ payload) =>
    FakeChannel.deliver(channel, event, payload);
  for (let n = 0; n < 1_000; n++) deliver("presence_diff", { joins: {}, leaves: {} });
  presence.onJoin((/** @type {string} */ key) => told.push(["join", key]));
  presence.onLeave((/** @type {string} */ key, /** @type {any} */ current, /** @type {any} */ left) =>
    told.push(["leave", key, current.metas, left.metas]),
  );
  return { presence, told, deliver };
}

/** @param {string} key @param {...string} refs */
const user = (key, ...refs) => ({ [key]: { metas: refs.map((phx_ref) => ({ phx_ref })) } });

test("who left and came back with the same ref is not said to have left", () => {
  const { presence, told, deliver } = waiting();
  deliver("presence_diff", { joins: {}, leaves: user("ada", "1") });
  deliver("presence_diff", { joins: user("ada", "1"), leaves: {} });
  deliver("presence_state", user("ada", "1"));
  assert.deepEqual(told, [
    ["join", "ada"],
    ["join", "ada"],
  ]);
  assert.deepEqual(presence.list(), [{ metas: [{ phx_ref: "1" }] }]);
});

test("who left is said to have, with the refs alone", () => {
  const { presence, told, deliver } = waiting();
  deliver("presence_diff", { joins: user("ada", "1", "2"), leaves: {} });
  deliver("presence_diff", { joins: {}, leaves: user("ada", "1") });
  deliver("presence_diff", { joins: {}, leaves: user("ada", "2") });
  deliver("presence_state", user("ada", "1", "3"));
  assert.deepEqual(told, [
    ["join", "ada"],
    ["leave", "ada", [{ phx_ref: "3" }], [{ phx_ref: "1" }, { phx_ref: "2" }]],
  ]);
  assert.deepEqual(presence.list(), [{ metas: [{ phx_ref: "3" }] }]);
});

test("who came and left again, all in a diff, is told of in neither", () => {
  const { presence, told, deliver } = waiting();
  const both = { ...user("ada", "1"), ...user("bob", "2") };
  deliver("presence_diff", { joins: both, leaves: {} });
  deliver("presence_diff", { joins: {}, leaves: both });
  deliver("presence_state", user("eve", "3"));
  assert.deepEqual(told, [["join", "eve"]]);
  assert.deepEqual(presence.list(), [{ metas: [{ phx_ref: "3" }] }]);
});

test("what is malformed is told in the order in which other diffs tell it", () => {
  const { presence, deliver } = waiting();
  /** @type {unknown[]} */
  const keys = [];
  presence.onError((/** @type {{ key?: string }} */ { key }) => keys.push(key));
  deliver("presence_diff", { joins: { ada: 1 }, leaves: { bob: 2 } });
  assert.deepEqual(keys, ["ada", "bob"]);
});
