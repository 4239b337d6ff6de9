// The times of the frames of a busy room, and their summary.

import { median } from "../../benches/measure.js";

/**
 * @typedef {{ at: number, interval: number, work: number }} Frame its time, the time since the frame before, and how
 *   long handling events and reading the roster took, all in milliseconds
 * @typedef {{ median: number, p95: number, longest: number }} Summary
 */

/** @param {number[]} numbers @returns {Summary} */
export function summary(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1];
  return { median: median(numbers), p95, longest: sorted[sorted.length - 1] };
}
