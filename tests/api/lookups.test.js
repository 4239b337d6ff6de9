import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { diffText, pool, stateText } from "../parity/arbitraries.js";
import { check } from "../support/check.js";
import { user } from "../support/payloads.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

test("get, has, size and metaCount are what a walk of the state says, after any messages", (t) => {
  const step = fc.oneof(
    { weight: 6, arbitrary: diffText.map((text) => ({ event: "presence_diff", text })) },
    { weight: 1, arbitrary: stateText.map((text) => ({ event: "presence_state", text })) },
  );
  check(t, 500, fc.tuple(pool, fc.array(step, { maxLength: 20 }), fc.boolean()), ([drawn, steps, assigned]) => {
    const room = new SubscribedRoom().state({});
    if (assigned) room.presence.state = { ada: user("1", "2"), bob: /** @type {any} */ ("no presence") };
    for (const { event, text } of steps) {
      room.channel.trigger(event, JSON.parse(text(drawn)));
      const { presence } = room;
      const keys = Object.getOwnPropertyNames(presence.state);
      assert.equal(presence.size, keys.length);
      const metas = keys.reduce((sum, key) => sum + (presence.state[key].metas?.length ?? 0), 0);
      assert.equal(presence.metaCount, metas);
      for (const key of drawn.keys) {
        assert.equal(presence.get(key), keys.includes(key) ? presence.state[key] : undefined);
        assert.equal(presence.has(key), keys.includes(key));
      }
    }
  });
});

test("an empty room, a state with a prototype, and none at all", () => {
  const { presence } = new SubscribedRoom();
  const seen = () => [presence.size, presence.metaCount, presence.get("constructor"), presence.has("toString")];
  assert.deepEqual(seen(), [0, 0, undefined, false]);
  presence.state = { ada: user("1", "2") };
  assert.deepEqual(seen(), [1, 2, undefined, false]);
  presence.state = /** @type {any} */ (undefined);
  assert.deepEqual(seen(), [0, 0, undefined, false]);
  assert.deepEqual(presence.entries(), []);
});

test("a state that is assigned, left by messages to another, and assigned again is counted right", () => {
  const room = new SubscribedRoom().state({ ada: user("1", "2") });
  const { state } = room.presence;
  room.presence.state = {};
  room.diff({ bob: user("3") }).diff({ cy: user("4") });
  room.presence.state = state;
  assert.deepEqual([room.presence.size, room.presence.metaCount], [1, 2]);
});

test("in a room of 100,000 they walk nothing: not once, after the state was first counted", () => {
  const state = Object.create(null);
  for (let n = 0; n < 100_000; n++) state[`u${n}`] = user(`${n}`);
  let walks = 0;
  let reads = 0;
  const room = new SubscribedRoom().state({});
  room.presence.state = new Proxy(state, {
    ownKeys(target) {
      walks += 1;
      return Reflect.ownKeys(target);
    },
    get(target, name) {
      reads += 1;
      return Reflect.get(target, name);
    },
  });
  assert.deepEqual([room.presence.size, room.presence.metaCount, walks], [100_000, 100_000, 1]);
  reads = 0;
  for (let n = 0; n < 100; n++) {
    room.diff({ [`v${n}`]: user(`v${n}`) }, { [`u${n}`]: user(`${n}`) });
    assert.equal(room.presence.size, 100_000);
    assert.equal(room.presence.metaCount, 100_000);
    assert.ok(room.presence.has(`v${n}`) && !room.presence.has(`u${n}`));
    assert.ok(room.presence.get(`v${n}`));
  }
  assert.equal(walks, 1);
  assert.ok(reads <= 100 * 12, `${reads} reads for 100 diffs and 300 look-ups`);
});
