// The rows of the benches, for any implementation of `Presence`, in Node and in a page.
//
// A row makes a sample for an implementation: prepared work, and its outcome as text, which is compared
// between implementations. Preparing it, parsing payloads included, is not timed. A sample can be a batch,
// because the steps of a browser's clock may be longer than one unit of work.

/**
 * @typedef {{ run(): void, times: number, result(): string }} Sample the work to time, how many units of it,
 *   and the outcome
 * @typedef {object} Row
 * @property {string} work
 * @property {number} size
 * @property {"users" | "metas"} of what `size` counts
 * @property {number} goal how many times faster than phoenix.js it should be
 * @property {(Presence: any, batch?: number) => Sample} sample
 */

const PRESENCE = { online_at: 1795489092, status: "online" };

/** A phx_ref of 16 characters, as in Phoenix. @param {number} n */
const ref = (n) => `F${String(n).padStart(15, "0")}`;

/** @param {number} n */
const user = (n) => `user-${n}`;

/** @param {string} key @param {number} n */
const presenceText = (key, n) => `"${key}":{"metas":[${JSON.stringify({ phx_ref: ref(n), ...PRESENCE })}]}`;

/** The text of a presence_state. @param {number} users @param {number} [firstRef] */
export function stateText(users, firstRef = 0) {
  const presences = Array.from({ length: users }, (_, n) => presenceText(user(n), firstRef + n));
  return `{${presences.join(",")}}`;
}

/** @param {string} joins @param {string} leaves */
const diffText = (joins, leaves) => `{"joins":{${joins}},"leaves":{${leaves}}}`;

/** The results of several calls of `make` in one list. @template T @param {number} times @param {() => T[]} make */
const repeat = (times, make) => Array.from({ length: times }, make).flat();

/** A Presence with callbacks set, and functions that deliver messages to it. @param {any} Presence */
export function connect(Presence) {
  /** @type {Record<string, (payload: unknown) => void>} */
  const handlers = {};
  const presence = new Presence({
    on: (/** @type {string} */ event, /** @type {any} */ handler) => (handlers[event] = handler),
    joinRef: () => "1",
  });
  const calls = { joins: 0, leaves: 0 };
  presence.onJoin(() => calls.joins++);
  presence.onLeave(() => calls.leaves++);
  const { presence_state: state, presence_diff: diff } = handlers;
  return { presence, calls, state, diff };
}

/** @param {ReturnType<typeof connect>[]} all */
const outcome = (all) =>
  JSON.stringify(
    all.map(({ presence, calls }) => [calls, presence.list((/** @type {any} */ k, /** @type {any} */ p) => [k, p])]),
  );

/**
 * A presence_state, as the first or after another one.
 *
 * @param {string} work
 * @param {number} goal
 * @param {number} size
 * @param {string | undefined} before
 * @param {string} text
 * @returns {Row}
 */
function stateRow(work, goal, size, before, text) {
  const times = Math.max(1, Math.round(1_000 / size)); // With few users several at once, for the clock.
  return {
    work,
    size,
    of: "users",
    goal,
    sample(Presence, batch = 1) {
      const all = Array.from({ length: times * batch }, () => connect(Presence));
      if (before) for (const { state } of all) state(JSON.parse(before));
      const payloads = all.map(() => JSON.parse(text));
      return {
        times: all.length,
        run: () => all.forEach(({ state }, at) => state(payloads[at])),
        result: () => outcome(all),
      };
    },
  };
}

