import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { diffText, pool, stateText } from "../parity/arbitraries.js";
import { check } from "../support/check.js";
import { meta, user } from "../support/payloads.js";
import { SubscribedRoom } from "../support/subscribed-room.js";
import { changesBetween } from "./model.js";

/** @param {import("phoenix-presence").PresenceState} state */
const copied = (state) => Object.assign(Object.create(null), state);

test("who was not there enters, with the first presence_state as the reason", () => {
  const room = new SubscribedRoom().state({ ada: user("1", "2") });
  const { ada } = room.presence.state;
  assert.deepEqual(room.news(), [
    [
      {
        key: "ada",
        type: "enter",
        presence: ada,
        previous: undefined,
        joined: ada.metas,
        left: [],
        updated: [],
        reason: "initial",
      },
    ],
  ]);
});

test("a second tab is an update", () => {
  const room = new SubscribedRoom().state({ ada: user("1") });
  room.news();
  const [[change]] = room.diff({ ada: user("2") }).news();
  assert.equal(change.type, "update");
  assert.deepEqual(change.previous, user("1"));
  assert.deepEqual(change.presence, user("1", "2"));
  assert.deepEqual([change.joined, change.left, change.updated], [[meta("2")], [], []]);
  assert.equal(change.reason, "diff");
});

test("a tab that closes is an update, the last one an exit", () => {
  const room = new SubscribedRoom().state({ ada: user("1", "2") });
  room.news();
  const [[closed]] = room.diff({}, { ada: user("1") }).news();
  assert.deepEqual([closed.type, closed.left, closed.presence], ["update", [meta("1")], user("2")]);
  const [[gone]] = room.diff({}, { ada: user("2") }).news();
  assert.deepEqual([gone.type, gone.left, gone.presence, gone.previous], ["exit", [meta("2")], undefined, user("2")]);
});

test("an update of a meta is one pair, not a join and a leave", () => {
  const room = new SubscribedRoom().state({ ada: user(meta("1", { status: "here" }), "9") });
  room.news();
  const away = meta("2", { status: "away", phx_ref_prev: "1" });
  const [changes] = room.diff({ ada: user(away) }, { ada: user(meta("1", { status: "here" })) }).news();
  assert.deepEqual(
    changes.map(({ type, joined, left, updated }) => ({ type, joined, left, updated })),
    [
      {
        type: "update",
        joined: [],
        left: [],
        updated: [{ previous: meta("1", { status: "here" }), current: away }],
      },
    ],
  );
});

test("a meta that replaced a ref never seen here joined; and no meta is removed by phx_ref_prev", () => {
  const room = new SubscribedRoom().state({ ada: user("1") });
  room.news();
  const [[unknown]] = room.diff({ ada: user(meta("5", { phx_ref_prev: "4" })) }, { ada: user("4") }).news();
  assert.deepEqual([unknown.joined, unknown.left, unknown.updated], [[meta("5", { phx_ref_prev: "4" })], [], []]);
  const [[kept]] = room.diff({ ada: user(meta("2", { phx_ref_prev: "1" })) }).news();
  assert.deepEqual([kept.joined, kept.updated], [[meta("2", { phx_ref_prev: "1" })], []]);
  assert.equal(room.presence.metaCount, 3);
});

test("a join of a ref already there, and a leave of an unknown one, are nothing: the entries stay the same array", () => {
  const ada = { ...user(meta("1", { status: "here" }), "2"), user: { name: "Ada" } };
  const room = new SubscribedRoom().state({ ada, bob: user("3") });
  room.news();
  const entries = room.presence.entries();
  room.diff({ ada: structuredClone(ada) }).diff({ ada: { ...user("2"), user: { name: "Ada" } } });
  room
    .diff({}, { ada: user("8") })
    .diff({}, { nobody: user("9") })
    .diff({}, {});
  assert.deepEqual(room.news(), []);
  assert.equal(room.presence.entries(), entries);
});

test("under a ref already there, another meta or other fields are an update", () => {
  const room = new SubscribedRoom().state({ ada: { ...user(meta("1", { n: 1 })), name: "Ada" } });
  room.news();
  const [[changed]] = room.diff({ ada: { ...user(meta("1", { n: 2 })), name: "Ada" } }).news();
  assert.deepEqual(changed.updated, [{ previous: meta("1", { n: 1 }), current: meta("1", { n: 2 }) }]);
  const [[renamed]] = room.diff({ ada: { ...user(meta("1", { n: 2 })), name: "Ada L." } }).news();
  assert.deepEqual([renamed.type, renamed.updated, renamed.presence.name], ["update", [], "Ada L."]);
});

