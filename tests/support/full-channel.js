import { FakeChannel } from "./fake-channel.js";

/**
 * A channel with all that a Presence uses where it is there: like phoenix.js's, `onError` returns a
 * ref and `onClose` nothing, and `off` without a ref takes away everybody's callbacks.
 */
export class FullChannel extends FakeChannel {
  /** @type {{ event: string, ref: number, callback: (payload: any) => void }[]} */
  bindings = [];
  #refs = 0;

  /** @override @param {string} event @param {(payload: any) => void} callback */
  on(event, callback) {
    const ref = ++this.#refs;
    this.bindings.push({ event, ref, callback });
    return ref;
  }

  /** @param {string} event @param {number} [ref] */
  off(event, ref) {
    this.bindings = this.bindings.filter((each) => each.event !== event || (ref !== undefined && each.ref !== ref));
  }

  /** @param {(reason: unknown) => void} callback */
  onError(callback) {
    return this.on("phx_error", callback);
  }

  /** @param {(reason: unknown) => void} callback */
  onClose(callback) {
    this.on("phx_close", callback);
  }

  /** @param {string} event @param {unknown} [payload] */
  trigger(event, payload) {
    for (const binding of this.bindings.filter((each) => each.event === event)) binding.callback(payload);
  }

  /** The channel fails, as it does when the socket is lost. */
  fail() {
    this.trigger("phx_error", "transport failure");
  }

  /** The channel is left. */
  leave() {
    this.trigger("phx_close", "leave");
  }

  /** @param {unknown} payload */
  state(payload) {
    this.trigger("presence_state", payload);
  }

  /** @param {unknown} joins @param {unknown} [leaves] */
  diff(joins, leaves = {}) {
    this.trigger("presence_diff", { joins, leaves });
  }
}
