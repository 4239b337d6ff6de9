import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pool } from "./arbitraries.js";
import { check } from "../support/check.js";
import { FakeChannel } from "../support/fake-channel.js";
import { ModelServer } from "./model-server.js";
import { Oracle, Ours } from "../support/presences.js";
import { snapshot } from "../support/snapshot.js";
import { order, trackingAct as act } from "./streams.js";

/** More than phoenix-presence keeps apart: what comes after them is merged (see differences.js). */
const MANY = 1000;

/**
 * A roster without its order: the metas of each key, and the fields beside them.
 *
 * @param {Record<string, any>} state
 */
const unordered = (state) =>
  Object.getOwnPropertyNames(state)
    .map((key) => `${snapshot(key)} ${snapshot({ ...state[key], metas: state[key].metas.map(snapshot).sort() })}`)
    .sort();

/**
 * @param {any} Presence
 * @param {string[]} diffs
 * @param {string} state
 * @param {(presence: any) => void} [listen]
 */
function afterWaiting(Presence, diffs, state, listen = () => {}) {
  const channel = new FakeChannel("1");
  const presence = new Presence(channel);
  listen(presence);
  for (const diff of diffs) FakeChannel.deliver(channel, "presence_diff", JSON.parse(diff));
  FakeChannel.deliver(channel, "presence_state", JSON.parse(state));
  return presence;
}

const EMPTY = Array(MANY).fill('{"joins":{},"leaves":{}}');

/** What a server broadcasts, and its state as it was at some moment before, between or after. */
const broadcast = fc
  .record({
    pool,
    fetches: fc.boolean(),
    acts: fc.array(act, { minLength: 1, maxLength: 24, size: "max" }),
    taken: fc.nat(),
    order,
  })
  .map(({ pool, fetches, acts, taken, order }) => {
    const server = new ModelServer(pool.keys, fetches);
    const states = [server.stateText(order)];
    const diffs = acts.flatMap((act) => {
      const diff = server.perform(act);
      states.push(server.stateText(order));
      return diff === null ? [] : [diff];
    });
    return { diffs, state: states[taken % states.length] };
  });

test("diffs that wait in their thousands leave the roster that phoenix.js has, though not its order", (t) => {
  let reached = 0;
  check(t, 200, broadcast, ({ diffs, state }) => {
    const waiting = [...EMPTY, ...diffs];
    reached = Math.max(reached, diffs.length);
    assert.deepEqual(
      unordered(afterWaiting(Ours, waiting, state).state),
      unordered(afterWaiting(Oracle, waiting, state).state),
    );
  });
  assert.ok(reached > 10);
});

test("what waits is bounded, however much comes", () => {
  const channel = new FakeChannel("1");
  const presence = new Ours(channel);
  const longest = [...EMPTY, ...EMPTY, ...EMPTY].map((diff) => {
    FakeChannel.deliver(channel, "presence_diff", JSON.parse(diff));
    return presence.pendingDiffs.length;
  });
  assert.equal(Math.max(...longest), MANY);
});

test("a thousand diffs that wait each tell of themselves, in their order", () => {
  const diffs = Array.from(
    { length: MANY },
    (_, n) => `{"joins":{"u${n}":{"metas":[{"phx_ref":"F${n}"}]}},"leaves":{}}`,
  );
  const told = (/** @type {any} */ Presence) => {
    /** @type {unknown[]} */
    const calls = [];
    afterWaiting(Presence, diffs, "{}", (presence) => {
      presence.onJoin((/** @type {unknown[]} */ ...args) => calls.push(args));
      presence.onSync(() => calls.push("sync"));
    });
    return calls;
  };
  assert.equal(told(Ours).length, MANY + 1);
  assert.equal(snapshot(told(Ours)), snapshot(told(Oracle)));
});
