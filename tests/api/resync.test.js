import assert from "node:assert/strict";
import { test } from "node:test";
import { meta, user } from "../support/payloads.js";
import { SubscribedRoom } from "../support/subscribed-room.js";

const first = { ada: { ...user(meta("1", { n: 1 }), meta("2", { n: 2 })), name: "Ada" } };
const again = { ada: { ...user(meta("3", { n: 3 }), meta("2", { n: 22 }), meta("1", { n: 1 })), name: "Ada L." } };

test("as in phoenix.js, what is known stays as first seen", () => {
  const room = new SubscribedRoom().state(first).state({ ada: { ...again.ada, metas: again.ada.metas.slice(1) } });
  assert.equal(room.presence.state.ada, first.ada);
  assert.deepEqual(room.short(), ["+ada"]);
});

test('with resync: "server", fields and known metas are the server\'s, in the order that they had', () => {
  const room = new SubscribedRoom({ resync: "server" }).state(first);
  room.news();
  room.state(again);
  const [[change]] = room.news();
  assert.deepEqual(change.presence, {
    name: "Ada L.",
    metas: [meta("1", { n: 1 }), meta("2", { n: 22 }), meta("3", { n: 3 })],
  });
  assert.deepEqual([change.type, change.joined, change.left], ["update", [meta("3", { n: 3 })], []]);
  assert.deepEqual(change.updated, [{ previous: meta("2", { n: 2 }), current: meta("2", { n: 22 }) }]);
});

test("what the server says once more, in whatever order, is no news and no new array", () => {
  const room = new SubscribedRoom({ resync: "server" }).state(again);
  room.news();
  const entries = room.presence.entries();
  room.state(structuredClone(again));
  const { metas, name } = again.ada;
  room.state({ ada: { name, metas: metas.toReversed().map((/** @type {any} */ { n, phx_ref }) => ({ n, phx_ref })) } });
  assert.deepEqual(room.news(), []);
  assert.equal(room.presence.entries(), entries);
});

test("nothing that the server says is lost or doubled, also of metas that share a ref or have none", () => {
  const room = new SubscribedRoom({ resync: "server" });
  const twice = { ada: { metas: [{ n: 1 }, { n: 2 }] } };
  room.state(/** @type {any} */ (twice)).state(/** @type {any} */ (structuredClone(twice)));
  assert.deepEqual(room.presence.state.ada, twice.ada);
  assert.deepEqual(room.short(), ["+ada"]);
  room.state(/** @type {any} */ ({ ada: { metas: [{ n: 2 }] } }));
  assert.deepEqual(room.presence.state.ada, { metas: [{ n: 2 }] });
});

test("the callbacks of phoenix.js hear of refs alone", () => {
  const room = new SubscribedRoom({ resync: "server" }).state(first);
  /** @type {unknown[]} */
  const calls = [];
  room.presence.onJoin((key, _current, { metas }) => void calls.push([key, metas]));
  room.presence.onLeave((key) => void calls.push(key));
  room.state({ ada: { ...first.ada, name: "other" } });
  assert.deepEqual(calls, []);
  room.state(again);
  assert.deepEqual(calls, [["ada", [meta("3", { n: 3 })]]]);
});

test("another word than server is refused, by name", () => {
  for (const wrong of ["client", "", null, true]) {
    assert.throws(() => new SubscribedRoom({ resync: wrong }), {
      name: "TypeError",
      message: 'resync: expected "server" or undefined',
    });
  }
});
