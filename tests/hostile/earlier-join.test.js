/**
 * Diffs from before the join of a channel are dropped: while the join is not answered, and when the
 * socket gets the close of an earlier join of the topic. Others wait.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FullChannel } from "../support/full-channel.js";
import { user } from "../support/payloads.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

/** What a Presence uses of phoenix.js's Socket. */
class CallbackSocket {
  #refs = 0;
  /** @type {Map<string, (message: any) => void>} */
  callbacks = new Map();

  /** @param {(message: any) => void} callback */
  onMessage(callback) {
    this.#refs += 1;
    this.callbacks.set(String(this.#refs), callback);
    return String(this.#refs);
  }

  /** @param {string[]} refs */
  off(refs) {
    for (const ref of refs) this.callbacks.delete(ref);
  }

  /** The socket gets a message. @param {any} message */
  receive(message) {
    for (const callback of [...this.callbacks.values()]) callback(message);
  }
}

class TopicChannel extends FullChannel {
  topic = "room:again";
  state = "joined";

  /** @param {any} [socket] */
  constructor(socket = new CallbackSocket()) {
    super("2");
    this.socket = socket;
  }
}

const CLOSE = { topic: "room:again", event: "phx_close", join_ref: "1", ref: "1", payload: {} };

/** A room for whose state the diff of ada's earlier join waits. @param {any} [socket] */
function waiting(socket) {
  const channel = new TopicChannel(socket);
  const room = new SubscribedRoom({}, channel);
  room.diff({ ada: user("old") });
  assert.equal(room.presence.pendingDiffs.length, 1);
  return { channel, room, callbacks: channel.socket?.callbacks };
}

const STATE = { ada: user("new") };

test("a diff that comes while the channel is joining is dropped", () => {
  const channel = new TopicChannel();
  channel.state = "joining";
  const room = new SubscribedRoom({}, channel);
  room.diff({ ada: user("old") });
  assert.deepEqual([room.presence.pendingDiffs, channel.socket.callbacks.size], [[], 0]);
  channel.state = "joined";
  assert.deepEqual(room.state(STATE).presence.state.ada, user("new"));
});

test("a diff of a joining channel that arrives during a callback counts as of then", () => {
  const channel = new TopicChannel();
  const room = new SubscribedRoom({}, channel).state({});
  room.presence.onJoin((key) => {
    if (key !== "bob") return;
    room.rejoin("3");
    channel.state = "joining";
    room.diff({ ada: user("old") });
    channel.state = "joined";
  });
  room.diff({ bob: user("1") });
  assert.deepEqual(room.presence.pendingDiffs, []);
  assert.deepEqual(room.state(STATE).keys(), ["ada"]);
  assert.deepEqual(room.presence.get("ada"), user("new"));
});

test("a diff while a channel joins again is dropped, and the roster of before stays until the state", () => {
  const channel = new TopicChannel();
  const room = new SubscribedRoom({}, channel).state({ bob: user("1") });
  room.rejoin("3");
  channel.state = "joining";
  room.diff({ ada: user("old") });
  assert.deepEqual([room.keys(), room.presence.pendingDiffs], [["bob"], []]);
});

test("the close of an earlier join drops the diffs that wait, and not those after it", () => {
  const { channel, room } = waiting();
  channel.socket.receive(CLOSE);
  assert.deepEqual(room.presence.pendingDiffs, []);
  room.diff({ bob: user("1") });
  room.state(STATE);
  assert.deepEqual(Object.entries(room.presence.state), [
    ["ada", user("new")],
    ["bob", user("1")],
  ]);
});

test("a diff that the program itself put into pendingDiffs is not dropped", () => {
  const { channel, room } = waiting();
  const own = { joins: { cy: user("9") }, leaves: {} };
  room.presence.pendingDiffs.push(own);
  channel.socket.receive(CLOSE);
  assert.deepEqual(room.presence.pendingDiffs, [own]);
  assert.deepEqual(Object.keys(room.state(STATE).presence.state), ["ada", "cy"]);
});

for (const [name, message] of /** @type {[string, any][]} */ ([
  ["another topic's close", { ...CLOSE, topic: "room:other" }],
  ["the close of the join itself", { ...CLOSE, join_ref: "2" }],
  ["a close without a join_ref", { ...CLOSE, join_ref: null }],
  ["another event", { ...CLOSE, event: "phx_reply" }],
  ["the crash of an earlier join", { ...CLOSE, event: "phx_error" }],
  ["no message", undefined],
])) {
  test(`${name} drops nothing that waits`, () => {
    const { channel, room } = waiting();
    channel.socket.receive(message);
    assert.equal(room.presence.pendingDiffs.length, 1);
    assert.deepEqual(room.state(STATE).presence.state.ada, user("new", "old"));
  });
}

test("the socket has one callback while a diff waits, and none before or after", () => {
  const channel = new TopicChannel();
  const { callbacks } = channel.socket;
  const room = new SubscribedRoom({}, channel);
  assert.equal(callbacks.size, 0);
  room.diff({ ada: user("1") }).diff({ bob: user("2") });
  assert.equal(callbacks.size, 1);
  room.state({});
  assert.equal(callbacks.size, 0);
  room.diff({ cy: user("3") });
  assert.equal(callbacks.size, 0);
  room.rejoin("3").diff({ dee: user("4") });
  assert.equal(callbacks.size, 1);
});

test("after dispose the socket has no callback", () => {
  const { room, callbacks } = waiting();
  assert.equal(callbacks.size, 1);
  room.presence.dispose();
  assert.equal(callbacks.size, 0);
});

test("another Presence on the same socket keeps its callback", () => {
  const socket = new CallbackSocket();
  const [first, second] = [waiting(socket), waiting(socket)];
  first.room.presence.dispose();
  assert.equal(socket.callbacks.size, 1);
  socket.receive(CLOSE);
  assert.deepEqual(second.room.presence.pendingDiffs, []);
});

test("a socket without onMessage or off is left alone, and the diff waits", () => {
  const deaf = { onMessage: () => "1" };
  for (const socket of [null, {}, { off: () => assert.fail("called") }, deaf]) {
    const { room } = waiting(socket);
    room.state({});
    assert.deepEqual(room.keys(), ["ada"]);
    room.presence.dispose();
  }
});
