import { refs } from "./payloads.js";
import { Room } from "./room.js";

/** A room whose Presence, of either implementation, has all three callbacks set; `log` holds their calls. */
export class CallbackRoom extends Room {
  /** The calls in order, each user as its refs. @type {unknown[]} */
  log = [];

  /** @param {any} Presence @param {import("./fake-channel.js").FakeChannel} [channel] */
  constructor(Presence, channel) {
    super(Presence, channel);
    this.presence.onJoin((/** @type {string} */ key, /** @type {any} */ current, /** @type {any} */ joined) => {
      this.log.push(["join", key, refs(current), refs(joined)]);
    });
    this.presence.onLeave((/** @type {string} */ key, /** @type {any} */ current, /** @type {any} */ left) => {
      this.log.push(["leave", key, refs(current), refs(left)]);
    });
    this.presence.onSync(() => this.log.push("sync"));
  }
}
