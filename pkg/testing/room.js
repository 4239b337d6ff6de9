/**
 * One topic on the server: its channels, its presences, and how joins of it are answered.
 */

import { show } from "./frame.js";
import { TrackError } from "./tracker.js";

/** @typedef {import("./tracker.js").Meta} Meta */
/** @typedef {import("./tracker.js").Entry} Entry */
/** @typedef {import("./tracker.js").Diff} Diff */
/** @typedef {import("./channel.js").Channel} Channel */

export class Room {
  /** @type {Set<Channel>} */
  channels = new Set();
  /** What a join is answered with instead of the answer of the `join` option: `undefined` is no answer at all. */
  /** @type {{ reply: import("../testing.js").TestReply | undefined } | null} */
  override = null;
  stateIsWithheld = false;
  /** Diffs that wait for a reply. @type {Diff[] | null} */
  #held = null;
  #tracker;

  /**
   * @param {string} topic
   * @param {import("./tracker.js").Tracker} tracker
   */
  constructor(topic, tracker) {
    this.topic = topic;
    this.#tracker = tracker;
  }

  /**
   * Sends a message to all channels.
   *
   * @param {string} event
   * @param {unknown} payload
   * @param {Channel} [except]
   */
  broadcast(event, payload, except) {
    for (const channel of this.channels) if (channel !== except) channel.forward(event, payload);
  }

  /**
   * Calls a handler and replies with what it returns. Diffs that it caused go out after the reply, as those of
   * Phoenix, where they come from another process.
   *
   * @template T
   * @param {() => T} handle
   * @param {(result: T) => void} reply
   */
  replyFirst(handle, reply) {
    const held = (this.#held = /** @type {Diff[]} */ ([]));
    try {
      reply(handle());
    } finally {
      this.#held = null;
      for (const diff of held) this.#broadcast(diff);
    }
  }

  /** @param {number} owner @param {string} key @param {Meta} meta */
  track(owner, key, meta) {
    const { phx_ref, diff } = this.#tracker.track(owner, this.topic, key, meta);
    this.#broadcast(diff);
    return phx_ref;
  }

  /**
   * @param {{ owner?: number, key: string, phx_ref?: string | undefined }} wanted
   * @param {Meta | ((meta: Meta) => Meta)} change
   */
  update(wanted, change) {
    const found = this.#tracker.find(this.topic, wanted);
    const which = wanted.phx_ref === undefined ? show(wanted.key) : `${show(wanted.key)} (${wanted.phx_ref})`;
    if (found.length === 0) throw new TrackError(`${which} is not tracked in ${this.topic}`, ":nopresence");
    if (found.length > 1) {
      const refs = found.map(({ meta }) => meta.phx_ref).join(", ");
      throw new Error(
        `${which} has ${found.length} metas in ${this.topic}: say which to update by its phx_ref, ${refs}`,
      );
    }
    const { phx_ref, diff } = this.#tracker.update(this.topic, found[0], change);
    this.#broadcast(diff);
    return phx_ref;
  }

  /** @param {{ owner?: number, key?: string, phx_ref?: string | undefined }} wanted */
  untrack(wanted) {
    const diff = this.#tracker.untrack(this.topic, this.#tracker.find(this.topic, wanted));
    if (diff) this.#broadcast(diff);
  }

  list() {
    return this.#tracker.list(this.topic);
  }

  /** @param {Diff} diff */
  #broadcast(diff) {
    if (this.#held) this.#held.push(diff);
    else this.broadcast("presence_diff", diff);
  }
}

/** What a test does to a topic: see testing.d.ts. */
export class TestTopic {
  #room;
  #newOwner;

  /** @param {Room} room @param {() => number} newOwner */
  constructor(room, newOwner) {
    this.#room = room;
    this.#newOwner = newOwner;
    this.name = room.topic;
  }

  get channels() {
    return [...this.#room.channels].map(({ face }) => face);
  }

  /** @param {string} key @param {Meta} [meta] */
  track(key, meta = {}) {
    return this.#room.track(this.#newOwner(), key, meta);
  }

  /** @param {string} key @param {Meta | ((meta: Meta) => Meta)} meta @param {string} [phx_ref] */
  update(key, meta, phx_ref) {
    return this.#room.update({ key, phx_ref }, meta);
  }

  /** @param {string} key @param {string} [phx_ref] */
  untrack(key, phx_ref) {
    this.#room.untrack({ key, phx_ref });
  }

  list() {
    return JSON.parse(JSON.stringify(this.#room.list()));
  }

  /** @param {string} event @param {object} [payload] */
  broadcast(event, payload = {}) {
    this.#room.broadcast(event, payload);
  }

  pushState() {
    this.#room.stateIsWithheld = false;
    for (const channel of this.#room.channels) channel.pushState();
  }

  withholdState() {
    this.#room.stateIsWithheld = true;
  }

  /** @param {object} [response] */
  refuseJoins(response = { reason: "unauthorized" }) {
    this.#room.override = { reply: { error: response } };
  }

  ignoreJoins() {
    this.#room.override = { reply: undefined };
  }

  acceptJoins() {
    this.#room.override = null;
  }

  crash() {
    for (const channel of [...this.#room.channels]) channel.crash();
  }

  close() {
    for (const channel of [...this.#room.channels]) channel.close();
  }
}
