import assert from "node:assert/strict";
import { test } from "node:test";

import { serverLikeStream, wildStream } from "../parity/streams.js";
import { check } from "../support/check.js";
import { FakeChannel } from "../support/fake-channel.js";
import { Ours } from "../support/presences.js";
import { TextClient, TextRoom } from "../support/text-room.js";

/**
 * Follows the messages of a stream, as text and parsed with the class.
 *
 * @param {import("../parity/driver.js").Stream} stream
 */
function followsAlike({ firstJoinRef, steps }) {
  const client = new TextClient();
  let joinRef = firstJoinRef;
  const channel = new FakeChannel(joinRef);
  const presence = new Ours(channel);
  /** @type {unknown[]} */
  let events = [];
  presence.onJoin((/** @type {any[]} */ ...[key, current, joined]) => events.push(1, key, current ?? 0, joined));
  presence.onLeave((/** @type {any[]} */ ...[key, current, left]) => events.push(0, key, current, left));
  for (const step of steps) {
    if (step.do === "rejoin") {
      joinRef = step.joinRef;
      FakeChannel.rejoin(channel, joinRef);
    }
    if (step.do !== "state" && step.do !== "diff") continue;
    events = [];
    FakeChannel.deliver(channel, `presence_${step.do}`, JSON.parse(step.text));
    assert.deepEqual(client[step.do](step.text, joinRef), events, step.text);
    assert.equal(client.waiting.length, presence.pendingDiffs.length);
    assert.equal(client.room.core.size(), presence.size);
    assert.equal(client.room.core.meta_count(), presence.metaCount);
  }
  for (const [key, value] of presence.entries()) assert.deepEqual(client.room.get(key), value, key);
  // What was read once is not sent again.
  const rows = client.room.rows(0, presence.size + 1);
  assert.deepEqual(
    rows,
    presence.entries().flatMap((/** @type {[string, unknown]} */ [key]) => [key, 1]),
  );
}

test("streams like a server's have the same outcome as text and parsed", (t) => {
  check(t, 1_500, serverLikeStream, followsAlike);
});

test("streams of any well-formed payloads have the same outcome as text and parsed", (t) => {
  check(t, 1_500, wildStream, followsAlike);
});

test("keys that JSON.parse treats in a special way are treated so", () => {
  const room = new TextRoom();
  const one = '{"metas":[{"phx_ref":"1"}]}';
  const two = '{"metas":[{"phx_ref":"2"}],"metas":[{"phx_ref":"3"}]}';
  const text = `{"b":${one},"__proto__":${one},"10":${one},"b":${two},"2":${one},"\\ud83d":${one},"":${two}}`;
  room.load(text);
  room.core.keys(0, 9);
  const parsed = JSON.parse(text);
  assert.deepEqual(room.report(), Object.keys(parsed));
  for (const key of Object.keys(parsed)) {
    const { value } = Object.getOwnPropertyDescriptor(parsed, key) ?? {};
    assert.deepEqual(room.get(key), value, JSON.stringify(key));
  }
  assert.equal(room.get("constructor"), undefined);
  assert.equal(room.get("\ude00"), undefined);
});

test("a text that is not JSON throws the error of JSON.parse and changes nothing", () => {
  const room = new TextRoom();
  room.load('{"a":{"metas":[]}}');
  assert.throws(() => room.state('{"b":{"metas":[]}', 0), SyntaxError);
  assert.throws(() => room.diff("{'a':1}", 0), SyntaxError);
  assert.equal(room.core.size(), 1);
});
