/**
 * Fuzzes the code that reads text from the network: `npm run fuzz`, or
 * `npm run fuzz -- --seconds 60 roster_json`.
 *
 * A target that did not run, or printed no number of executions, has failed. The only file that a run
 * leaves in the clone is an input that it found, in fuzz/artifacts/.
 */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";

import { writeSeeds } from "../fuzz/seeds.mjs";
import { main } from "./lib/main.mjs";
import { ask, ROOT, run } from "./lib/run.mjs";
import { toolRoot } from "./lib/toolchain.mjs";
import { takeStep } from "./setup/step.mjs";

const CARGO_FUZZ_VERSION = "0.13.2";
/** The time for compiling a target on a slow machine, in addition to the fuzzing. */
const BUILD_TIMEOUT_MINUTES = 20;
/** An input that takes longer, in seconds, is a finding. */
const SLOW_INPUT_SECONDS = 10;

const env = {
  ...process.env,
  PATH: [process.env.PATH ?? "", join(toolRoot("cargo-fuzz", CARGO_FUZZ_VERSION), "bin")].join(delimiter),
};

/** @type {import("./setup/step.mjs").Step} */
const cargoFuzz = {
  name: "cargo-fuzz",
  takes: "1 to 3 minutes, once",
  isReady: () => ask("cargo", ["fuzz", "--version"], { env }) !== undefined,
  install: async () => {
    const root = toolRoot("cargo-fuzz", CARGO_FUZZ_VERSION);
    await run("cargo", ["install", "cargo-fuzz", "--version", CARGO_FUZZ_VERSION, "--root", root]);
  },
  byHand: "A C++ compiler is needed. Alternatively, put cargo-fuzz on PATH: `cargo install cargo-fuzz`.",
};

const TARGETS = readdirSync(join(ROOT, "fuzz/fuzz_targets")).map((file) => file.replace(/\.rs$/, ""));

/** @param {string[]} names */
function chosen(names) {
  const unknown = names.filter((name) => !TARGETS.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no target ${unknown.join(", ")}. The targets: ${TARGETS.join(", ")}`);
  return names.length === 0 ? TARGETS : names;
}

/**
 * @param {string} target
 * @param {number} seconds
 * @returns {Promise<boolean>} whether it ran and found nothing
 */
async function fuzz(target, seconds) {
  const corpus = mkdtempSync(join(tmpdir(), `fuzz-${target}-`));
  try {
    writeSeeds(target, corpus);
    const limits = [`-max_total_time=${seconds}`, `-timeout=${SLOW_INPUT_SECONDS}`, "-print_final_stats=1"];
    const words = `-dict=${join(ROOT, "fuzz/frames.dict")}`;
    // A sanitizer halves the speed, and none of the fuzzed code is unsafe.
    const args = ["+nightly", "fuzz", "run", "--sanitizer", "none", target, corpus, "--", ...limits, words];
    const minutes = BUILD_TIMEOUT_MINUTES + seconds / 60;
    const { code, output } = await run("cargo", args, { env, quiet: true, check: false, minutes });
    const executions = Number(/^stat::number_of_executed_units:\s*(\d+)$/m.exec(output)?.[1] ?? 0);
    const passed = code === 0 && executions > 0;
    if (!passed) console.error(output);
    const verdict = passed ? "no finding" : `FAILED (exit code ${code}); its finding is above`;
    console.log(`fuzz: ${target}: ${executions.toLocaleString("en")} executions in ${seconds} s, ${verdict}`);
    return passed;
  } finally {
    rmSync(corpus, { recursive: true, force: true });
  }
}

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: "string", default: "20" } },
    allowPositionals: true,
  });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1)
    throw new Error(`--seconds is ${JSON.stringify(values.seconds)}, expected a whole number above 0`);
  const targets = chosen(positionals);
  if (!ask("cargo", ["+nightly", "--version"])) {
    throw new Error(
      "Fuzzing needs a nightly compiler: `rustup toolchain install nightly`, then the same command again.",
    );
  }
  await takeStep(cargoFuzz, console.log);
  let failed = 0;
  for (const target of targets) if (!(await fuzz(target, seconds))) failed += 1;
  return failed === 0 ? 0 : 1;
});
