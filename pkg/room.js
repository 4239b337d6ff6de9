// Rooms of the bindings: the channel of one topic on one socket, joined as long as a
// component uses it.
//
// Invariant: all components with the same socket and topic share one channel; and a topic
// that was left is joined again only after the server has closed the earlier join: before
// that, broadcasts of the earlier join are still on their way.

import { Presence } from "phoenix-presence";

import { leaveChannel } from "./leave-channel.js";
import { sharedMap } from "./shared-map.js";
import { asText, presenceOf, warnOfOptions } from "./shared-presence.js";

/**
 * @typedef {import("./react.js").RoomSnapshot} Snapshot
 * @typedef {import("./react.js").RoomOptions} Options
 * @typedef {import("./react.js").RoomError} RoomError
 */

/** The snapshot of a room that nobody has joined. @type {Snapshot} */
export const NO_ROOM = { channel: undefined, presence: undefined, entries: [], status: "pending", error: undefined };

const MESSAGES = {
  refused: "the server refused the join",
  timeout: "the server did not answer the join in time; phoenix.js tries again",
  disconnected: "the socket is not connected: call socket.connect()",
};

/** Equal options as equal text. @param {Options} options */
export const roomOptionsAsText = ({ params, ...options }) => {
  const known = ["events", "leaveGrace", "resync"];
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown) throw new TypeError(`useRoom: expected the options params, ${known.join(", ")}, got ${unknown}`);
  return asText(options) + (typeof params === "object" ? JSON.stringify(params) : "");
};

const DEFAULTS = roomOptionsAsText({});

/**
 * A room as a store. It is joined by the first subscriber and left after the last.
 *
 * @param {any} socket none: there is no room
 * @param {string | null | undefined} topic none: there is no room
 * @param {Options} options
 */
export function roomStore(socket, topic, options) {
  if (!socket || topic === null || topic === undefined) return { subscribe: () => () => {}, snapshot: () => NO_ROOM };
  if (typeof socket.channel !== "function" || typeof topic !== "string") {
    throw new TypeError("useRoom: expected a Socket of phoenix.js and a topic such as room:lobby");
  }
  /** @type {WeakMap<object, Map<string, Room>>} */
  const rooms = sharedMap("rooms");
  const find = () => rooms.get(socket)?.get(topic);
  return {
    /** @param {() => void} listener */
    subscribe(listener) {
      const ofSocket = rooms.get(socket) ?? new Map();
      rooms.set(socket, ofSocket);
      const room = find() ?? new Room(socket, topic, options, () => ofSocket.delete(topic));
      ofSocket.set(topic, room);
      room.compareOptions(options);
      return room.subscribe(listener);
    },
    snapshot: () => find()?.snapshot() ?? NO_ROOM,
  };
}

/**
 * Whether nobody has connected the socket, or somebody has disconnected it. After a lost connection phoenix.js connects
 * again by itself: it has the closed WebSocket meanwhile, or, after a heartbeat without an answer, only its flags.
 *
 * @param {any} socket
 */
const isDisconnected = ({ conn, closeWasClean, establishedConnections }) =>
  !conn && !(establishedConnections > 0 && closeWasClean === false);

class Room {
  /** @param {any} socket @param {string} topic @param {Options} options @param {() => void} forget */
  constructor(socket, topic, { params, ...options }, forget) {
    this.socket = socket;
    this.topic = topic;
    this.params = params;
    this.options = asText(options);
    this.optionsText = roomOptionsAsText({ params, ...options });
    this.forget = forget;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** @type {any} */
    this.channel = undefined;
    /** @type {import("./index.js").Presence | undefined} */
    this.presence = undefined;
    /** @type {RoomError | undefined} */
    this.error = undefined;
    /** Whether the server has yet to close the earlier join. */
    this.isLeaving = false;
    this.last = NO_ROOM;
    /** Undoes what `join` has set up. */
    this.release = () => {};
  }

  /** Warns where another component gives others. @param {Options} options */
  compareOptions(options) {
    const text = roomOptionsAsText(options);
    if (text !== DEFAULTS && text !== this.optionsText) warnOfOptions(this, this.topic, this.optionsText, text);
  }

  /** @param {() => void} listener */
  subscribe(listener) {
    const own = () => listener();
    this.listeners.add(own);
    // The server has closed the room for the others. Who comes now joins it again, for all.
    if (this.channel?.state === "closed") this.leave();
    else if (!this.channel && !this.isLeaving) this.join();
    return () => {
      this.listeners.delete(own);
      // Not before what is mounted in the same turn, as in StrictMode, uses the room.
      queueMicrotask(() => {
        if (this.listeners.size === 0 && this.channel) this.leave();
      });
    };
  }

  join() {
    const { socket, topic, params } = this;
    Presence.syncState({}, {}); // Throws where WebAssembly is forbidden, before there is a channel.
    const channel = socket.channel(topic, params ?? {});
    const presence = presenceOf(channel, this.options);
    [this.channel, this.presence] = [channel, presence];
    const stop = presence.subscribe(() => this.notify());
    const opened = socket.onOpen(() => this.error?.code === "disconnected" && this.fail(undefined));
    // An app may connect its socket later in the same turn.
    const timer = setTimeout(() => isDisconnected(socket) && this.fail("disconnected"));
    this.release = () => {
      stop();
      clearTimeout(timer);
      socket.off([opened]);
    };
    // Called for each join, that is, after a reconnect too.
    const ifCurrent = (/** @type {Parameters<Room["fail"]>} */ ...args) =>
      this.channel === channel && this.fail(...args);
    channel
      .join()
      .receive("ok", () => ifCurrent(undefined))
      .receive("error", (/** @type {unknown} */ response) => ifCurrent("refused", response))
      .receive("timeout", () => socket.isConnected() && ifCurrent("timeout"));
    this.notify();
  }

  leave() {
    const { channel, socket } = this;
    this.release();
    this.channel = this.presence = this.error = undefined;
    this.isLeaving = true;
    leaveChannel(socket, channel, () => {
      this.isLeaving = false;
      if (this.listeners.size > 0) this.join();
      else this.forget();
    });
  }

  /** @param {keyof typeof MESSAGES | undefined} code none: it has not failed @param {unknown} [response] */
  fail(code, response) {
    if (!code && !this.error) return;
    const error = code && new Error(`${this.topic}: ${MESSAGES[code]}`, { cause: response });
    this.error = error && Object.assign(error, { code });
    this.notify();
  }

  notify() {
    for (const listener of [...this.listeners]) listener();
  }

  /** @returns {Snapshot} */
  snapshot() {
    const { channel, presence, error, last } = this;
    if (!presence) return NO_ROOM;
    const entries = presence.entries();
    /** @type {import("./react.js").RoomStatus} */
    const status = error ? "failed" : presence.status;
    const isSame = last.channel === channel && last.entries === entries && last.status === status;
    if (!isSame || last.error !== error) this.last = { channel, presence, entries, status, error };
    return this.last;
  }
}
