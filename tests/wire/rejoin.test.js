/**
 * A client that leaves a topic and joins it again in one turn, against a server that orders frames
 * around joins as a busy Phoenix does (`--reorder-joins`).
 *
 * `REJOIN_SEED=… node --test tests/wire/rejoin.test.js` makes the same choices again, though the
 * network may order what happens at once differently.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "../support/server.js";
import { RejoinRoom, totals } from "./rejoin-room.js";

const TRIALS = 200;
/** More of them, only to see that nobody who joins during a join is lost. */
const TRIALS_WITH_OTHERS = 2_000;
/** Rooms in which trials run side by side. */
const ROOMS = 40;

const seed = Number(process.env.REJOIN_SEED ?? 1);

/** @type {import("../support/server.js").RunningServer} */
let server;

before(async () => {
  server = await startServer({ args: ["--reorder-joins", String(seed)] });
});
after(() => server.stop());

/**
 * Runs trials in several rooms at a time and adds up their results.
 *
 * @param {number} trials
 * @param {(room: RejoinRoom) => string[]} topicsOf the topics that the client joins one after the other in one turn
 */
async function run(trials, topicsOf) {
  const rooms = Array.from({ length: ROOMS }, (_, n) => new RejoinRoom(server, seed * ROOMS + n));
  const results = await Promise.all(
    rooms.map(async (room) => {
      await room.open();
      const outcomes = [];
      for (let trial = 0; trial < trials / ROOMS; trial += 1) outcomes.push(await room.rejoin(topicsOf(room)));
      await room.close();
      return outcomes;
    }),
  );
  return totals(results.flat());
}

for (const [what, topicsOf] of /** @type {[string, (room: RejoinRoom) => string[]][]} */ ([
  ["join, leave and join of one topic", ({ a }) => [a, a]],
  ["a fast switch from a room to another and back", ({ a, b }) => [a, b, a]],
])) {
  test(`${what}, ${TRIALS} times`, { timeout: 60_000 }, async (t) => {
    const { trials, phoenixJs, ours } = await run(TRIALS, topicsOf);
    t.diagnostic(`seed ${seed}: wrong rosters with phoenix.js's class ${phoenixJs.wrong}, with this one ${ours.wrong}`);
    assert.equal(trials, TRIALS);
    assert.ok(phoenixJs.wrong > 0, "phoenix.js's class ends with a ghost");
    assert.equal(ours.wrong, 0, "rosters that differ from the server's list");
  });
}

test(
  `whoever joins while a client joins is in its roster, ${TRIALS_WITH_OTHERS} times`,
  { timeout: 120_000 },
  async (t) => {
    const { trials, changes, ours } = await run(TRIALS_WITH_OTHERS, ({ a }) => [a, a]);
    t.diagnostic(`seed ${seed}: ${changes} others joined or left meanwhile`);
    assert.equal(trials, TRIALS_WITH_OTHERS);
    assert.ok(changes > TRIALS_WITH_OTHERS, `${changes} changes`);
    assert.equal(ours.missing, 0);
  },
);
