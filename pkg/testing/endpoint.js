/**
 * The state that all connections share: rooms, handlers, and the queue of deliveries.
 */

import { Queue } from "./queue.js";
import { Room } from "./room.js";
import { Tracker, TrackError } from "./tracker.js";

/** @typedef {import("../testing.js").TestChannel} TestChannel */
/** @typedef {import("../testing.js").TestReply} TestReply */
/** @typedef {import("../testing.js").TestServerOptions} Options */
/** @typedef {(payload: any, channel: TestChannel) => TestReply | void} Handler */

/** As in the Phoenix guide: tracks the connection's `user_id`, if it has one, and pushes the state. @type {Handler} */
function afterJoin(payload, channel) {
  const { user_id } = channel.params;
  if (user_id !== undefined) channel.track(user_id, payload);
  channel.pushState();
}

/** The events of presence-server's rooms. @type {Record<string, Handler>} */
const HANDLE_IN = {
  track: orReason(({ key, ...meta }, channel) => {
    return { phx_ref: channel.track(key ?? channel.params.user_id, meta) };
  }),
  update: orReason(({ key, ...fields }, channel) => {
    return { phx_ref: channel.update(key ?? channel.params.user_id, (meta) => ({ ...meta, ...fields })) };
  }),
  untrack: orReason(({ key }, channel) => {
    channel.untrack(key ?? channel.params.user_id);
    return {};
  }),
};

/**
 * Makes a handler that replies with what `handler` returns, or with the reason of its TrackError.
 *
 * @param {(payload: any, channel: TestChannel) => object} handler
 * @returns {Handler}
 */
function orReason(handler) {
  return (payload, channel) => {
    try {
      return { ok: handler(payload, channel) };
    } catch (error) {
      if (error instanceof TrackError) return { error: { reason: error.reason } };
      throw error;
    }
  };
}

export class Endpoint {
  /** Of all connections. @type {import("../testing.js").TestFrame[]} */
  frames = [];
  /** Open or about to be. @type {Set<import("./transport.js").NetworkLink>} */
  links = new Set();
  isReachable = true;
  /** @type {Map<string, Room>} */
  #rooms = new Map();
  #tracker;
  #owners = 0;

  /** @param {Options} options */
  constructor(options) {
    this.queue = new Queue(options.autoFlush ?? true);
    this.#tracker = new Tracker(options.fetch);
    this.handlers = {
      connect: options.connect ?? (() => true),
      join: options.join ?? (() => {}),
      afterJoin: options.afterJoin ?? afterJoin,
      handleIn: { ...HANDLE_IN, ...options.handleIn },
    };
  }

  /** @param {string} topic */
  room(topic) {
    const room = this.#rooms.get(topic) ?? new Room(topic, this.#tracker);
    this.#rooms.set(topic, room);
    return room;
  }

  /** A number that stands for a process of Phoenix, to which metas belong. */
  newOwner() {
    return ++this.#owners;
  }

  /** @param {string} event @returns {Handler} */
  handlerOf(event) {
    const { handleIn } = this.handlers;
    if (Object.hasOwn(handleIn, event)) return handleIn[event];
    const reason = `no handler for ${JSON.stringify(event)}: give handleIn of createTestServer one`;
    return () => ({ error: { reason } });
  }

  /** The server ends with all that it knew. */
  clear() {
    this.#tracker.clear();
  }
}
