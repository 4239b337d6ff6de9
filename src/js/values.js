// What only JavaScript can do with JavaScript values, each in one call: Rust
// decides, and crossing the border is most of what that costs. Nothing here
// chooses, and nothing throws, whatever values it is given: what cannot be read
// (a getter that throws, a revoked proxy) counts as missing, and what cannot be
// written stays. An error thrown through wasm would leave its stack and its
// handles taken.

const isObject = (value) => typeof value === "object" && value !== null;

// Objects indexed by presence keys.

export const isDict = (value) => {
  try {
    return isObject(value) && !Array.isArray(value);
  } catch {
    return false;
  }
};
export const emptyDict = () => Object.create(null);
// phoenix.js lists own property names. For what JSON holds they are the same, and
// these do not leave compiled code: a twentieth of the time of a diff.
export const keys = (dict) => {
  try {
    return Object.keys(dict);
  } catch {
    return [];
  }
};
export const get = (dict, key) => {
  try {
    return dict[key];
  } catch {
    return undefined;
  }
};
/** Without what it inherits. */
export const own = (dict, key) => {
  try {
    return Object.prototype.hasOwnProperty.call(dict, key) ? dict[key] : undefined;
  } catch {
    return undefined;
  }
};
export const set = (dict, key, value) => {
  dict[key] = value;
};

// The state of a Presence. Counting 10,000 keys takes a millisecond, so its inbox
// keeps count; a log of what changes, if pkg/view.js wants one; and what was there
// before the message, if somebody is told of changes.

export const size = (inbox) => inbox.count;
export const addMetas = (inbox, more) => {
  inbox.metaCount += more;
};
export const add = (state, key, presence, inbox) => {
  inbox.count++;
  replace(state, key, presence, inbox, undefined);
};
export const replace = (state, key, presence, inbox, previous) => {
  try {
    state[key] = presence;
  } catch {
    // The user's own property, which cannot be written.
  }
  inbox.log?.push(key, true);
  inbox.before?.push(key, previous);
};
export const remove = (state, key, inbox, previous) => {
  try {
    delete state[key];
    inbox.count--;
  } catch {
    // The user's own property, which cannot be deleted.
  }
  inbox.log?.push(key, false);
  inbox.before?.push(key, previous);
};

// And for numbers.

export const setNumber = set;
export const getNumber = get;

// Whether values hold the same.

export const identical = (one, other) => one === other;
// No instance of a class: it may hold what its keys do not show. Of whatever realm.
const hasNoClass = (prototype) => prototype === null || Object.getPrototypeOf(prototype) === null;
const isPlain = (value) => isDict(value) && hasNoClass(Object.getPrototypeOf(value));
const areArrays = (one, other) => Array.isArray(one) && Array.isArray(other) && one.length === other.length;
/** Whether both are plain objects, or both arrays as long as each other. */
export const alike = (one, other) => {
  try {
    return areArrays(one, other) || (isPlain(one) && isPlain(other));
  } catch {
    return false;
  }
};

// The sides of a diff.

export const joins = (diff) => get(diff, "joins");
export const leaves = (diff) => get(diff, "leaves");

// Presences and their metas.

const metasOf = (presence) => {
  try {
    return presence?.metas;
  } catch {
    return undefined;
  }
};
/** @returns {number} how many metas it has; -1 if it is no presence */
export const count = (presence) => {
  try {
    const metas = presence?.metas; // Most keys of a diff have no presence yet: throwing would take microseconds.
    return Array.isArray(metas) ? metas.length : -1;
  } catch {
    return -1;
  }
};
export const meta = (presence, at) => get(metasOf(presence), at);
export const isMeta = (presence, at) => isObject(meta(presence, at));
export { metasOf as metas };
/** What it has beside its metas. */
export const fields = (presence) => {
  try {
    const { metas: _metas, ...others } = presence;
    return others;
  } catch {
    return undefined;
  }
};
const refAt = (presence, at) => {
  try {
    return presence.metas[at].phx_ref;
  } catch {
    return undefined;
  }
};
export const sameRef = (presence, at, other, otherAt) => refAt(presence, at) === refAt(other, otherAt);
const replacedRefAt = (presence, at) => {
  try {
    return presence.metas[at].phx_ref_prev;
  } catch {
    return undefined;
  }
};
export const replaces = (presence, at, other, otherAt) =>
  (replacedRefAt(presence, at) ?? NaN) === refAt(other, otherAt);
// A copy, whose fields are set and not assigned: one may be named `__proto__`.
export const withMetas = (presence, metas) => {
  try {
    return { ...presence, metas };
  } catch {
    return { metas };
  }
};
export const noMetas = () => [];
export const pushMeta = (metas, from, at) => {
  metas.push(meta(from, at));
};
export const pushPair = (pairs, before, at, after, place) => {
  pairs.push({ previous: meta(before, at), current: meta(after, place) });
};

// Refs of many metas: a Map finds what === does, for all that JSON can hold.

export const index = (presence) => {
  const places = new Map();
  Array.from(metasOf(presence), (_, at) => places.set(refAt(presence, at), at)); // Quicker than from pairs.
  return places;
};
export const place = (places, presence, at) => places.get(refAt(presence, at)) ?? -1;
export const placeReplaced = (places, presence, at) => places.get(replacedRefAt(presence, at) ?? NaN) ?? -1;
export const noRefs = () => new Set();
export const addRef = (refs, presence, at) => {
  refs.add(refAt(presence, at));
};
export const deleteRef = (refs, presence, at) => {
  refs.delete(refAt(presence, at));
};
/** Metas of which nothing is known but the refs. */
export const bareMetas = (refs) => Array.from(refs, (phx_ref) => ({ phx_ref }));

// Diffs that wait (pkg/inbox.js makes these objects).

export const diffs = (waiting) => waiting.diffs;
export const merged = (waiting) => waiting.merged;
export const mergedJoins = (merged) => merged.joins;
export const mergedLeft = (merged) => merged.left;

// What subscribers are told.

const TYPES = ["enter", "update", "exit"];
export const addChange = ({ list, reason }, kind, key, presence, previous, joined, left, updated) => {
  list.push({ key, type: TYPES[kind], presence, previous, joined, left, updated, reason });
};

// Arrays.

export const length = (array) => array.length;
export const at = (array, index) => array[index];
export const push = (array, value) => {
  array.push(value);
};

// Where a message came in: its callbacks, and where problems and changes go.

export const problem = (inbox, kind, value) => {
  inbox.problems.push(kind, value);
};
export const tellJoin = ({ onJoin, problems }, key, current, joined) => {
  try {
    onJoin(key, current, joined);
  } catch (error) {
    problems.push(0, error);
  }
};
export const tellLeave = ({ onLeave, problems }, key, current, left) => {
  try {
    onLeave(key, current, left);
  } catch (error) {
    problems.push(0, error);
  }
};
