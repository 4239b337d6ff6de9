/** The peak of the heap while a first `presence_state` is handled, in a process of its own. */

import { execFileSync } from "node:child_process";
import { PerformanceObserver } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { connect, stateText } from "./rows.js";

const USERS = 100_000;

/** The peak in megabytes, beyond what the payload takes. */
export function heap() {
  return { phoenix: peak("phoenix"), ours: peak("phoenix-presence") };
}

/** @param {string} module */
function peak(module) {
  const args = ["--expose-gc", "--max-semi-space-size=1", fileURLToPath(import.meta.url), module];
  return Number(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { Presence } = await import(process.argv[2]);
  const room = connect(Presence);
  room.state({});
  const payload = JSON.parse(stateText(USERS));
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  // The largest size of the heap, at any collection and at the end.
  let largest = 0;
  const sample = () => (largest = Math.max(largest, process.memoryUsage().heapUsed));
  room.presence.onJoin(sampled(sample));
  new PerformanceObserver(sample).observe({ entryTypes: ["gc"] });
  room.state(payload);
  sample();
  console.log(((largest - before) / 1e6).toFixed(1));
}

/** Takes a sample at one in some calls. @param {() => void} sample */
function sampled(sample) {
  let calls = 0;
  return () => {
    if (++calls % 1_000 === 0) sample();
  };
}
