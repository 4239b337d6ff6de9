// Operations on JavaScript values for the core, each in one call, since the crossing of
// the border is most of its cost. All decisions are in Rust.
//
// No function here throws, whatever values it is given: an error thrown through wasm
// would leak its stack and its handles. A value that cannot be read (a getter that
// throws, a revoked proxy) counts as missing, and one that cannot be written stays.

/** @typedef {import("./border.js").Memory} Memory */
/** @typedef {import("./border.js").Dict} Dict */

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null;

// Objects indexed by presence keys.

/** @param {unknown} value */
export const isDict = (value) => {
  try {
    return isObject(value) && !Array.isArray(value);
  } catch {
    return false;
  }
};
/** @returns {Dict} */
export const emptyDict = () => Object.create(null);
// phoenix.js lists own property names. For JSON, Object.keys is the same, and it saves a
// twentieth of the time of a diff.
/** The keys, in order; none if the value is not an object, or is an array. @param {any} dict @returns {string[]} */
export const keys = (dict) => {
  try {
    return isObject(dict) && !Array.isArray(dict) ? Object.keys(dict) : [];
  } catch {
    return [];
  }
};
/** The keys of an object or array. @param {any} object @returns {string[]} */
export const allKeys = (object) => {
  try {
    return Object.keys(object);
  } catch {
    return [];
  }
};
/** @param {any} dict @param {string} key @returns {any} */
export const get = (dict, key) => {
  try {
    return dict[key];
  } catch {
    return undefined;
  }
};
/** Without inherited values. @param {Dict} dict @param {string} key */
export const own = (dict, key) => {
  try {
    return Object.prototype.hasOwnProperty.call(dict, key) ? dict[key] : undefined;
  } catch {
    return undefined;
  }
};
/** @param {Dict} dict @param {string} key @param {unknown} value */
export const set = (dict, key, value) => {
  try {
    dict[key] = value;
  } catch {
    // The user's own property, which cannot be written.
  }
};
/** Removes a key, unless it cannot be removed. @param {Dict} dict @param {string} key */
export const remove = (dict, key) => {
  try {
    return delete dict[key];
  } catch {
    return false; // The user's own property, which cannot be deleted.
  }
};

// Positions by key. The core adds one to each, so that 0 means that there is none.

/** @param {Dict} dict @param {string} key @param {number} value */
export const setPosition = (dict, key, value) => set(dict, key, value);
/** @param {Dict} dict @param {string} key @returns {number} */
export const position = (dict, key) => get(dict, key);

// Whether values have the same content.

/** @param {unknown} one @param {unknown} other */
export const identical = (one, other) => one === other;
/** An instance of a class may have more than its keys show. This works across realms. @param {object | null} prototype */
const hasNoClass = (prototype) => prototype === null || Object.getPrototypeOf(prototype) === null;
/** @param {unknown} value */
const isPlain = (value) => isDict(value) && hasNoClass(Object.getPrototypeOf(value));
/** @param {unknown} one @param {unknown} other */
const areArrays = (one, other) => Array.isArray(one) && Array.isArray(other) && one.length === other.length;
/** Whether both are plain objects, or both arrays of the same length. @param {unknown} one @param {unknown} other */
export const alike = (one, other) => {
  try {
    return areArrays(one, other) || (isPlain(one) && isPlain(other));
  } catch {
    return false;
  }
};

// The sides of a diff.

/** @param {unknown} diff */
export const joins = (diff) => get(diff, "joins");
/** @param {unknown} diff */
export const leaves = (diff) => get(diff, "leaves");

// Presences and their metas.

/** @param {any} presence */
const metasOf = (presence) => {
  try {
    return presence?.metas;
  } catch {
    return undefined;
  }
};
/**
 * The number of metas of a presence; -1 if it is not a presence. Only the first meta is checked, which saves a call for
 * most presences, since they have one.
 *
 * @param {any} presence
 * @returns {number}
 */
