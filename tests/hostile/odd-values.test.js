/**
 * Values that no JSON can hold, and states that no server made: they may be refused, but stop nothing.
 */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CallbackRoom } from "../support/callback-room.js";
import { refs, user } from "../support/payloads.js";
import { Ours } from "../support/presences.js";
import { Room } from "../support/room.js";
import { deepFreeze } from "../support/snapshot.js";
import { outcome } from "./outcome.js";

/** Whether a Presence still does all it should. */
function worksAsEver() {
  const room = new CallbackRoom(Ours).state({ alice: user("F1") }).diff({ bob: user("F2") }, { alice: user("F1") });
  assert.deepEqual(room.roster, [["bob", ["F2"]]]);
}

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const throwing = () => {
  throw new Error("from a getter");
};

/** Things in the place of a payload, a presence, its metas, or a meta. @type {Record<string, () => unknown>} */
const ODD = {
  "a proxy that was revoked": revoked,
  "a proxy that throws": () =>
    new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing }),
  "a getter that throws": () => Object.defineProperty({}, "metas", { get: throwing, enumerable: true }),
  "an array that is a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable(/** @type {unknown[]} */ ([]), {});
    revoke();
    return proxy;
  },
  "an array whose length is not to be trusted": () =>
    new Proxy([{}], { get: (array, name) => (name === "length" ? 1e9 : Reflect.get(array, name)) }),
  "an array that is longer than 32 bits can say": () => Object.assign([], { length: 2 ** 32 - 1 }),
  "an array of 2^31": () => Object.assign([], { length: 2 ** 31 }),
  "an array of 2^31 - 1 with something in front": () => Object.assign([{}], { length: 2 ** 31 - 1 }),
  "a meta whose ref throws": () => [Object.defineProperty({}, "phx_ref", { get: throwing })],
  "a ref that changes whenever it is read": () => {
    let reads = 0;
    return [Object.defineProperty({}, "phx_ref", { get: () => reads++ })];
  },
  "an array that forgets its items": () => {
    let reads = 0;
    return new Proxy([{}, {}], {
      get: (array, name) => (name !== "length" && reads++ > 1 ? undefined : Reflect.get(array, name)),
    });
  },
  "a symbol": () => Symbol("s"),
  "a bigint": () => 10n,
  "a function": () => () => {},
  "a date": () => new Date(),
  "a map": () => new Map([["alice", user("F1")]]),
  "a typed array": () => new Uint8Array(3),
  "a class instance": () => new (class Thing {})(),
  "a boxed text": () => new String("text"),
  NaN: () => NaN,
};

/** Puts something odd in each place of a message. @type {Record<string, (room: Room, odd: unknown) => unknown>} */
const PLACES = {
  "the state": (room, odd) => room.state(odd),
  "a presence of the state": (room, odd) => room.state({ odd, alice: user("F1") }),
  "metas of the state": (room, odd) => room.state({ odd: { metas: odd }, alice: user("F1") }),
  "a meta of the state": (room, odd) => room.state({ odd: { metas: [odd] }, alice: user("F1") }),
  "a ref of the state": (room, odd) => room.state({ odd: { metas: [{ phx_ref: odd }] }, alice: user("F1") }),
  "the joins": (room, odd) => room.diff(odd),
  "a join": (room, odd) => room.diff({ odd, alice: user("F2"), bob: user("F3") }),
  "metas that join": (room, odd) => room.diff({ odd: { metas: odd }, alice: { metas: odd } }),
  "the leaves": (room, odd) => room.diff({}, odd),
  "a leave": (room, odd) => room.diff({}, { odd, alice: user("F1") }),
  "metas that leave": (room, odd) => room.diff({}, { alice: { metas: odd }, odd: { metas: odd } }),
  "a waiting diff": (room, odd) =>
    room
      .rejoin("2")
      .diff({ odd, bob: { metas: odd } }, odd)
      .state({ alice: user("F1") }),
};

for (const [what, make] of Object.entries(ODD)) {
  test(`${what}, wherever it stands, is never thrown back, and harms nothing after it`, () => {
    for (const [place, put] of Object.entries(PLACES)) {
      const room = new CallbackRoom(Ours).state({ alice: user("F1") });
      room.presence.onError(() => {});
      assert.doesNotThrow(() => put(room, make()), `as ${place}`);
      room.state({ carol: user("F9") });
      assert.deepEqual(room.roster, [["carol", ["F9"]]], `as ${place}`);
    }
    worksAsEver();
  });
}

test("what throws when it is read does so as often as it likes", () => {
  const room = new Room(Ours).state({});
  room.presence.onError(() => {});
  // Each throw that passed through the core would cost it a little of its stack.
  for (let i = 0; i < 30_000; i++) {
    room.diff({ alice: Object.defineProperty({}, "metas", { get: throwing }) });
    room.diff({ alice: { metas: [Object.defineProperty({}, "phx_ref", { get: throwing })] } });
  }
  worksAsEver();
});

