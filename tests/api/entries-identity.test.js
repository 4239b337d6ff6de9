/**
 * `entries()` is another array exactly when subscribers are called, over random messages that are
 * made to have no net effect, or a small one: repeated joins, other orders, visits, returns.
 */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import fc from "fast-check";

import { check } from "../support/check.js";
import { user } from "../support/payloads.js";
import { snapshot } from "../support/snapshot.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

const GRACE = 1_000;
const KEYS = ["ada", "bob", "7", "__proto__", "10", ""];

/**
 * @typedef {Record<string, any>} State
 * @typedef {{ act: keyof typeof ACTS, key: number, ref: number, wait: number, reads: number }} Step
 */

/** Text to a payload, so that a key `__proto__` is a key. @param {[string, object][]} presences */
const payload = (presences) =>
  JSON.parse(`{${presences.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`);

/** @param {string} key @param {object} presence */
const only = (key, presence) => payload([[key, presence]]);

class IdentityRoom extends SubscribedRoom {
  #joins = 1;
  /** @type {[string, any] | undefined} The user who left last. */
  gone;

  /** The user that a step is about, if there is one. @param {Step} step @returns {[string, any] | undefined} */
  pick({ key }) {
    const users = this.users();
    return users[key % Math.max(1, users.length)];
  }

  /** @returns {[string, any][]} */
  users() {
    const { state } = this.presence;
    return Object.getOwnPropertyNames(state).map((key) => [key, state[key]]);
  }

  joinAgain() {
    this.rejoin(String(++this.#joins));
  }
}

/** What a step sends. @satisfies {Record<string, (room: IdentityRoom, step: Step) => void>} */
const ACTS = {
  join: (room, { key, ref }) => room.diff(only(KEYS[key], { ...user(`F${ref}`), name: KEYS[key] })),
  joinTwice: (room, { key, ref }) => room.diff(only(KEYS[key], user(`F${ref}`, `F${ref + 1}`))),
  repeat: (room, step) => {
    const [key, presence] = room.pick(step) ?? [];
    if (key !== undefined) room.diff(only(key, presence));
  },
  reorderMetas: (room, step) => {
    const [key, presence] = room.pick(step) ?? [];
    if (key !== undefined) room.diff(only(key, { ...presence, metas: [...presence.metas].reverse() }));
  },
  leave: (room, step) => {
    room.gone = room.pick(step);
    if (room.gone) room.diff({}, only(...room.gone));
  },
  comeBack: (room) => void (room.gone && room.diff(only(...room.gone))),
  leaveAndJoin: (room, step) => {
    const [key, presence] = room.pick(step) ?? [];
    if (key !== undefined) room.diff(only(key, user(`F${step.ref}`)), only(key, presence));
  },
  visit: (room, { key, ref }) => {
    // Under a ref that nobody has: a join and a leave of it have no net effect.
    const visitor = only(KEYS[key], user(`visit ${ref}`));
    if (!Object.hasOwn(room.presence.state, KEYS[key])) room.diff(visitor, visitor);
  },
  unknownLeave: (room, { key }) => room.diff({}, only(KEYS[key], user("nobody's"))),
  sameState: (room) => room.state(payload(room.users())),
  shuffledState: (room) => {
    const shuffled = room.users().reverse();
    room.state(payload(shuffled.map(([key, each]) => [key, { ...each, metas: [...each.metas].reverse() }])));
  },
  stateWithout: (room, { key }) => room.state(payload(room.users().filter((_, at) => at !== key))),
  stateWithNewRefs: (room, { ref }) => room.state(payload(room.users().map(([key]) => [key, user(`N${ref}${key}`)]))),
  rejoin: (room) => room.joinAgain(),
  /** Users leave and come back in the diffs that wait for the state of a rejoin. */
  rejoinWithWaiting: (room, step) => {
    const gone = room.pick(step);
    const state = payload(room.users());
    room.joinAgain();
    if (gone) room.diff({}, only(...gone)).diff(only(...gone));
    room.state(state);
  },
  time: (_room, { wait }) => mock.timers.tick(wait),
};

const steps = fc.array(
  fc.record({
    act: /** @type {fc.Arbitrary<keyof typeof ACTS>} */ (fc.constantFrom(...Object.keys(ACTS))),
    key: fc.nat({ max: KEYS.length - 1 }),
    ref: fc.nat({ max: 4 }),
    wait: fc.constantFrom(0, GRACE / 2, GRACE),
    reads: fc.constantFrom(0, 1, 2),
  }),
  { minLength: 1, maxLength: 24, size: "max" },
);

const options = fc.record({ leaveGrace: fc.constant(GRACE), resync: fc.constant("server") }, { requiredKeys: [] });

/** Runs a test on a mocked clock. @param {string} name @param {(t: import("node:test").TestContext) => void} body */
function timed(name, body) {
  test(name, (t) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      body(t);
    } finally {
      mock.timers.reset();
    }
  });
}

/**
 * The same tuple for each user whose presence is the same.
 *
 * @param {readonly (readonly [string, unknown])[]} before
 * @param {readonly (readonly [string, unknown])[]} after
 * @param {boolean} [isOneMessage] whether one message lies between them: then an equal presence is the same one
 */
function assertSameTuples(before, after, isOneMessage = true) {
  const tuples = new Map(before.map((tuple) => [tuple[0], tuple]));
  for (const tuple of after) {
    const kept = tuples.get(tuple[0]);
    if (kept && kept[1] === tuple[1]) assert.equal(tuple, kept);
    else if (kept && isOneMessage)
      assert.notEqual(snapshot(tuple), snapshot(kept), "the presence is another, and equal");
  }
}

