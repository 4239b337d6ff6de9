/**
 * The memory of the clients and of the server, and whether it has grown.
 *
 * Both measurements are taken while all clients are idle, the same number of them is connected, and
 * garbage has been collected.
 */

import { execFileSync } from "node:child_process";

import { coreSizes, heapUsed } from "../support/memory.js";

const MB = 1024 * 1024;

/**
 * The growth that is allowed: rosters are not equally long at both moments, and allocators keep some
 * memory. The core's tables have a place for each value of the longest message so far, so that a
 * longer one adds some; a value that is never released would add one with each message.
 */
const MAX_GROWTH = { heap: 8 * MB, server: 12 * MB, places: 2048 };

/**
 * In bytes; `core` is the core's own memory, `places` the number of places in its tables of JavaScript values.
 *
 * @typedef {{ heap: number, core: number, places: number, server: number }} Memory
 */

/** The memory of all clients together. @returns {Omit<Memory, "server">} */
export function clientMemory() {
  // The memory is counted in bytes and the tables in places, so the memory is the largest by far.
  const [core, ...tables] = coreSizes()
    .flat()
    .filter((size) => size > 0)
    .sort((a, b) => b - a);
  return { heap: heapUsed(), core, places: tables.reduce((sum, places) => sum + places, 0) };
}

/** The resident memory of presence-server, which is a child of this process. */
export function serverMemory() {
  const processes = execFileSync("ps", ["-A", "-o", "ppid=,rss=,comm="], { encoding: "utf8" });
  const line = processes.split("\n").find((each) => new RegExp(`^\\s*${process.pid}\\s.*presence-serve`).test(each));
  if (!line) throw new Error("ps shows no presence-server that this process has started");
  return Number(line.trim().split(/\s+/)[1]) * 1024;
}

/**
 * A problem for each part that has grown too much.
 *
 * @param {Memory} before @param {Memory} after
 * @returns {string[]}
 */
export function grown(before, after) {
  const problems = [];
  for (const part of /** @type {const} */ (["heap", "server"])) {
    const growth = after[part] - before[part];
    if (growth > MAX_GROWTH[part]) problems.push(`the memory of the ${part} has grown by ${inMB(growth)}`);
  }
  // Written so that NaN fails, too: a core that was never found has no size.
  if (!(after.core - before.core === 0)) problems.push(`the core took ${before.core} bytes, and takes ${after.core}`);
  if (!(after.places - before.places <= MAX_GROWTH.places)) {
    problems.push(`the core held ${before.places} values, and holds ${after.places}`);
  }
  return problems;
}

/** @param {number} bytes */
export const inMB = (bytes) => `${(bytes / MB).toFixed(1)} MB`;
