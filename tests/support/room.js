/** A Presence on a channel of its own, and the messages that a test sends to it. */

import { FakeChannel } from "./fake-channel.js";
import { refs } from "./payloads.js";

/** @template {FakeChannel} [Channel=FakeChannel] */
export class Room {
  /**
   * @param {any} Presence the class under test
   * @param {Channel} channel
   * @param {object} [options] of the Presence
   */
  constructor(Presence, channel = /** @type {Channel} */ (new FakeChannel("1")), options = undefined) {
    this.channel = channel;
    this.presence = new Presence(channel, options);
  }

  /** Sends a presence_state. @param {unknown} payload */
  state(payload) {
    FakeChannel.deliver(this.channel, "presence_state", payload);
    return this;
  }

  /** Sends a presence_diff. @param {unknown} joins @param {unknown} [leaves] */
  diff(joins, leaves = {}) {
    FakeChannel.deliver(this.channel, "presence_diff", { joins, leaves });
    return this;
  }

  /** Gives the channel the ref of another join. @param {string} joinRef */
  rejoin(joinRef) {
    FakeChannel.rejoin(this.channel, joinRef);
    return this;
  }

  /** The refs of every user, in order. */
  get roster() {
    return Object.entries(this.presence.state).map(([key, presence]) => [key, refs(presence)]);
  }
}
