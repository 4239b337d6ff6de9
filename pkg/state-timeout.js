// Notices that a joined channel gets no `presence_state`.

/** Far more than a server takes to answer, little enough to be seen during development. In milliseconds. */
const STATE_TIMEOUT = 5_000;

export class StateTimeout {
  /** @param {() => void} onTimeout called once at most */
  constructor(onTimeout) {
    this.onTimeout = onTimeout;
    /** @type {any} */
    this.timer = undefined;
    this.isOver = false;
  }

  /** Starts to wait, unless it does. */
  start() {
    if (this.isOver || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.isOver = true;
      this.onTimeout();
    }, STATE_TIMEOUT);
    this.timer.unref?.(); // It keeps no Node program running.
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
