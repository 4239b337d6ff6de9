/**
 * What the clients and the server take, and whether that has grown.
 *
 * Invariant: what is compared was taken at two moments of the same kind: nobody does anything, the
 * same number of clients is connected, and garbage has been collected.
 */

import { execFileSync } from "node:child_process";

import { coreSizes, heapUsed } from "../support/memory.js";

const MB = 1024 * 1024;

/**
 * What may come on top: rosters are not equally long at both moments, and allocators keep some. The
 * tables have a place for each value that the longest message so far holds, so a longer one adds
 * some; a value that is never given back would add one with each message.
 */
const MAX_GROWTH = { heap: 8 * MB, server: 12 * MB, places: 2048 };

/**
 * In bytes; `core` is the core's own memory, `places` how many its tables of JavaScript values have.
 *
 * @typedef {{ heap: number, core: number, places: number, server: number }} Memory
 */

/** What all the clients take together. @returns {Omit<Memory, "server">} */
export function clientMemory() {
  // The memory is told in bytes and the tables in places, so it is the largest by far.
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
 * What has grown too much.
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
  // Not NaN, which is what a core that was never found would make of it.
  if (!(after.core - before.core === 0)) problems.push(`the core took ${before.core} bytes, and takes ${after.core}`);
  if (!(after.places - before.places <= MAX_GROWTH.places)) {
    problems.push(`the core held ${before.places} values, and holds ${after.places}`);
  }
  return problems;
}

/** @param {number} bytes */
export const inMB = (bytes) => `${(bytes / MB).toFixed(1)} MB`;
