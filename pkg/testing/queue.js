/**
 * The deliveries between clients and server that are still to be made, in the order in which they were sent.
 *
 * Deliveries use no timer, so that fake timers neither stop nor reorder them: `flush()` makes all of them at once,
 * and those that are not flushed are made one by one, each in a microtask of its own, like the messages of a
 * WebSocket, each of which is a task.
 */

/** How often client and server may answer each other in one flush. A join takes three rounds. */
const MAX_ROUNDS = 1_000;

export class Queue {
  /** @type {(() => void)[]} */
  #waiting = [];
  #flushing = false;
  #scheduled = false;
  #automatic;

  /** @param {boolean} automatic whether to deliver without `flush()` */
  constructor(automatic) {
    this.#automatic = automatic;
  }

  /** @param {() => void} delivery */
  add(delivery) {
    this.#waiting.push(delivery);
    this.#schedule();
  }

  /**
   * Delivers everything, and what that causes. A call during a delivery does nothing: the outer call delivers the rest.
   *
   * An error of a delivery is thrown; the next call delivers the rest.
   */
  flush() {
    if (this.#flushing) return;
    for (let round = 0; this.#waiting.length > 0; round += 1) {
      if (round === MAX_ROUNDS) {
        this.#waiting = [];
        throw new Error(`flush() gave up: client and server have answered each other ${MAX_ROUNDS} times.`);
      }
      for (let left = this.#waiting.length; left > 0; left -= 1) this.#deliver();
    }
  }

  #deliver() {
    this.#flushing = true;
    try {
      this.#waiting.shift()?.();
    } finally {
      this.#flushing = false;
      this.#schedule();
    }
  }

  #schedule() {
    if (!this.#automatic || this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    // Jest's fake timers replace queueMicrotask, but no promise.
    Promise.resolve().then(() => {
      this.#scheduled = false;
      if (!this.#flushing) this.#deliver();
    });
  }
}