describe("a state that its user assigned", () => {
  const ASSIGNED = {
    null: () => null,
    undefined: () => undefined,
    "a number": () => 5,
    "a text": () => "alice",
    "an array": () => [user("F1")],
    "presences that are none": () => ({ a: null, b: 1, c: "x", d: {}, e: { metas: 1 }, f: { metas: [null] }, g: [] }),
    "a frozen object": () => Object.freeze({ alice: user("F1") }),
    "a frozen object without a prototype": () => deepFreeze(Object.assign(Object.create(null), { alice: user("F1") })),
    "a sealed object without a prototype": () => Object.seal(Object.assign(Object.create(null), { alice: user("F1") })),
    "properties that cannot be written": () =>
      Object.defineProperty(Object.create(null), "alice", { value: user("F1"), enumerable: true }),
    "properties that throw": () =>
      Object.defineProperty(Object.create(null), "alice", { get: throwing, enumerable: true, configurable: true }),
    "a map": () => new Map([["alice", user("F1")]]),
    "a class instance": () =>
      new (class State {
        alice = user("F1");
      })(),
  };

  for (const [what, make] of Object.entries(ASSIGNED)) {
    test(`${what}: never thrown back, and right after the next state`, () => {
      for (const first of /** @type {const} */ (["state", "diff"])) {
        const room = new CallbackRoom(Ours).state({});
        room.presence.onError(() => {});
        room.presence.state = make();
        assert.doesNotThrow(() =>
          first === "state" ? room.state({ bob: user("F2") }) : room.diff({ bob: user("F2") }),
        );
        assert.deepEqual(refs(room.presence.state.bob), ["F2"]);
        room.presence.state = {};
        assert.deepEqual(room.state({ carol: user("F3") }).roster, [["carol", ["F3"]]]);
      }
      worksAsEver();
    });
  }

  test("is frozen again and again by a store, and followed all the same", () => {
    const room = new Room(Ours).state({});
    for (let i = 0; i < 20_000; i++) {
      room.diff({ [`u${i % 10}`]: user(`F${i}`) }, { [`u${i % 10}`]: user(`F${i - 10}`) });
      deepFreeze(room.presence.state);
    }
    assert.equal(room.roster.length, 10);
    room.state({ alice: user("F1") });
    assert.deepEqual(room.roster, [["alice", ["F1"]]]);
  });
});

test("pendingDiffs may be assigned anything", () => {
  for (const pending of [
    null,
    undefined,
    5,
    "text",
    {},
    [null, 1, "x", {}, { joins: 1 }],
    Object.freeze([]),
    new Set(),
  ]) {
    const room = new CallbackRoom(Ours);
    room.presence.onError(() => {});
    room.presence.pendingDiffs = pending;
    outcome(() => room.diff({ bob: user("F2") }));
    room.presence.pendingDiffs = pending;
    assert.doesNotThrow(() => room.state({ alice: user("F1") }));
    assert.deepEqual(refs(room.presence.state.alice), ["F1"]);
  }
  worksAsEver();
});

test("callbacks that are no functions are as good as none", () => {
  for (const callback of [null, undefined, 5, "text", {}, []]) {
    const room = new Room(Ours);
    for (const slot of ["onJoin", "onLeave", "onSync", "onError"]) room.presence[slot](callback);
    room.state({ alice: user("F1") }).diff({ bob: user("F2") }, { alice: user("F1") });
    assert.deepEqual(room.roster, [["bob", ["F2"]]]);
  }
});

describe("no prototype is polluted", () => {
  const HOSTILE = `{"__proto__":{"metas":[{"phx_ref":"F1","__proto__":{"polluted":1}}],"__proto__":{"polluted":2}},
    "constructor":{"metas":[{"phx_ref":"F2"}],"prototype":{"polluted":3}},
    "alice":{"__proto__":{"polluted":4},"metas":[{"phx_ref":"F3","constructor":{"prototype":{"polluted":5}}}]}}`;

  test("by keys, by fields of presences, or by fields of metas", () => {
    const room = new CallbackRoom(Ours);
    const parse = () => JSON.parse(HOSTILE);
    room.rejoin("2").diff(parse()).state(parse()).diff(parse(), parse()).diff(parse()).state(parse());
    Ours.syncDiff(Ours.syncState({}, parse()), { joins: parse(), leaves: {} });
    Ours.syncDiff({}, { joins: parse(), leaves: parse() });
    assert.deepEqual(
      room.roster.map(([key]) => key),
      ["__proto__", "constructor", "alice"],
    );
    for (const prototype of [Object.prototype, Array.prototype, Function.prototype])
      assert.ok(!("polluted" in prototype));
    assert.equal(Object.getPrototypeOf(room.presence.state), null);
    assert.equal(Object.getPrototypeOf(room.presence.state.alice), Object.prototype);
  });

  test("and a prototype that somebody else polluted makes no user", (t) => {
    t.after(() => {
      for (const name of ["metas", "ghost"]) Reflect.deleteProperty(Object.prototype, name);
    });
    Object.defineProperty(Object.prototype, "ghost", { value: user("F0"), configurable: true });
    const room = new CallbackRoom(Ours).state({ alice: user("F1") }).state({ alice: user("F1"), bob: user("F2") });
    room.diff({}, { ghost: user("F0") });
    assert.deepEqual(room.roster, [
      ["alice", ["F1"]],
      ["bob", ["F2"]],
    ]);
  });
});

test("keys may be of any length, and symbols are none", () => {
  const long = "k".repeat(2 ** 24);
  const room = new CallbackRoom(Ours).state({ [long]: user("F1"), [Symbol("s")]: user("F2") });
  room.diff({ [long]: user("F3") });
  assert.deepEqual(
    room.roster.map(([key, refs]) => [/** @type {string} */ (key).length, refs]),
    [[2 ** 24, ["F1", "F3"]]],
  );
});

test("payloads may be of any class, frozen, or without a prototype", () => {
  class Payload {
    alice = user("F1");
  }
  for (const payload of [
    new Payload(),
    Object.freeze(new Payload()),
    Object.assign(Object.create(null), new Payload()),
    Object.create({ ghost: user("F0") }, { alice: { value: user("F1"), enumerable: true } }),
  ]) {
    assert.deepEqual(new CallbackRoom(Ours).state(payload).roster, [["alice", ["F1"]]]);
  }
});
