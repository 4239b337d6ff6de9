/** What a Presence says of wrong arguments, and of a state that never comes. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Socket } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";

import { Ours } from "../support/presences.js";

test("what is no channel is refused", () => {
  const socket = new Socket("ws://test/socket", { transport: createTestServer().transport });
  const channel = socket.channel("room:x");
  for (const wrong of [socket, "room:x", undefined, null, {}, 7, { on() {} }]) {
    assert.throws(() => new Ours(wrong), /^TypeError: .*expected a channel/);
  }
  const push = channel.join();
  assert.throws(() => new Ours(push), /^TypeError: .*expected a channel, .* got \w+$/);
  channel.leave();
});

test("an unknown option is refused, with the names of those there are", () => {
  const channel = { on: () => 0, joinRef: () => "1" };
  for (const name of ["leavegrace", "onError", "channel"]) {
    const error = new RegExp(`^TypeError: ${name}: expected one of the options events, leaveGrace, resync$`);
    assert.throws(() => new Ours(channel, { [name]: 1 }), error);
  }
});

/** A phoenix.js channel that is joined on a server in memory, whose clock is mocked. */
function joined() {
  const server = createTestServer({ autoFlush: false });
  const socket = new Socket("ws://test/socket", { transport: server.transport, params: { user_id: "ada" } });
  socket.connect();
  const channel = socket.channel("room:x");
  const join = () => {
    channel.join();
    server.flush();
    assert.equal(channel.state, "joined");
  };
  return { server, channel, join };
}

/** @param {string} name @param {(warnings: string[]) => void} body */
function timed(name, body) {
  test(name, (t) => {
    /** @type {string[]} */
    const warnings = [];
    t.mock.method(console, "warn", (/** @type {string} */ text) => warnings.push(text));
    mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    try {
      body(warnings);
    } finally {
      mock.timers.reset();
    }
  });
}

const LATE = /^phoenix-presence: no presence_state within 5 s of the join, and no diffs: make the Presence before/;

timed("a Presence that is made too late warns once, with the cause", (warnings) => {
  const { server, channel, join } = joined();
  join();
  new Ours(channel);
  mock.timers.tick(4_999);
  assert.deepEqual(warnings, []);
  mock.timers.tick(1);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], LATE);
  server.topic("room:x").track("bob");
  server.flush();
  mock.timers.tick(20_000);
  assert.equal(warnings.length, 1);
});

timed("one that gets diffs and no state says so to onError, and not on the console", (warnings) => {
  const { server, channel, join } = joined();
  join();
  const presence = new Ours(channel);
  /** @type {string[]} */
  const errors = [];
  presence.onError((/** @type {Error} */ { message }) => errors.push(message));
  server.topic("room:x").track("bob");
  server.flush();
  mock.timers.tick(20_000);
  assert.match(
    errors.join(),
    /^no presence_state within 5 s of the join, though diffs came: [^,]*, and check the names/,
  );
  assert.deepEqual([errors.length, warnings], [1, []]);
});

timed("one with wrong event names warns", (warnings) => {
  const { channel, join } = joined();
  new Ours(channel, { events: { state: "state", diff: "diff" } });
  join();
  mock.timers.tick(5_000);
  assert.match(warnings.join(), LATE);
});

timed(
  "one that is made in time says nothing, nor one whose state comes late, or that is disposed of or left",
  (warnings) => {
    const inTime = joined();
    new Ours(inTime.channel);
    inTime.join();

    const late = joined();
    late.server.topic("room:x").withholdState();
    new Ours(late.channel);
    late.join();
    mock.timers.tick(4_000);
    late.server.topic("room:x").pushState();
    late.server.flush();

    const disposed = joined();
    disposed.join();
    new Ours(disposed.channel).dispose();

    const left = joined();
    left.join();
    new Ours(left.channel);
    left.channel.leave();

    mock.timers.tick(60_000);
    assert.deepEqual(warnings, []);
  },
);

test("the timer keeps no Node program running", (t) => {
  const { setTimeout: start } = globalThis;
  /** @type {any[]} */
  const timers = [];
  t.mock.method(globalThis, "setTimeout", (/** @type {() => void} */ callback, /** @type {number} */ ms) => {
    const timer = start(callback, ms);
    timers.push(timer);
    return timer;
  });
  const channel = { state: "joined", on: () => 0, joinRef: () => "1" };
  const presence = new Ours(channel);
  assert.deepEqual(
    timers.map((timer) => timer.hasRef()),
    [false],
  );
  presence.dispose();
});
