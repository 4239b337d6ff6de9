import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeChannel } from "../support/fake-channel.js";
import { FullChannel } from "../support/full-channel.js";
import { user } from "../support/payloads.js";
import { Ours } from "../support/presences.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

test("dispose takes its callbacks from the channel and nobody else's, and is told to subscribers last", () => {
  const channel = new FullChannel("1");
  let others = 0;
  for (const event of ["presence_state", "presence_diff", "phx_error", "phx_close"]) {
    channel.on(event, () => void (others += 1));
  }
  const room = new SubscribedRoom({}, channel).state({ ada: user("1") });
  room.news();
  room.presence.dispose();
  assert.equal(room.presence.status, "closed");
  assert.deepEqual(room.news(), [[]]);
  const left = channel.bindings.map(({ event }) => event);
  // phoenix.js's onClose returns no ref to take it away by: what stays does nothing, and holds nothing.
  assert.deepEqual(left, ["presence_state", "presence_diff", "phx_error", "phx_close", "phx_close"]);

  others = 0;
  room
    .state({})
    .diff({ bob: user("2") })
    .rejoin("2");
  channel.leave();
  assert.equal(others, 4);
  assert.deepEqual([room.news(), room.keys(), room.presence.size], [[], ["ada"], 1]);
});

test("a second dispose, and one with using's symbol, do nothing more", () => {
  const room = new SubscribedRoom().state({});
  room.news();
  room.presence[Symbol.dispose]();
  room.presence.dispose();
  assert.deepEqual(room.news(), [[]]);
});

test("a channel that cannot take callbacks away, or returns no refs, is left alone; what it sends is ignored", () => {
  const bare = new FakeChannel("1");
  const presence = new Ours(bare);
  presence.dispose();
  FakeChannel.deliver(bare, "presence_state", { ada: user("1") });
  assert.deepEqual([presence.status, presence.size], ["closed", 0]);

  class Refless extends FullChannel {
    /** @override @param {string} event @param {(payload: any) => void} callback */
    on(event, callback) {
      super.on(event, callback);
      return /** @type {any} */ (undefined);
    }
  }
  const channel = new Refless("1");
  new SubscribedRoom({}, channel).presence.dispose();
  assert.equal(channel.bindings.length, 4, "off without a ref would take everybody's");
});

test("after dispose a subscription is never called, and can be ended", () => {
  const room = new SubscribedRoom().state({});
  room.presence.dispose();
  const stop = room.presence.subscribe(() => assert.fail("told"));
  const stopWatch = room.presence.watch("ada", () => assert.fail("told"));
  room.state({ ada: user("1") });
  stop();
  stopWatch();
});

test("dispose from a callback ends it there: what waited for this message is dropped", () => {
  const room = new SubscribedRoom().state({});
  room.news();
  /** @type {string[]} */
  const calls = [];
  room.presence.onJoin((key) => {
    calls.push(key);
    room.diff({ late: user("9") });
    room.presence.dispose();
  });
  room.diff({ ada: user("1") });
  assert.deepEqual([calls, room.short(), Object.keys(room.presence.state)], [["ada"], ["+ada"], ["ada"]]);
});

test("dispose from a listener takes this message from no other, and all are told that it is closed", () => {
  const room = new SubscribedRoom();
  room.presence.subscribe((changes) => {
    if (changes.length > 0) room.presence.dispose();
  });
  /** @type {number[]} */
  const later = [];
  room.presence.subscribe(({ length }) => void later.push(length));
  room.state({ ada: user("1") });
  assert.deepEqual(later, [1, 0]);
});

test("what a listener throws while it is disposed of is reported", () => {
  const room = new SubscribedRoom().state({});
  /** @type {string[]} */
  const errors = [];
  room.presence.onError(({ message }) => void errors.push(message));
  room.presence.subscribe(() => {
    throw new Error("at the end");
  });
  room.presence.dispose();
  assert.deepEqual(errors, ["at the end"]);
});
