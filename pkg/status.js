// The status of one Presence: how current its roster is.
//
// Invariant: `read` is true at the moment of the call, even where the channel does not
// report its failures: another join is recognised by its ref.

/** @typedef {import("./index.js").PresenceStatus} Name */

export class Status {
  /** @param {{ joinRef: unknown, channel: { joinRef(): unknown } }} fields the public ones: `joinRef` is the join whose state was applied */
  constructor(fields) {
    this.fields = fields;
    this.hasFailed = false;
    this.isLeft = false;
    this.isDisposed = false;
    /** @type {Name} The one that listeners know. */
    this.notified = "pending";
    /** @type {Name} The one that was read last. */
    this.lastRead = "pending";
    /** @type {Synchronisation | undefined} */
    this.synchronisation = undefined;
  }

  /** @returns {Name} */
  now() {
    if (this.isDisposed || this.isLeft) return "closed";
    const { joinRef, channel } = this.fields;
    if (!joinRef) return "pending";
    return this.hasFailed || joinRef !== channel.joinRef() ? "stale" : "synced";
  }

  read() {
    return (this.lastRead = this.now());
  }

  /** A `presence_state` was applied. */
  synced() {
    this.hasFailed = this.isLeft = false;
  }

  /**
   * The channel failed, was left, or its join was refused.
   *
   * @param {string} kind
   * @param {unknown} response the server's answer to a refused join
   */
  fail(kind, response) {
    if (kind === "left") this.isLeft = true;
    else this.hasFailed = true;
    if (kind === "refused") this.conclude(new Error("whenSynced: the join was refused", { cause: response }));
  }

  dispose() {
    this.isDisposed = true;
  }

  /** Whether the status is another than listeners know, or than was read last. It settles promises, too. */
  update() {
    const now = this.now();
    const isNew = now !== this.notified || now !== this.lastRead;
    this.notified = this.lastRead = now;
    if (now === "synced") this.conclude(undefined);
    else if (now === "closed") this.conclude(closedError());
    else if (this.synchronisation?.isConcluded) this.synchronisation = undefined;
    return isNew;
  }

  /** @param {Error | undefined} error */
  conclude(error) {
    const { synchronisation } = this;
    if (!synchronisation || synchronisation.isConcluded) return;
    synchronisation.isConcluded = true;
    if (error) synchronisation.reject(error);
    else synchronisation.resolve();
  }

  /**
   * The promise of the next synchronisation: the same one until it is over.
   *
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<void>}
   */
  whenSynced({ signal } = {}) {
    const now = this.now();
    const isOver = this.synchronisation?.isConcluded && now !== "synced" && now !== "closed";
    if (isOver) this.synchronisation = undefined;
    const { promise } = (this.synchronisation ??= new Synchronisation());
    if (now === "synced") this.conclude(undefined);
    else if (now === "closed") this.conclude(closedError());
    return signal ? abortable(promise, signal) : promise;
  }
}

class Synchronisation {
  constructor() {
    this.isConcluded = false;
    /** @type {() => void} */
    this.resolve = () => {};
    /** @type {(error: Error) => void} */
    this.reject = () => {};
    /** @type {Promise<void>} */
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // One that nobody awaits is no unhandled rejection.
    this.promise.catch(() => {});
  }
}

/**
 * @param {Promise<void>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function abortable(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

const closedError = () =>
  new Error("whenSynced: the channel was left or the Presence disposed of before it was in sync");
