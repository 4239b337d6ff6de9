/** The time that the first use takes in a new process, where nothing is compiled yet. */

import { execFileSync } from "node:child_process";

import { median } from "./measure.js";

const OURS = `const { Presence } = await import("phoenix-presence"); Presence.syncState({}, {});`;
const LEXER = `const { initSync, parse } = await import("es-module-lexer"); initSync(); parse("import 'x'");`;

/** Collects garbage. Not with the flag `--expose-gc`, because Node then starts without its cached code. */
const GC = `import v8 from "node:v8"; import vm from "node:vm";
  v8.setFlagsFromString("--expose-gc"); vm.runInNewContext("gc")()`;

/** The time of a script in milliseconds. @param {string} script @param {string} [before] runs first and is not timed */
function once(script, before = "") {
  const timed = `${before}; const start = performance.now(); ${script} console.log(performance.now() - start);`;
  const args = ["--input-type=module", "--eval", timed];
  return Number(execFileSync(process.execPath, args, { encoding: "utf8", cwd: import.meta.dirname }));
}

/**
 * Medians in milliseconds. The scripts run alternately.
 *
 * @param {(() => number)[]} scripts
 * @param {number} rounds
 */
function medians(scripts, rounds) {
  const samples = Array.from({ length: rounds }, () => scripts.map((run) => run()));
  return scripts.map((_, at) => Number(median(samples.map((sample) => sample[at])).toFixed(2)));
}

/** Import and first call, compared with another package that inlines its WebAssembly. */
export function cold(rounds = 15) {
  const [ours, lexer] = medians([() => once(OURS), () => once(LEXER)], rounds);
  return { ours, lexer };
}

/**
 * The first Presence and its first `presence_state`. The import and the parsing are not timed.
 *
 * @param {number} users
 */
export function coldState(users, rounds = 15) {
  const payload = `const payload = JSON.parse(stateText(${users}))`;
  /** @param {string} module @param {string} [ahead] */
  const of = (module, ahead = "") => {
    const imports = `import { connect, stateText } from "./rows.js"; import { Presence } from "${module}"`;
    return () => once("connect(Presence).state(payload);", [imports, payload, GC, ahead].join(";"));
  };
  const compiled = 'import init from "phoenix-presence/init"; await init()';
  const [phoenix, ours, afterInit] = medians(
    [of("phoenix"), of("phoenix-presence"), of("phoenix-presence", compiled)],
    rounds,
  );
  return { users, phoenix, ours, afterInit };
}
