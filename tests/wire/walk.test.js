/**
 * Members who join, update, crash, lose their connection and leave, several at a time and at random.
 *
 * A failure prints the seed. `WALK_SEED=… node --test tests/wire/walk.test.js` repeats the same actions,
 * though the network may order concurrent ones differently.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "../support/server.js";
import { Member } from "./member.js";
import { randomFrom } from "./random.js";

const ROUNDS = 60;
const ACTIONS_PER_ROUND = 4;
const USERS = ["alice", "bob", "7", "__proto__"];
const KEYS = [...USERS, "bot", "constructor", "1"];

/** The refusals that follow from earlier actions of the member; any other refusal is a failure. */
const EXPECTED_REFUSAL = /^(:nopresence|\{:already_tracked, .*)$/s;

/** @param {Promise<unknown>} answer */
const allowRefusal = (answer) =>
  answer.catch((/** @type {Error} */ error) => assert.match(error.message, EXPECTED_REFUSAL));

test("whatever the members do, both Presences agree, and with the server", { timeout: 120_000 }, async (t) => {
  const seed = Number(process.env.WALK_SEED ?? Date.now() % 2 ** 31);
  const random = randomFrom(seed);
  /** @template T @param {T[]} items @returns {T} */
  const pick = (items) => items[random(items.length)];
  const server = await startServer();
  /** @type {Set<Member>} */
  const members = new Set();
  /** @type {Member[]} */
  const everyone = [];
  t.after(async () => {
    await Promise.all([...members].map((member) => member.disconnect()));
    await server.stop();
  });

  const enter = async () => {
    const member = new Member(server, pick(USERS), { payload: { n: random(100) } });
    members.add(member);
    everyone.push(member);
    await member.join();
  };
  /** @type {((member: Member) => Promise<unknown>)[]} */
  const actions = [
    (member) => allowRefusal(member.push("update", { n: random(100) })),
    (member) => allowRefusal(member.push("update", { key: pick(KEYS), n: random(100) })),
    (member) => allowRefusal(member.push("track", { key: pick(KEYS) })),
    (member) => allowRefusal(member.push("untrack", { key: pick(KEYS) })),
    (member) => member.crash(),
    (member) => member.drop(),
    (member) => (members.delete(member), member.leave()),
    (member) => (members.delete(member), member.disconnect()),
  ];

  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const others = [...members];
      const running = [];
      for (let i = 0; i < ACTIONS_PER_ROUND; i += 1) {
        if (members.size < 4 || random(6) === 0) running.push(enter());
        else if (others.length > 0) running.push(pick(actions)(others.splice(random(others.length), 1)[0]));
      }
      await Promise.all(running);
      // One after the other, so that no diff of another member is on its way when a state is requested.
      for (const member of members) await member.checkAgainstServer();
    }
  } catch (error) {
    t.diagnostic(`WALK_SEED=${seed}`);
    throw error;
  }
  // Members who have left count as well, because the number of those left at the end is random.
  const compared = everyone.reduce((sum, member) => sum + member.compared, 0);
  assert.ok(compared > ROUNDS, `${compared} messages compared`);
});
