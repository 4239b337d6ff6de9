/** What a test can have in a room, as phoenix.js's Socket and a Presence see it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Presence as Original } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";

import { join } from "./member.js";

for (const [name, Class] of /** @type {const} */ ([
  ["this package", undefined],
  ["phoenix.js", Original],
])) {
  test(`a user joins, changes and leaves, with the class of ${name}`, () => {
    const server = createTestServer();
    const room = server.topic("room:lobby");
    const ada = join(server, { user: "ada", payload: { status: "online" }, Class });
    server.flush();
    assert.deepEqual(ada.room(), [["ada", { status: "online" }]]);

    room.track("grace", { status: "away" });
    server.flush();
    assert.deepEqual(ada.room().at(-1), ["grace", { status: "away" }]);

    room.update("grace", { status: "busy" });
    server.flush();
    assert.deepEqual(ada.room().at(-1), ["grace", { status: "busy" }]);

    room.untrack("grace");
    server.flush();
    assert.deepEqual(ada.room(), [["ada", { status: "online" }]]);
  });
}

test("a user without user_id only watches", () => {
  const server = createTestServer();
  server.topic("room:lobby").track("grace");
  const guest = join(server);
  server.flush();
  assert.deepEqual(guest.room(), [["grace", {}]]);
  assert.deepEqual(Object.keys(server.topic("room:lobby").list()), ["grace"]);
});

test("several clients see each other, and rooms do not meet", () => {
  const server = createTestServer();
  const ada = join(server, { user: "ada" });
  const grace = join(server, { user: "grace" });
  const elsewhere = join(server, { user: "joan", topic: "room:other" });
  server.flush();
  assert.deepEqual(ada.room(), [["ada", {}], ["grace", {}]]); // prettier-ignore
  assert.deepEqual(grace.room(), ada.room());
  assert.deepEqual(elsewhere.room(), [["joan", {}]]);
  grace.channel.leave();
  server.flush();
  assert.deepEqual(ada.room(), [["ada", {}]]);
  assert.equal(server.topic("room:lobby").channels.length, 1);
});

test("each track is another device, which its phx_ref names", () => {
  const server = createTestServer();
  const room = server.topic("room:lobby");
  const ada = join(server);
  const phone = room.track("grace", { on: "phone" });
  room.track("grace", { on: "laptop" });
  const tablet = room.update("grace", { on: "tablet" }, phone);
  server.flush();
  assert.deepEqual(ada.room(), [["grace", { on: "tablet" }, { on: "laptop" }]]);
  assert.equal(ada.presence.get("grace")?.metas[0].phx_ref_prev, phone);
  room.untrack("grace", tablet);
  server.flush();
  assert.deepEqual(ada.room(), [["grace", { on: "laptop" }]]);
  room.untrack("grace", tablet);
  room.untrack("grace");
  room.untrack("grace");
  server.flush();
  assert.deepEqual(ada.room(), []);
  assert.equal(server.frames.filter(({ event }) => event === "presence_diff").length, 2);
});

test("an update replaces a meta, or is a function of the one before", () => {
  const server = createTestServer();
  const room = server.topic("room:lobby");
  room.track("grace", { on: "phone", status: "online" });
  room.update("grace", (meta) => ({ ...meta, status: "away" }));
  const [merged] = room.list().grace.metas;
  assert.deepEqual([merged.on, merged.status], ["phone", "away"]);
  room.update("grace", { status: "busy" });
  const [replaced] = room.list().grace.metas;
  assert.deepEqual([replaced.on, replaced.status, replaced.phx_ref_prev], [undefined, "busy", merged.phx_ref]);
});

test("what a test does to metas later changes nothing that was tracked or sent", () => {
  const server = createTestServer();
  const room = server.topic("room:lobby");
  const meta = { tags: ["a"] };
  room.track("grace", meta);
  meta.tags.push("b");
  room.list().grace.metas[0].tags = "none";
  const ada = join(server);
  server.flush();
  assert.deepEqual(ada.room(), [["grace", { tags: ["a"] }]]);
});

test("any string is a key", () => {
  const server = createTestServer();
  const ada = join(server);
  for (const key of ["__proto__", "", "constructor", "7"]) server.topic("room:lobby").track(key, { key });
  server.flush();
  assert.deepEqual(new Map(ada.room().map(([key, { key: own }]) => [key, own])).get("__proto__"), "__proto__");
  assert.deepEqual(ada.presence.list((key) => key).sort(), ["", "7", "__proto__", "constructor"]);
});

