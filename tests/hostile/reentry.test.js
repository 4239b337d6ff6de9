/**
 * Messages that a callback causes: each waits for the one before, none is lost.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CallbackRoom } from "../support/callback-room.js";
import { FakeChannel } from "../support/fake-channel.js";
import { user } from "../support/payloads.js";
import { Ours } from "../support/presences.js";
import { Room } from "../support/room.js";

/**
 * Runs `then` the first time that `slot` is called.
 *
 * @param {Room} room
 * @param {"onJoin" | "onSync"} slot
 * @param {() => void} then
 */
function once(room, slot, then) {
  let done = false;
  room.presence[slot](() => {
    if (done) return;
    done = true;
    then();
  });
}

for (const slot of ["onJoin", "onLeave", "onSync", "onError"]) {
  test(`messages from inside ${slot} are handled after this one, in their order`, (t) => {
    t.mock.method(console, "warn", () => {});
    const room = new Room(Ours).state({ alice: user("F1"), bob: user("F2") });
    /** @type {string[]} */
    const rosters = [];
    room.presence.onSync(() => rosters.push(room.roster.map(([key]) => key).join(" ")));
    const inside = () => {
      room.diff({ dave: user("F4") });
      room.state({ carol: user("F3"), dave: user("F4"), erin: user("F5") });
      room.diff({}, { carol: user("F3") });
      rosters.push("inside");
    };
    let done = false;
    room.presence[slot](() => {
      if (slot === "onSync") rosters.push(room.roster.map(([key]) => key).join(" "));
      if (!done) inside();
      done = true;
    });
    room.diff({ carol: user("F3"), bad: 1 }, { alice: user("F1") });
    const synced = rosters.filter((roster) => roster !== "inside");
    assert.deepEqual(synced, ["bob carol", "bob carol dave", "carol dave erin", "dave erin"]);
    assert.equal(rosters.indexOf("inside"), slot === "onSync" || slot === "onError" ? 1 : 0);
  });
}

test("messages nest to any depth without the stack growing", () => {
  const room = new Room(Ours).state({});
  const DEPTH = 50_000;
  let depth = 0;
  room.presence.onSync(() => {
    if (depth++ < DEPTH)
      room.diff({ [`u${depth % 10}`]: user(`F${depth}`) }, { [`u${depth % 10}`]: user(`F${depth - 10}`) });
  });
  room.diff({});
  assert.equal(depth, DEPTH + 1);
  assert.equal(room.roster.length, 10);
});

test("a rejoin inside a callback makes what follows wait for the next state", () => {
  const room = new CallbackRoom(Ours).state({ alice: user("F1") });
  room.log.length = 0;
  once(room, "onJoin", () => {
    room.diff({ late: user("F8") });
    room.rejoin("2");
    room.diff({ carol: user("F3") });
  });
  room.diff({ bob: user("F2") });
  assert.equal(room.presence.inPendingSyncState(), true);
  assert.deepEqual(room.presence.pendingDiffs.length, 1);
  room.state({ dave: user("F4") });
  assert.deepEqual(room.roster, [
    ["dave", ["F4"]],
    ["carol", ["F3"]],
  ]);
});

test("a rejoin and its state inside a callback are one after the other", () => {
  const room = new CallbackRoom(Ours).state({ alice: user("F1") });
  once(room, "onSync", () => {
    room
      .rejoin("2")
      .diff({ carol: user("F3") })
      .state({ bob: user("F2") });
    assert.deepEqual(
      room.roster,
      [
        ["alice", ["F1"]],
        ["bob", ["F2"]],
      ],
      "not before this message is done",
    );
  });
  room.diff({ bob: user("F2") });
  assert.deepEqual(room.roster, [
    ["bob", ["F2"]],
    ["carol", ["F3"]],
  ]);
  assert.equal(room.presence.joinRef, "2");
  assert.equal(room.presence.inPendingSyncState(), false);
});

test("two Presences on one channel each keep the order, though one causes messages for both", () => {
  const first = new CallbackRoom(Ours);
  const second = new CallbackRoom(Ours, first.channel);
  first.state({});
  once(first, "onJoin", () => first.diff({ bob: user("F2") }));
  first.diff({ alice: user("F1") });
  const roster = [
    ["alice", ["F1"]],
    ["bob", ["F2"]],
  ];
  assert.deepEqual(first.roster, roster);
  // The second heard of bob first, from inside the callback of the first.
  assert.deepEqual(
    Object.fromEntries(/** @type {any} */ (second.roster)),
    Object.fromEntries(/** @type {any} */ (roster)),
  );
});

test("Presences of two channels may cause messages for each other", () => {
  const ping = new Room(Ours).state({});
  const pong = new Room(Ours).state({});
  let turns = 0;
  const turn = (/** @type {Room} */ other) => () => {
    if (turns++ < 100) other.diff({ [`u${turns}`]: user(`F${turns}`) });
  };
  ping.presence.onSync(turn(pong));
  pong.presence.onSync(turn(ping));
  ping.diff({});
  assert.equal(turns, 101);
  assert.equal(ping.roster.length + pong.roster.length, 100);
});

test("the statics can be called from inside callbacks, of an instance and of themselves", () => {
  const room = new CallbackRoom(Ours);
  /** @type {unknown[]} */
  const inner = [];
  room.presence.onJoin((/** @type {string} */ key, /** @type {unknown} */ _, /** @type {any} */ joined) => {
    const state = Ours.syncState({}, { [key]: joined, other: user("F9") }, (/** @type {string} */ each) => {
      inner.push([key, each, Object.keys(Ours.syncDiff({}, { joins: { [each]: joined }, leaves: {} }))]);
    });
    inner.push(Object.keys(state));
  });
  room.state({ alice: user("F1"), bob: user("F2") });
  const of = (/** @type {string} */ key) => [
    [key, key, [key]],
    [key, "other", ["other"]],
    [key, "other"],
  ];
  assert.deepEqual(inner, [...of("alice"), ...of("bob")]);
  assert.deepEqual(room.roster, [
    ["alice", ["F1"]],
    ["bob", ["F2"]],
  ]);
});

test("callbacks may replace each other and the state, and create Presences, while they run", () => {
  const room = new CallbackRoom(Ours);
  room.presence.onJoin(() => {
    room.presence.onLeave(() => room.log.push("new leave"));
    room.presence.state = { carol: user("F3") };
    new CallbackRoom(Ours, room.channel);
  });
  room.state({ alice: user("F1") });
  assert.deepEqual(room.roster, [["carol", ["F3"]]]);
  room.diff({}, { carol: user("F3") });
  assert.deepEqual(room.log, ["sync", "new leave", "sync"]);
  assert.deepEqual(room.roster, []);
});

test("a message that cannot be handled at all loses none of those that wait behind it", () => {
  const room = new CallbackRoom(Ours).state({});
  room.presence.onError(() => {});
  once(room, "onSync", () => {
    FakeChannel.deliver(room.channel, "presence_diff", null);
    room.presence.state = null;
    room.diff({ bob: user("F2") });
    room.diff({ carol: user("F3") });
  });
  room.diff({ alice: user("F1") });
  room.diff({ dave: user("F4") });
  assert.deepEqual(
    room.roster.map(([key]) => key),
    ["bob", "carol", "dave"],
  );
});
