/** What can go wrong between a program and its server, on a clock that the test moves. */

import assert from "node:assert/strict";
import { test as nodeTest } from "node:test";

import { Socket } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";

import { join } from "./member.js";

/** @typedef {import("phoenix-presence/testing").TestServer} TestServer */

/**
 * @param {string} name
 * @param {(server: TestServer, pass: (ms: number) => void) => void} body `pass` lets time pass, and delivers
 */
const test = (name, body) =>
  nodeTest(name, (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const server = createTestServer({ autoFlush: false });
    body(server, (ms) => {
      t.mock.timers.tick(ms);
      server.flush();
    });
    t.mock.timers.reset();
  });

/** When phoenix.js connects again, and when it joins again, after the first failure. */
const RECONNECT_MS = 10;
const REJOIN_MS = 1_000;

test("a join is refused until joins are accepted again", (server, pass) => {
  const room = server.topic("room:lobby");
  room.refuseJoins({ reason: "full" });
  const ada = join(server, { user: "ada" });
  server.flush();
  assert.deepEqual(ada.replies, [["error", { reason: "full" }]]);
  assert.equal(ada.channel.state, "errored");
  assert.deepEqual(room.channels, []);
  assert.deepEqual(room.list(), {});
  room.refuseJoins();
  pass(REJOIN_MS);
  assert.deepEqual(ada.replies.at(-1), ["error", { reason: "unauthorized" }]);
  room.acceptJoins();
  pass(2 * REJOIN_MS);
  assert.deepEqual(ada.replies.at(-1), ["ok", {}]);
  assert.equal(ada.presence.status, "synced");
});

test("a join that gets no answer times out", (server, pass) => {
  server.topic("room:lobby").ignoreJoins();
  const ada = join(server, { user: "ada" });
  server.flush();
  assert.deepEqual(ada.replies, []);
  pass(10_000);
  assert.deepEqual(ada.replies, [["timeout", {}]]);
  server.topic("room:lobby").acceptJoins();
  pass(REJOIN_MS);
  assert.equal(ada.channel.state, "joined");
});

test("a channel that is joined stays when later joins are refused", (server) => {
  const ada = join(server, { user: "ada" });
  server.flush();
  server.topic("room:lobby").refuseJoins();
  server.topic("room:lobby").track("grace");
  server.flush();
  assert.equal(ada.presence.size, 2);
});

test("a state that is withheld comes late, and diffs come before it", (server) => {
  const room = server.topic("room:lobby");
  room.track("grace");
  room.withholdState();
  const ada = join(server, { user: "ada" });
  room.track("joan");
  server.flush();
  assert.equal(ada.presence.status, "pending");
  assert.equal(ada.presence.pendingDiffs.length, 1);
  assert.deepEqual(ada.room(), []);
  room.pushState();
  server.flush();
  assert.equal(ada.presence.status, "synced");
  assert.deepEqual(ada.presence.list((key) => key), ["ada", "grace", "joan"]); // prettier-ignore
});

test("a state can be pushed once more", (server) => {
  const ada = join(server, { user: "ada" });
  server.flush();
  server.topic("room:lobby").pushState();
  server.topic("room:lobby").channels[0].pushState();
  server.flush();
  assert.equal(server.frames.filter(({ event }) => event === "presence_state").length, 3);
  assert.deepEqual(ada.room(), [["ada", {}]]);
});

test("a channel that crashes is joined again, under a new ref", (server, pass) => {
  const room = server.topic("room:lobby");
  const ada = join(server, { user: "ada" });
  const grace = join(server, { user: "grace" });
  server.flush();
  const before = grace.presence.get("ada")?.metas[0].phx_ref;
  room.channels.find(({ params }) => params.user_id === "ada")?.crash();
  server.flush();
  assert.deepEqual([ada.channel.state, grace.channel.state], ["errored", "joined"]);
  assert.deepEqual([ada.presence.status, grace.presence.has("ada")], ["stale", false]);
  pass(REJOIN_MS);
  assert.equal(ada.presence.status, "synced");
  assert.notEqual(grace.presence.get("ada")?.metas[0].phx_ref, before);
  room.crash();
  server.flush();
  assert.deepEqual([ada.channel.state, grace.channel.state], ["errored", "errored"]);
});

test("a channel that the server closes is not joined again", (server, pass) => {
  const ada = join(server, { user: "ada" });
  server.flush();
  server.topic("room:lobby").close();
  server.flush();
  pass(60_000);
  assert.deepEqual([ada.channel.state, ada.presence.status], ["closed", "stale"]);
  assert.equal(server.frames.filter(({ event }) => event === "phx_join").length, 1);
});

test("a connection that is dropped takes its users with it, and comes back", (server, pass) => {
  const ada = join(server, { user: "ada" });
  const grace = join(server, { user: "grace" });
  server.flush();
  /** @type {unknown[]} */
  const closed = [];
  ada.socket.onClose(({ code, wasClean }) => void closed.push([code, wasClean]));
  server.connections[0].drop();
  server.flush();
  assert.deepEqual(closed, [[1006, false]]);
  assert.deepEqual([ada.presence.status, grace.presence.has("ada")], ["stale", false]);
  assert.equal(server.connections.length, 1);
  pass(RECONNECT_MS);
  assert.deepEqual([ada.presence.status, grace.presence.has("ada")], ["synced", true]);
});

