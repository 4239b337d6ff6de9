// Operations on JavaScript values for the core, each in one call, since the crossing of
// the border is most of its cost. All decisions are in Rust.
//
// The core names a value by its place in `values`. For a result it names the next free
// place, `out`, and the places of a call are free again when the call ends.
//
// No function here throws, whatever values it is given: an error thrown through wasm
// would leave its stack as it is. A value that cannot be read (a getter that throws, a
// revoked proxy) counts as missing, and one that cannot be written stays.

/** @typedef {import("./border.js").Memory} Memory */
/** @typedef {number} Place of a value in `values` */

/** The values of the calls under way. The first is `undefined`. @type {any[]} */
const values = [undefined];

/** The memory of the call under way. @type {Memory} */
let memory;

// A call of the core, which may begin during another: reading a property may run code of the user.

/** @param {any} ofMemory @param {unknown} one @param {unknown} two @param {unknown} three @returns the place of `one` */
export const begin = (ofMemory, one, two, three) => {
  const first = values.push(memory, one, two, three) - 3;
  memory = ofMemory;
  return first;
};
/** @param {Place} first */
export const end = (first) => {
  memory = values[first - 1];
  values.length = first - 1;
};
/**
 * A function of the core, as JavaScript calls it.
 *
 * @param {(first: Place, number: number) => any} run
 * @returns {(number: number, memory?: Memory, one?: unknown, two?: unknown, three?: unknown) => any}
 */
export const enter = (run) => (number, ofMemory, one, two, three) => {
  const first = begin(ofMemory, one, two, three);
  try {
    return run(first, number);
  } finally {
    end(first);
  }
};

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null;
/** @param {any} value */
const isMap = (value) => isObject(value) && !Array.isArray(value);
/** @param {any} object @param {string | number} key @returns {any} */
const get = (object, key) => {
  try {
    return object?.[key]; // Most keys of a diff have no presence yet: throwing would take microseconds.
  } catch {
    return undefined;
  }
};

// Objects whose keys are presence keys.

/** @param {any} value @returns {string[] | undefined} undefined if the value is not an object, or an array */
const keysOf = (value) => {
  try {
    // phoenix.js lists own property names. For JSON, Object.keys is the same, and it saves a twentieth of the time of a diff.
    return isMap(value) ? Object.keys(value) : undefined;
  } catch {
    return undefined;
  }
};
/** @param {Place} out */
export const emptyDict = (out) => {
  values[out] = Object.create(null);
};
/** @param {Place} dict @param {Place} out @returns how many keys; -1 if it is not an object */
export const keys = (dict, out) => (values[out] = keysOf(values[dict]))?.length ?? -1;
/** @param {Place} list @param {number} index @param {Place} out */
export const at = (list, index, out) => {
  values[out] = get(values[list], index);
};
/** @param {Place} dict @param {Place} key @param {Place} value */
export const set = (dict, key, value) => {
  try {
    values[dict][values[key]] = values[value];
  } catch {
    // The user's own property, which cannot be written.
  }
};
/** Removes a key, unless it cannot be removed. @param {Place} dict @param {Place} key */
export const remove = (dict, key) => {
  try {
    return delete values[dict][values[key]];
  } catch {
    return false; // The user's own property, which cannot be deleted.
  }
};

// Positions by key.

/** @param {Place} positions @param {Place} key @param {number} position */
export const setPosition = (positions, key, position) => {
  values[positions][values[key]] = position;
};
/** @param {Place} positions @param {Place} key @returns {number} -1 if there is none */
export const position = (positions, key) => values[positions][values[key]] ?? -1;

// Whether values have the same content.

/** @param {Place} one @param {Place} other */
export const identical = (one, other) => values[one] === values[other];
/** An instance of a class may have more than its keys show. This works across realms. @param {object | null} prototype */
const hasNoClass = (prototype) => prototype === null || Object.getPrototypeOf(prototype) === null;
/** @param {any} value */
const isPlain = (value) => isMap(value) && hasNoClass(Object.getPrototypeOf(value));
/** Whether both are plain objects, or both arrays of the same length. @param {any} one @param {any} other */
const areAlike = (one, other) =>
  Array.isArray(one) ? Array.isArray(other) && one.length === other.length : isPlain(one) && isPlain(other);
