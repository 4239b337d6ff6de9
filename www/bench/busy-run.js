// Runs a busy room once: events arrive at their rate, and each frame reads the roster and draws it.
//
// Only the implementation's own work is timed: parsing the events and drawing are not.

import { connect } from "../../benches/rows.js";

/**
 * @typedef {object} Outcome
 * @property {number} entered how long the first list took, in milliseconds
 * @property {import("./frames.js").Frame[]} frames
 * @property {number} events how many were handled
 * @property {string} left the roster at the end, as text
 */

/** The interval in which events are delivered, in milliseconds, unless the page is busy. */
const DELIVERY_INTERVAL = 5;

/**
 * Handles the first list in a room that is not used again, because code is slow when it runs for the first time.
 *
 * @param {import("./implementations.js").Implementation} implementation
 * @param {{ state: string }} texts
 */
export function warmUp({ Presence, roster }, { state }) {
  const room = connect(Presence);
  room.state(JSON.parse(state));
  roster(room.presence);
}

/** Resolves when the page is idle, so that garbage of an earlier run is collected. */
async function rest() {
  for (let frames = 0; frames < 10; frames++) await new Promise(requestAnimationFrame);
}

/**
 * @param {import("./implementations.js").Implementation} implementation
 * @param {import("./busy-events.js").Plan} plan
 * @param {{ state: string, diffs: string[] }} texts
 * @param {{ draw(roster: any[]): void, frame(frame: import("./frames.js").Frame): void }} view
 * @param {AbortSignal} signal
 * @returns {Promise<Outcome>} rejected with the signal's reason when that is aborted
 */
export async function runBusyRoom({ Presence, roster }, { perSecond }, texts, view, signal) {
  const room = connect(Presence);
  const diffs = texts.diffs.map((text) => JSON.parse(text));
  const state = JSON.parse(texts.state);
  let changed = false;
  room.presence.onSync(() => (changed = true));
  await rest();
  signal.throwIfAborted();

  const before = performance.now();
  room.state(state);
  let everyone = roster(room.presence);
  const entered = performance.now() - before;
  view.draw(everyone);

  return new Promise((resolve, reject) => {
    /** @type {import("./frames.js").Frame[]} */
    const frames = [];
    /** @type {number | undefined} */
    let start;
    let last = 0;
    let events = 0;
    let work = 0;
    changed = false;

    /** Delivers all events that are due. */
    function deliver() {
      if (start === undefined) return;
      const now = performance.now();
      const due = Math.min(diffs.length, Math.floor(((now - start) * perSecond) / 1_000));
      while (events < due) room.diff(diffs[events++]);
      work += performance.now() - now;
    }

    /** @param {number} now */
    function frame(now) {
      if (signal.aborted) return;
      if (start === undefined) {
        start = now;
      } else {
        if (changed) {
          const asked = performance.now();
          everyone = roster(room.presence);
          work += performance.now() - asked;
          changed = false;
          view.draw(everyone);
        }
        frames.push({ at: now - start, interval: now - last, work });
        view.frame(frames[frames.length - 1]);
        work = 0;
        if (events === diffs.length) {
          clearInterval(ticking);
          const left = JSON.stringify(room.presence.list((/** @type {any} */ key, /** @type {any} */ p) => [key, p]));
          resolve({ entered, frames, events, left });
          return;
        }
      }
      last = now;
      requestAnimationFrame(frame);
    }

    const ticking = setInterval(deliver, DELIVERY_INTERVAL);
    requestAnimationFrame(frame);
    signal.addEventListener("abort", () => {
      clearInterval(ticking);
      reject(signal.reason);
    });
  });
}
