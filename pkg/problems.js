// Problems of a message as errors, and who gets them. They are listed as kind, value,
// kind, value, …; the kinds 1 to 7 are those of `Problem` in src/js/problem.rs.

/** A callback threw the value. */
export const THROWN = 0;

/** A joined channel got no state in time; the value says whether diffs came. */
export const NO_STATE = 8;

const NO_STATE_TEXT = (/** @type {unknown} */ someDiffs) =>
  `no presence_state within 5 s of the join, ${someDiffs ? "though diffs came" : "and no diffs"}: make the Presence ` +
  "before channel.join() is answered, and check the names in `events` and that the server pushes the state";

const PRESENCES = "an object with a presence for each key";
const PRESENCE = "an object with an array of objects as metas";

/**
 * For each kind but the first: where, what was expected there, and whether the value is its key.
 *
 * @type {readonly (readonly [where: string, expected: string, isKey: boolean])[]}
 */
const MALFORMED = [
  ["presence_state", PRESENCES, false],
  ["presence_state", PRESENCE, true],
  ["presence_diff", "an object with joins and leaves", false],
  ["joins of presence_diff", PRESENCES, false],
  ["joins of presence_diff", PRESENCE, true],
  ["leaves of presence_diff", PRESENCES, false],
  ["leaves of presence_diff", PRESENCE, true],
];

/**
 * Calls a user's callbacks for events, whatever they throw.
 *
 * @param {import("../src/js/border.js").Event[]} events
 * @param {any} onJoin
 * @param {any} onLeave
 * @param {unknown[]} problems gets what they throw
 */
export function callBack(events, onJoin, onLeave, problems) {
  for (const { isJoin, key, current, presence } of events) {
    const callback = isJoin ? onJoin : onLeave;
    try {
      callback(key, current, presence);
    } catch (error) {
      problems.push(THROWN, error);
    }
  }
}

/** @param {() => void} callback @param {unknown[]} problems gets what it throws */
export function callBackOnce(callback, problems) {
  try {
    callback();
  } catch (error) {
    problems.push(THROWN, error);
  }
}

/** Reports the problems of one Presence to its user. */
export class Reporter {
  constructor() {
    /** @type {((error: Error & { key?: string }) => void) | undefined} */
    this.onError = undefined;
    this.warned = false;
  }

  /** @param {unknown[]} problems */
  report(problems) {
    for (const [kind, value] of pairs(problems)) {
      if (typeof this.onError === "function") {
        try {
          this.onError(asError(kind, value));
        } catch (error) {
          uncaught(error);
        }
      } else if (kind === THROWN) {
        uncaught(value);
      } else if (!this.warned) {
        this.warned = true;
        warn(asError(kind, value).message);
      }
    }
  }
}

/**
 * Reports the problems of a static: warns of malformed values, and throws the first error of a callback.
 *
 * @param {unknown[]} problems
 */
export function reportOfStatic(problems) {
  const all = pairs(problems);
  const malformed = all.filter(([kind]) => kind !== THROWN);
  if (malformed.length > 0) {
    const more = malformed.length > 1 ? ` (and ${malformed.length - 1} more)` : "";
    warn(asError(...malformed[0]).message + more);
  }
  const thrown = all.find(([kind]) => kind === THROWN);
  if (thrown) throw thrown[1];
}

/** @param {unknown[]} problems */
function pairs(problems) {
  /** @type {[kind: number, value: unknown][]} */
  const all = [];
  for (let at = 0; at < problems.length; at += 2) all.push([Number(problems[at]), problems[at + 1]]);
  return all;
}

/**
 * @param {number} kind
 * @param {unknown} value
 * @returns {Error & { key?: string }}
 */
function asError(kind, value) {
  if (kind === NO_STATE) return new Error(NO_STATE_TEXT(value));
  if (kind === THROWN) {
    return isError(value) ? value : new Error(`a callback threw ${describe(value)}`, { cause: value });
  }
  const [where, expected, isKey] = MALFORMED[kind - 1];
  if (isKey) {
    const skipped = new TypeError(`${where}: skipped ${JSON.stringify(value)}, expected ${expected}`);
    return Object.assign(skipped, { key: String(value) });
  }
  return new TypeError(`${where}: ignored, expected ${expected}, got ${describe(value)}`);
}

// A proxy may throw whatever it is asked.

/**
 * @param {unknown} value
 * @returns {value is Error}
 */
function isError(value) {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** @param {unknown} value */
function describe(value) {
  try {
    return value === null ? "null" : Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
  } catch {
    return "a proxy that was revoked";
  }
}

/** @param {string} message */
function warn(message) {
  console.warn(`phoenix-presence: ${message}`);
}

/**
 * Reports an error that nobody catches, without stopping what is under way.
 *
 * @param {unknown} error
 */
function uncaught(error) {
  if (typeof reportError === "function") return reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}
