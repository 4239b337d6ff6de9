/** A room to try things in, with all that a subscriber was told. */

import { FakeChannel } from "../support/fake-channel.js";
import { FullChannel } from "../support/full-channel.js";
import { Ours } from "../support/presences.js";

/** @typedef {import("phoenix-presence").PresenceChange} Change */

/** @param {string} phx_ref @param {object} [fields] */
export const meta = (phx_ref, fields) => ({ phx_ref, ...fields });
/** @param {...(string | object)} metas */
export const user = (...metas) => ({ metas: metas.map((each) => (typeof each === "string" ? meta(each) : each)) });

export class Room {
  /** What the subscriber was told, message by message. @type {(readonly Change[])[]} */
  told = [];

  /** @param {object} [options] of the Presence @param {FullChannel} [channel] */
  constructor(options, channel = new FullChannel("1")) {
    this.channel = channel;
    /** @type {import("phoenix-presence").Presence} */
    this.presence = new Ours(channel, options);
    this.stop = this.presence.subscribe((changes) => void this.told.push(changes));
  }

  /** @param {unknown} payload */
  state(payload) {
    this.channel.state(payload);
    return this;
  }

  /** @param {unknown} joins @param {unknown} [leaves] */
  diff(joins, leaves) {
    this.channel.diff(joins, leaves);
    return this;
  }

  /** The channel fails and is joined again, under another ref. @param {string} joinRef */
  rejoin(joinRef) {
    this.channel.fail();
    FakeChannel.rejoin(this.channel, joinRef);
    return this;
  }

  /** What was told since this was last asked. */
  news() {
    return this.told.splice(0);
  }

  /** The same in short: `+ada`, `~ada`, `-ada`, for each message. */
  short() {
    return this.news().map((changes) => changes.map(({ type, key }) => SIGN[type] + key).join(" "));
  }

  /** The keys that are shown. */
  keys() {
    return this.presence.entries().map(([key]) => key);
  }
}

const SIGN = { enter: "+", update: "~", exit: "-" };
