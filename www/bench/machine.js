// Describes the browser and machine of a measurement, and the resolution of its clock.

import { guessDevice } from "../chat/device.js";

/** "Chrome 140 on Linux, 8 cores" */
export function describeMachine() {
  const version = /(?:Edg|OPR|Firefox|FxiOS|CriOS|Chrome|Version)\/(\d+)/.exec(navigator.userAgent)?.[1] ?? "";
  const device = guessDevice().replace(" on ", ` ${version} on `).replace("  ", " ");
  const cores = navigator.hardwareConcurrency;
  return `${device}, ${cores === 1 ? "1 core" : `${cores} cores`}`;
}

/**
 * The resolution of the clock, in milliseconds. Browsers make it coarse so that a page cannot find out by
 * timing what is in a cache: 0.005 to 1, and 100 in browsers that protect against fingerprinting.
 */
export function clockStep() {
  const start = performance.now();
  let step = Infinity;
  for (let now = start, before = start; now - start < 5 || before === start; ) {
    before = now;
    do now = performance.now();
    while (now === before);
    step = Math.min(step, now - before);
  }
  return step;
}
