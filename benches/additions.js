// Rows for what phoenix.js does not have, so that there is nothing to compare with: the cost by itself,
// in a small room and in a large one, since for most of it the size of the room must not matter.

import { stateText } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */

/** How often the work is done in a sample. */
const UPDATES_PER_SAMPLE = 1_000;

/** A Presence in a room. @param {any} Presence @param {number} size how many users @param {object} [options] */
function connect(Presence, size, options) {
  /** @type {Record<string, (payload: unknown) => void>} */
  const handlers = {};
  const presence = new Presence(
    {
      on: (/** @type {string} */ event, /** @type {any} */ handler) => (handlers[event] = handler),
      joinRef: () => "1",
    },
    options,
  );
  handlers.presence_state(JSON.parse(stateText(size)));
  return { presence, diff: handlers.presence_diff, state: handlers.presence_state };
}

/** Diffs in which one user changes status, one after the other. @param {number} times */
function updates(times) {
  const meta = (/** @type {number} */ n) => ({ phx_ref: n === 0 ? "F000000000000000" : `update ${n}`, status: n });
  return Array.from({ length: times }, (_, n) => ({
    joins: { "user-0": { metas: [{ ...meta(n + 1), phx_ref_prev: meta(n).phx_ref }] } },
    leaves: { "user-0": { metas: [meta(n)] } },
  }));
}

/**
 * @param {string} work
 * @param {number} size
 * @param {(presence: any, count: () => void) => void} prepare
 * @param {(room: ReturnType<typeof connect>, diff: any, at: number) => void} step
 * @param {object} [options]
 * @returns {Row}
 */
function row(work, size, prepare, step, options) {
  return {
    work,
    size,
    of: "users",
    goal: 1,
    sample(Presence) {
      const room = connect(Presence, size, options);
      const diffs = updates(UPDATES_PER_SAMPLE);
      let calls = 0;
      prepare(room.presence, () => (calls += 1));
      return {
        times: UPDATES_PER_SAMPLE,
        run: () => diffs.forEach((diff, at) => step(room, diff, at)),
        result: () => `${calls} ${room.presence.size}`,
      };
    },
  };
}

const nothing = () => {};
const update = (/** @type {{ diff: Function }} */ room, /** @type {any} */ diff) => room.diff(diff);
const watch = (/** @type {any} */ presence, /** @type {string} */ key, /** @type {() => void} */ count) =>
  presence.watch(key, count);

/** @returns {Row[]} */
export function additions() {
  return [10, 10_000].flatMap((size) => [
    row("an update of one user", size, nothing, update),
    row("… with a subscriber", size, (presence, count) => presence.subscribe(count), update),
    row("… who is watched", size, (presence, count) => watch(presence, "user-0", count), update),
    row(
      "… while 1,000 others are watched",
      size,
      (presence, count) => Array.from({ length: 1_000 }, (_, n) => watch(presence, `other-${n}`, count)),
      update,
    ),
    row("… with leaveGrace", size, nothing, update, { leaveGrace: 60_000 }),
    row("… and then entries()", size, nothing, (room, diff) => {
      room.diff(diff);
      room.presence.entries();
    }),
  ]);
}

/** @returns {Row[]} */
export function lookUps() {
  /** @param {string} work @param {(presence: any, at: number) => unknown} read */
  const read = (work, read) =>
    [10, 100_000].map((size) => row(work, size, nothing, ({ presence }, _diff, at) => read(presence, at % size)));
  return [
    read("get(key)", (presence, at) => presence.get(`user-${at}`)),
    read("has(key)", (presence, at) => presence.has(`user-${at}`)),
    read("size", (presence) => presence.size),
    read("metaCount", (presence) => presence.metaCount),
    read("status", (presence) => presence.status),
  ].flat();
}
