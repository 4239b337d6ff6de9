/**
 * Where problems go: each is reported once, in words, and never by stopping what is under way.
 */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { CallbackRoom } from "../support/callback-room.js";
import { FakeChannel } from "../support/fake-channel.js";
import { user } from "../support/payloads.js";
import { Ours } from "../support/presences.js";
import { outcome } from "./outcome.js";

/** @param {(room: CallbackRoom) => void} run @returns {(Error & { key?: string })[]} what onError got */
function errorsOf(run) {
  const room = new CallbackRoom(Ours);
  /** @type {Error[]} */
  const errors = [];
  room.presence.onError((/** @type {Error} */ error) => errors.push(error));
  run(room);
  return errors;
}

const send = (/** @type {CallbackRoom} */ room, /** @type {"state" | "diff"} */ what, /** @type {unknown} */ payload) =>
  FakeChannel.deliver(room.channel, `presence_${what}`, payload);

test("a malformed entry is named by its key, with where it stood and what was expected", () => {
  const bad = { metas: "none" };
  for (const [where, run] of /** @type {[string, (room: CallbackRoom) => unknown][]} */ ([
    ["presence_state", (room) => send(room, "state", { 'the "key"': bad })],
    ["joins", (room) => send(room.state({}), "diff", { joins: { 'the "key"': bad }, leaves: {} })],
    ["leaves", (room) => send(room.state({}), "diff", { joins: {}, leaves: { 'the "key"': bad } })],
  ])) {
    const [error, ...more] = errorsOf(run);
    assert.equal(more.length, 0);
    assert.ok(error instanceof TypeError);
    assert.equal(error.key, 'the "key"');
    assert.ok(error.message.includes(where), error.message);
    assert.ok(error.message.includes(JSON.stringify('the "key"')), error.message);
    assert.match(error.message, /expected an object with an array of objects as metas/);
  }
});

test("every kind of entry that is no presence is reported, and none else", () => {
  const bad = [
    null,
    undefined,
    true,
    1,
    "text",
    [],
    {},
    { metas: null },
    { metas: {} },
    { metas: [null] },
    { metas: [{}, 1] },
    { metas: [[], "x"] },
    { metas: Array(1) },
  ];
  const good = [{ metas: [] }, { metas: [{}] }, { metas: [{ phx_ref: null }] }, { metas: [], other: 1 }];
  const entries = [...bad, ...good].map((entry, at) => [`k${at}`, entry]);
  const keys = errorsOf((room) => send(room, "state", Object.fromEntries(entries))).map(({ key }) => key);
  assert.deepEqual(
    keys,
    bad.map((_, at) => `k${at}`),
  );
});

test("a payload or a side that is no object is named by its event, with what came instead", () => {
  for (const [run, where, got] of /** @type {[(room: CallbackRoom) => unknown, RegExp, RegExp][]} */ ([
    [(room) => send(room, "state", null), /presence_state/, /null/],
    [(room) => send(room, "state", []), /presence_state/, /an array/],
    [(room) => send(room, "state", "text"), /presence_state/, /string/],
    [(room) => send(room, "diff", 5), /presence_diff/, /number/],
    [(room) => send(room.state({}), "diff", undefined), /presence_diff/, /undefined/],
    [(room) => send(room.state({}), "diff", { joins: 5, leaves: {} }), /joins of presence_diff/, /number/],
    [(room) => send(room.state({}), "diff", { joins: {}, leaves: [] }), /leaves of presence_diff/, /an array/],
  ])) {
    const [error, ...more] = errorsOf(run);
    assert.equal(more.length, 0);
    assert.ok(error instanceof TypeError);
    assert.match(error.message, where);
    assert.match(error.message, got);
    assert.ok(!("key" in error));
  }
});

test("a side that is missing or null is no problem", () => {
  const errors = errorsOf((room) => {
    room.state({});
    for (const diff of [{}, { joins: {} }, { leaves: {} }, { joins: null, leaves: undefined }])
      send(room, "diff", diff);
  });
  assert.deepEqual(errors, []);
});

test("what a callback throws is what onError gets; if it is no Error, it is the cause of one", () => {
  const thrown = new RangeError("boom");
  const [same, wrapped] = errorsOf((room) => {
    room.presence.onSync(() => {
      throw thrown;
    });
    room.state({});
    room.presence.onSync(() => {
      throw "a text";
    });
    room.state({});
  });
  assert.equal(same, thrown);
  assert.ok(wrapped instanceof Error);
  assert.equal(wrapped.cause, "a text");
});

test("anything can be thrown, even what cannot be made into text", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const things = [undefined, null, 0, "", Symbol("s"), Object.create(null), { toString: null }, () => {}, 10n, proxy];
  const errors = errorsOf((room) => {
    for (const thing of things) {
      room.presence.onSync(() => {
        throw thing;
      });
      room.state({});
    }
  });
  assert.deepEqual(
    errors.map(({ cause }) => cause),
    things,
  );
});