/** @param {Place} one @param {Place} other @param {Place} out @returns how many keys both have; -1 if they cannot be equal */
export const commonKeys = (one, other, out) => {
  try {
    const keys = (values[out] = areAlike(values[one], values[other]) ? Object.keys(values[one]) : undefined);
    return keys?.length === Object.keys(values[other]).length ? keys.length : -1;
  } catch {
    return -1;
  }
};
/** Without inherited values. @param {any} object @param {string} key */
const own = (object, key) => {
  try {
    return Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
  } catch {
    return undefined;
  }
};
/** The members of two objects. @param {Place} one @param {Place} other @param {Place} keys @param {number} at @param {Place} out */
export const members = (one, other, keys, at, out) => {
  const key = values[keys][at];
  const member = (values[out] = get(values[one], key));
  const same = (values[out + 1] = own(values[other], key));
  return member === undefined ? -1 : Number(member === same);
};

// The sides of a diff, each with its keys after it.

/** @param {any} dict @param {Place} out @returns how many keys; -1 if it is missing, and -2 if it is not an object */
const side = (dict, out) => {
  values[out] = dict;
  values[out + 1] = keysOf(dict);
  return values[out + 1]?.length ?? (dict === undefined || dict === null ? -1 : -2);
};
/** @param {Place} diff @param {Place} out */
export const joins = (diff, out) => side(get(values[diff], "joins"), out);
/** @param {Place} diff @param {Place} out */
export const leaves = (diff, out) => side(get(values[diff], "leaves"), out);

// Presences and their metas.