export const count = (presence) => {
  try {
    const metas = presence?.metas; // Most keys of a diff have no presence yet: throwing would take microseconds.
    return Array.isArray(metas) && (metas.length === 0 || isObject(metas[0])) ? metas.length : -1;
  } catch {
    return -1;
  }
};
/** @param {unknown} presence @param {number} at */
export const meta = (presence, at) => get(metasOf(presence), /** @type {any} */ (at));
/** @param {unknown} presence @param {number} at */
export const isMeta = (presence, at) => isObject(meta(presence, at));
/** The fields beside the metas. @param {any} presence */
export const fields = (presence) => {
  try {
    const { metas: _metas, ...others } = presence;
    return others;
  } catch {
    return undefined;
  }
};
/** @param {any} presence @param {number} at */
const refAt = (presence, at) => {
  try {
    return presence.metas[at].phx_ref;
  } catch {
    return undefined;
  }
};
/** @param {unknown} presence @param {number} at @param {unknown} other @param {number} otherAt */
export const sameRef = (presence, at, other, otherAt) => refAt(presence, at) === refAt(other, otherAt);
/** @param {any} presence @param {number} at */
const replacedRefAt = (presence, at) => {
  try {
    return presence.metas[at].phx_ref_prev;
  } catch {
    return undefined;
  }
};
/** @param {unknown} presence @param {number} at @param {unknown} other @param {number} otherAt */
export const replaces = (presence, at, other, otherAt) =>
  (replacedRefAt(presence, at) ?? NaN) === refAt(other, otherAt);
/** A copy of a presence with other metas. The spread also copies a field named `__proto__`. @param {any} presence @param {unknown[]} metas */
export const withMetas = (presence, metas) => {
  try {
    return { ...presence, metas };
  } catch {
    return { metas };
  }
};
/** @returns {unknown[]} */
export const noMetas = () => [];
/** @param {unknown[]} metas @param {unknown} from @param {number} at */
export const pushMeta = (metas, from, at) => {
  metas.push(meta(from, at));
};

// Refs of many metas. For JSON values, a Map compares as === does.

/** @param {any} presence */
export const index = (presence) => {
  const places = new Map();
  Array.from(metasOf(presence), (_, at) => places.set(refAt(presence, at), at)); // Quicker than from pairs.
  return places;
};
/** @param {Map<unknown, number>} places @param {unknown} presence @param {number} at */
export const place = (places, presence, at) => places.get(refAt(presence, at)) ?? -1;
/** @param {Map<unknown, number>} places @param {unknown} presence @param {number} at */
export const placeReplaced = (places, presence, at) => places.get(replacedRefAt(presence, at) ?? NaN) ?? -1;

// The session: pkg/memory.js.

/** @param {Memory} memory */
export const size = (memory) => memory.size;
/** @param {Memory} memory @param {number} users @param {number} metas */
export const resize = (memory, users, metas) => {
  memory.size += users;
  memory.metaCount += metas;
};
/** @param {Memory} memory @param {string[]} keys */
export const setKeys = (memory, keys) => {
  memory.keys = keys;
};
/** @param {Memory} memory */
export const hasState = (memory) => Boolean(memory.fields.joinRef);
/** @param {Memory} memory @param {unknown} joinRef */
export const hasStateOf = ({ fields }, joinRef) => Boolean(fields.joinRef) && fields.joinRef === joinRef;
/** @param {Memory} memory @param {unknown} joinRef */
export const setStateOf = ({ fields }, joinRef) => {
  fields.joinRef = joinRef;
};
/** @param {Memory} memory @param {unknown} joinRef */
export const waitsFor = (memory, joinRef) => memory.waitingUnder === joinRef;
/** @param {Memory} memory @param {unknown} joinRef */
export const waitFor = (memory, joinRef) => {
  memory.waitingUnder = joinRef;
};
/** @param {Memory} memory */
export const waiting = (memory) => memory.waiting();
/** @param {Memory} memory @param {object} diff */
export const addWaiting = (memory, diff) => memory.addWaiting(diff);
/** @param {Memory} memory */
export const dropWaiting = (memory) => memory.dropWaiting();
/** @param {Memory} memory */
export const takeWaiting = (memory) => memory.takeWaiting();
/** @param {Memory} memory */
export const mergedJoins = (memory) => memory.merged.joins;
/** @param {Memory} memory */
export const mergedLeft = (memory) => memory.merged.left;
/** @param {Memory} memory @param {string} key */
export const refsThatLeft = ({ merged: { left } }, key) => (left[key] ??= new Set());
/** @param {Set<unknown>} refs @param {unknown} presence @param {number} at */
export const addRef = (refs, presence, at) => {
  refs.add(refAt(presence, at));
};
/** @param {Set<unknown>} refs @param {unknown} presence @param {number} at */
export const deleteRef = (refs, presence, at) => {
  refs.delete(refAt(presence, at));
};
/** A presence whose metas have only refs. @param {Set<unknown>} refs */
export const bareMetas = (refs) => ({ metas: Array.from(refs, (phx_ref) => ({ phx_ref })) });

