// Runs a row of the benches while the page stays usable.

import { measuring } from "../../benches/measure.js";

/** Until the browser has done what is due: input and drawing come first. */
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
