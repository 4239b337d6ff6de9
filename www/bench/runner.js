// Runs a row of the benches without blocking the page.

import { measuring } from "../../benches/measure.js";

/** Resolves when the browser has handled input and drawn. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/**
 * @param {import("../../benches/rows.js").Row} row
 * @param {import("../../benches/measure.js").Implementation[]} implementations
 * @param {import("../../benches/measure.js").Options} timing
 * @param {AbortSignal} signal
 * @throws the signal's reason once it is aborted, and an Error when the outcomes differ
 */
export async function run(row, implementations, timing, signal) {
  const steps = measuring(row, implementations, timing);
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = steps.next();
    if (done) return value;
    await pause();
  }
}
