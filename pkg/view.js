// The state of a Presence as arrays: walking an object of 10,000 keys takes
// milliseconds, copying an array of them microseconds.
//
// Invariant: once brought up to date, keys and values are those of the state, in
// its order; and an entry whose presence is the same is the same tuple.
//
// What a message did is in `inbox.log`, as key, is it set, key, is it set, …,
// written by the core once there is one, and replayed here when somebody looks.

/** Past this many changes, and a part of the keys, walking the state is as quick. */
const SHORT = 64;

/** The number that JavaScript orders a key by: 0 to 2³² − 2 in canonical form. @param {string} key */
function arrayIndex(key) {
  const number = Number(key);
  return number >>> 0 === number && number < 4294967295 && String(number) === key ? number : -1;
}

export class View {
  /** @param {{ log: unknown[] | undefined }} inbox */
  constructor(inbox) {
    this.inbox = inbox;
    /** @type {Record<string, unknown> | undefined} */
    this.state = undefined;
    /** @type {string[]} */
    this.keys = [];
    /** @type {unknown[]} */
    this.values = [];
    /** How many of the keys are array indices: those come first. */
    this.indices = 0;
    /** @type {[string, unknown][] | undefined} One for each key, once somebody asked for entries. */
    this.tuples = undefined;
    /** @type {readonly [string, unknown][] | undefined} A copy of them that was handed out. */
    this.entries = undefined;
  }

  /**
   * Brings it up to date.
   *
   * @param {Record<string, unknown>} state
   */
  read(state) {
    const { inbox } = this;
    const { log } = inbox;
    if (!log || state !== this.state || log.length > SHORT + this.keys.length / 8) {
      this.walk(state);
      inbox.log = [];
    } else if (log.length > 0) {
      for (let at = 0; at < log.length; at += 2) {
        const key = /** @type {string} */ (log[at]);
        if (log[at + 1]) this.set(key, state[key]);
        else this.remove(key);
      }
      inbox.log = [];
      this.entries = undefined;
    }
    return this;
  }

  /** @param {Record<string, unknown>} state */
  walk(state) {
    const tuples = this.tuples && new Map(this.tuples.map((tuple) => [tuple[0], tuple]));
    this.state = state;
    this.keys = Object.getOwnPropertyNames(state);
    this.values = this.keys.map((key) => state[key]);
    this.indices = this.keys.findIndex((key) => arrayIndex(key) < 0);
    if (this.indices < 0) this.indices = this.keys.length;
    this.entries = undefined;
    this.tuples = tuples && this.keys.map((key, at) => kept(tuples.get(key), key, this.values[at]));
  }

  /**
   * Where a key is, or the place it would get, as its complement.
   *
   * @param {string} key
   */
  find(key) {
    const index = arrayIndex(key);
    if (index < 0) {
      const at = this.keys.indexOf(key, this.indices);
      return at < 0 ? ~this.keys.length : at;
    }
    let [low, high] = [0, this.indices];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Number(this.keys[middle]) < index) low = middle + 1;
      else high = middle;
    }
    return this.keys[low] === key && low < this.indices ? low : ~low;
  }

  /** @param {string} key @param {unknown} value */
  set(key, value) {
    const at = this.find(key);
    if (at >= 0) {
      this.values[at] = value;
      if (this.tuples) this.tuples[at] = kept(this.tuples[at], key, value);
      return;
    }
    this.keys.splice(~at, 0, key);
    this.values.splice(~at, 0, value);
    this.tuples?.splice(~at, 0, [key, value]);
    if (arrayIndex(key) >= 0) this.indices++;
  }

  /** @param {string} key */
  remove(key) {
    const at = this.find(key);
    if (at < 0) return;
    this.keys.splice(at, 1);
    this.values.splice(at, 1);
    this.tuples?.splice(at, 1);
    if (at < this.indices) this.indices--;
  }

  /** The same array until something changed. */
  snapshot() {
    this.tuples ??= this.keys.map((key, at) => [key, this.values[at]]);
    return (this.entries ??= this.tuples.slice());
  }
}

/**
 * @param {[string, unknown] | undefined} tuple
 * @param {string} key
 * @param {unknown} value
 * @returns {[string, unknown]}
 */
function kept(tuple, key, value) {
  return tuple && tuple[1] === value ? tuple : [key, value];
}
