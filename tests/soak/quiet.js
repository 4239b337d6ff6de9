/**
 * What holds when nobody does anything: all rosters are the server's list, and that is what the
 * clients have tracked.
 *
 * Invariant: nothing here waits for a time. The server answers each client in order, so after an
 * answer to a question everything sent before it has come.
 */

import * as phoenix from "phoenix";
import WebSocket from "ws";

/** @typedef {import("./client.js").Client} Client */
/** @typedef {Record<string, { metas: any[], [field: string]: unknown }>} State */

/**
 * Resolves when every client is connected to the server that now runs, and has heard it out.
 *
 * @param {Client[]} clients
 */
export async function settle(clients) {
  for (;;) {
    await Promise.all(clients.map((client) => client.until(() => client.isReady)));
    const answers = await Promise.all(clients.map((client) => client.barrier()));
    if (answers.every((answered) => answered)) return;
  }
}

/** What one meta is known by: its key, its client and that client's life. @param {unknown[]} parts */
const mark = (...parts) => JSON.stringify(parts);

/** What the clients have tracked. @param {Client[]} clients */
const believed = (clients) =>
  new Set(clients.flatMap(({ tracked, place, life }) => Array.from(tracked, (key) => mark(key, place.id, life))));

/** What the server lists. @param {State} list */
const listed = (list) =>
  Object.entries(list).flatMap(([key, { metas }]) => metas.map(({ client, life }) => mark(key, client, life)));

/**
 * The server's list of a topic, once it is what the clients have tracked. Until the server has
 * noticed every connection that was cut, it is not: then each change of the list is a reason to ask
 * again.
 *
 * @param {string} wsUrl
 * @param {string} topic
 * @param {Client[]} clients who are in it
 * @param {(differs: () => string) => void} onWaiting hears what is still missing
 * @returns {Promise<State>}
 */
export async function serverList(wsUrl, topic, clients, onWaiting) {
  const expected = believed(clients);
  const socket = new phoenix.Socket(wsUrl, { params: { user_id: "watcher" }, transport: WebSocket });
  const channel = socket.channel(topic, { track: false });
  /** @type {Promise<State>} */
  const quiet = new Promise((resolve) => {
    let isOld = false;
    channel.on("presence_state", (/** @type {State} */ list) => {
      const found = listed(list);
      if (found.length === expected.size && found.every((each) => expected.has(each))) return resolve(list);
      isOld = true;
      onWaiting(() => difference(topic, expected, new Set(found)));
    });
    channel.on("presence_diff", () => {
      if (!isOld) return;
      isOld = false;
      channel.push("state", {});
    });
  });
  socket.connect();
  channel.join();
  const list = await quiet;
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
 * A roster as text, whatever the order in which it came about.
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
 * Reports every client whose roster is not the server's list.
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
      client.fail(`its callbacks told of ${[...online].sort()}, its roster has ${[...keys].sort()}`);
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