test("users that the test tracks stay when all connections are dropped", (server, pass) => {
  server.topic("room:lobby").track("grace");
  const ada = join(server);
  server.flush();
  server.drop();
  server.flush();
  assert.equal(ada.presence.status, "stale");
  pass(RECONNECT_MS);
  assert.deepEqual(ada.room(), [["grace", {}]]);
});

test("a server that restarts has forgotten everyone", (server, pass) => {
  const room = server.topic("room:lobby");
  room.track("joan");
  const ada = join(server, { user: "ada" });
  const grace = join(server, { user: "grace" });
  server.flush();
  const before = ada.presence.get("ada")?.metas[0].phx_ref;
  const sent = server.frames.length;
  server.restart();
  server.flush();
  assert.equal(server.frames.length, sent, "no leave is sent");
  assert.deepEqual([room.list(), room.channels], [{}, []]);
  pass(RECONNECT_MS);
  for (const { presence } of [ada, grace]) assert.deepEqual(presence.list((key) => key), ["ada", "grace"]); // prettier-ignore
  assert.notEqual(ada.presence.get("ada")?.metas[0].phx_ref, before);
});

test("offline, no connection succeeds", (server, pass) => {
  server.goOffline();
  const ada = join(server, { user: "ada" });
  let errors = 0;
  ada.socket.onError(() => void (errors += 1));
  server.flush();
  pass(60_000);
  assert.ok(errors > 1);
  assert.deepEqual([server.connections, server.frames], [[], []]);
  server.goOnline();
  pass(60_000);
  assert.equal(ada.presence.status, "synced");
  server.goOffline();
  server.flush();
  assert.equal(ada.presence.status, "stale");
});

test("a connection that is dropped before it opened fails", (server, pass) => {
  const ada = join(server, { user: "ada" });
  server.drop();
  server.flush();
  assert.deepEqual([ada.socket.isConnected(), server.frames], [false, []]);
  pass(RECONNECT_MS);
  assert.equal(ada.channel.state, "joined");
});

nodeTest("connect refuses connections by their params or their token", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const server = createTestServer({ connect: ({ params, authToken }) => (params.user_id ?? authToken) !== "eve" });
  const ada = join(server, { user: "ada" });
  const eve = join(server, { user: "eve" });
  server.flush();
  assert.deepEqual([ada.socket.isConnected(), eve.socket.isConnected()], [true, false]);
  for (const [authToken, isConnected] of /** @type {const} */ ([
    ["a token", true],
    ["eve", false],
  ])) {
    const options = /** @type {object} */ ({ authToken });
    const socket = new Socket("ws://localhost/socket", { transport: server.transport, ...options });
    socket.connect();
    server.flush();
    assert.equal(socket.isConnected(), isConnected, authToken);
    if (isConnected) assert.equal(server.connections.at(-1)?.authToken, authToken);
    socket.disconnect();
  }
});

nodeTest("a push without a reply times out", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const server = createTestServer({ handleIn: { quiet() {} } });
  const ada = join(server, { user: "ada" });
  server.flush();
  ada.push("quiet");
  server.flush();
  t.mock.timers.tick(9_999);
  assert.deepEqual(ada.replies, [["ok", {}]]);
  t.mock.timers.tick(1);
  assert.deepEqual(ada.replies.at(-1), ["timeout", {}]);
});

test("heartbeats are answered", (server, pass) => {
  const ada = join(server, { user: "ada" });
  server.flush();
  for (let minutes = 0; minutes < 5; minutes += 0.5) pass(30_000);
  const heartbeats = server.frames.filter(({ topic }) => topic === "phoenix");
  assert.deepEqual(heartbeats[1], {
    from: "server",
    join_ref: null,
    ref: heartbeats[0].ref,
    topic: "phoenix",
    event: "phx_reply",
    payload: { response: {}, status: "ok" },
  });
  assert.equal(heartbeats.length, 20);
  assert.ok(ada.socket.isConnected());
});

test("a topic that is joined twice over one connection is answered as Phoenix does", (server) => {
  const transport = /** @type {any} */ (new server.transport("ws://localhost/socket/websocket?vsn=2.0.0&user_id=ada"));
  server.flush();
  const send = (/** @type {unknown[]} */ ...frame) => transport.send(JSON.stringify(frame));
  send("1", "1", "room:lobby", "phx_join", {});
  send("2", "2", "room:lobby", "phx_join", {});
  send("1", "3", "room:lobby", "phx_leave", {});
  send("2", "4", "room:lobby", "phx_leave", {});
  send("2", "5", "room:lobby", "phx_leave", {});
  send("2", "6", "room:lobby", "update", {});
  server.flush();
  const got = server.frames.filter(({ from }) => from === "server");
  assert.deepEqual(
    got.map(({ join_ref, ref, event }) => [join_ref, ref, event]),
    [
      ["1", "1", "phx_reply"],
      [null, null, "presence_diff"],
      ["1", null, "presence_state"],
      ["2", "2", "phx_reply"],
      ["1", "1", "phx_close"],
      [null, null, "presence_diff"],
      ["2", null, "presence_state"],
      ["2", "4", "phx_reply"],
      ["2", "2", "phx_close"],
      ["2", "5", "phx_reply"],
      [null, "6", "phx_reply"],
    ],
  );
  assert.deepEqual(got.at(-1)?.payload, { response: { reason: "unmatched topic" }, status: "error" });
});