test("errors come after the message is done, in the order in which they arose", () => {
  const room = new CallbackRoom(Ours);
  room.presence.onError((/** @type {Error} */ error) => room.log.push(error.message.slice(0, 12)));
  room.presence.onJoin((/** @type {string} */ key) => {
    room.log.push(key);
    throw new Error(`${key} failed`);
  });
  room.state({ bad: 1, alice: user("F1"), bob: user("F2") });
  assert.deepEqual(room.log, ["alice", "bob", "sync", "presence_sta", "alice failed", "bob failed"]);
});

test("onError has one slot: the next call replaces the callback, and returns nothing", () => {
  const room = new CallbackRoom(Ours);
  /** @type {string[]} */
  const calls = [];
  assert.equal(
    room.presence.onError(() => calls.push("first")),
    undefined,
  );
  room.presence.onError(() => calls.push("second"));
  room.state(null);
  assert.deepEqual(calls, ["second"]);
});

test("malformed input without onError warns once per Presence, not once per message", (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  const rooms = [new CallbackRoom(Ours), new CallbackRoom(Ours)];
  for (const room of rooms) {
    for (let i = 0; i < 5; i++) room.state({ bad: 1, worse: 2 }).diff({ bad: 3 });
  }
  assert.equal(warn.mock.callCount(), rooms.length);
  assert.match(String(warn.mock.calls[0].arguments[0]), /phoenix-presence: .*"bad"/);
});

test("with onError nothing is written to the console", (t) => {
  const methods = /** @type {const} */ (["warn", "error", "log", "info"]).map((name) =>
    t.mock.method(console, name, () => {}),
  );
  errorsOf((room) => room.state({ bad: 1 }).diff({ bad: 2 }));
  assert.deepEqual(
    methods.map((method) => method.mock.callCount()),
    [0, 0, 0, 0],
  );
});

test("a static warns once a call of what was malformed, and does not throw for it", (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  const bad = () => ({ a: 1, b: null, alice: user("F1") });
  assert.deepEqual(Object.keys(Ours.syncState({}, bad())), ["alice"]);
  assert.deepEqual(Object.keys(Ours.syncDiff({}, { joins: bad(), leaves: bad() })), []);
  assert.equal(warn.mock.callCount(), 2);
  assert.match(String(warn.mock.calls[1].arguments[0]), /3 more/);
});

test("a static that had malformed input and a callback that threw does both: warns, and throws", (t) => {
  const warn = t.mock.method(console, "warn", () => {});
  const result = outcome(() =>
    Ours.syncState({}, { bad: 1, alice: user("F1") }, () => {
      throw new RangeError("boom");
    }),
  );
  assert.equal(result, "threw RangeError");
  assert.equal(warn.mock.callCount(), 1);
});

test("without onError what a callback throws goes to reportError, and nowhere else", (t) => {
  /** @type {unknown[]} */
  const reported = [];
  const { reportError } = globalThis;
  t.after(() => (globalThis.reportError = reportError));
  globalThis.reportError = (error) => reported.push(error);
  const room = new CallbackRoom(Ours);
  room.presence.onSync(() => {
    throw "thrown";
  });
  room.state({}).state({});
  assert.deepEqual(reported, ["thrown", "thrown"]);
});

test("an onError that throws is reported the same way, and stops nothing", (t) => {
  /** @type {any[]} */
  const reported = [];
  const { reportError } = globalThis;
  t.after(() => (globalThis.reportError = reportError));
  globalThis.reportError = (error) => reported.push(error);
  const room = new CallbackRoom(Ours);
  room.presence.onError((/** @type {any} */ error) => {
    throw new Error(`about ${error.key}`);
  });
  room.state({ bad: 1, worse: 2, alice: user("F1") });
  assert.deepEqual(
    reported.map(({ message }) => message),
    ["about bad", "about worse"],
  );
  assert.deepEqual(room.roster, [["alice", ["F1"]]]);
});

test("where there is no reportError it surfaces as an uncaught exception, after the message is done", () => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { Presence } from "phoenix-presence";
       const callbacks = {};
       const presence = new Presence({ on: (event, callback) => { callbacks[event] = callback; }, joinRef: () => "1" });
       const log = [typeof reportError];
       process.on("uncaughtException", (error) => log.push("uncaught " + error.message));
       presence.onJoin((key) => { log.push(key); throw new Error("boom " + key); });
       callbacks.presence_state({ alice: { metas: [{}] }, bob: { metas: [{}] } });
       log.push("delivered");
       process.on("exit", () => console.log(JSON.stringify(log)));`,
    ],
    { encoding: "utf8" },
  );
  assert.equal(status, 0);
  assert.deepEqual(JSON.parse(stdout), [
    "undefined",
    "alice",
    "bob",
    "delivered",
    "uncaught boom alice",
    "uncaught boom bob",
  ]);
});
