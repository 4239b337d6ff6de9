// The Presence class of phoenix.js over the Rust core: the fields, callbacks and statics
// that its users see. session.js has the way of a message. Types and documentation for
// users are in index.d.ts.

import { core, coreError } from "./core.js";
import { Memory } from "./memory.js";
import { checkChannel, readOptions } from "./options.js";
import { callBack, reportOfStatic } from "./problems.js";
import { copy, writable } from "./roster.js";
import { Session, unset, eventFlags } from "./session.js";

// A function that returns the session. Vue, Alpine, MobX, valtio and immer hand out proxies of
// what they are given: through a proxy a private field cannot be read and an object comes out
// wrapped, while a function comes out as it is.
const SESSION = Symbol("session");

/**
 * @typedef {import("./index.js").PresenceState} State
 * @typedef {import("./index.js").PresenceOnJoinCallback} OnJoin
 * @typedef {import("./index.js").PresenceOnLeaveCallback} OnLeave
 * @typedef {(key: string, presence: any) => any} Chooser
 */

/**
 * Who is online in a channel: a drop-in for `Presence` of phoenix.js, with the
 * same constructor, callbacks, fields, statics and order.
 */
export class Presence {
  /**
   * @param {import("./index.js").PresenceChannel} channel
   * @param {import("./index.js").PresenceOpts} [opts]
   */
  constructor(channel, opts = {}) {
    const options = readOptions(opts);
    checkChannel(channel);
    core(); // Where there is no WebAssembly, fail here and not in the first message.

    /** @type {State} */
    this.state = Object.create(null);
    /** @type {unknown[]} */
    this.pendingDiffs = [];
    /** @type {any} */
    this.channel = channel;
    /** @type {unknown} */
    this.joinRef = null;
    /** @type {{ onJoin: OnJoin, onLeave: OnLeave, onSync: () => void }} */
    this.caller = { onJoin: unset, onLeave: unset, onSync: unset };

    const session = new Session(this, options);
    Object.defineProperty(this, SESSION, { value: () => session, writable: true, configurable: true });
  }

  /** @param {OnJoin} callback */
  onJoin(callback) {
    this.caller.onJoin = callback;
  }

  /** @param {OnLeave} callback */
  onLeave(callback) {
    this.caller.onLeave = callback;
  }

  /** @param {() => void} callback */
  onSync(callback) {
    this.caller.onSync = callback;
  }

  /** @param {Chooser} [by] */
  list(by) {
    const { keys, values } = sessionOf(this).roster.arrays();
    const presences = values.slice();
    return by ? keys.slice().map((key, at) => by(key, presences[at])) : presences;
  }

  inPendingSyncState() {
    return !this.joinRef || this.joinRef !== this.channel.joinRef();
  }

  // What phoenix.js does not have. A subclass may have fields of these names: hence the setters.

  /** @param {(error: Error & { key?: string }) => void} callback */
  onError(callback) {
    sessionOf(this).reporter.onError = callback;
  }

  get entries() {
    return sessionOf(this).entries;
  }

  set entries(value) {
    define(this, "entries", value);
  }

  get subscribe() {
    return sessionOf(this).subscribe;
  }

  set subscribe(value) {
    define(this, "subscribe", value);
  }

  /** @param {string} key */
  get(key) {
    return sessionOf(this).roster.get(key);
  }

  /** @param {string} key */
  has(key) {
    return sessionOf(this).roster.has(key);
  }

  get size() {
    return sessionOf(this).roster.size;
  }

  set size(value) {
    define(this, "size", value);
  }

  get metaCount() {
    return sessionOf(this).roster.metaCount;
  }

  set metaCount(value) {
    define(this, "metaCount", value);
  }

  /** @param {string} key @param {(change: import("./index.js").PresenceChange) => void} listener */
  watch(key, listener) {
    return sessionOf(this).listeners.watch(String(key), listener);
  }

  get status() {
    return sessionOf(this).status.read();
  }

  set status(value) {
    define(this, "status", value);
  }

  /** @param {{ signal?: AbortSignal }} [options] */
  whenSynced(options) {
    return sessionOf(this).status.whenSynced(options);
  }

  dispose() {
    sessionOf(this).dispose();
  }

  // Where the symbol is missing, the one that polyfills of it take.
  [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() {
    this.dispose();
  }

  toJSON() {
    const { status, roster } = sessionOf(this);
    return { status: status.now(), size: roster.size, keys: roster.entries().map(([key]) => key) };
  }

  /** For console.log in Node. @param {number} _depth @param {any} options @param {(value: unknown, options: any) => string} inspect */
  [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
    return `Presence ${inspect(this.toJSON(), options)}`;
  }

  /** @param {State} currentState @param {unknown} newState @param {OnJoin} [onJoin] @param {OnLeave} [onLeave] */
  static syncState(currentState, newState, onJoin, onLeave) {
    return applyOnce(copy(currentState), newState, core().receiveState, onJoin, onLeave);
  }

  /** @param {State} state @param {unknown} diff @param {OnJoin} [onJoin] @param {OnLeave} [onLeave] */
  static syncDiff(state, diff, onJoin, onLeave) {
    return applyOnce(writable(state), diff, core().receiveDiff, onJoin, onLeave);
  }

  /** @param {State} presences @param {Chooser} [chooser] */
  static list(presences, chooser) {
    return Presence.map(presences, chooser ? (key, presence) => chooser(key, presence) : (_key, presence) => presence);
  }

  // Undocumented in phoenix.js, and there.

  /** @param {State} obj @param {Chooser} func */
  static map(obj, func) {
    return Object.getOwnPropertyNames(obj).map((key) => func(key, obj[key]));
  }

  /** @param {unknown} obj */
  static clone(obj) {
    return JSON.parse(JSON.stringify(obj));
  }

  /** @param {State} obj */
  static toNullProtoObj(obj) {
    return Object.getPrototypeOf(obj) === null ? obj : copy(obj);
  }
}

/** @param {any} presence @returns {Session} */
const sessionOf = (presence) => presence[SESSION]();

/**
 * Gives an object a property of its own, as an assignment would where its class has no accessor.
 *
 * @param {object} object
 * @param {string} name
 * @param {unknown} value
 */
function define(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * Applies one payload to a state that can be written, for the statics.
 *
 * @param {State} state
 * @param {unknown} payload
 * @param {import("../src/js/border.js").Core["receiveState"]} receive
 * @param {OnJoin} [onJoin]
 * @param {OnLeave} [onLeave]
 */
function applyOnce(state, payload, receive, onJoin, onLeave) {
  const joinRef = "static";
  const memory = new Memory({ state, joinRef, pendingDiffs: [] });
  memory.size = Object.keys(state).length;
  try {
    receive(eventFlags(onJoin, onLeave), memory, state, payload, joinRef);
  } catch (error) {
    throw coreError(error);
  }
  const { events, problems } = memory;
  callBack(events, onJoin, onLeave, problems);
  reportOfStatic(problems);
  return state;
}
