import assert from "node:assert/strict";
import { test } from "node:test";
import { user } from "../support/payloads.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

/** @param {SubscribedRoom} room @param {string} key */
function watched(room, key) {
  /** @type {string[]} */
  const types = [];
  return { types, stop: room.presence.watch(key, ({ type }) => void types.push(type)) };
}

test("a watcher hears of one user only: who comes, differs, and goes", () => {
  const room = new SubscribedRoom();
  room.unsubscribe();
  const { types, stop } = watched(room, "ada");
  room
    .state({ bob: user("1") })
    .diff({ ada: user("2") })
    .diff({ ada: user("3"), bob: user("4") });
  room.diff({}, { ada: user("2", "3") });
  assert.deepEqual(types, ["enter", "update", "exit"]);
  stop();
  room.diff({ ada: user("5") });
  assert.equal(types.length, 3);
});

test("any string is a key to watch, and a number is the key that it spells", () => {
  const room = new SubscribedRoom().state({});
  const keys = ["", "__proto__", "constructor", "\ud800", "7"];
  const all = keys.map((key) => watched(room, /** @type {any} */ (key === "7" ? 7 : key)));
  for (const key of keys) room.diff(JSON.parse(`{${JSON.stringify(key)}:{"metas":[{"phx_ref":"1"}]}}`));
  for (const { types } of all) assert.deepEqual(types, ["enter"]);
});

test("watchers of one user are many, may end one another, and what one throws stops no other", () => {
  const room = new SubscribedRoom().state({});
  /** @type {string[]} */
  const calls = [];
  /** @type {unknown[]} */
  const errors = [];
  room.presence.onError((error) => errors.push(error.message));
  const first = room.presence.watch("ada", () => {
    calls.push("first");
    second.stop();
    first();
    throw new Error("from a watcher");
  });
  const second = watched(room, "ada");
  room.presence.watch("ada", () => void calls.push("third"));
  room.diff({ ada: user("1") });
  assert.deepEqual([calls, second.types, errors], [["first", "third"], [], ["from a watcher"]]);
  const again = watched(room, "ada");
  room.diff({}, { ada: user("1") });
  assert.deepEqual([calls, again.types], [["first", "third", "third"], ["exit"]]);
});

test("who ended the last watch of a user and watches again is told again", () => {
  const room = new SubscribedRoom().state({});
  const before = watched(room, "ada");
  before.stop();
  const after = watched(room, "ada");
  before.stop();
  room.diff({ ada: user("1") });
  assert.deepEqual([before.types, after.types], [[], ["enter"]]);
});

test("with only a watcher, nothing is put together for the others of the room", () => {
  const everybody = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`u${n}`, user(`${n}`)]));
  const next = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`u${n}`, user(`next ${n}`)]));
  const room = new SubscribedRoom().state(everybody);
  room.unsubscribe();
  const { types } = watched(room, "u7");
  let reads = 0;
  // Whoever is compared has its metas read once more after the state is done.
  const counted = (/** @type {object} */ presence) =>
    new Proxy(presence, {
      get(target, name, receiver) {
        if (name === "metas") reads += 1;
        return Reflect.get(target, name, receiver);
      },
    });
  const payload = Object.fromEntries(Object.entries(next).map(([key, presence]) => [key, counted(presence)]));
  room.state(payload);
  const watching = reads;
  assert.deepEqual(types, ["update"]);

  const silent = new SubscribedRoom().state(everybody);
  silent.unsubscribe();
  reads = 0;
  silent.state(Object.fromEntries(Object.entries(next).map(([key, presence]) => [key, counted(presence)])));
  assert.ok(watching - reads < 20, `${watching - reads} more reads for one watcher`);
  assert.ok(reads >= 1_000);
});
