import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { user } from "../support/payloads.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

/** Runs a test with a clock of its own. @param {string} name @param {(later: (ms: number) => void) => void} body */
function timed(name, body) {
  test(name, () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      body((ms) => mock.timers.tick(ms));
    } finally {
      mock.timers.reset();
    }
  });
}

const GRACE = { leaveGrace: 5_000 };

/** @param {SubscribedRoom} room */
const shown = ({ presence }) => [presence.entries().map(([key]) => key), presence.size, presence.metaCount];

timed("who left stays in all that is added for the grace, and then exits", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1", "2"), bob: user("3") });
  room.news();
  const entries = room.presence.entries();
  const ada = room.presence.get("ada");
  room.diff({}, { ada: user("1", "2") });
  assert.deepEqual(room.news(), []);
  assert.equal(room.presence.entries(), entries);
  assert.equal(room.presence.get("ada"), ada);
  assert.ok(room.presence.has("ada"));
  assert.deepEqual(shown(room), [["ada", "bob"], 2, 3]);

  later(4_999);
  assert.deepEqual(room.news(), []);
  later(1);
  const [changes] = room.news();
  assert.deepEqual(
    changes.map(({ key, type, previous, presence, reason }) => ({ key, type, previous, presence, reason })),
    [{ key: "ada", type: "exit", previous: user("1", "2"), presence: undefined, reason: "diff" }],
  );
  assert.deepEqual(changes[0].left, user("1", "2").metas);
  assert.deepEqual(shown(room), [["bob"], 1, 1]);
  assert.ok(!room.presence.has("ada"));
  assert.equal(room.presence.get("ada"), undefined);
});

timed("state, list and the callbacks of phoenix.js are immediate", () => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1") });
  /** @type {unknown[]} */
  const calls = [];
  room.presence.onLeave((key, { metas }) => void calls.push([key, metas.length]));
  room.presence.onSync(() => void calls.push("sync"));
  room.diff({}, { ada: user("1") });
  assert.deepEqual(calls, [["ada", 0], "sync"]);
  assert.deepEqual([Object.keys(room.presence.state), room.presence.list()], [[], []]);
});

timed("a return in time is an update, and the user keeps the place", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1"), bob: user("2") });
  room.news();
  room.diff({}, { ada: user("1") });
  later(3_000);
  room.diff({ ada: user("9") });
  const [[change]] = room.news();
  assert.deepEqual(
    [change.type, change.previous, change.presence, change.joined, change.left],
    ["update", user("1"), user("9"), user("9").metas, user("1").metas],
  );
  later(60_000);
  assert.deepEqual(room.news(), []);
  assert.deepEqual(shown(room), [["ada", "bob"], 2, 2]);
});

timed("a return in time under the same ref is nothing", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1") });
  room.news();
  room.diff({}, { ada: user("1") }).diff({ ada: user("1") });
  later(60_000);
  assert.deepEqual(room.news(), []);
  assert.deepEqual(shown(room), [["ada"], 1, 1]);
});

timed("who leaves again has the whole grace again", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1") });
  room.diff({}, { ada: user("1") });
  later(4_000);
  room.diff({ ada: user("2") }).diff({}, { ada: user("2") });
  room.news();
  later(4_000);
  assert.deepEqual(room.news(), []);
  later(1_000);
  assert.deepEqual(room.short(), ["-ada"]);
});

timed("who comes and leaves in one message, while leaving, has the whole grace again", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1") });
  room.diff({}, { ada: user("1") });
  room.news();
  later(4_000);
  room.diff({ ada: user("2") }, { ada: user("2") });
  later(4_999);
  assert.deepEqual(room.short(), []);
  later(1);
  assert.deepEqual([room.short(), ...shown(room)], [["-ada"], [], 0, 0]);
});

timed("a device that leaves while another stays is an update at once", () => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1", "2") });
  room.news();
  room.diff({}, { ada: user("1") });
  assert.deepEqual(room.short(), ["~ada"]);
  assert.deepEqual(shown(room), [["ada"], 1, 1]);
});

timed("those who leave in one message exit in one call", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1"), bob: user("2"), cy: user("3") });
  room.news();
  room.diff({}, { ada: user("1"), bob: user("2") });
  later(1_000);
  room.diff({}, { cy: user("3") }).diff({ bob: user("4") });
  later(4_000);
  later(1_000);
  assert.deepEqual(room.short(), ["~bob", "-ada", "-cy"]);
});

timed("a reconnect in time shows nobody leaving", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1"), bob: user("2") }).rejoin("2");
  room.state({ bob: user("12") });
  room.diff({ ada: user("11") });
  later(60_000);
  assert.deepEqual(room.short(), ["+ada +bob", "", "~bob", "~ada"]);
});

timed("who does not come back after a reconnect exits, for the reason of the resync", (later) => {
  const room = new SubscribedRoom(GRACE)
    .state({ ada: user("1"), bob: user("2") })
    .rejoin("2")
    .state({ bob: user("2") });
  room.news();
  later(5_000);
  assert.deepEqual(
    room.news().map((changes) => changes.map(({ key, type, reason }) => [key, type, reason])),
    [[["ada", "exit", "resync"]]],
  );
});

timed("watchers hear of the exit when it is one", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1"), bob: user("2") });
  room.unsubscribe();
  /** @type {string[]} */
  const heard = [];
  room.presence.watch("ada", ({ type }) => void heard.push(type));
  room.diff({}, { ada: user("1"), bob: user("2") });
  assert.deepEqual(heard, []);
  later(5_000);
  assert.deepEqual(heard, ["exit"]);
  assert.deepEqual(shown(room), [[], 0, 0], "whoever was watched");
});

timed("integer keys stay in their place too", (later) => {
  const room = new SubscribedRoom(GRACE).state({ 7: user("1"), 3: user("2"), b: user("3"), a: user("4") });
  room.diff({}, { 3: user("2"), b: user("3") }).diff({ 5: user("5"), c: user("6") });
  assert.deepEqual(room.keys(), ["3", "5", "7", "b", "a", "c"]);
  later(5_000);
  assert.deepEqual(room.keys(), ["5", "7", "a", "c"]);
});

timed("a state that is assigned is shown, with those who are leaving", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1"), bob: user("2") });
  room.diff({}, { ada: user("1") });
  room.presence.state = { cy: user("3", "4") };
  assert.deepEqual(shown(room), [["cy", "ada"], 2, 3]);
  room.presence.state = { ada: user("9") };
  assert.deepEqual(shown(room), [["ada"], 1, 1]);
  later(60_000);
  assert.deepEqual(shown(room), [["ada"], 1, 1]);
});

timed("the rest of the grace ends with dispose, and nobody is told any more", (later) => {
  const room = new SubscribedRoom(GRACE).state({ ada: user("1") });
  room.diff({}, { ada: user("1") });
  room.news();
  room.presence.dispose();
  assert.deepEqual(room.news(), [[]]);
  later(60_000);
  assert.deepEqual(room.news(), []);
});

test("milliseconds that no timer can wait are refused, by name", () => {
  for (const wrong of [-1, NaN, Infinity, 2 ** 31, "5000", null]) {
    assert.throws(() => new SubscribedRoom({ leaveGrace: wrong }), {
      name: "TypeError",
      message: "leaveGrace: expected milliseconds from 0 to 2147483647",
    });
  }
  assert.deepEqual(
    new SubscribedRoom({ leaveGrace: 0 })
      .state({ ada: user("1") })
      .diff({}, { ada: user("1") })
      .keys(),
    [],
  );
});
