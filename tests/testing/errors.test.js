/** What is wrong is refused with an error that names what was expected. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createTestServer } from "phoenix-presence/testing";

import { join } from "./member.js";

// No timer of phoenix.js is waited for.
beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

const URL = "ws://localhost/socket/websocket?vsn=2.0.0";

test("an option that there is not", () => {
  const options = /** @type {any} */ ({ onJoin() {} });
  const message = "createTestServer knows connect, join, afterJoin, handleIn, fetch, autoFlush, and not onJoin";
  assert.throws(() => createTestServer(options), { name: "TypeError", message });
});

for (const [what, call, message] of /** @type {[string, (room: any) => void, RegExp][]} */ ([
  ["a key that is no string", (room) => room.track(7), /^A presence is tracked under a string, and not under 7$/],
  [
    "a meta that is a text",
    (room) => room.track("ada", "online"),
    /^The meta of "ada" has to be an object, and is "online"$/,
  ],
  ["a meta that is a list", (room) => room.track("ada", [1]), /^The meta of "ada" has to be an object, and is \[1\]$/],
  [
    "a meta that is null",
    (room) => room.update("grace", null),
    /^The meta of "grace" has to be an object, and is null$/,
  ],
  ["an update of an untracked key", (room) => room.update("ada", {}), /^"ada" is not tracked in room:lobby$/],
  [
    "an update of an old ref",
    (room) => room.update("grace", {}, "gone"),
    /^"grace" \(gone\) is not tracked in room:lobby$/,
  ],
  [
    "an update of one of two",
    (room) => room.track("grace") && room.update("grace", {}),
    /^"grace" has 2 metas in room:lobby: say which to update by its phx_ref, phx_ref_00000001, phx_ref_00000002$/,
  ],
])) {
  test(what, () => {
    const server = createTestServer();
    const room = server.topic("room:lobby");
    room.track("grace", { status: "online" });
    const before = room.list().grace.metas[0];
    assert.throws(() => call(room), { message });
    assert.deepEqual(room.list().grace.metas[0], before);
  });
}

test("a topic that is no string", () => {
  const message = 'A topic is a string such as "room:lobby", and not undefined';
  assert.throws(() => createTestServer().topic(/** @type {any} */ (undefined)), { name: "TypeError", message });
});

test("a channel that has ended", () => {
  const server = createTestServer();
  const ada = join(server, { user: "ada" });
  server.flush();
  const [channel] = server.topic("room:lobby").channels;
  ada.channel.leave();
  server.flush();
  assert.equal(channel.joined, false);
  assert.deepEqual([channel.topic, channel.params.user_id], ["room:lobby", "ada"]);
  const message = "This channel of room:lobby has ended: look at its field joined first.";
  for (const name of /** @type {const} */ (["track", "update", "untrack", "push", "broadcast", "broadcastFrom"])) {
    assert.throws(() => channel[name]("x", {}), { message }, name);
  }
  for (const name of /** @type {const} */ (["pushState", "crash", "close"])) {
    assert.throws(() => channel[name](), { message }, name);
  }
});

test("an event without a handler is an error reply, and the channel stays joined", () => {
  const server = createTestServer();
  const ada = join(server);
  server.flush();
  ada.push("new_msg");
  ada.push("toString");
  server.flush();
  const reason = (/** @type {string} */ event) => `no handler for "${event}": give handleIn of createTestServer one`;
  assert.deepEqual(ada.replies.slice(1), [
    ["error", { reason: reason("new_msg") }],
    ["error", { reason: reason("toString") }],
  ]);
  assert.equal(ada.channel.state, "joined");
});

for (const [what, reply, shown] of /** @type {[string, any, string][]} */ ([
  ["a handler's promise", Promise.resolve({ ok: {} }), "a promise"],
  ["a handler's text", "ok", '"ok"'],
  ["a handler's reply without a payload", { ok: true }, '{"ok":true}'],
])) {
  test(what, () => {
    const server = createTestServer({ autoFlush: false, handleIn: { wrong: () => reply } });
    const ada = join(server);
    server.flush();
    ada.push("wrong");
    const message = `handleIn.wrong must return { ok: {…} }, { error: {…} } or nothing, and returned ${shown}`;
    assert.throws(() => server.flush(), { name: "TypeError", message });
  });
}

test("a join option that returns something else", () => {
  const server = createTestServer({ autoFlush: false, join: () => /** @type {any} */ (true) });
  join(server);
  assert.throws(() => server.flush(), { message: /^join must return .* and returned true$/ });
});

test("a fetch that returns nothing", () => {
  const server = createTestServer({ fetch: () => /** @type {any} */ (undefined) });
  const message = "fetch must return the presences by key, and returned undefined";
  assert.throws(() => server.topic("room:lobby").track("ada"), { message });
});

test("a tracked user_id where the client has none", () => {
  const server = createTestServer({ autoFlush: false });
  const guest = join(server);
  server.flush();
  guest.push("track");
  assert.throws(() => server.flush(), { message: "A presence is tracked under a string, and not under undefined" });
});

test("another serializer", () => {
  const server = createTestServer();
  const message =
    "The test server speaks vsn 2.0.0, and was asked for 1.0.0 by ws://localhost/socket/websocket?vsn=1.0.0";
  assert.throws(() => new server.transport("ws://localhost/socket/websocket?vsn=1.0.0"), { message });
});

for (const [what, data] of /** @type {[string, any][]} */ ([
  ["a text that is not JSON", "{"],
  ["an object", '{"topic":"room:lobby"}'],
  ["a list of four", '["1","1","room:lobby","phx_join"]'],
  ["a topic that is a number", '["1","1",7,"phx_join",{}]'],
  ["a binary payload", new ArrayBuffer(8)],
])) {
  test(`a frame that is ${what}`, () => {
    const server = createTestServer();
    const transport = new server.transport(URL);
    server.flush();
    const message = /^The test server expects JSON text of the form \[join_ref, ref, topic, event, payload\]/;
    assert.throws(() => transport.send(data), { name: "TypeError", message });
    assert.deepEqual(server.frames, []);
  });
}

test("a frame before the connection is open, or after it was closed", () => {
  const server = createTestServer();
  const transport = new server.transport(URL);
  assert.throws(() => transport.send("[]"), { message: "send() was called before the connection was open" });
  server.flush();
  transport.close();
  transport.send("dropped, as by a WebSocket");
  assert.equal(transport.readyState, 2);
  server.flush();
  assert.deepEqual([transport.readyState, server.frames], [3, []]);
});
