/** The public fields: assigned states, fields of subclasses, diffs pushed by hand. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeChannel } from "../support/fake-channel.js";
import { user } from "../support/payloads.js";
import { Oracle, Ours } from "../support/presences.js";
import { Room } from "../support/room.js";
import { snapshot } from "../support/snapshot.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

test("a state that was assigned before, and is assigned again, lists correctly", () => {
  for (const options of [{}, { leaveGrace: 1_000 }]) {
    const room = new SubscribedRoom(options).state({ ada: user("1"), bob: user("2") });
    const { presence } = room;
    const first = presence.state;
    presence.entries();
    presence.state = { cy: user("3") };
    assert.deepEqual(presence.list(), [user("3")]);
    room.diff({ dee: user("4") });
    presence.state = first;
    const expected = { ada: user("1"), bob: user("2") };
    assert.deepEqual(presence.list(), Object.values(expected));
    assert.deepEqual(presence.entries(), Object.entries(expected));
    assert.deepEqual([presence.size, presence.metaCount, presence.get("dee")], [2, 2, undefined]);
    room.diff({}, { ada: user("1") });
    assert.deepEqual(presence.list(), [user("2")]);
  }
});

/** Names that the class has, and phoenix.js's has not. */
const NAMES = ["status", "size", "metaCount", "entries", "subscribe", "get", "has", "watch"];

/** @param {any} Presence */
const withFields = (Presence) =>
  class extends Presence {
    status = "s";
    size = "n";
    metaCount = "m";
    entries = "e";
    subscribe = "u";
    get = "g";
    has = "h";
    watch = "w";
  };

/** As TypeScript with useDefineForClassFields: false emits them. @param {any} Presence */
const withAssignments = (Presence) =>
  class extends Presence {
    constructor(/** @type {any} */ channel) {
      super(channel);
      for (const name of NAMES) this[name] = name;
    }
  };

for (const [how, subclass] of /** @type {const} */ ([
  ["declared", withFields],
  ["assigned", withAssignments],
])) {
  test(`a subclass with ${how} fields of the names that were added works as with phoenix.js`, () => {
    const use = (/** @type {any} */ Presence) => {
      const room = new Room(subclass(Presence));
      /** @type {string[]} */
      const calls = [];
      room.presence.onJoin((/** @type {string} */ key) => calls.push(key));
      room.state({ ada: user("1") }).diff({ bob: user("2") }, { ada: user("1") });
      return [calls, room.roster, room.presence.list(), NAMES.map((name) => room.presence[name])];
    };
    assert.equal(snapshot(use(Ours)), snapshot(use(Oracle)));
  });
}

/** @type {[string, (room: Room) => void][]} */
const BY_HAND = [
  ["before any message", (room) => push(room, { cy: user("3") })],
  [
    "before and after a diff",
    (room) => push(push(room, { cy: user("3") }).diff({ bob: user("2") }), { dee: user("4") }),
  ],
  ["a leave after the join that came", (room) => push(room.diff({ bob: user("2") }), {}, { bob: user("2") })],
  ["into a new array", (room) => push(replace(room.diff({ bob: user("2") })), { cy: user("3") })],
  ["while in sync, for the next state", (room) => push(room.state({ bob: user("2") }), { cy: user("3") })],
  [
    "across a rejoin",
    (room) =>
      push(room.state({ bob: user("2") }), { cy: user("3") })
        .rejoin("2")
        .diff({ dee: user("4") }),
  ],
];

/** @param {Room} room @param {unknown} joins @param {unknown} [leaves] */
function push(room, joins, leaves = {}) {
  room.presence.pendingDiffs.push({ joins, leaves });
  return room;
}

/** @param {Room} room */
function replace(room) {
  room.presence.pendingDiffs = [];
  return room;
}

for (const [when, act] of BY_HAND) {
  test(`a diff pushed to pendingDiffs counts as in phoenix.js: ${when}`, () => {
    const use = (/** @type {any} */ Presence) => {
      const room = new Room(Presence, new FakeChannel("1"));
      /** @type {unknown[]} */
      const calls = [];
      room.presence.onJoin((/** @type {string} */ key) => calls.push(["join", key]));
      room.presence.onLeave((/** @type {string} */ key) => calls.push(["leave", key]));
      act(room);
      const before = room.presence.pendingDiffs.length;
      room.state({ ada: user("1") });
      return [before, room.presence.pendingDiffs, room.roster, calls];
    };
    assert.equal(snapshot(use(Ours)), snapshot(use(Oracle)));
  });
}
