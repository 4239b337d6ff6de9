/**
 * `npm run bench`: phoenix.js, the yardstick and this package, side by side.
 *
 *     npm run bench -- [--quick] [--growth] [--additions] [--chromium] [--json FILE] [words in the titles of the rows …]
 *
 * It fails when the implementations disagree on an outcome, never because of a time.
 */

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";

import { Presence as PhoenixPresence } from "phoenix";
import { Presence as OurPresence } from "phoenix-presence";

import { additions, lookUps } from "./additions.js";
import { rowsInChromium } from "./chromium.js";
import { cold, coldState } from "./cold.js";
import { heap } from "./heap.js";
import { measure } from "./measure.js";
import { growth, rows } from "./rows.js";
import { bundled } from "./size.js";
import { Presence as Yardstick } from "./yardstick.js";

const IMPLEMENTATIONS = [
  { name: "phoenix.js", Presence: PhoenixPresence },
  { name: "yardstick", Presence: Yardstick },
  { name: "phoenix-presence", Presence: OurPresence },
];

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean" },
    growth: { type: "boolean" },
    additions: { type: "boolean" },
    chromium: { type: "boolean" },
    json: { type: "string" },
  },
});
const timing = options.quick ? { millis: 0, rounds: 3 } : { millis: 1_500, rounds: 9 };
const wanted = (/** @type {{ work: string, size: number }} */ { work, size }) =>
  words.length === 0 || words.some((word) => `${work} ${size}`.includes(word));

const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`;
console.log(`${machine}\nMicroseconds, median; in brackets how many times faster than phoenix.js.\n`);

/** @param {string[]} cells */
const line = (...cells) =>
  console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(42) : cell.padStart(20))).join(""));
line("", ...IMPLEMENTATIONS.map(({ name }) => name), "goal");

/** @param {import("./measure.js").Result} result */
function print({ work, size, goal, micros, ratios }) {
  const cells = micros.map((each, at) => {
    const time = each.toFixed(each < 100 ? 2 : 0);
    return at === 0 ? time : `${time} (${ratios[at].toFixed(1)}x)`;
  });
  line(`${work}, ${size.toLocaleString("en")}`, ...cells, goal > 1 ? `${goal}x` : "");
}

/** @param {import("./rows.js").Row[]} list */
function table(list) {
  return list.filter(wanted).map((row) => {
    const result = measure(row, IMPLEMENTATIONS, timing);
    print(result);
    return result;
  });
}

/** @type {Record<string, unknown>} */
const report = { machine, names: IMPLEMENTATIONS.map(({ name }) => name), rows: table(rows()) };

if (words.length === 0) {
  const sizes = await bundled();
  console.log(
    `\nBundled by esbuild, minified and gzipped: ${sizes.phoenix} bytes of phoenix.js's class, ${sizes.ours} of this`,
  );
  const heaps = heap();
  console.log(`Peak heap over a first state of 100,000: ${heaps.phoenix} MB, ${heaps.ours} MB`);
  const starts = cold();
  console.log(
    `Import and first call, cold: ${starts.ours} ms; es-module-lexer with its inlined WebAssembly: ${starts.lexer} ms`,
  );
  const firstStates = [20, 1_000, 10_000].map((users) => coldState(users));
  for (const { users, phoenix, ours, afterInit } of firstStates) {
    console.log(`First Presence and state of ${users}, cold: ${phoenix} ms, ${ours} ms, ${afterInit} ms after init()`);
  }
  Object.assign(report, { sizes, heaps, starts, firstStates });
}

if (options.growth) {
  console.log("\nGrowth\n");
  const { room, metas } = growth(100_000);
  // Quadratic in phoenix.js: with ten times the metas, these rows would take a hundred times as long.
  report.growth = [...table(room), ...table(metas.filter(({ size }) => size <= 10_000))];
  const ours = metas.filter(({ size }) => size > 10_000);
  report.growthAlone = ours.map((row) => {
    const result = measure(row, IMPLEMENTATIONS.slice(1), timing);
    line(`${row.work}, ${row.size.toLocaleString("en")}`, "", ...result.micros.map((micros) => micros.toFixed(0)), "");
    return result;
  });
}

if (options.additions) {
  console.log("\nWhat phoenix.js does not have\n");
  report.additions = [...additions(), ...lookUps()].filter(wanted).map((row) => {
    const result = measure(row, IMPLEMENTATIONS.slice(2), timing);
    line(`${row.work}, ${row.size.toLocaleString("en")}`, "", "", result.micros[0].toFixed(2), "");
    return result;
  });
}

if (options.chromium) {
  console.log("\nIn Chromium\n");
  report.chromium = await rowsInChromium(wanted, timing, print);
}

if (options.json) writeFileSync(options.json, JSON.stringify(report, undefined, 2) + "\n");
