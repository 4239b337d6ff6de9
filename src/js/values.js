// What only JavaScript can do with JavaScript values, each in one call: Rust
// decides, and crossing the border is most of what that costs. Nothing here
// chooses, and nothing throws, whatever values it is given.

const isObject = (value) => typeof value === "object" && value !== null;

// Objects indexed by presence keys.

export const isDict = (value) => isObject(value) && !Array.isArray(value);
export const emptyDict = () => Object.create(null);
// As phoenix.js lists them. For what JSON holds, Object.keys would do as well.
export const keys = (dict) => Object.getOwnPropertyNames(dict);
export const get = (dict, key) => dict[key];
export const set = (dict, key, value) => {
  dict[key] = value;
};

// The state of a Presence. Counting 10,000 keys takes a millisecond, so its inbox
// keeps count; and a log of what changes, if pkg/view.js wants one.

export const size = (inbox) => inbox.count;
export const add = (state, key, presence, inbox) => {
  inbox.count++;
  replace(state, key, presence, inbox);
};
export const replace = (state, key, presence, inbox) => {
  state[key] = presence;
  inbox.log?.push(key, true);
};
export const remove = (state, key, inbox) => {
  delete state[key];
  inbox.count--;
  inbox.log?.push(key, false);
};

// And for numbers.

export const setNumber = set;
export const getNumber = get;

// The sides of a diff.

export const joins = (diff) => diff.joins;
export const leaves = (diff) => diff.leaves;

// Presences and their metas.

export const metas = (presence) => presence?.metas;
/** @returns {number} how many there are; -1 if it is no array */
export const count = (metas) => (Array.isArray(metas) ? metas.length : -1);
export const isMeta = (metas, at) => isObject(metas[at]);
export const sameRef = (metas, at, others, otherAt) => metas[at].phx_ref === others[otherAt].phx_ref;
// A copy, whose fields are set and not assigned: one may be named `__proto__`.
export const withMetas = (presence, metas) => ({ ...presence, metas });
export const noMetas = () => [];
export const pushMeta = (metas, from, at) => {
  metas.push(from[at]);
};

// Refs of many metas: a Set finds what === does, for all that JSON can hold.

export const refSet = () => new Set();
export const addRef = (refs, metas, at) => {
  refs.add(metas[at].phx_ref);
};
export const deleteRef = (refs, metas, at) => {
  refs.delete(metas[at].phx_ref);
};
export const hasRef = (refs, metas, at) => refs.has(metas[at].phx_ref);
/** Metas of which nothing is known but the refs. */
export const bareMetas = (refs) => Array.from(refs, (phx_ref) => ({ phx_ref }));

// Diffs that wait (pkg/inbox.js makes these objects).

export const diffs = (waiting) => waiting.diffs;
export const merged = (waiting) => waiting.merged;
export const mergedJoins = (merged) => merged.joins;
export const mergedLeft = (merged) => merged.left;

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
