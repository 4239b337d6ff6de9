/** How long import and first call take in a new process, beside another package that inlines its WebAssembly. */

import { execFileSync } from "node:child_process";

import { median } from "./measure.js";

const OURS = `const { Presence } = await import("phoenix-presence"); Presence.syncState({}, {});`;
const LEXER = `const { initSync, parse } = await import("es-module-lexer"); initSync(); parse("import 'x'");`;

/** @param {string} script */
function once(script) {
  const timed = `const start = performance.now(); ${script} console.log(performance.now() - start);`;
  const args = ["--input-type=module", "--eval", timed];
  return Number(execFileSync(process.execPath, args, { encoding: "utf8", cwd: import.meta.dirname }));
}

/** Medians in milliseconds. */
export function cold(rounds = 15) {
  /** @type {[number[], number[]]} */
  const [ours, lexer] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(once(OURS));
    lexer.push(once(LEXER));
  }
  return { ours: Number(median(ours).toFixed(2)), lexer: Number(median(lexer).toFixed(2)) };
}
