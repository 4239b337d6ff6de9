// How current the roster of one Presence is.
//
// Invariant: what it says is true when it is asked, even where a channel tells
// nothing of its failures: another join is seen by its ref.

/** @typedef {import("./index.js").PresenceStatus} Name */

export class Status {
  /** @param {{ joinRef: unknown, inPendingSyncState(): boolean }} presence */
  constructor(presence) {
    this.presence = presence;
    this.failed = false;
    this.left = false;
    this.disposed = false;
    /** @type {Name} The one that subscribers know. */
    this.told = "pending";
    /** @type {Name} The one that was read last. */
    this.seen = "pending";
    /** @type {{ resolve: () => void, reject: (error: Error) => void }[]} */
    this.waiting = [];
  }

  /** @returns {Name} */
  now() {
    if (this.disposed || this.left) return "closed";
    if (!this.presence.joinRef) return "pending";
    return this.failed || this.presence.inPendingSyncState() ? "stale" : "synced";
  }

  read() {
    return (this.seen = this.now());
  }

  /** A `presence_state` was applied. */
  sync() {
    this.failed = this.left = false;
  }

  /** Whether subscribers, or who read it last, know another one; then they are told. */
  turn() {
    const now = this.now();
    const news = now !== this.told || now !== this.seen;
    this.told = this.seen = now;
    if (this.waiting.length > 0 && now === "synced") for (const { resolve } of this.waiting.splice(0)) resolve();
    if (this.waiting.length > 0 && now === "closed") for (const { reject } of this.waiting.splice(0)) reject(closed());
    return news;
  }

  /** @returns {Promise<void>} */
  whenSynced() {
    return new Promise((resolve, reject) => {
      const now = this.now();
      if (now === "synced") resolve();
      else if (now === "closed") reject(closed());
      else this.waiting.push({ resolve, reject });
    });
  }
}

const closed = () => new Error("whenSynced: the channel was left or the Presence disposed of before it was in sync");