test("clients track, update and untrack themselves by the events that presence-server knows", () => {
  const server = createTestServer();
  const ada = join(server, { user: "ada", payload: { on: "web" } });
  server.flush();
  ada.push("update", { status: "away" });
  server.flush();
  assert.deepEqual(ada.room(), [["ada", { on: "web", status: "away" }]]);
  ada.push("untrack");
  ada.push("update", {});
  ada.push("track", { again: true });
  ada.push("track", { again: true });
  server.flush();
  assert.deepEqual(ada.room(), [["ada", { again: true }]]);
  const [joined, updated, untracked, tooLate, tracked, twice] = ada.replies;
  assert.deepEqual([joined, untracked], [["ok", {}], ["ok", {}]]); // prettier-ignore
  assert.match(updated[1].phx_ref, /^[\w-]{16}$/);
  assert.deepEqual(tooLate, ["error", { reason: ":nopresence" }]);
  assert.equal(tracked[0], "ok");
  assert.match(twice[1].reason, /^\{:already_tracked, #PID<0\.\d+\.0>, "room:lobby", "ada"\}$/);
});

test("pushes are answered by handlers of one's own, which speak to one, to all, or to all others", () => {
  const server = createTestServer({
    handleIn: {
      echo: (payload) => ({ ok: payload }),
      forbidden: () => ({ error: { reason: "forbidden" } }),
      say(payload, channel) {
        channel.broadcastFrom("said", { ...payload, by: channel.params.user_id });
        channel.broadcast("count", { count: 1 });
        channel.push("noted");
        return { ok: {} };
      },
    },
  });
  const ada = join(server, { user: "ada" });
  const grace = join(server, { user: "grace" });
  /** @type {unknown[]} */
  const heard = [];
  for (const [name, { channel }] of Object.entries({ ada, grace })) {
    for (const event of ["said", "count", "noted"])
      channel.on(event, (payload) => void heard.push([name, event, payload]));
  }
  server.flush();
  ada.push("echo", { n: 1 });
  ada.push("forbidden");
  ada.push("say", { text: "hello" });
  server.flush();
  const answers = [["ok", {}], ["ok", { n: 1 }], ["error", { reason: "forbidden" }], ["ok", {}]]; // prettier-ignore
  assert.deepEqual(ada.replies, answers);
  assert.deepEqual(heard, [
    ["grace", "said", { text: "hello", by: "ada" }],
    ["ada", "count", { count: 1 }],
    ["grace", "count", { count: 1 }],
    ["ada", "noted", {}],
  ]);
});

test("a topic broadcasts", () => {
  const server = createTestServer();
  const ada = join(server);
  server.flush();
  /** @type {unknown[]} */
  const heard = [];
  ada.channel.on("news", (payload) => void heard.push(payload));
  server.topic("room:lobby").broadcast("news", { n: 1 });
  server.topic("room:other").broadcast("news", { n: 2 });
  server.flush();
  assert.deepEqual(heard, [{ n: 1 }]);
});

test("fetch adds fields beside the metas, in states and on both sides of diffs", () => {
  const server = createTestServer({
    fetch: (_, presences) =>
      Object.fromEntries(
        Object.entries(presences).map(([key, { metas }]) => [key, { metas, user: { name: `${key}!` } }]),
      ),
  });
  const room = server.topic("room:lobby");
  room.track("grace");
  const ada = join(server);
  room.track("joan");
  server.flush();
  assert.deepEqual(ada.presence.list((_, { user }) => user.name), ["grace!", "joan!"]); // prettier-ignore
  room.update("joan", { a: 1 });
  server.flush();
  const { joins, leaves } = /** @type {any} */ (server.frames[server.frames.length - 1].payload);
  assert.deepEqual([joins.joan.user, leaves.joan.user], [{ name: "joan!" }, { name: "joan!" }]);
});

test("an app's own join and afterJoin decide who is admitted, what is tracked and when the state is sent", () => {
  const server = createTestServer({
    join: ({ password }) => (password === "open" ? { ok: { motd: "hi" } } : { error: { reason: "password" } }),
    afterJoin(_, channel) {
      channel.pushState();
      channel.track(channel.params.user_id.toUpperCase(), { since: 1 });
    },
  });
  const ada = join(server, { user: "ada", payload: { password: "open" } });
  const eve = join(server, { user: "eve" });
  server.flush();
  assert.deepEqual(ada.replies, [["ok", { motd: "hi" }]]);
  assert.deepEqual(ada.room(), [["ADA", { since: 1 }]]);
  assert.deepEqual(eve.replies, [["error", { reason: "password" }]]);
  assert.deepEqual(server.topic("room:lobby").channels.map(({ params }) => params.user_id), ["ada"]); // prettier-ignore
});

test("the frames that were sent both ways are listed, in their order, for all and for each connection", () => {
  const server = createTestServer();
  const ada = join(server, { user: "ada" });
  server.flush();
  // Presence's listener on the socket takes a ref too, so the push's own is the one to expect.
  const push = /** @type {import("phoenix").Push & { ref: string }} */ (ada.channel.push("update", { typing: true }));
  assert.match(push.ref, /^\d+$/);
  assert.deepEqual(server.frames.at(-1), {
    from: "client",
    join_ref: ada.channel.joinRef(),
    ref: push.ref,
    topic: "room:lobby",
    event: "update",
    payload: { typing: true },
  });
  server.flush();
  const ways = server.frames.map(({ from, event }) => `${from} ${event}`);
  assert.deepEqual(ways, [
    "client phx_join",
    "server phx_reply",
    "server presence_diff",
    "server presence_state",
    "client update",
    "server phx_reply",
    "server presence_diff",
  ]);
  join(server, { user: "grace" });
  server.flush();
  const [first, second] = server.connections;
  assert.deepEqual([first.params, second.params], [{ user_id: "ada" }, { user_id: "grace" }]);
  assert.equal(first.frames.length + second.frames.length, server.frames.length);
  assert.equal(second.frames.length, 4);
});

test("a program that leaves the choice to the global WebSocket needs no change", (t) => {
  const server = createTestServer();
  const before = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
  t.after(() => before && Object.defineProperty(globalThis, "WebSocket", before));
  Object.defineProperty(globalThis, "WebSocket", { configurable: true, value: server.transport });
  const ada = join({ ...server, transport: /** @type {any} */ (undefined) }, { user: "ada" });
  server.flush();
  assert.deepEqual(ada.room(), [["ada", {}]]);
});

test("servers do not know of each other", () => {
  const [one, other] = [createTestServer(), createTestServer()];
  one.topic("room:lobby").track("grace");
  const ada = join(other);
  one.flush();
  other.flush();
  assert.deepEqual(ada.room(), []);
});
