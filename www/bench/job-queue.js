// A queue that runs one measurement at a time, since two at once would slow each other down. A new
// job aborts the one that runs, and starts when that has ended.

/** @typedef {(signal: AbortSignal) => Promise<void>} Job */

export class JobQueue {
  /** @type {{ controller: AbortController, ended: Promise<void> } | undefined} */
  #last;
  #onError;

  /** @param {(error: unknown) => void} onError called with what a job threw, unless the job was aborted */
  constructor(onError) {
    this.#onError = onError;
  }

  /** Aborts the job that runs, then runs this one. @param {Job} job */
  run(job) {
    this.#last?.controller.abort();
    const before = this.#last?.ended;
    const controller = new AbortController();
    const ended = this.#runAfter(job, controller.signal, before);
    this.#last = { controller, ended };
    return ended;
  }

  stop() {
    this.#last?.controller.abort();
  }

  /** @param {Job} job @param {AbortSignal} signal @param {Promise<void> | undefined} before */
  async #runAfter(job, signal, before) {
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
 * @param {JobQueue} queue
 * @param {Job} job
 */
export function startAndStop(button, queue, job) {
  const start = button.textContent;
  let running = false;
  button.addEventListener("click", async () => {
    if (running) {
      queue.stop();
      return;
    }
    running = true;
    await queue.run(async (signal) => {
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
