// An object of presences as arrays: walking an object of 10,000 keys takes milliseconds,
// copying an array of them microseconds.
//
// Invariant: once brought up to date, keys and values are those of the object, in its
// order; and an entry whose presence is the same is the same tuple.

/** How many changes are kept until the list is read. Past that, it is made again. */
const MAX_LOG_ENTRIES = 5_000;

/** Up to this many changes, and an eighth of the keys, replaying them is quicker than walking the object. */
const MIN_REPLAYED_CHANGES = 32;

/** The number that JavaScript orders a key by: 0 to 2³² − 2 in canonical form; else -1. @param {string} key */
function arrayIndex(key) {
  const number = Number(key);
  return number >>> 0 === number && number < 4294967295 && String(number) === key ? number : -1;
}

export class List {
  constructor() {
    /** @type {Record<string, unknown> | undefined} */
    this.object = undefined;
    /** @type {string[]} */
    this.keys = [];
    /** @type {unknown[]} */
    this.values = [];
    /** How many of the keys are array indices: those come first. */
    this.indices = 0;
    /** @type {[string, unknown][] | undefined} One for each key, once somebody asked for entries. */
    this.tuples = undefined;
    /** @type {readonly [string, unknown][] | undefined} A copy of them that was handed out. */
    this.handedOut = undefined;
    /** @type {{ key: string, type: string }[]} Changes since it was read. */
    this.log = [];
  }

  /** Whether it was read, so that changes of the object matter. */
  get isRead() {
    return this.object !== undefined;
  }

  /** Forgets the object: the next read walks it. */
  reset() {
    this.object = undefined;
    this.log = [];
  }

  /** @param {{ key: string, type: string }[]} changes of the object */
  update(changes) {
    if (!this.isRead || changes.length === 0) return;
    if (this.log.length + changes.length > MAX_LOG_ENTRIES) this.reset();
    else for (const { key, type } of changes) this.log.push({ key, type });
  }

  /**
   * Brings it up to date.
   *
   * @param {Record<string, unknown>} object
   * @param {string[] | undefined} keys those of the object, if they are known
   */
  read(object, keys) {
    const { log } = this;
    if (object !== this.object || log.length > MIN_REPLAYED_CHANGES + this.keys.length / 8) {
      this.walk(object, keys);
    } else if (log.length > 0) {
      for (const { key, type } of log) {
        if (type === "exit") this.remove(key);
        else this.set(key, object[key]);
      }
      this.handedOut = undefined;
    }
    if (log.length > 0) this.log = [];
    return this;
  }

  /** @param {Record<string, unknown>} object @param {string[] | undefined} keys */
  walk(object, keys = Object.getOwnPropertyNames(object)) {
    const tuples = this.tuples && new Map(this.tuples.map((tuple) => [tuple[0], tuple]));
    this.object = object;
    this.keys = keys;
    this.values = keys.map((key) => object[key]);
    this.indices = keys.findIndex((key) => arrayIndex(key) < 0);
    if (this.indices < 0) this.indices = keys.length;
    this.tuples = tuples && keys.map((key, at) => kept(tuples.get(key), key, this.values[at]));
    if (this.handedOut && !isSame(this.handedOut, this.tuples ?? [])) this.handedOut = undefined;
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
  entries() {
    this.tuples ??= this.keys.map((key, at) => [key, this.values[at]]);
    return (this.handedOut ??= this.tuples.slice());
  }
}

/** @param {readonly unknown[]} one @param {readonly unknown[]} other */
const isSame = (one, other) => one.length === other.length && one.every((each, at) => each === other[at]);

/**
 * @param {[string, unknown] | undefined} tuple
 * @param {string} key
 * @param {unknown} value
 * @returns {[string, unknown]}
 */
function kept(tuple, key, value) {
  return tuple && tuple[1] === value ? tuple : [key, value];
}
