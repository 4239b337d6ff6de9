import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeChannel } from "../support/fake-channel.js";
import { user } from "../support/payloads.js";
import { Ours } from "../support/presences.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

/** What a promise came to, if it did. @param {Promise<void>} promise */
function outcome(promise) {
  /** @type {{ is: string }} */
  const seen = { is: "open" };
  promise.then(
    () => (seen.is = "resolved"),
    (error) => (seen.is = `rejected: ${error.message}`),
  );
  return async () => {
    await Promise.resolve();
    await Promise.resolve();
    return seen.is;
  };
}

test("pending until the first state, then synced, stale from a failure to the next state", () => {
  const room = new SubscribedRoom();
  /** @type {string[]} */
  const heard = [];
  room.presence.subscribe((changes) => void heard.push(`${room.presence.status} ${changes.length}`));
  assert.equal(room.presence.status, "pending");
  room.diff({ ada: user("1") });
  assert.equal(room.presence.status, "pending");
  room.state({ ada: user("1") });
  assert.equal(room.presence.status, "synced");
  room.rejoin("2");
  assert.equal(room.presence.status, "stale");
  room.diff({ bob: user("2") });
  assert.equal(room.presence.status, "stale");
  room.state({ ada: user("1") });
  assert.equal(room.presence.status, "synced");
  assert.deepEqual(heard, ["synced 1", "stale 0", "synced 1"]);
});

test("a status that changes with a message is told in the same call, alone it is an empty list", () => {
  const room = new SubscribedRoom().state({ ada: user("1") });
  assert.equal(room.news().length, 1);
  room.channel.fail();
  room.channel.fail();
  assert.deepEqual(room.news(), [[]]);
  room.state({ ada: user("1") });
  assert.deepEqual(room.news(), [[]]);
});

test("a failure before the first state leaves it pending, and says nothing", () => {
  const room = new SubscribedRoom().rejoin("2");
  assert.equal(room.presence.status, "pending");
  assert.deepEqual(room.news(), []);
});

test("another join is seen by its ref, even where the channel tells nothing", () => {
  const channel = new FakeChannel("1");
  const presence = new Ours(channel);
  /** @type {string[]} */
  const heard = [];
  presence.subscribe(() => void heard.push(presence.status));
  FakeChannel.deliver(channel, "presence_state", {});
  FakeChannel.rejoin(channel, "2");
  assert.equal(presence.status, "stale");
  FakeChannel.deliver(channel, "presence_state", {});
  assert.deepEqual(heard, ["synced", "synced"], "who read it as stale is told that it is not");
});

test("a close by the server is stale, a leave is closed; and a state after that is in sync again", () => {
  const room = new SubscribedRoom().state({});
  room.channel.trigger("phx_close", {});
  assert.equal(room.presence.status, "stale");
  room.channel.leave();
  assert.equal(room.presence.status, "closed");
  assert.deepEqual(
    room.news().map(({ length }) => length),
    [0, 0, 0],
  );
  room.state({});
  assert.equal(room.presence.status, "synced");
});

test("a failure that a callback causes counts after the message in progress", () => {
  const room = new SubscribedRoom();
  room.presence.onSync(() => room.channel.fail());
  room.state({});
  assert.equal(room.presence.status, "stale");
});

test("a state that is malformed changes no status", () => {
  const room = new SubscribedRoom();
  room.presence.onError(() => {});
  room.state("no object");
  assert.equal(room.presence.status, "pending");
  room.state({}).rejoin("2").state([]);
  assert.equal(room.presence.status, "stale");
});

test("whenSynced resolves at once, with the next state, or never while there is none", async () => {
  const room = new SubscribedRoom();
  const first = outcome(room.presence.whenSynced());
  assert.equal(await first(), "open");
  room.state({});
  assert.equal(await first(), "resolved");
  assert.equal(await outcome(room.presence.whenSynced())(), "resolved");
  room.rejoin("2");
  const again = outcome(room.presence.whenSynced());
  assert.equal(await again(), "open");
  room.state({});
  assert.equal(await again(), "resolved");
});

test("whenSynced of another join that nobody told of resolves with its state", async () => {
  const channel = new FakeChannel("1");
  const presence = new Ours(channel);
  FakeChannel.deliver(channel, "presence_state", {});
  FakeChannel.rejoin(channel, "2");
  const synced = outcome(presence.whenSynced());
  assert.equal(await synced(), "open");
  FakeChannel.deliver(channel, "presence_state", {});
  assert.equal(await synced(), "resolved");
});

test("whenSynced is rejected when the channel is left or the Presence disposed of, before or after", async () => {
  const closed = /^rejected: whenSynced: the channel was left or the Presence disposed of before it was in sync$/;
  for (const close of [
    (/** @type {SubscribedRoom} */ r) => r.channel.leave(),
    (/** @type {SubscribedRoom} */ r) => r.presence.dispose(),
  ]) {
    const room = new SubscribedRoom();
    const before = outcome(room.presence.whenSynced());
    close(room);
    assert.match(await before(), closed);
    assert.match(await outcome(room.presence.whenSynced())(), closed);
  }
});