/** @param {any} presence @returns {any} */
const metasOf = (presence) => get(presence, "metas");
/** @param {any} presence @param {number} at @returns {any} */
const metaOf = (presence, at) => {
  try {
    return presence.metas[at]; // One step: this is called for each of thousands of metas.
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
const countOf = (presence) => {
  try {
    const metas = presence?.metas;
    return Array.isArray(metas) && (metas.length === 0 || isObject(metas[0])) ? metas.length : -1;
  } catch {
    return -1;
  }
};
/** @param {Place} presence */
export const count = (presence) => countOf(values[presence]);
/** @param {Place} dict @param {Place} key @param {Place} out */
export const presence = (dict, key, out) => countOf((values[out] = get(values[dict], values[key])));
/** A key and its presence after it. @param {Place} dict @param {Place} keys @param {number} at @param {Place} out */
export const presenceAt = (dict, keys, at, out) => {
  const key = (values[out] = values[keys][at]);
  return countOf((values[out + 1] = get(values[dict], key)));
};
/** @param {Place} presence @param {number} at */
export const isMeta = (presence, at) => isObject(metaOf(values[presence], at));
/** Two metas. @param {Place} one @param {number} at @param {Place} other @param {number} otherAt @param {Place} out @returns whether they are identical */
export const metas = (one, at, other, otherAt, out) =>
  (values[out] = metaOf(values[one], at)) === (values[out + 1] = metaOf(values[other], otherAt));
/** The fields beside the metas. @param {Place} presence @param {Place} out */
export const fields = (presence, out) => {
  try {
    const { metas: _metas, ...others } = values[presence];
    values[out] = others;
  } catch {
    values[out] = undefined;
  }
};
/** @param {any} presence @param {number} at */
const refOf = (presence, at) => {
  try {
    return presence.metas[at].phx_ref;
  } catch {
    return undefined;
  }
};
/** @param {any} presence @param {number} at */
const replacedRefOf = (presence, at) => get(metaOf(presence, at), "phx_ref_prev") ?? NaN;
/** @param {Place} presence @param {number} at @param {Place} other @param {number} otherAt */
export const sameRef = (presence, at, other, otherAt) => refOf(values[presence], at) === refOf(values[other], otherAt);
/** @param {Place} presence @param {number} at @param {Place} other @param {number} otherAt */
export const replaces = (presence, at, other, otherAt) =>
  replacedRefOf(values[presence], at) === refOf(values[other], otherAt);
/** A copy of a presence without its metas. The spread also copies a field named `__proto__`. @param {Place} presence @param {Place} out */
export const withoutMetas = (presence, out) => {
  try {
    values[out] = { ...values[presence], metas: [] };
  } catch {
    values[out] = { metas: [] };
  }
};
/** @param {Place} presence one that `withoutMetas` made @param {Place} from @param {number} at */
export const pushMeta = (presence, from, at) => {
  values[presence].metas.push(metaOf(values[from], at));
};

// Refs of many metas. For JSON values, a Map compares as === does.

/** @param {Place} presence @param {Place} out */
export const index = (presence, out) => {
  const places = (values[out] = new Map());
  Array.from(metasOf(values[presence]), (_, at) => places.set(refOf(values[presence], at), at)); // Quicker than from pairs.
};
/** @param {Place} index @param {Place} presence @param {number} at */
export const place = (index, presence, at) => values[index].get(refOf(values[presence], at)) ?? -1;
/** @param {Place} index @param {Place} presence @param {number} at */
export const placeReplaced = (index, presence, at) => values[index].get(replacedRefOf(values[presence], at)) ?? -1;

// The session: pkg/memory.js.

export const size = () => memory.size;
/** @param {number} users @param {number} metas */
export const resize = (users, metas) => {
  memory.size += users;
  memory.metaCount += metas;
};
/** @param {Place} keys */
export const setKeys = (keys) => {
  memory.keys = values[keys];
};
export const hasState = () => Boolean(memory.fields.joinRef);
/** @param {Place} joinRef */
export const hasStateOf = (joinRef) => hasState() && memory.fields.joinRef === values[joinRef];
/** @param {Place} joinRef */
export const setStateOf = (joinRef) => {
  memory.fields.joinRef = values[joinRef];
};
/** @param {Place} joinRef */
export const waitsFor = (joinRef) => memory.waitingUnder === values[joinRef];
/** @param {Place} joinRef */
export const waitFor = (joinRef) => {
  memory.waitingUnder = values[joinRef];
};
export const waiting = () => memory.waiting();
/** @param {Place} diff */
export const addWaiting = (diff) => memory.addWaiting(values[diff]);
export const dropWaiting = () => memory.dropWaiting();
/** @param {Place} out */
export const takeWaiting = (out) => (values[out] = memory.takeWaiting()).length;
/** @param {Place} out */
export const mergedJoins = (out) => {
  values[out] = memory.merged.joins;
};
/** Metas that have only refs. @param {[key: string, refs: Set<unknown>]} left */
const bareMetas = ([key, refs]) => [key, { metas: Array.from(refs, (phx_ref) => ({ phx_ref })) }];
/** The merged diffs as one. @param {Place} out */
export const merged = (out) => {
  const { joins, left } = memory.merged;
  values[out] = { joins, leaves: Object.fromEntries(Object.entries(left).map(bareMetas)) };
};
/** @param {Place} key @param {Place} presence @param {number} at */
export const addRef = (key, presence, at) => {
  (memory.merged.left[values[key]] ??= new Set()).add(refOf(values[presence], at));
};
/** @param {Place} key @param {Place} presence @param {number} at */
export const deleteRef = (key, presence, at) => {
  const { left } = memory.merged;
  const refs = left[values[key]];
  return refs?.delete(refOf(values[presence], at)) && refs.size === 0 && delete left[values[key]];
};

// The report.

/** @param {number} kind @param {Place} value */
export const addProblem = (kind, value) => {
  memory.problems.push(kind, values[value]);
};
/** @param {number} isJoin @param {Place} key @param {Place} current @param {Place} presence */
export const addEvent = (isJoin, key, current, presence) => {
  memory.events.push({
    isJoin: isJoin === 1,
    key: values[key],
    current: values[current],
    presence: values[presence],
  });
};
/** @param {Place} key */
export const isWatched = (key) => memory.watchers.has(values[key]);
const TYPES = /** @type {const} */ (["enter", "update", "exit"]);
const REASONS = /** @type {const} */ (["initial", "resync", "diff"]);
/** @param {number} type @param {number} reason @param {Place} key @param {Place} presence @param {Place} previous */
export const addChange = (type, reason, key, presence, previous) => {
  const [after, before] = [values[presence], values[previous]];
  memory.changes.push({
    key: values[key],
    type: TYPES[type],
    presence: after,
    previous: before,
    joined: before ? [] : (metasOf(after) ?? []),
    left: after ? [] : (metasOf(before) ?? []),
    updated: [],
    reason: REASONS[reason],
  });
};
// The lists of the update that was added last.
const last = () => memory.changes[memory.changes.length - 1];
/** @param {number} at */
export const addJoined = (at) => {
  last().joined.push(metaOf(last().presence, at));
};
/** @param {number} at */
export const addLeft = (at) => {
  last().left.push(metaOf(last().previous, at));
};
/** @param {number} at @param {number} place */
export const addUpdated = (at, place) => {
  last().updated.push({ previous: metaOf(last().previous, at), current: metaOf(last().presence, place) });
};
