import assert from "node:assert/strict";
import { test } from "node:test";
import { check } from "../support/check.js";
import { AS_PHOENIX_JS } from "./differences.js";
import { play } from "./driver.js";
import { FakeChannel } from "../support/fake-channel.js";
import { Oracle, Ours } from "../support/presences.js";
import { callsAlike, playsAlike } from "./properties.js";
import { staticCalls } from "./statics.js";
import { convergingStream, serverLikeStream, wildStream } from "./streams.js";

test("streams like a server's are followed exactly as phoenix.js follows them", (t) => {
  check(t, 1500, serverLikeStream, playsAlike({ Oracle, Ours }));
});

test("streams of any well-formed payloads are followed exactly as phoenix.js follows them", (t) => {
  check(t, 1500, wildStream, playsAlike({ Oracle, Ours }));
});

test("the static functions do exactly what those of phoenix.js do", (t) => {
  check(t, 1500, staticCalls, callsAlike({ Oracle, Ours }));
});

test("after a rejoin the roster is what the server's is", (t) => {
  check(t, 300, convergingStream, ({ stream, server }) => {
    const channel = new FakeChannel(stream.firstJoinRef);
    const presence = new Ours(channel);
    for (const step of stream.steps) {
      if (step.do === "rejoin") FakeChannel.rejoin(channel, step.joinRef);
      if (step.do === "state" || step.do === "diff")
        FakeChannel.deliver(channel, `presence_${step.do}`, JSON.parse(step.text));
    }
    const refs = Object.entries(presence.state).flatMap(([key, { metas }]) =>
      metas.map((/** @type {any} */ meta) => [key, meta.phx_ref]),
    );
    assert.deepEqual(refs.sort(), server.tracked.map(({ key, ref }) => [key, ref]).sort());
  });
});

test("the streams reach what they are meant to reach", (t) => {
  const seen = { joins: 0, leaves: 0, flushes: 0, rejoins: 0, stale: 0, integerKeys: 0, protoKeys: 0, frozen: 0 };
  check(t, 200, wildStream, (stream) => {
    const log = play(Oracle, stream, AS_PHOENIX_JS).join("\n");
    seen.joins += Number(/onJoin #\d+ with/.test(log));
    seen.leaves += Number(/onLeave #\d+ with/.test(log));
    seen.flushes += Number(/pendingDiffs: \[\{/.test(log));
    seen.rejoins += Number(/"do":"rejoin"/.test(log));
    seen.stale += Number(/earlier join/.test(log));
    seen.integerKeys += Number(/state: null-prototype\{"\d+":/.test(log));
    seen.protoKeys += Number(/state: null-prototype\{.*"__proto__":/.test(log));
    seen.frozen += Number(stream.frozen);
  });
  for (const [what, times] of Object.entries(seen))
    assert.ok(times >= 5, `${what}: seen ${times} times in 200 streams`);
});
