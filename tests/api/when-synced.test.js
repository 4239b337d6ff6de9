/** The promises of `whenSynced`. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { test } from "node:test";

import { Socket } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";

import { Ours } from "../support/presences.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

test("it is one promise for each synchronisation, and another after a rejoin", async () => {
  const room = new SubscribedRoom();
  const first = room.presence.whenSynced();
  assert.equal(room.presence.whenSynced(), first);
  room.state({});
  assert.equal(room.presence.whenSynced(), first);
  await first;
  room.rejoin("2");
  const second = room.presence.whenSynced();
  assert.notEqual(second, first);
  assert.equal(room.presence.whenSynced(), second);
  room.state({});
  await second;
  assert.equal(room.presence.whenSynced(), second);
});

test("an aborted signal rejects with its reason, before and during, and not after", async () => {
  const room = new SubscribedRoom();
  await assert.rejects(room.presence.whenSynced({ signal: AbortSignal.abort(new Error("early")) }), /early/);
  const during = new AbortController();
  const aborted = room.presence.whenSynced({ signal: during.signal });
  const other = room.presence.whenSynced();
  during.abort(new Error("meanwhile"));
  await assert.rejects(aborted, /meanwhile/);

  const after = new AbortController();
  const synced = room.presence.whenSynced({ signal: after.signal });
  assert.equal(getEventListeners(after.signal, "abort").length, 1);
  room.state({});
  await Promise.all([synced, other]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(getEventListeners(after.signal, "abort").length, 0);
  after.abort();
  await synced;
});

test("a join that is refused rejects it with the answer, and the next join has a promise of its own", async () => {
  const server = createTestServer({ autoFlush: false });
  server.topic("room:x").refuseJoins({ reason: "full" });
  const socket = new Socket("ws://test/socket", {
    transport: server.transport,
    params: { user_id: "ada" },
    rejoinAfterMs: () => 1,
  });
  socket.connect();
  const channel = socket.channel("room:x");
  const presence = new Ours(channel);
  const refused = presence.whenSynced();
  channel.join();
  server.flush();
  await assert.rejects(refused, ({ message, cause }) => {
    assert.match(message, /the join was refused/);
    assert.deepEqual(cause, { reason: "full" });
    return true;
  });
  const next = presence.whenSynced();
  assert.notEqual(next, refused);
  channel.leave();
  await assert.rejects(next, /the channel was left/);
  socket.disconnect();
});

test("a rejection that nobody awaits does not end a Node program", () => {
  const program = `
    import { Presence } from "phoenix-presence";
    const make = () => new Presence({ on: () => 0, joinRef: () => "1" });
    const first = make();
    first.whenSynced();
    first.dispose();
    first.whenSynced();
    setImmediate(() => console.log("alive"));`;
  const flags = ["--unhandled-rejections=strict", "--input-type=module", "--eval", program];
  assert.equal(
    execFileSync(process.execPath, flags, { encoding: "utf8", cwd: new URL(".", import.meta.url) }),
    "alive\n",
  );
});
