/** `useRoom` of React in StrictMode, over phoenix.js's own Socket and a server in memory. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { program } from "./page.js";

// What runs in the page is written here, and knows what programs/room.jsx put there.
/** @type {any} */
const page = globalThis;

const react = program("room.jsx");

test("a room is joined once in StrictMode, shows who comes, and is left with the component", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.room(socket, "room:a"));
    await page.shows("synced ada");
    page.server.topic("room:a").track("grace");
    await page.shows("synced ada grace");
    page.show(page.views.nothing);
    await page.until(() => page.sent("phx_close").length > 0);
    const there = Object.keys(page.server.topic("room:a").list());
    return { sent: page.sent("phx_join", "phx_leave", "phx_close"), there, channels: socket.channels.length };
  });
  const sent = ["phx_join room:a", "phx_leave room:a", "phx_close room:a"];
  assert.deepEqual(seen, { sent, there: ["grace"], channels: 0 });
});

test("components with the same socket and topic share one channel, until the last is gone", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.rooms(socket, "room:a", "room:a"));
    await page.shows("synced adasynced ada");
    const { channel } = page.room;
    page.show(page.views.rooms(socket, "room:a"));
    page.show(page.views.room(socket, "room:a")); // Another component, in the turn in which the first goes.
    await page.shows("synced ada");
    const kept = page.room.channel === channel;
    page.show(page.views.room(socket, "room:b"));
    await page.shows("synced ada");
    await page.until(() => page.sent("phx_close").length > 0);
    return { kept, sent: page.sent("phx_join", "phx_leave") };
  });
  assert.deepEqual(seen.sent.sort(), ["phx_join room:a", "phx_join room:b", "phx_leave room:a"]);
  assert.equal(seen.kept, true);
});

test("a topic that was left is joined again only after the server has closed the earlier join", async () => {
  const visitor = await react.open();
  const sent = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.room(socket, "room:a"));
    await page.shows("synced ada");
    for (let rounds = 0; rounds < 3; rounds++) {
      page.show(page.views.room(socket, "room:b"));
      await Promise.resolve();
      page.show(page.views.room(socket, "room:a"));
      await Promise.resolve();
    }
    await page.shows("synced ada");
    return page.sent("phx_join", "phx_close").filter((/** @type {string} */ each) => each.endsWith("a"));
  });
  assert.ok(sent.length >= 3);
  assert.deepEqual(
    sent,
    sent.map((/** @type {string} */ _, /** @type {number} */ at) => (at % 2 ? "phx_close room:a" : "phx_join room:a")),
  );
});

test("an Activity leaves its room while it is hidden", async () => {
  const visitor = await react.open();
  const sent = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.activity(socket, "visible"));
    await page.shows("synced ada");
    page.show(page.views.activity(socket, "hidden"));
    await page.until(() => page.sent("phx_close").length > 0);
    page.show(page.views.activity(socket, "visible"));
    await page.shows("synced ada");
    return page.sent("phx_join", "phx_close");
  });
  assert.deepEqual(sent, ["phx_join room:a", "phx_close room:a", "phx_join room:a"]);
});

test("a refused join is an error with the server's response, until phoenix.js has joined", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const topic = page.server.topic("room:a");
    topic.refuseJoins({ reason: "full" });
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.room(socket, "room:a"));
    await page.shows("failed refused");
    const { message, cause } = page.room.error;
    topic.acceptJoins();
    await page.shows("synced ada");
    return { message, cause, after: page.room.error };
  });
  const message = "room:a: the server refused the join";
  assert.deepEqual(seen, { message, cause: { reason: "full" }, after: undefined });
});

test("a join without an answer is an error, and so is a forgotten connect", async () => {
  const visitor = await react.open();
  const messages = await visitor.evaluate(async () => {
    const topic = page.server.topic("room:a");
    topic.ignoreJoins();
    const socket = page.newSocket({ timeout: 5 });
    page.show(page.views.room(socket, "room:a"));
    await page.shows("failed disconnected");
    const messages = [page.room.error.message];
    socket.connect();
    await page.shows("failed timeout");
    messages.push(page.room.error.message);
    topic.acceptJoins();
    await page.shows("synced ada");
    return messages;
  });
  assert.deepEqual(messages, [
    "room:a: the socket is not connected: call socket.connect()",
    "room:a: the server did not answer the join in time; phoenix.js tries again",
  ]);
});

