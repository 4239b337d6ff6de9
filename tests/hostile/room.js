/**
 * A room to try things in: a Presence on a channel, and everything its callbacks were told.
 */

import { FakeChannel } from "../support/fake-channel.js";

/** @param {string[]} refs */
export const presence = (...refs) => ({ metas: refs.map((phx_ref) => ({ phx_ref })) });

/** The refs of a presence. @param {any} presence @returns {unknown[] | undefined} */
export const refs = (presence) => presence?.metas?.map((/** @type {any} */ meta) => meta?.phx_ref);

export class Room {
  /** What happened, in order. @type {unknown[]} */
  log = [];

  /**
   * @param {any} Presence
   * @param {{ joinRef?: string, channel?: FakeChannel, listen?: boolean }} [options]
   */
  constructor(Presence, { joinRef = "1", channel = new FakeChannel(joinRef), listen = true } = {}) {
    this.channel = channel;
    this.presence = new Presence(channel);
    if (!listen) return;
    this.presence.onJoin((/** @type {string} */ key, /** @type {any} */ current, /** @type {any} */ joined) => {
      this.log.push(["join", key, refs(current), refs(joined)]);
    });
    this.presence.onLeave((/** @type {string} */ key, /** @type {any} */ current, /** @type {any} */ left) => {
      this.log.push(["leave", key, refs(current), refs(left)]);
    });
    this.presence.onSync(() => this.log.push("sync"));
  }

  /** @param {unknown} payload */
  state(payload) {
    FakeChannel.deliver(this.channel, "presence_state", payload);
    return this;
  }

  /** @param {unknown} joins @param {unknown} [leaves] */
  diff(joins, leaves = {}) {
    FakeChannel.deliver(this.channel, "presence_diff", { joins, leaves });
    return this;
  }

  /** @param {string} joinRef */
  rejoin(joinRef) {
    FakeChannel.rejoin(this.channel, joinRef);
    return this;
  }

  /** The refs of every user, in order. */
  get roster() {
    return Object.entries(this.presence.state).map(([key, presence]) => [key, refs(presence)]);
  }
}

/**
 * What a function does: its result, or the error that it throws.
 *
 * @param {() => unknown} run
 */
export function outcome(run) {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? `threw ${error.name}` : `threw ${error}`;
  }
}