/** One join or leave. @param {number} size @param {number} goal @returns {Row} */
function diffRow(size, goal) {
  const [text, joins, leaves] = [stateText(size), /** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
  for (let n = 0; n < 200; n++) {
    const presence = presenceText(`new-${n}`, 1_000_000 + n);
    joins.push(diffText(presence, ""));
    leaves.push(diffText("", presence));
  }
  return {
    work: "one join or leave",
    size,
    of: "users",
    goal,
    sample(Presence, batch = 1) {
      const room = connect(Presence);
      room.state(JSON.parse(text));
      const diffs = repeat(batch, () => joins.flatMap((join, n) => [JSON.parse(join), JSON.parse(leaves[n])]));
      return {
        times: diffs.length,
        run: () => diffs.forEach((diff) => room.diff(diff)),
        result: () => outcome([room]),
      };
    },
  };
}

/** A resync in which the metas of one user have another order. @param {number} size @param {number} goal @returns {Row} */
export function reorderedRow(size, goal) {
  const metas = Array.from({ length: size }, (_, n) => ({ phx_ref: ref(n) }));
  const before = JSON.stringify({ one: { metas } });
  const text = JSON.stringify({ one: { metas: metas.toReversed() } });
  return { ...stateRow("resync, metas of one user reordered", goal, size, before, text), of: "metas" };
}

/**
 * The whole roster, read several times.
 *
 * @param {string} work
 * @param {number} goal
 * @param {number} size
 * @param {(presence: any) => unknown} read
 * @param {boolean} changing whether a diff is applied before each reading
 * @returns {Row}
 */
function rosterRow(work, goal, size, read, changing) {
  const text = stateText(size);
  const joins = Array.from({ length: 20 }, (_, n) => diffText(presenceText(user((n * 487) % size), 2_000_000 + n), ""));
  return {
    work,
    size,
    of: "users",
    goal,
    sample(Presence, batch = 1) {
      const room = connect(Presence);
      room.state(JSON.parse(text));
      read(room.presence); // The first reading is not timed.
      const diffs = repeat(batch, () => joins.map((join) => JSON.parse(join)));
      const run = () => {
        for (const diff of diffs) {
          if (changing) room.diff(diff);
          read(room.presence);
        }
      };
      return { times: diffs.length, run, result: () => outcome([room]) };
    },
  };
}

/** The whole roster, as users of the implementation would read it. @param {any} presence */
const entries = (presence) => (presence.entries ? presence.entries() : presence.list());

/** @returns {Row[]} */
export function rows() {
  /** @type {Row[]} */
  const all = [diffRow(10, 2.5), diffRow(1_000, 3), diffRow(10_000, 3)];
  for (const [size, first, resync, fresh] of [
    [20, 2, 2, 1.5],
    [1_000, 6, 6, 4],
    [10_000, 8, 8, 4],
  ]) {
    const [text, other] = [stateText(size), stateText(size, 1_000_000)];
    all.push(
      stateRow("first presence_state", first, size, undefined, text),
      stateRow("identical resync", resync, size, text, text),
      stateRow("resync, every ref new", fresh, size, text, other),
    );
  }
  all.sort((a, b) => a.work.localeCompare(b.work) || a.size - b.size);
  return [
    ...all,
    reorderedRow(5_000, 25),
    rosterRow("list(), nothing changed", 40, 10_000, (presence) => presence.list(), false),
    rosterRow("list(chooser), nothing changed", 5, 10_000, (presence) => presence.list(by), false),
    rosterRow("a diff, then the whole roster", 60, 10_000, entries, true),
  ];
}

/** @param {string} key @param {{ metas: unknown[] }} presence */
const by = (key, { metas }) => [key, metas.length];

/** The rows for a room of any size. @param {number} size @returns {Row[]} */
export function roomOf(size) {
  const text = stateText(size);
  return [
    stateRow("first presence_state", 1, size, undefined, text),
    stateRow("identical resync", 1, size, text, text),
    diffRow(size, 1),
  ];
}

/** Rooms and users of growing size, for a plot. @param {number} largest */
export function growth(largest) {
  const sizes = [10, 100, 1_000, 10_000, 100_000].filter((size) => size <= largest);
  return {
    room: sizes.flatMap(roomOf),
    metas: [1, ...sizes].map((size) => reorderedRow(size, 1)),
  };
}