test("under a ref already there, a list with another value, or in another order, is an update", () => {
  const tags = (/** @type {string[]} */ ...list) => ({ ada: user(meta("1", { tags: list })) });
  const room = new SubscribedRoom().state(tags("a", "b"));
  room.news();
  assert.deepEqual(room.diff(tags("a", "b")).news(), []);
  const [[changed]] = room.diff(tags("a", "c")).news();
  assert.deepEqual(changed.updated[0].current, meta("1", { tags: ["a", "c"] }));
  assert.equal(room.diff(tags("c", "a")).news().length, 1);
});

test("one meta more or less under a ref that another has is an update too", () => {
  const room = new SubscribedRoom().state({ ada: user("1") });
  room.news();
  const [[more]] = room.diff({ ada: user("1", "1") }).news();
  assert.deepEqual([more.type, more.joined, more.left, more.updated], ["update", [], [], []]);
  assert.equal(room.presence.metaCount, 2);
  const [[fewer]] = room.diff({ ada: user("1") }).news();
  assert.deepEqual([fewer.type, fewer.presence], ["update", user("1")]);
});

test("after a restart of the server, where every ref is new, everyone who is back is an update", () => {
  const room = new SubscribedRoom().state({ ada: user("1"), bob: user("2"), cy: user("3") });
  room.rejoin("2");
  room.news();
  room.state({ ada: user("11"), bob: user("12"), dee: user("14") });
  const [changes] = room.news();
  assert.deepEqual(
    changes.map(({ type, key, reason }) => [key, type, reason]),
    [
      ["ada", "update", "resync"],
      ["bob", "update", "resync"],
      ["dee", "enter", "resync"],
      ["cy", "exit", "resync"],
    ],
  );
  assert.deepEqual([changes[0].joined, changes[0].left], [[meta("11")], [meta("1")]]);
});

test("diffs that waited for the first state are part of it: one call, one change for each user", () => {
  const room = new SubscribedRoom();
  room
    .diff({ ada: user("2") })
    .diff({}, { bob: user("3") })
    .diff({ bob: user("3") });
  assert.deepEqual(room.news(), []);
  room.state({ ada: user("1"), bob: user("3") });
  assert.deepEqual(
    room.news().map((changes) => changes.map(({ key, type, presence, reason }) => [key, type, presence, reason])),
    [
      [
        ["ada", "enter", user("1", "2"), "initial"],
        ["bob", "enter", user("3"), "initial"],
      ],
    ],
  );
});

test("who leaves and comes back within one message under the same ref is not news", () => {
  const room = new SubscribedRoom().state({ ada: user("1"), bob: user("2") });
  room.rejoin("2");
  room.news();
  room.diff({}, { bob: user("2") }).diff({ bob: user("2") });
  room.state({ ada: user("1"), bob: user("2") });
  assert.deepEqual(room.news(), [[]], "in sync again, and no changes");
});

test("a subscriber is told exactly what differs, whatever the messages", (t) => {
  const step = fc.oneof(
    { weight: 6, arbitrary: diffText.map((text) => ({ event: "presence_diff", text })) },
    { weight: 1, arbitrary: stateText.map((text) => ({ event: "presence_state", text })) },
  );
  const resync = fc.constantFrom(undefined, "server");
  check(t, 1_000, fc.tuple(pool, resync, fc.array(step, { maxLength: 12 })), ([drawn, mode, steps]) => {
    const room = new SubscribedRoom({ resync: mode });
    let before = Object.create(null);
    room.channel.sendState({});
    room.news();
    for (const { event, text } of steps) {
      const payload = JSON.parse(text(drawn));
      const frozen = JSON.stringify(payload);
      room.channel.trigger(event, payload);
      assert.equal(JSON.stringify(payload), frozen, "payloads are not changed");
      const after = copied(room.presence.state);
      const expected = changesBetween(before, after, event === "presence_diff" ? "diff" : "resync");
      const news = room.news();
      assert.ok(news.length <= 1);
      const told = new Map((news[0] ?? []).map((change) => [change.key, change]));
      assert.equal(told.size, news[0]?.length ?? 0, "no user twice");
      assert.deepEqual([...told.keys()].sort(), [...expected.keys()].sort());
      for (const [key, change] of told) {
        const { updated, ...others } = change;
        const { updated: pairs, ...rest } = expected.get(key);
        assert.deepEqual(others, rest);
        assert.deepEqual(sorted(updated), sorted(pairs));
      }
      before = after;
    }
  });
});

