// Says in words what went wrong in a message. The core lists problems as kind,
// value, kind, value, …; the kinds are those of `Problem` in src/js/problem.rs.

import { run } from "./core.js";

/** A callback threw the value. */
export const THROWN = 0;

const PRESENCES = "an object with a presence for each key";
const PRESENCE = "an object with an array of objects as metas";

/** For each kind but the first: where, what was expected there, and whether the value is its key. */
const MALFORMED = [
  undefined,
  ["presence_state", PRESENCES, false],
  ["presence_state", PRESENCE, true],
  ["presence_diff", "an object with joins and leaves", false],
  ["joins of presence_diff", PRESENCES, false],
  ["joins of presence_diff", PRESENCE, true],
  ["leaves of presence_diff", PRESENCES, false],
  ["leaves of presence_diff", PRESENCE, true],
];

/** @param {unknown[]} problems @param {(kind: number, value: unknown) => void} tell */
export function each(problems, tell) {
  for (let at = 0; at < problems.length; at += 2) tell(/** @type {number} */ (problems[at]), problems[at + 1]);
}

/**
 * @param {number} kind
 * @param {unknown} value
 * @returns {Error & { key?: string }}
 */
export function asError(kind, value) {
  const malformed = MALFORMED[kind];
  if (!malformed) {
    return value instanceof Error ? value : new Error(`a callback threw ${String(value)}`, { cause: value });
  }
  const [where, expected, isKey] = malformed;
  if (isKey) return Object.assign(new TypeError(`${where}: skipped ${JSON.stringify(value)}, expected ${expected}`), { key: value });
  const found = value === null ? "null" : Array.isArray(value) ? "an array" : `${typeof value}`;
  return new TypeError(`${where}: ignored, expected ${expected}, got ${found}`);
}

/** @param {number} kind @param {unknown} value @param {string} [more] */
export function warn(kind, value, more = "") {
  console.warn(`phoenix-presence: ${asError(kind, value).message}${more}`);
}

/** Reports an error that nobody catches, without stopping what is under way. @param {unknown} error */
export function uncaught(error) {
  if (typeof reportError === "function") return reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}

/**
 * Runs one static call: warns of what was malformed, and throws what a callback
 * threw first, after the call is done.
 *
 * @param {(problems: unknown[]) => void} sync
 */
export function settle(sync) {
  /** @type {unknown[]} */
  const problems = [];
  run(() => sync(problems));
  if (problems.length === 0) return;

  /** @type {unknown[]} */
  const thrown = [];
  /** @type {[number, unknown][]} */
  const malformed = [];
  each(problems, (kind, value) => (kind === THROWN ? thrown.push(value) : malformed.push([kind, value])));
  if (malformed.length > 0) warn(...malformed[0], malformed.length > 1 ? ` (and ${malformed.length - 1} more)` : "");
  if (thrown.length > 0) throw thrown[0];
}
