import { FakeChannel } from "./fake-channel.js";

/**
 * A channel with all that a Presence uses where it is there: like phoenix.js's, `onError` returns a
 * ref and `onClose` nothing, and `off` without a ref removes everybody's callbacks.
 */
export class FullChannel extends FakeChannel {
  get bindings() {
    return FakeChannel.bindings(this);
  }

  /** @param {string} event @param {number} [ref] */
  off(event, ref) {
    FakeChannel.keepBindings(this, (each) => each.event !== event || (ref !== undefined && each.ref !== ref));
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
    FakeChannel.deliver(this, event, payload);
  }

  /** The channel fails, as it does when the socket is lost. */
  fail() {
    this.trigger("phx_error", "transport failure");
  }

  /** The channel fails, and is joined again under another ref. @param {string} joinRef */
  rejoin(joinRef) {
    this.fail();
    FakeChannel.rejoin(this, joinRef);
  }

  /** The channel is left. */
  leave() {
    this.trigger("phx_close", "leave");
  }

  /** @param {unknown} payload */
  sendState(payload) {
    this.trigger("presence_state", payload);
  }

  /** @param {unknown} joins @param {unknown} [leaves] */
  sendDiff(joins, leaves = {}) {
    this.trigger("presence_diff", { joins, leaves });
  }
}