/** @param {readonly unknown[]} pairs */
const sorted = (pairs) => pairs.map((pair) => JSON.stringify(pair)).sort();

test("listeners hear after the callbacks of phoenix.js, and find everything done", () => {
  const room = new SubscribedRoom().state({});
  /** @type {unknown[]} */
  const calls = [];
  room.presence.onJoin(() => calls.push("join"));
  room.presence.onLeave(() => calls.push("leave"));
  room.presence.onSync(() => calls.push("sync"));
  room.presence.subscribe((changes) => calls.push([changes.length, room.keys(), room.presence.size]));
  room.presence.watch("ada", ({ type }) => calls.push(type));
  room.diff({ ada: user("1") });
  assert.deepEqual(calls, ["join", "sync", [1, ["ada"], 1], "enter"]);
});

test("any number of listeners, the same function several times, each ended by itself", () => {
  const room = new SubscribedRoom().state({});
  let calls = 0;
  const count = () => void (calls += 1);
  const [first, second] = [room.presence.subscribe(count), room.presence.subscribe(count)];
  room.diff({ ada: user("1") });
  assert.equal(calls, 2);
  first();
  first();
  room.diff({ bob: user("2") });
  assert.equal(calls, 3);
  second();
  room.diff({ cy: user("3") });
  assert.equal(calls, 3);
});

test("a listener that is ended by another while they are told is not called any more", () => {
  const room = new SubscribedRoom().state({});
  /** @type {string[]} */
  const calls = [];
  const first = room.presence.subscribe(() => {
    calls.push("first");
    first();
    second();
  });
  const second = room.presence.subscribe(() => void calls.push("second"));
  const third = room.presence.subscribe(() => {
    calls.push("third");
    room.presence.subscribe(() => void calls.push("late"));
    third();
  });
  room.diff({ ada: user("1") });
  assert.deepEqual(calls, ["first", "third"]);
  room.diff({ bob: user("2") });
  assert.deepEqual(calls, ["first", "third", "late"]);
});

test("a listener that throws stops no other, and its error goes to onError", () => {
  const room = new SubscribedRoom().state({});
  /** @type {unknown[]} */
  const errors = [];
  room.presence.onError((error) => errors.push(error));
  const oops = new Error("oops");
  room.presence.subscribe(() => {
    throw oops;
  });
  let later = 0;
  room.presence.subscribe(() => void (later += 1));
  room.presence.watch("ada", () => void (later += 1));
  room.diff({ ada: user("1") });
  assert.deepEqual([errors, later], [[oops], 2]);
});

test("a message that a listener causes is handled after this one has been told to all", () => {
  const room = new SubscribedRoom().state({});
  /** @type {string[]} */
  const order = [];
  room.presence.subscribe(([change]) => {
    order.push(`first ${change.key}`);
    if (change.key === "ada") room.diff({ bob: user("2") });
  });
  room.presence.subscribe(([change]) => void order.push(`second ${change.key}`));
  room.diff({ ada: user("1") });
  assert.deepEqual(order, ["first ada", "second ada", "first bob", "second bob"]);
});

test("subscribe and entries work unbound, and are the same functions each time", () => {
  const room = new SubscribedRoom();
  const { subscribe, entries } = room.presence;
  assert.equal(room.presence.subscribe, subscribe);
  assert.equal(room.presence.entries, entries);
  let calls = 0;
  const stop = subscribe(() => void (calls += 1));
  room.state({ ada: user("1") });
  assert.deepEqual(
    entries().map(([key]) => key),
    ["ada"],
  );
  stop();
  room.diff({ bob: user("2") });
  assert.equal(calls, 1);
});

test("a listener that is no function is refused, by name", () => {
  const { presence } = new SubscribedRoom();
  for (const wrong of [undefined, null, {}, "listener"]) {
    const listener = /** @type {any} */ (wrong);
    assert.throws(() => presence.subscribe(listener), /^TypeError: subscribe: expected a function as listener$/);
    assert.throws(() => presence.watch("ada", listener), /^TypeError: watch: expected a function as listener$/);
  }
});

test("a state that the program assigned is what the next message is compared with", () => {
  const room = new SubscribedRoom().state({ ada: user("1") });
  room.news();
  room.presence.state = { bob: user("2") };
  room.diff({ cy: user("3") }, { bob: user("2") });
  assert.deepEqual(room.short(), ["+cy -bob"]);
});
