/** Diffs past the first thousand wait as one: what it tells when the state comes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { user } from "../support/payloads.js";
import { Ours as Presence } from "../support/presences.js";
import { Room } from "../support/room.js";

/** A Presence for whose state a thousand diffs wait already. */
function waiting() {
  const room = new Room(Presence);
  /** @type {unknown[]} */
  const told = [];
  for (let n = 0; n < 1_000; n++) room.diff({});
  room.presence.onJoin((/** @type {string} */ key) => told.push(["join", key]));
  room.presence.onLeave((/** @type {string} */ key, /** @type {any} */ current, /** @type {any} */ left) =>
    told.push(["leave", key, current.metas, left.metas]),
  );
  return { room, told };
}

test("who left and came back with the same ref is not said to have left", () => {
  const { room, told } = waiting();
  room.diff({}, { ada: user("1") });
  room.diff({ ada: user("1") });
  room.state({ ada: user("1") });
  assert.deepEqual(told, [
    ["join", "ada"],
    ["join", "ada"],
  ]);
  assert.deepEqual(room.presence.list(), [{ metas: [{ phx_ref: "1" }] }]);
});

test("who left is said to have, with the refs alone", () => {
  const { room, told } = waiting();
  room.diff({ ada: user("1", "2") });
  room.diff({}, { ada: user("1") });
  room.diff({}, { ada: user("2") });
  room.state({ ada: user("1", "3") });
  assert.deepEqual(told, [
    ["join", "ada"],
    ["leave", "ada", [{ phx_ref: "3" }], [{ phx_ref: "1" }, { phx_ref: "2" }]],
  ]);
  assert.deepEqual(room.presence.list(), [{ metas: [{ phx_ref: "3" }] }]);
});

test("who came and left again, all in a diff, is told of in neither", () => {
  const { room, told } = waiting();
  const both = { ada: user("1"), bob: user("2") };
  room.diff(both);
  room.diff({}, both);
  room.state({ eve: user("3") });
  assert.deepEqual(told, [["join", "eve"]]);
  assert.deepEqual(room.presence.list(), [{ metas: [{ phx_ref: "3" }] }]);
});

test("what is malformed is told in the order in which other diffs tell it", () => {
  const { room } = waiting();
  /** @type {unknown[]} */
  const keys = [];
  room.presence.onError((/** @type {{ key?: string }} */ { key }) => keys.push(key));
  room.diff({ ada: 1 }, { bob: 2 });
  assert.deepEqual(keys, ["ada", "bob"]);
});
