/** When a listener that is added during a message is first called, and what dispose() inside a callback does. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { user } from "../support/payloads.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

/** Who else listens: nobody, a subscriber, a watcher. @type {[string, (room: SubscribedRoom) => void][]} */
const OTHERS = [
  ["nobody else listens", (room) => room.unsubscribe()],
  ["somebody is subscribed", () => {}],
  [
    "somebody watches the user",
    (room) => {
      room.unsubscribe();
      room.presence.watch("ada", () => {});
    },
  ],
  [
    "somebody watches another user",
    (room) => {
      room.unsubscribe();
      room.presence.watch("zoe", () => {});
    },
  ],
];

/** Where it is added, once. @type {[string, (room: SubscribedRoom, add: () => void) => void][]} */
const PLACES = [
  ["onJoin", ({ presence }, add) => presence.onJoin(add)],
  ["onLeave", ({ presence }, add) => presence.onLeave(add)],
  ["onSync", ({ presence }, add) => presence.onSync(add)],
  ["a subscriber", ({ presence }, add) => void presence.subscribe(add)],
  ["a watcher", ({ presence }, add) => void presence.watch("ada", add)],
];

for (const [who, listen] of OTHERS) {
  for (const [place, callIn] of PLACES) {
    test(`a listener added in ${place} is called from the next message on, when ${who}`, () => {
      const room = new SubscribedRoom().state({ ada: user("1") });
      listen(room);
      /** @type {unknown[]} */
      const calls = [];
      let isAdded = false;
      callIn(room, () => {
        if (isAdded) return;
        isAdded = true;
        room.presence.subscribe((changes) => void calls.push(changes.map(({ type, key }) => [type, key])));
        room.presence.watch("ada", ({ type }) => void calls.push(type));
      });
      room.diff({ ada: user("2") }, { ada: user("1") });
      assert.deepEqual([isAdded, calls], [true, []]);
      room.diff({ ada: user("3") });
      assert.deepEqual(calls, [[["update", "ada"]], "update"]);
    });
  }
}

test("a listener added while a message waits is called for it", () => {
  const room = new SubscribedRoom().state({});
  /** @type {string[]} */
  const keys = [];
  room.presence.onJoin((key) => {
    if (key !== "ada") return;
    room.diff({ bob: user("2") });
    room.presence.subscribe((changes) => keys.push(...changes.map((change) => change.key)));
  });
  room.diff({ ada: user("1") });
  assert.deepEqual(keys, ["bob"]);
});

/** Where dispose() is called. @type {[string, (room: SubscribedRoom, dispose: () => void) => void][]} */
const CALLBACKS = [...PLACES, ["onError", ({ presence }, dispose) => presence.onError(dispose)]];

for (const [place, callIn] of CALLBACKS) {
  test(`dispose in ${place} starts no timer, and takes the message from no subscriber`, () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const room = new SubscribedRoom({ leaveGrace: 1_000 }).state({ ada: user("1"), bob: user("2") });
      /** @type {string[]} */
      const statuses = [];
      callIn(room, () => room.presence.dispose());
      room.presence.subscribe(() => void statuses.push(room.presence.status));
      room.news();
      // A user enters, one leaves, one is an update, and one is malformed.
      room.diff({ cy: user("3"), ada: user("4"), dee: {} }, { ada: user("1"), bob: user("2") });
      const calls = room.news();
      assert.deepEqual(
        calls[0].map(({ type, key }) => [type, key]),
        [
          ["update", "ada"],
          ["enter", "cy"],
        ].sort(),
        "the change of a user who is held comes with the timer",
      );
      assert.equal(statuses.at(-1), "closed");
      assert.ok(calls.slice(1).every((changes) => changes.length === 0));
      mock.timers.tick(60_000);
      room.diff({ eve: user("9") });
      assert.deepEqual(room.news(), []);
      assert.equal(room.presence.status, "closed");
    } finally {
      mock.timers.reset();
    }
  });
}

test("dispose in a callback leaves no timer behind", (t) => {
  const running = new Set();
  const { setTimeout: start, clearTimeout: stop } = globalThis;
  t.mock.method(globalThis, "setTimeout", (/** @type {() => void} */ callback, /** @type {number} */ ms) => {
    const timer = start(callback, ms);
    running.add(timer);
    return timer;
  });
  t.mock.method(globalThis, "clearTimeout", (/** @type {any} */ timer) => {
    running.delete(timer);
    stop(timer);
  });
  for (const [place, callIn] of CALLBACKS) {
    const room = new SubscribedRoom({ leaveGrace: 1_000 }).state({ ada: user("1"), bob: user("2") });
    callIn(room, () => room.presence.dispose());
    room.diff({ cy: user("3"), ada: user("4"), dee: {} }, { ada: user("1"), bob: user("2") });
    assert.equal(room.presence.status, "closed");
    assert.equal(running.size, 0, place);
  }
});
