/**
 * The soak: many clients in a few rooms do what clients do, the server is restarted under them, and
 * every now and then all stop, and every roster has to be the server's list.
 *
 *     node --expose-gc tests/soak/main.js --seconds 60 --clients 200 --seed 1
 *
 * Invariant: the exit code is 0 only if every comparison was made and none found a difference, no
 * client had a problem, and no memory has grown. `npm run soak` builds what this needs first.
 */

import { parseArgs } from "node:util";

import { startServer } from "../support/server.js";
import { Client } from "./client.js";
import { act } from "./deeds.js";
import { clientMemory, grown, inMB, serverMemory } from "./memory.js";
import { compare, serverList, settle } from "./quiet.js";
import { Random } from "./random.js";

const TOPICS = ["room:one", "room:two", "room:three", "rich:four", "rich:five"];
const ROUNDS = 6;
/** The rounds in the middle of which the server is restarted. */
const RESTARTS = [1, 2];
/** After which memory is measured first: a third of the way, and for the server when it is the last one. */
const FIRST = { clients: 1, server: 2 };
/** Deeds at a time. */
const AT_ONCE = 32;
/** A client may be replaced by a new one, with this chance: one in so many deeds. */
const REPLACED = 30;
/** Whoever waits so long, waits for what will not come. */
const STUCK_MS = 60_000;
/** So much of a problem is shown: a roster can be long. */
const LONG = 600;

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    clients: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const seconds = positive("seconds");
const size = positive("clients");
const seed = positive("seed");

/** @param {"seconds" | "clients" | "seed"} name */
function positive(name) {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is ${JSON.stringify(options[name])}, expected a number above 0`);
}

const random = new Random(seed);
/** @type {string[]} */
const problems = [];
let deeds = 0;
let messages = 0;
let compared = 0;
let clientsSoFar = 0;

/** @param {string} wsUrl */
function newClient(wsUrl) {
  clientsSoFar += 1;
  return new Client({
    wsUrl,
    id: clientsSoFar,
    topic: random.pick(TOPICS),
    // Fewer users than clients: some have several devices, in several rooms.
    userId: `user:${random.below(Math.ceil(size / 2))}`,
    delay: () => (random.below(3) === 0 ? 1 + random.below(300) : 0),
    onProblem: (error) => problems.push(error.message),
  });
}

/**
 * Ends a client in one of the ways in which clients end, and puts a new one in its place.
 *
 * @param {Client[]} clients
 * @param {Client} client
 */
async function replace(clients, client) {
  if (random.below(2) === 0) await client.leave();
  await client.disconnect();
  messages += client.messages;
  const next = newClient(client.place.wsUrl);
  clients[clients.indexOf(client)] = next;
  next.busy = true;
  await next.until(() => next.isReady);
  next.busy = false;
}

/**
 * Has the clients do things at random for a while.
 *
 * @param {Client[]} clients
 * @param {number} ms
 * @param {() => Promise<void>} [midway] what else happens
 */
async function live(clients, ms, midway) {
  const start = performance.now();
  /** @type {Set<Promise<void>>} */
  const flying = new Set();
  const fly = (/** @type {Promise<void>} */ deed) => {
    const flight = deed.then(() => void flying.delete(flight));
    flying.add(flight);
  };
  for (let passed = 0; passed < ms; passed = performance.now() - start) {
    if (midway && passed > ms / 2) {
      fly(midway());
      midway = undefined;
    }
    const client = random.pick(clients);
    if (!client.busy) {
      client.busy = true;
      deeds += 1;
      const deed = random.below(REPLACED) === 0 ? replace(clients, client) : act(client, random);
      fly(deed.then(() => void (client.busy = false)));
    }
    if (flying.size >= AT_ONCE) await Promise.race(flying);
    // Otherwise what the others do would not be heard.
    else await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(flying);
}

/**
 * Everything stops, and everyone is asked what they see.
 *
 * @param {Client[]} clients
 * @param {string} wsUrl
 * @param {(differs: () => string) => void} onWaiting
 */
async function checkAll(clients, wsUrl, onWaiting) {
  await settle(clients);
  for (const topic of TOPICS) {
    const members = clients.filter(({ place }) => place.topic === topic);
    const list = await serverList(wsUrl, topic, members, onWaiting);
    // What the server did before it made that list has come after this.
    await Promise.all(members.map((member) => member.barrier()));
    compare(members, list);
    compared += members.length;
  }
}

/**
 * Ends the soak if something takes too long, rather than never.
 *
 * @template T
 * @param {string} what
 * @param {number} ms
 * @param {(onWaiting: (differs: () => string) => void) => Promise<T>} work
 */
async function within(what, ms, work) {
  let differs = () => "a client waits for its state or for an answer";
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const stuck = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} does not end: ${differs()}`)), ms);
  });
  try {
    return await Promise.race([work((latest) => (differs = latest)), stuck]);
  } finally {
    clearTimeout(timer);
  }
}

async function soak() {
  const server = await startServer();
  const started = performance.now();
  const clients = Array.from({ length: size }, () => newClient(server.wsUrl));
  const restarts = [
    () => server.restart(),
    // This time without a good-bye.
    () => server.kill().then(() => server.restart()),
  ];
  const measured = { clients: clientMemory(), server: serverMemory() };
  await within("the first join", STUCK_MS, () => settle(clients));
  const roundMs = (seconds * 1000) / ROUNDS;
  for (let round = 0; round < ROUNDS; round += 1) {
    const restart = RESTARTS.includes(round) ? restarts.shift() : undefined;
    await within(`round ${round + 1}`, roundMs + STUCK_MS, () => live(clients, roundMs, restart));
    await within("a comparison", STUCK_MS, (onWaiting) => checkAll(clients, server.wsUrl, onWaiting));
    if (round === FIRST.clients) measured.clients = clientMemory();
    if (round === FIRST.server) measured.server = serverMemory();
    console.log(`round ${round + 1} of ${ROUNDS}: ${deeds} deeds, ${problems.length} problems`);
  }
  const first = { ...measured.clients, server: measured.server };
  const last = { ...clientMemory(), server: serverMemory() };
  problems.push(...grown(first, last));
  for (const { messages: count } of clients) messages += count;
  await Promise.all(clients.map((client) => client.disconnect()));
  await server.stop();
  const took = Math.round((performance.now() - started) / 1000);
  return [
    `soak: ${size} clients, ${took} s, seed ${seed}: ${deeds} deeds, ${clientsSoFar} sockets, ${messages} messages`,
    `2 restarts, ${compared} rosters compared, ${problems.length} problems`,
    `heap ${inMB(first.heap)} -> ${inMB(last.heap)}`,
    `core ${inMB(first.core)} -> ${inMB(last.core)}`,
    `server ${inMB(first.server)} -> ${inMB(last.server)}`,
  ].join("; ");
}

console.log(`soak: ${size} clients for ${seconds} s; to repeat: npm run soak -- --seconds ${seconds} --seed ${seed}`);
try {
  console.log(await soak());
} catch (error) {
  problems.push(error instanceof Error ? error.message : String(error));
}
for (const problem of problems.slice(0, 20)) console.error(`soak: ${problem.slice(0, LONG)}`);
if (problems.length > 20) console.error(`soak: and ${problems.length - 20} more`);
// Whoever is stuck would keep the process alive.
process.exit(problems.length > 0 ? 1 : 0);
