// Lets one measurement run at a time: two at once would measure each other.
//
// Invariant: a job begins when the one before it has ended, which it is asked to.

/** @typedef {(signal: AbortSignal) => Promise<void>} Job */

export class Turns {
  /** @type {{ controller: AbortController, ended: Promise<void> } | undefined} */
  #last;
  #onError;

  /** @param {(error: unknown) => void} onError what a job threw, unless it was stopped */
  constructor(onError) {
    this.#onError = onError;
  }

  /** Stops whatever runs, then runs the job. @param {Job} job */
  take(job) {
    this.#last?.controller.abort();
    const before = this.#last?.ended;
    const controller = new AbortController();
    const ended = this.#run(job, controller.signal, before);
    this.#last = { controller, ended };
    return ended;
  }

  stop() {
    this.#last?.controller.abort();
  }

  /** @param {Job} job @param {AbortSignal} signal @param {Promise<void> | undefined} before */
  async #run(job, signal, before) {
    await before;
    if (signal.aborted) return;
    try {
      await job(signal);
    } catch (error) {
      if (error !== signal.reason) this.#onError(error);
    }
  }
}

/**
 * A button that starts a job, stops it while it runs, and starts it again.
 *
 * @param {HTMLButtonElement} button
 * @param {Turns} turns
 * @param {Job} job
 */
export function startAndStop(button, turns, job) {
  const start = button.textContent;
  let running = false;
  button.addEventListener("click", async () => {
    if (running) {
      turns.stop();
      return;
    }
    running = true;
    await turns.take(async (signal) => {
      button.textContent = "Stop";
      try {
        await job(signal);
        button.textContent = "Run again";
      } catch (error) {
        button.textContent = start;
        throw error;
      }
    });
    running = false;
  });
}
