import { FullChannel } from "./full-channel.js";
import { Ours } from "./presences.js";
import { Room } from "./room.js";

/** @typedef {import("phoenix-presence").PresenceChange} Change */

const SIGN = { enter: "+", update: "~", exit: "-" };

/**
 * A room with one subscriber, on a channel that can fail and close.
 *
 * @extends {Room<FullChannel>}
 */
export class SubscribedRoom extends Room {
  /** The changes of each call that have not been read yet. @type {(readonly Change[])[]} */
  #received = [];

  /** @param {object} [options] of the Presence @param {FullChannel} [channel] */
  constructor(options, channel = new FullChannel("1")) {
    super(Ours, channel, options);
    /** @type {import("phoenix-presence").Presence} */
    this.presence;
    this.unsubscribe = this.presence.subscribe((changes) => void this.#received.push(changes));
  }

  /** The connection is lost, and the channel joined again. @override @param {string} joinRef */
  rejoin(joinRef) {
    this.channel.rejoin(joinRef);
    return this;
  }

  /** The changes of each call of the subscriber since the last reading. */
  news() {
    return this.#received.splice(0);
  }

  /** The same in short, `+ada`, `~ada` or `-ada`, one string a call. */
  short() {
    return this.news().map((changes) => changes.map(({ type, key }) => SIGN[type] + key).join(" "));
  }

  /** The keys that are shown. */
  keys() {
    return this.presence.entries().map(([key]) => key);
  }
}