test("a room that the server closes is closed; one whose connection is lost is stale, and comes back", async () => {
  const visitor = await react.open();
  await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.room(socket, "room:a"));
    await page.shows("synced ada");
    page.server.goOffline();
    await page.shows("stale ada");
    page.server.goOnline();
    await page.shows("synced ada");
    page.server.topic("room:a").close();
    await page.shows("closed ada");
    page.show(page.views.nothing);
    await Promise.resolve();
    page.show(page.views.room(socket, "room:a"));
    await page.shows("synced ada");
  });
});

test("a room that is mounted while phoenix.js waits to connect again is pending, and not disconnected", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.room(socket, "room:b"));
    await page.shows("synced ada");
    /** @type {(string | null | undefined)[]} */
    const texts = [];
    const mounted = async () => {
      page.show(page.views.room(socket, "room:a"));
      // Timers of the same length run in order: the room's own is over.
      await new Promise((resolve) => setTimeout(resolve));
      texts.push(document.querySelector("main")?.textContent);
      page.show(page.views.nothing);
    };
    page.server.goOffline();
    await mounted();
    page.server.goOnline();
    page.show(page.views.room(socket, "room:b"));
    await page.shows("synced ada");
    return texts;
  });
  assert.deepEqual(seen, ["pending"]);
});

test("a room is pending, too, when the connection was given up after a heartbeat without an answer", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const socket = page.newSocket({ reconnectAfterMs: () => 3_600_000 });
    socket.connect();
    page.show(page.views.room(socket, "room:b"));
    await page.shows("synced ada");
    socket.pendingHeartbeatRef = "unanswered";
    socket.heartbeatTimeout();
    await page.until(() => socket.conn === null);
    page.show(page.views.room(socket, "room:a"));
    await new Promise((resolve) => setTimeout(resolve));
    const pending = document.querySelector("main")?.textContent;
    socket.disconnect();
    page.show(page.views.room(socket, "room:c"));
    await page.shows("failed disconnected");
    return pending;
  });
  assert.equal(seen, "pending");
});

test("a room that the server has closed is joined again, for all, by the next component", async () => {
  const visitor = await react.open();
  const joins = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.rooms(socket, "room:a"));
    await page.shows("synced ada");
    page.server.topic("room:a").close();
    await page.shows("closed ada");
    const closed = page.sent("phx_join").length;
    page.show(page.views.rooms(socket, "room:a", "room:a"));
    await page.shows("synced adasynced ada");
    page.server.topic("room:a").close();
    await page.shows("closed adaclosed ada");
    page.show(page.views.room(socket, "room:a")); // Another component, in the turn in which these go.
    await page.shows("synced ada");
    return [closed, page.sent("phx_join").length, socket.channels.length];
  });
  assert.deepEqual(joins, [1, 3, 1]);
});

test("params are the join's payload; options that differ have no effect, and one warning says so", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    /** @type {string[]} */
    const warnings = [];
    console.warn = (text) => warnings.push(text);
    const socket = page.newSocket();
    socket.connect();
    const [phone, desk] = ["phone", "desk"].map((device) => ({ params: { device } }));
    page.show(page.views.options(socket, phone, undefined, { ...phone }, desk, { ...desk }));
    await page.shows("synced ada".repeat(5));
    return {
      warnings,
      device: page.server
        .topic("room:a")
        .list()
        .ada.metas.map((/** @type {any} */ m) => m.device),
    };
  });
  assert.deepEqual(seen.device, ["phone"]);
  assert.equal(seen.warnings.length, 1);
  assert.match(seen.warnings[0], /room:a has a Presence with the options .*phone.*have no effect: .*desk/);
});

test("a room's leaveGrace keeps who has left, and params that are a function are called for each join", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    let joins = 0;
    const params = () => ({ join: ++joins });
    page.show(page.views.room(socket, "room:a", { leaveGrace: 3_600_000, params }));
    await page.shows("synced ada");
    const topic = page.server.topic("room:a");
    topic.track("grace");
    await page.shows("synced ada grace");
    topic.untrack("grace");
    await page.until(() => !("grace" in page.room.presence.state));
    const held = document.querySelector("main")?.textContent;
    const first = topic.list().ada.metas[0].join;
    page.server.drop();
    await page.until(() => page.sent("phx_join").length > 1);
    await page.shows("synced ada grace");
    return [held, first, topic.list().ada.metas[0].join];
  });
  assert.deepEqual(seen, ["synced ada grace", 1, 2]);
});

