// Says what the figures were measured on, and how well its clock can tell.

import { guessDevice } from "../device.js";

/** "Chrome 140 on Linux, 8 cores" */
export function describeMachine() {
  const version = /(?:Edg|OPR|Firefox|FxiOS|CriOS|Chrome|Version)\/(\d+)/.exec(navigator.userAgent)?.[1] ?? "";
  const device = guessDevice().replace(" on ", ` ${version} on `).replace("  ", " ");
  const cores = navigator.hardwareConcurrency;
  return `${device}, ${cores === 1 ? "1 core" : `${cores} cores`}`;
}

/**
 * The step in which the clock moves, in milliseconds. Browsers make it coarse, so that no page can
 * tell by the time what is in another's cache: 0.005 to 1, and 100 where privacy comes first.
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
