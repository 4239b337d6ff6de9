/**
 * Members who come, change, crash, are cut off and go, several at a time and at random.
 *
 * The seed is printed when it fails; `WALK_SEED=… node --test tests/wire/walk.test.js` walks the
 * same way again, though the network may order what happens at once differently.
 */

import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "../support/server.js";
import { Member } from "./member.js";
import { randomFrom } from "./random.js";

const ROUNDS = 60;
const AT_ONCE = 4;
const USERS = ["alice", "bob", "7", "__proto__"];
const KEYS = [...USERS, "bot", "constructor", "1"];

/** Refused for what the member has done before; any other refusal is a failure. */
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
  const deeds = [
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
      const doings = [];
      for (let i = 0; i < AT_ONCE; i += 1) {
        if (members.size < 4 || random(6) === 0) doings.push(enter());
        else if (others.length > 0) doings.push(pick(deeds)(others.splice(random(others.length), 1)[0]));
      }
      await Promise.all(doings);
      // One at a time: a state that one asks for must not find another's diff on its way.
      for (const member of members) await member.checkAgainstServer();
    }
  } catch (error) {
    t.diagnostic(`WALK_SEED=${seed}`);
    throw error;
  }
  // Those who left compared too: how many are left at the end is chance.
  const compared = everyone.reduce((sum, member) => sum + member.compared, 0);
  assert.ok(compared > ROUNDS, `${compared} messages compared`);
});