// The report.

/** @param {Memory} memory @param {number} kind @param {unknown} value */
export const addProblem = (memory, kind, value) => {
  memory.problems.push(kind, value);
};
/** @param {Memory} memory @param {string} key @param {unknown} current @param {unknown} joined */
export const addJoin = (memory, key, current, joined) => {
  memory.events.push({ isJoin: true, key, current, presence: joined });
};
/** @param {Memory} memory @param {string} key @param {unknown} current @param {unknown} left */
export const addLeave = (memory, key, current, left) => {
  memory.events.push({ isJoin: false, key, current, presence: left });
};
/** @param {Memory} memory @param {string} key */
export const isWatched = (memory, key) => memory.watchers.has(key);
const REASONS = /** @type {const} */ (["initial", "resync", "diff"]);
/** @param {Memory} memory @param {number} reason @param {string} key @param {any} presence */
export const addEnter = (memory, reason, key, presence) => {
  addChange(memory, "enter", reason, key, presence, undefined, metasOf(presence), []);
};
/** @param {Memory} memory @param {number} reason @param {string} key @param {any} previous */
export const addExit = (memory, reason, key, previous) => {
  addChange(memory, "exit", reason, key, undefined, previous, [], metasOf(previous));
};
/** @param {Memory} memory @param {number} reason @param {string} key @param {any} presence @param {any} previous */
export const addUpdate = (memory, reason, key, presence, previous) => {
  addChange(memory, "update", reason, key, presence, previous, [], []);
};
/**
 * @param {Memory} memory
 * @param {import("./border.js").Change["type"]} type
 * @param {number} reason
 * @param {string} key
 * @param {any} presence
 * @param {any} previous
 * @param {any[]} joined
 * @param {any[]} left
 */
const addChange = (memory, type, reason, key, presence, previous, joined, left) => {
  memory.changes.push({ key, type, presence, previous, joined, left, updated: [], reason: REASONS[reason] });
};
// The lists of the update that was added last.
/** @param {Memory} memory */
const last = ({ changes }) => changes[changes.length - 1];
/** @param {Memory} memory @param {number} at */
export const addJoined = (memory, at) => {
  const { joined, presence } = last(memory);
  joined.push(meta(presence, at));
};
/** @param {Memory} memory @param {number} at */
export const addLeftMeta = (memory, at) => {
  const { left, previous } = last(memory);
  left.push(meta(previous, at));
};
/** @param {Memory} memory @param {number} at @param {number} place */
export const addUpdated = (memory, at, place) => {
  const { updated, presence, previous } = last(memory);
  updated.push({ previous: meta(previous, at), current: meta(presence, place) });
};

// Arrays.

/** @param {ArrayLike<unknown>} array */
export const length = (array) => array.length;
/** @param {ArrayLike<unknown>} array @param {number} index */
export const at = (array, index) => array[index];
