/**
 * The soak test: many clients in a few rooms act at random while the server restarts. After each
 * round all clients stop, and every roster must equal the server's list.
 *
 *     node --expose-gc tests/soak/main.js --seconds 60 --clients 200 --seed 1
 *
 * The exit code is 0 only if every comparison was made and found no difference, no client reported a
 * problem, and memory has not grown. `npm run soak` builds what this needs first.
 */

import { parseArgs } from "node:util";

import { startServer } from "../support/server.js";
import { Client } from "./client.js";
import { act } from "./actions.js";
import { clientMemory, grown, inMB, serverMemory } from "./memory.js";
import { compare, serverList, untilIdle } from "./rosters.js";
import { Random } from "./random.js";

const TOPICS = ["room:one", "room:two", "room:three", "rich:four", "rich:five"];
const ROUNDS = 6;
/** The rounds in the middle of which the server is restarted. */
const RESTARTS = [1, 2];
/** The rounds after which memory is first measured: for the server, not before its last restart. */
const FIRST_MEASUREMENT = { clients: 1, server: 2 };
/** How many actions may be under way at a time. */
const MAX_CONCURRENT_ACTIONS = 32;
/** One in how many actions replaces the client by a new one. */
const REPLACEMENT_ODDS = 30;
/** How long the clients may take beyond a round, in milliseconds; more means that one is stuck. */
const STUCK_TIMEOUT_MS = 60_000;
/** The length at which a problem is cut, in characters: a roster can be long. */
const MAX_PROBLEM_LENGTH = 600;

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
let actions = 0;
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
 * Disconnects a client, with or without leaving first, and puts a new one in its place.
 *
 * @param {Client[]} clients
 * @param {Client} client
 */
async function replace(clients, client) {
  if (random.below(2) === 0) await client.leave();
  await client.disconnect();
  messages += client.messages;
  const next = newClient(client.options.wsUrl);
  clients[clients.indexOf(client)] = next;
  next.busy = true;
  await next.until(() => next.isReady);
  next.busy = false;
}

/**
 * Has the clients act at random for a while.
 *
 * @param {Client[]} clients
 * @param {number} ms
 * @param {() => Promise<void>} [midway] called in the middle
 */
async function actAtRandom(clients, ms, midway) {
  const start = performance.now();
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  const begin = (/** @type {Promise<void>} */ action) => {
    const finished = action.then(() => void running.delete(finished));
    running.add(finished);
  };
  for (let passed = 0; passed < ms; passed = performance.now() - start) {
    if (midway && passed > ms / 2) {
      begin(midway());
      midway = undefined;
    }
    const client = random.pick(clients);
    if (!client.busy) {
      client.busy = true;
      actions += 1;
      const action = random.below(REPLACEMENT_ODDS) === 0 ? replace(clients, client) : act(client, random);
      begin(action.then(() => void (client.busy = false)));
    }
    if (running.size >= MAX_CONCURRENT_ACTIONS) await Promise.race(running);
    // Lets the clients receive their messages.
    else await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(running);
}

/**
 * Waits until all clients are idle, then compares every roster with the server's list.
 *
 * @param {Client[]} clients
 * @param {string} wsUrl
 * @param {(differs: () => string) => void} onWaiting
 */
async function checkAll(clients, wsUrl, onWaiting) {
  await untilIdle(clients);
  for (const topic of TOPICS) {
    const members = clients.filter(({ options }) => options.topic === topic);
    const list = await serverList(wsUrl, topic, members, onWaiting);
    // Until every member has received what the server sent before that list.
    await Promise.all(members.map((member) => member.barrier()));
    compare(members, list);
    compared += members.length;
  }
}

/**
 * Rejects if a step takes too long, so that the test never hangs.
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
    // The second one kills the server: it closes no connection properly.
    () => server.kill().then(() => server.restart()),
  ];
  const measured = { clients: clientMemory(), server: serverMemory() };
  await within("the first join", STUCK_TIMEOUT_MS, () => untilIdle(clients));
  const roundMs = (seconds * 1000) / ROUNDS;
  for (let round = 0; round < ROUNDS; round += 1) {
    const restart = RESTARTS.includes(round) ? restarts.shift() : undefined;
    await within(`round ${round + 1}`, roundMs + STUCK_TIMEOUT_MS, () => actAtRandom(clients, roundMs, restart));
    await within("a comparison", STUCK_TIMEOUT_MS, (onWaiting) => checkAll(clients, server.wsUrl, onWaiting));
    if (round === FIRST_MEASUREMENT.clients) measured.clients = clientMemory();
    if (round === FIRST_MEASUREMENT.server) measured.server = serverMemory();
    console.log(`round ${round + 1} of ${ROUNDS}: ${actions} actions, ${problems.length} problems`);
  }
  const first = { ...measured.clients, server: measured.server };
  const last = { ...clientMemory(), server: serverMemory() };
  problems.push(...grown(first, last));
  for (const { messages: count } of clients) messages += count;
  await Promise.all(clients.map((client) => client.disconnect()));
  await server.stop();
  const took = Math.round((performance.now() - started) / 1000);
  return [
    `soak: ${size} clients, ${took} s, seed ${seed}: ${actions} actions, ${clientsSoFar} sockets, ${messages} messages`,
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
for (const problem of problems.slice(0, 20)) console.error(`soak: ${problem.slice(0, MAX_PROBLEM_LENGTH)}`);
if (problems.length > 20) console.error(`soak: and ${problems.length - 20} more`);
// A client that is stuck would keep the process alive.
process.exit(problems.length > 0 ? 1 : 0);