test("updates are merged, coalesced, and sent again after a lost connection; self and others follow", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.people(socket));
    await page.shows("early with");
    for (let n = 0; n <= 100; n++) page.update({ count: n });
    page.update({ mood: "glad" });
    await page.shows("glad with");
    const calls = page.updates();
    page.server.topic("room:a").track("grace");
    await page.shows("glad with grace");
    const others = page.seenOthers.at(-1);
    page.update({ mood: "calm" });
    await page.shows("calm with grace");
    page.server.drop();
    await page.until(() => page.sent("phx_join").length > 1);
    await page.until(() => page.server.topic("room:a").list().ada?.metas[0].mood === "calm");
    await page.shows("calm with grace");
    return { calls, last: page.updates().at(-1), others: others.length, joins: page.sent("phx_join").length };
  });
  assert.ok(seen.calls.length <= 3, `${seen.calls.length} messages for 102 calls`);
  assert.deepEqual(seen.calls.at(-1), { mood: "glad", count: 100 });
  assert.deepEqual(seen.last, { mood: "calm", count: 100 });
  assert.deepEqual([seen.others, seen.joins], [1, 2]);
});

test("use(presence.whenSynced()) suspends until the room is in sync", async () => {
  const visitor = await react.open();
  const waiting = await visitor.evaluate(async () => {
    const topic = page.server.topic("room:a");
    topic.withholdState();
    const socket = page.newSocket();
    socket.connect();
    page.show(page.views.suspending(socket));
    await page.until(() => topic.channels.length > 0);
    const { textContent } = document.querySelector("main") ?? {};
    topic.pushState();
    await page.shows("1 in sync");
    return textContent;
  });
  assert.equal(waiting, "waiting");
});

test("without a socket or a topic, and on a server, nobody is there; other arguments are errors", async () => {
  const visitor = await react.open();
  const seen = await visitor.evaluate(async () => {
    const { serverSide, views } = page;
    const socket = page.newSocket();
    const texts = [serverSide(views.room(undefined, "room:a")), serverSide(views.room(socket, undefined))];
    texts.push(serverSide(views.room(socket, "room:a")));
    const failing = [views.room({}, "room:a"), views.room(socket, 7), views.room(socket, "room:a", { grace: 1 })];
    const errors = failing.map((view) => {
      try {
        return serverSide(view);
      } catch (error) {
        return String(error);
      }
    });
    return { texts, errors, channels: socket.channels.length };
  });
  assert.deepEqual(seen.texts, Array(3).fill("<p>pending</p>"));
  assert.equal(seen.channels, 0);
  assert.match(seen.errors[0], /TypeError: useRoom: expected a Socket of phoenix.js and a topic such as room:lobby/);
  assert.match(seen.errors[1], /TypeError: useRoom: expected a Socket/);
  assert.match(
    seen.errors[2],
    /TypeError: useRoom: expected the options params, events, leaveGrace, resync, got grace/,
  );
});

test("a thousand rooms that were joined and left leave nothing behind", async () => {
  const visitor = await react.open();
  const left = await visitor.evaluate(async () => {
    const socket = page.newSocket();
    socket.connect();
    page.refs = [];
    for (let n = 0; n < 1_000; n++) {
      page.show(page.views.room(socket, `room:${n}`));
      page.server.flush();
      page.refs.push(new WeakRef(page.room.presence), new WeakRef(page.room.channel));
    }
    page.show(page.views.nothing);
    await page.until(() => page.sent("phx_close").length === 1_000);
    page.show(page.views.room(undefined, "room:a"));
    page.show(page.views.nothing);
    page.show(page.views.room(undefined, "room:a")); // So that React holds none of them.
    page.socket = socket;
    const { open, message, close } = socket.stateChangeCallbacks;
    return [socket.channels, open, message, close].map((/** @type {unknown[]} */ each) => each.length);
  });
  assert.deepEqual(left, [0, 0, 0, 0]);
  const session = await visitor.context().newCDPSession(visitor);
  for (let round = 0; round < 3; round++) await session.send("HeapProfiler.collectGarbage");
  const alive = await visitor.evaluate(
    () => page.refs.filter((/** @type {WeakRef<object>} */ ref) => ref.deref()).length,
  );
  assert.equal(alive, 0);
});
