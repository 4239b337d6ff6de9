// The messages of one Presence, handled one at a time.
//
// Invariant: a message that arrives while another is handled, because a callback
// caused it, waits until that one is done; the order is kept, and none is lost.

import { run } from "./core.js";
import { asError, uncaught, each, THROWN, warn } from "./problem.js";

export class Inbox {
  /** @param {{ joinRef(): unknown }} channel */
  constructor(channel) {
    this.channel = channel;
    /** @type {{ handle: (joinRef: unknown) => void, joinRef: unknown }[]} */
    this.queue = [];
    this.busy = false;
    /** The join under which the waiting diffs came. Read and written by the core. */
    this.pendingRef = undefined;
    /** What waits beyond the first thousand diffs. Read and written by the core. */
    this.merged = undefined;
    /** Filled by the core: see problem.js. */
    this.problems = [];
    this.onError = undefined;
    this.warned = false;
  }

  /**
   * Handles a message now, or after those before it.
   *
   * @param {(joinRef: unknown) => void} handle is told the join under which the message came
   */
  receive(handle) {
    this.queue.push({ handle, joinRef: this.channel.joinRef() });
    if (this.busy) return;
    this.busy = true;
    try {
      for (let message; (message = this.queue.shift()); ) {
        const { handle, joinRef } = message;
        run(() => handle(joinRef));
        if (this.problems.length > 0) this.report(this.problems.splice(0));
      }
    } finally {
      this.busy = false;
    }
  }

  /** @param {unknown[]} problems */
  report(problems) {
    each(problems, (kind, value) => {
      if (typeof this.onError === "function") {
        try {
          this.onError(asError(kind, value));
        } catch (error) {
          uncaught(error);
        }
      } else if (kind === THROWN) {
        uncaught(value);
      } else if (!this.warned) {
        this.warned = true;
        warn(kind, value);
      }
    });
  }
}
