// What is measured, for any implementation of `Presence`, in Node and in a page.
//
// A row makes, for an implementation, a sample: some work that is ready to be
// done, and what it left behind, as text, to be compared between implementations.
// Making it, parsing payloads included, is not measured. A sample can be a batch of
// several: a browser's clock moves in steps that a single one may not reach.

/**
 * @typedef {{ run(): void, times: number, result(): string }} Sample what to time, how often it does the work, and
 *   what that left
 * @typedef {object} Row
 * @property {string} work
 * @property {number} size how many there are
 * @property {"users" | "metas"} of of what
 * @property {number} goal how many times faster than phoenix.js it should be
 * @property {(Presence: any, batch?: number) => Sample} sample
 */

const PRESENCE = { online_at: 1795489092, status: "online" };

/** A phx_ref as Phoenix makes them: 16 characters. @param {number} n */
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

/** What `make` makes, so many times, in one list. @template T @param {number} times @param {() => T[]} make */
const repeat = (times, make) => Array.from({ length: times }, make).flat();

/** A Presence with callbacks set, that is told what arrives. @param {any} Presence */
export function connect(Presence) {
  /** @type {Record<string, (payload: unknown) => void>} */
  const handlers = {};
  const presence = new Presence({
    on: (/** @type {string} */ event, /** @type {any} */ handler) => (handlers[event] = handler),
    joinRef: () => "1",
  });
  const told = { joins: 0, leaves: 0 };
  presence.onJoin(() => told.joins++);
  presence.onLeave(() => told.leaves++);
  const { presence_state: state, presence_diff: diff } = handlers;
  return { presence, told, state, diff };
}

/** @param {ReturnType<typeof connect>[]} all */
const outcome = (all) =>
  JSON.stringify(
    all.map(({ presence, told }) => [told, presence.list((/** @type {any} */ k, /** @type {any} */ p) => [k, p])]),
  );

/**
 * A presence_state of so many users, after another one or none.
 *
 * @param {string} work
 * @param {number} goal
 * @param {number} size
 * @param {string | undefined} before
 * @param {string} text
 * @returns {Row}
 */
function stateRow(work, goal, size, before, text) {
  const times = Math.max(1, Math.round(1_000 / size)); // Few users: many at once, for the clock.
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

/** The metas of one user, in another order. @param {number} size @param {number} goal @returns {Row} */
export function reorderedRow(size, goal) {
  const metas = Array.from({ length: size }, (_, n) => ({ phx_ref: ref(n) }));
  const before = JSON.stringify({ one: { metas } });
  const text = JSON.stringify({ one: { metas: metas.toReversed() } });
  return { ...stateRow("resync, metas of one user reordered", goal, size, before, text), of: "metas" };
}

/**
 * The whole roster, asked for again and again.
 *
 * @param {string} work
 * @param {number} goal
 * @param {number} size
 * @param {(presence: any) => unknown} ask
 * @param {boolean} changing whether a diff comes before each
 * @returns {Row}
 */
function rosterRow(work, goal, size, ask, changing) {
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
      ask(room.presence); // What is asked for again and again has been asked for before.
      const diffs = repeat(batch, () => joins.map((join) => JSON.parse(join)));
      const run = () => {
        for (const diff of diffs) {
          if (changing) room.diff(diff);
          ask(room.presence);
        }
      };
      return { times: diffs.length, run, result: () => outcome([room]) };
    },
  };
}

/** The roster as its own users would get it. @param {any} presence */
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

/** What is asked of a room of any size. @param {number} size @returns {Row[]} */
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
