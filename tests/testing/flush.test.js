/** When deliveries are made. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { createTestServer } from "phoenix-presence/testing";

import { join } from "./member.js";

// No timer of phoenix.js is waited for.
beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

/** Lets what is in microtasks run, and nothing else: not a timer, not a task. @param {number} turns */
async function microtasks(turns) {
  for (let turn = 0; turn < turns; turn += 1) await null;
}

test("nothing is delivered before flush, and everything by it, with what that causes", () => {
  const server = createTestServer();
  const ada = join(server, { user: "ada" });
  assert.deepEqual([ada.socket.connectionState(), server.frames, server.connections], ["connecting", [], []]);
  server.flush();
  assert.equal(ada.presence.status, "synced");
  server.topic("room:lobby").track("grace");
  assert.equal(ada.presence.size, 1);
  server.flush();
  assert.equal(ada.presence.size, 2);
  server.flush();
});

test("what is not flushed is delivered in microtasks, whatever the timers are", async () => {
  const server = createTestServer();
  const ada = join(server, { user: "ada" });
  await ada.presence.whenSynced();
  server.topic("room:lobby").track("grace");
  await microtasks(5);
  assert.equal(ada.presence.size, 2);
});

test("what a promise does for a message is done before the next message, as with a WebSocket", async () => {
  const server = createTestServer();
  const ada = join(server);
  server.flush();
  /** @type {string[]} */
  const log = [];
  ada.channel.on("news", async ({ n }) => {
    log.push(`news ${n}`);
    await null;
    log.push(`done ${n}`);
  });
  server.topic("room:lobby").broadcast("news", { n: 1 });
  server.topic("room:lobby").broadcast("news", { n: 2 });
  await microtasks(10);
  assert.deepEqual(log, ["news 1", "done 1", "news 2", "done 2"]);
});

test("with autoFlush false nothing but flush delivers", async () => {
  const server = createTestServer({ autoFlush: false });
  const ada = join(server, { user: "ada" });
  await microtasks(100);
  assert.equal(ada.socket.connectionState(), "connecting");
  server.flush();
  assert.equal(ada.presence.status, "synced");
});

test("a delay in a handler is a timer's, and so the test's", () => {
  const server = createTestServer({
    afterJoin: (_, channel) => void setTimeout(() => channel.joined && channel.pushState(), 500),
  });
  const ada = join(server);
  const grace = join(server);
  server.flush();
  grace.channel.leave();
  server.flush();
  mock.timers.tick(499);
  server.flush();
  assert.equal(ada.presence.status, "pending");
  mock.timers.tick(1);
  server.flush();
  assert.equal(ada.presence.status, "synced");
});

test("flush inside a callback does nothing: what is on its way arrives after it, in order", () => {
  const server = createTestServer();
  const ada = join(server);
  server.flush();
  /** @type {number[]} */
  const heard = [];
  ada.channel.on("news", ({ n }) => {
    server.flush();
    heard.push(n);
  });
  for (const n of [1, 2, 3]) server.topic("room:lobby").broadcast("news", { n });
  server.flush();
  assert.deepEqual(heard, [1, 2, 3]);
});

test("flush throws the error of a callback, and the next flush delivers the rest", () => {
  const server = createTestServer({ autoFlush: false });
  const ada = join(server);
  server.flush();
  /** @type {number[]} */
  const heard = [];
  ada.channel.on("news", ({ n }) => {
    if (n === 1) throw new Error("not today");
    heard.push(n);
  });
  for (const n of [1, 2]) server.topic("room:lobby").broadcast("news", { n });
  assert.throws(() => server.flush(), /^Error: not today$/);
  server.flush();
  assert.deepEqual(heard, [2]);
});

test("a handler that throws crashes the channel, and flush throws what it threw", () => {
  const server = createTestServer({
    autoFlush: false,
    handleIn: {
      fails() {
        throw new Error("in the handler");
      },
    },
  });
  const ada = join(server);
  server.flush();
  ada.push("fails");
  assert.throws(() => server.flush(), /^Error: in the handler$/);
  server.flush();
  assert.equal(ada.channel.state, "errored");
});

test("a join that throws is refused, and what throws after it crashes the channel", () => {
  const fails = (/** @type {string} */ where) => () => {
    throw new Error(`in ${where}`);
  };
  for (const where of /** @type {const} */ (["join", "afterJoin"])) {
    const server = createTestServer({ autoFlush: false, [where]: fails(where) });
    const ada = join(server);
    assert.throws(() => server.flush(), { message: `in ${where}` });
    server.flush();
    assert.equal(ada.channel.state, "errored");
    assert.deepEqual(ada.replies, [where === "join" ? ["error", { reason: "join crashed" }] : ["ok", {}]]);
    assert.deepEqual(server.topic("room:lobby").channels, []);
  }
});

test("a client that answers every answer is stopped, with an error that says so", () => {
  const server = createTestServer({ autoFlush: false });
  const ada = join(server);
  server.flush();
  ada.channel.on("ping", () => server.topic("room:lobby").broadcast("ping"));
  server.topic("room:lobby").broadcast("ping");
  assert.throws(() => server.flush(), /have answered each other 1000 times/);
  server.flush();
});
