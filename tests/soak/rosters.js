/**
 * Compares every client's roster with the server's list, and the list with what the clients track,
 * while all clients are idle.
 *
 * Nothing here waits for an amount of time: the server answers each client in order, so the answer to
 * a push means that everything sent before it has arrived.
 */

import * as phoenix from "phoenix";
import WebSocket from "ws";

/** @typedef {import("./client.js").Client} Client */
/** @typedef {Record<string, { metas: any[], [field: string]: unknown }>} State */

/**
 * Resolves when every client is joined on the server that runs now, and has received all that the server sent.
 *
 * @param {Client[]} clients
 */
export async function untilIdle(clients) {
  for (;;) {
    await Promise.all(clients.map((client) => client.until(() => client.isReady)));
    const answers = await Promise.all(clients.map((client) => client.barrier()));
    if (answers.every((answered) => answered)) return;
  }
}

/** The identity of a meta as text: its key, its client, and the number of the client's join. @param {unknown[]} parts */
const identity = (...parts) => JSON.stringify(parts);

/** The metas that the clients have tracked. @param {Client[]} clients */
const trackedBy = (clients) =>
  new Set(
    clients.flatMap(({ tracked, options, joins }) => Array.from(tracked, (key) => identity(key, options.id, joins))),
  );

/** The metas that the server lists. @param {State} list */
const listed = (list) =>
  Object.entries(list).flatMap(([key, { metas }]) => metas.map(({ client, join }) => identity(key, client, join)));

/**
 * The server's list of a topic, once it equals what the clients have tracked. It does not before the
 * server has noticed every connection that was cut, so the list is requested again after each change.
 *
 * @param {string} wsUrl
 * @param {string} topic
 * @param {Client[]} clients all that are in the topic
 * @param {(differs: () => string) => void} onWaiting called with a description of the difference, whenever there is one
 * @returns {Promise<State>}
 */
export async function serverList(wsUrl, topic, clients, onWaiting) {
  const expected = trackedBy(clients);
  const socket = new phoenix.Socket(wsUrl, { params: { user_id: "watcher" }, transport: WebSocket });
  const channel = socket.channel(topic, { track: false });
  /** @type {Promise<State>} */
  const equalList = new Promise((resolve) => {
    let differs = false;
    channel.on("presence_state", (/** @type {State} */ list) => {
      const found = listed(list);
      if (found.length === expected.size && found.every((each) => expected.has(each))) return resolve(list);
      differs = true;
      onWaiting(() => difference(topic, expected, new Set(found)));
    });
    channel.on("presence_diff", () => {
      if (!differs) return;
      differs = false;
      channel.push("state", {});
    });
  });
  socket.connect();
  channel.join();
  const list = await equalList;
  await new Promise((resolve) => socket.disconnect(() => resolve(undefined)));
  return list;
}

/** @param {string} topic @param {Set<string>} expected @param {Set<string>} found */
function difference(topic, expected, found) {
  const missing = [...expected].filter((each) => !found.has(each));
  const extra = [...found].filter((each) => !expected.has(each));
  return `the server's list of ${topic} lacks ${missing} and has ${extra} too many`;
}

/**
 * A roster as text, independent of the order of keys and metas.
 *
 * @param {State} state
 */
function canonical(state) {
  const byRef = (/** @type {any} */ a, /** @type {any} */ b) => (a.phx_ref < b.phx_ref ? -1 : 1);
  const entries = Object.entries(state).map(([key, presence]) => [
    key,
    JSON.stringify({ ...presence, metas: [...presence.metas].sort(byRef) }),
  ]);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Reports every client whose roster differs from the server's list.
 *
 * @param {Client[]} clients
 * @param {State} list
 */
export function compare(clients, list) {
  const expected = canonical(list);
  for (const client of clients) {
    const { presence, online } = client;
    const state = /** @type {State} */ (/** @type {unknown} */ (presence.state));
    const found = canonical(state);
    const first = Math.max(found.length, expected.length);
    for (let at = 0; at < first; at += 1) {
      if (String(found[at]) === String(expected[at])) continue;
      client.fail(`its roster has ${found[at]} where the server lists ${expected[at]}`);
      break;
    }
    const keys = Object.keys(state);
    if (keys.length !== online.size || !keys.every((key) => online.has(key))) {
      client.fail(`by its callbacks there are ${[...online].sort()}, its roster has ${[...keys].sort()}`);
    }
    const listed = presence.entries();
    if (
      listed.length !== keys.length ||
      !listed.every(([key, entry], at) => key === keys[at] && entry === state[key])
    ) {
      client.fail(`entries() has ${listed.map(([key]) => key)}, its roster has ${keys}`);
    }
  }
}
