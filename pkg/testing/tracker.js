/**
 * The presences of all topics, and the diffs from one moment to the next: what Phoenix.Tracker is to a server.
 *
 * Each meta belongs to an owner, a number that stands for a process of Phoenix; metas of one key are listed in the
 * order of their owners, and keys in the order of Elixir's maps. A tracker sends nothing: it returns diffs.
 */

import { show } from "./frame.js";

/** @typedef {Record<string, any>} Meta */
/** @typedef {Record<string, { metas: Meta[] }>} Presences */
/** @typedef {{ joins: Presences, leaves: Presences }} Diff */
/** @typedef {{ owner: number, key: string, meta: Meta }} Entry */
/** @typedef {(topic: string, presences: any) => object} Fetch */

/** Why something was not tracked. `reason` is what Phoenix's error looks like in a reply. */
export class TrackError extends Error {
  /** @param {string} message @param {string} reason */
  constructor(message, reason) {
    super(message);
    this.name = "TrackError";
    this.reason = reason;
  }
}

export class Tracker {
  /** @type {Map<string, Map<string, Entry>>} */
  #topics = new Map();
  #refs = 0;
  #fetch;

  /** @param {Fetch} [fetch] adds fields beside metas */
  constructor(fetch) {
    this.#fetch = fetch;
  }

  /**
   * @param {number} owner
   * @param {string} topic
   * @param {string} key
   * @param {Meta} fields
   * @returns {{ phx_ref: string, diff: Diff }}
   */
  track(owner, topic, key, fields) {
    if (typeof key !== "string")
      throw new TypeError(`A presence is tracked under a string, and not under ${show(key)}`);
    const entries = this.#entriesOf(topic);
    const id = `${owner} ${key}`;
    if (entries.has(id)) {
      const reason = `{:already_tracked, #PID<0.${owner}.0>, ${show(topic)}, ${show(key)}}`;
      throw new TrackError(`${show(key)} is tracked in ${topic} by this channel already`, reason);
    }
    const entry = { owner, key, meta: this.#newMeta(key, fields) };
    entries.set(id, entry);
    return { phx_ref: entry.meta.phx_ref, diff: { joins: this.#present(topic, [entry]), leaves: {} } };
  }

  /**
   * Replaces the meta of an entry.
   *
   * @param {string} topic
   * @param {Entry} entry of `find`
   * @param {Meta | ((meta: Meta) => Meta)} change the new meta, or what makes it of the one before
   * @returns {{ phx_ref: string, diff: Diff }}
   */
  update(topic, entry, change) {
    const { phx_ref, phx_ref_prev: _, ...before } = entry.meta;
    const after = typeof change === "function" ? change(copy(before)) : change;
    const leaves = this.#present(topic, [entry]);
    entry.meta = this.#newMeta(entry.key, after, phx_ref);
    return { phx_ref: entry.meta.phx_ref, diff: { joins: this.#present(topic, [entry]), leaves } };
  }

  /**
   * Forgets entries.
   *
   * @param {string} topic
   * @param {Entry[]} entries
   * @returns {Diff | undefined} one diff for all of them, or nothing if there are none
   */
  untrack(topic, entries) {
    if (entries.length === 0) return undefined;
    for (const { owner, key } of entries) this.#entriesOf(topic).delete(`${owner} ${key}`);
    return { joins: {}, leaves: this.#present(topic, entries) };
  }

  /**
   * The entries of a topic that have all of `wanted`, in the order of their owners.
   *
   * @param {string} topic
   * @param {{ owner?: number, key?: string, phx_ref?: string | undefined }} wanted
   */
  find(topic, { owner, key, phx_ref }) {
    return [...this.#entriesOf(topic).values()]
      .filter((entry) => owner === undefined || entry.owner === owner)
      .filter((entry) => key === undefined || entry.key === key)
      .filter((entry) => phx_ref === undefined || entry.meta.phx_ref === phx_ref)
      .sort((a, b) => a.owner - b.owner);
  }

  /** The payload of a `presence_state`. @param {string} topic */
  list(topic) {
    return this.#present(topic, this.find(topic, {}));
  }

  /** Forgets everyone, but no ref that was given out: a server that comes back makes others. */
  clear() {
    this.#topics.clear();
  }

  /** @param {string} topic */
  #entriesOf(topic) {
    const entries = this.#topics.get(topic) ?? new Map();
    this.#topics.set(topic, entries);
    return entries;
  }

  /** @param {string} key @param {Meta} fields @param {string} [phx_ref_prev] @returns {Meta} */
  #newMeta(key, fields, phx_ref_prev) {
    if (fields === null || typeof fields !== "object" || Array.isArray(fields)) {
      throw new TypeError(`The meta of ${show(key)} has to be an object, and is ${show(fields)}`);
    }
    this.#refs += 1;
    // 16 characters of URL-safe base64, as those of Phoenix, but the same in every run.
    const phx_ref = `phx_ref_${String(this.#refs).padStart(8, "0")}`;
    const { phx_ref: _ref, phx_ref_prev: _prev, ...own } = copy(fields);
    return { phx_ref, ...(phx_ref_prev !== undefined && { phx_ref_prev }), ...sorted(own) };
  }

  /** Entries as clients get them. @param {string} topic @param {Entry[]} entries @returns {Presences} */
  #present(topic, entries) {
    /** @type {Map<string, Meta[]>} */
    const metas = new Map();
    for (const { key, meta } of entries) {
      const others = metas.get(key);
      if (others) others.push(meta);
      else metas.set(key, [meta]);
    }
    const presences = Object.fromEntries([...metas.keys()].sort().map((key) => [key, { metas: metas.get(key) ?? [] }]));
    if (!this.#fetch) return presences;
    const fetched = this.#fetch(topic, copy(presences));
    if (fetched === null || typeof fetched !== "object") {
      throw new TypeError(`fetch must return the presences by key, and returned ${show(fetched)}`);
    }
    return /** @type {Presences} */ (fetched);
  }
}

/**
 * By JSON, since there is no structuredClone in every jsdom.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
const copy = (value) => JSON.parse(JSON.stringify(value));

/** @param {Meta} fields @returns {Meta} */
const sorted = (fields) => Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
