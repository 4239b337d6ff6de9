// The meta of the user of this page: the fields that components set, sent to the channel
// as one.
//
// Invariant: what was set last is what the server has, after the throttle, or after the
// next join: a join, also that after a lost connection, starts without it.

import { sharedMap } from "./shared-map.js";

class OwnMeta {
  /** @param {any} channel @param {string} event */
  constructor(channel, event) {
    this.channel = channel;
    this.event = event;
    /** @type {object | undefined} */
    this.meta = undefined;
    this.isChanged = false;
    this.hasWarned = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    // Bound after the channel's own callback, which has set its state.
    channel.on("phx_reply", (/** @type {any} */ reply, /** @type {unknown} */ ref) => {
      if (ref === channel.joinRef() && reply?.status === "ok") this.send();
    });
    channel.on("phx_close", () => clearTimeout(this.timer));
  }

  /** @param {object} fields @param {number} throttle */
  set(fields, throttle) {
    this.meta = { ...this.meta, ...fields };
    this.isChanged = true;
    if (this.timer === undefined) this.sendAndWait(throttle);
  }

  /** @param {number} throttle */
  sendAndWait(throttle) {
    this.send();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isChanged && this.channel.state === "joined") this.sendAndWait(throttle);
    }, throttle);
  }

  /** Unless the channel is not joined: then it is sent when it is. */
  send() {
    const { channel, event, meta } = this;
    if (!meta || channel.state !== "joined") return;
    this.isChanged = false;
    channel.push(event, meta).receive("error", (/** @type {unknown} */ response) => {
      if (this.hasWarned) return;
      this.hasWarned = true;
      console.warn(`phoenix-presence: the server answered ${event} in ${channel.topic} with an error`, response);
    });
  }
}

/** @param {any} channel @param {string} event @returns {OwnMeta} */
function ownMetaOf(channel, event) {
  /** @type {WeakMap<object, Map<string, OwnMeta>>} */
  const ofChannels = sharedMap("own metas");
  const ofChannel = ofChannels.get(channel) ?? new Map();
  ofChannels.set(channel, ofChannel);
  const ownMeta = ofChannel.get(event) ?? new OwnMeta(channel, event);
  ofChannel.set(event, ownMeta);
  return ownMeta;
}

/** An update function for a room whose channel comes later, or changes. */
export function updates() {
  /** @type {((fields: object) => void) | undefined} */
  let set;
  /** @type {object | undefined} From before there was a channel. */
  let early;
  return {
    /** @param {object} fields */
    update(fields) {
      if (typeof fields !== "object" || fields === null) throw new TypeError("update: expected an object of fields");
      if (set) set(fields);
      else early = { ...early, ...fields };
    },
    /** @param {any} channel @param {import("./react.js").UpdateOptions} [options] */
    follow(channel, { event = "update", throttle = 50 } = {}) {
      if (!(typeof throttle === "number" && throttle >= 0)) throw new TypeError("throttle: expected milliseconds");
      set = channel && ((fields) => ownMetaOf(channel, event).set(fields, throttle));
      if (!set || !early) return;
      set(early);
      early = undefined;
    },
  };
}
