// 300,000 diffs over 40 keys come before the state.
import { heapUsed } from "../../support/memory.js";
import { meta, user } from "../../support/payloads.js";
import { Room } from "../../support/room.js";
const { Presence } = await import("phoenix-presence");

const DIFFS = 300_000;
const KEYS = 40;
const room = new Room(Presence);
const { presence } = room;
let syncs = 0;
presence.onSync(() => (syncs += 1));

const before = heapUsed();
for (let n = 0; n < DIFFS; n++) {
  // Everybody updates, again and again, as a parsed message would say it.
  const key = `user:${n % KEYS}`;
  const joins = { [key]: user(meta(`F${n}`, { phx_ref_prev: `F${n - KEYS}`, status: `status ${n}` })) };
  room.diff(joins, n < KEYS ? {} : { [key]: user(meta(`F${n - KEYS}`, { status: `status ${n - KEYS}` })) });
}
const grown = heapUsed() - before;

// The state was taken somewhere in the middle: its metas have all been replaced since.
room.state(Object.fromEntries(Array.from({ length: KEYS }, (_, n) => [`user:${n}`, user(`F${150_000 + n}`)])));
const roster = Object.entries(presence.state).map(([key, { metas }]) => [
  key,
  ...metas.map((/** @type {any} */ meta) => meta.phx_ref),
]);
const kept = heapUsed() - before;
const expected = Array.from({ length: KEYS }, (_, n) => [`user:${n}`, `F${DIFFS - KEYS + n}`]);
console.log(
  JSON.stringify({
    grown,
    kept,
    syncs,
    right: JSON.stringify(roster) === JSON.stringify(expected),
    waiting: presence.pendingDiffs.length,
  }),
);
