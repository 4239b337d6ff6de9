/**
 * Calls the static functions of a Presence on the same random input and writes down what came of it.
 *
 * Beside results and callbacks this looks at identity: whether a state was updated in place, copied,
 * or left alone.
 */

import fc from "fast-check";
import { diffText, pool, stateText } from "./arbitraries.js";
import { CHOOSERS } from "./driver.js";
import { deepFreeze, snapshot } from "../support/snapshot.js";

/**
 * @typedef {{ call: "syncState" | "syncDiff", text: string, callbacks: (boolean | null)[] }} Sync
 *
 * @typedef {object} StaticCalls
 * @property {string} state
 * @property {boolean} nullPrototype
 * @property {boolean} frozen
 * @property {Sync[]} syncs each applied to the result of the one before
 * @property {keyof typeof CHOOSERS} chooser
 */

/** Which of the callbacks are given: a function, null, or as many arguments left out. */
const callbacks = fc.array(fc.constantFrom(true, true, null), { maxLength: 2 });

/** @type {import("fast-check").Arbitrary<StaticCalls>} */
export const staticCalls = fc
  .record({
    pool,
    state: stateText,
    nullPrototype: fc.boolean(),
    frozen: fc.boolean(),
    syncs: fc.array(
      fc.oneof(
        fc.record({ call: fc.constant(/** @type {const} */ ("syncState")), text: stateText, callbacks }),
        fc.record({ call: fc.constant(/** @type {const} */ ("syncDiff")), text: diffText, callbacks }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    chooser: /** @type {import("fast-check").Arbitrary<keyof typeof CHOOSERS>} */ (
      fc.constantFrom(...Object.keys(CHOOSERS))
    ),
  })
  .map(({ pool, state, syncs, ...rest }) => ({
    ...rest,
    state: state(pool),
    syncs: syncs.map(({ text, ...sync }) => ({ ...sync, text: text(pool) })),
  }));

/**
 * @param {any} Presence
 * @param {StaticCalls} calls
 * @param {import("./differences.js").Treatment} treatment
 * @returns {string[]}
 */
export function callStatics(Presence, calls, treatment) {
  /** @type {string[]} */
  const log = [];
  const note = (/** @type {string} */ what, /** @type {unknown} */ value) => log.push(`${what}: ${snapshot(value)}`);
  /** Given and handed out values that must not change afterwards. @type {Map<object, string>} */
  const held = new Map();
  const hold = (/** @type {any} */ value) => {
    if (!treatment.keepsValues || typeof value !== "object" || value === null) return;
    if (!held.has(value)) held.set(treatment.protect(value), snapshot(value));
  };
  const holdPresences = (/** @type {any} */ state) =>
    Object.getOwnPropertyNames(state).forEach((key) => hold(state[key]));

  let state = JSON.parse(calls.state);
  if (calls.nullPrototype) Object.setPrototypeOf(state, null);

  for (const { call, text, callbacks } of calls.syncs) {
    log.push(`— ${call}`);
    const given = JSON.parse(text);
    hold(given);
    holdPresences(state);
    const keysBefore = Object.getOwnPropertyNames(state);
    const before = snapshot(state);
    // Only syncDiff may touch a state, and only one that cannot have come from a literal.
    const isUpdatedInPlace = call === "syncDiff" && Object.getPrototypeOf(state) === null;
    if (!isUpdatedInPlace && treatment.keepsValues) hold(state);

    const args = callbacks.map((wanted, index) => {
      const name = ["onJoin", "onLeave"][index];
      if (!wanted) return wanted;
      return function (/** @type {unknown[]} */ ...args) {
        // @ts-expect-error the receiver is part of what a callback sees
        note(`${name} called on`, this);
        note(`${name} with`, args);
        args.forEach(hold);
      };
    });
    const result = Presence[call](state, given, ...args);

    note("result", result);
    note("result is the state given", result === state);
    if (call === "syncState") note("the state given is left alone", snapshot(state) === before);
    if (!isUpdatedInPlace)
      note(
        "the keys of the state given are left alone",
        snapshot(Object.getOwnPropertyNames(state)) === snapshot(keysBefore),
      );
    state = result;
  }

  const chooser = CHOOSERS[calls.chooser];
  note("list", Presence.list(state, chooser));
  note("list of a plain object", Presence.list(JSON.parse(calls.state), chooser));
  note(
    "list and its chooser's arguments",
    Presence.list(state, (/** @type {unknown[]} */ ...args) => args),
  );
  note(
    "map",
    Presence.map(JSON.parse(calls.state), (/** @type {unknown[]} */ ...args) => args),
  );
  const cloned = Presence.clone(state);
  note("clone", cloned);
  note(
    "clone is another object",
    cloned !== state && Object.getOwnPropertyNames(state).every((key) => cloned[key] !== state[key]),
  );
  const plain = deepFreeze(JSON.parse(calls.state));
  const converted = Presence.toNullProtoObj(plain);
  note("toNullProtoObj", converted);
  note(
    "toNullProtoObj keeps values",
    Object.getOwnPropertyNames(plain).every((key) => converted[key] === plain[key]),
  );
  note("toNullProtoObj of its result is its result", Presence.toNullProtoObj(converted) === converted);

  for (const [value, then] of held) {
    const now = snapshot(value);
    if (now !== then) log.push(`a value given or handed out changed from ${then} to ${now}`);
  }
  return log;
}