timed("entries is another array if and only if subscribers are called", (t) => {
  let changed = 0;
  let kept = 0;
  check(t, 3_000, fc.tuple(options, steps), ([some, all]) => {
    const room = new IdentityRoom(some);
    room.state({});
    let held = room.presence.entries();
    for (const step of all) {
      room.news();
      const { status } = room.presence;
      ACTS[step.act](room, step);
      const calls = room.news();
      const entries = room.presence.entries();
      const isChanged = snapshot(entries) !== snapshot(held);
      const context = `${step.act}: ${snapshot(held)} -> ${snapshot(entries)}, ${snapshot(calls)}`;
      assert.equal(entries !== held, isChanged, context);
      if (isChanged) assert.ok(calls.length > 0, context);
      else
        assert.ok(
          calls.every((changes) => changes.length === 0),
          context,
        );
      const isStatus = status !== room.presence.status || step.act === "rejoinWithWaiting";
      if (!isChanged && !isStatus) assert.deepEqual(calls, [], context);
      assertSameTuples(held, entries);
      held = entries;
      if (isChanged) changed += 1;
      else kept += 1;
    }
  });
  assert.ok(changed > 5_000 && kept > 5_000, `${changed} changed, ${kept} kept`);
});

timed("readers between messages, many or none, see the same array until subscribers are called", (t) => {
  check(t, 2_000, fc.tuple(options, steps), ([some, all]) => {
    const room = new IdentityRoom(some);
    room.state({});
    /** @type {ReturnType<typeof room.presence.entries> | undefined} */
    let held;
    for (const step of all) {
      ACTS[step.act](room, step);
      for (let read = 0; read < step.reads; read++) {
        const entries = room.presence.entries();
        if (room.news().length === 0 && held) assert.equal(entries, held, step.act);
        if (held) assertSameTuples(held, entries, false);
        held = entries;
      }
    }
    if (some.leaveGrace) mock.timers.tick(GRACE);
    // A user who came back in time keeps the place in entries, and has another in the state.
    const order = (/** @type {readonly (readonly [string, any])[]} */ users) =>
      some.leaveGrace ? users.map((each) => snapshot(each)).sort() : users;
    assert.equal(snapshot(order(room.presence.entries())), snapshot(order(room.users())));
    assert.equal(room.presence.size, room.users().length);
  });
});

timed("without any listener, a message without net effect keeps the array all the same", (t) => {
  check(t, 2_000, fc.tuple(options, steps), ([some, all]) => {
    const room = new IdentityRoom(some);
    room.unsubscribe();
    room.state({});
    let held = room.presence.entries();
    for (const step of all) {
      ACTS[step.act](room, step);
      const entries = room.presence.entries();
      assert.equal(entries !== held, snapshot(entries) !== snapshot(held), step.act);
      assertSameTuples(held, entries);
      held = entries;
    }
  });
});

/** What subscribers are called with, in short. @param {SubscribedRoom} room */
const told = (room) =>
  room
    .news()
    .map((changes) => changes.map(({ type, key, joined, left, updated }) => [type, key, joined, left, updated]));

test("another order of a user's metas is an update with empty lists", () => {
  const room = new SubscribedRoom().state({ ada: user("1", "2"), bob: user("3") });
  room.news();
  const [, bob] = room.presence.entries();
  // phoenix.js puts the metas that a join does not name first.
  room.diff({ ada: user("1") });
  assert.deepEqual(told(room), [[["update", "ada", [], [], []]]]);
  assert.deepEqual(room.presence.get("ada"), user("2", "1"));
  assert.equal(room.presence.entries()[1], bob);
});

test("a user who joins and leaves in one diff is neither a call nor another array", () => {
  const room = new SubscribedRoom().state({ bob: user("1") });
  room.news();
  const entries = room.presence.entries();
  room.diff({ ada: user("2") }, { ada: user("2") });
  assert.deepEqual([room.news(), room.presence.entries() === entries], [[], true]);
});

timed("a user held by leaveGrace who is back with the same refs keeps the object, and causes no call", () => {
  for (const back of [
    (/** @type {SubscribedRoom} */ room) => room.diff({ ada: user("1", "2") }),
    (/** @type {SubscribedRoom} */ room) => room.state({ ada: user("1", "2"), bob: user("3") }),
  ]) {
    const room = new SubscribedRoom({ leaveGrace: GRACE }).state({ ada: user("1", "2"), bob: user("3") });
    room.news();
    const entries = room.presence.entries();
    const ada = room.presence.get("ada");
    back(room.diff({}, { ada: user("1", "2") }));
    assert.deepEqual(room.news(), []);
    assert.equal(room.presence.get("ada"), ada);
    assert.equal(room.presence.entries(), entries);
    mock.timers.tick(GRACE);
    assert.deepEqual([room.news(), room.presence.entries() === entries], [[], true]);
  }
});

test("a user who left and came back before the state of a rejoin moves to the end, in a call without changes", () => {
  const room = new SubscribedRoom().state({ ada: user("1"), bob: user("2") });
  const entries = room.presence.entries();
  room
    .rejoin("2")
    .diff({}, { ada: user("1") })
    .diff({ ada: user("1") });
  room.news();
  room.state({ ada: user("1"), bob: user("2") });
  assert.deepEqual(room.news(), [[]]);
  assert.notEqual(room.presence.entries(), entries);
  assert.deepEqual(room.keys(), ["bob", "ada"]);
});
