/**
 * Runs the test suites: `npm test` all of them, `npm test -- parity wire` those two.
 *
 * Invariant: every suite that was asked for runs, whatever became of the others; the last line is
 * `N passed, N failed` over all of them, and the exit code is 0 only if nothing failed.
 */

import { main } from "./lib/main.mjs";
import { prepare } from "./lib/prepare.mjs";
import { run } from "./lib/run.mjs";
import { orphanedFolders, SUITES } from "./lib/suites.mjs";
import { judge, summarize } from "./lib/summary.mjs";
import { setup } from "./setup.mjs";

/** Far above what any suite needs: it ends a suite that hangs, and nothing else. */
const LIMIT_MINUTES = 20;

/** @param {string[]} names */
function chosen(names) {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no suite ${unknown.join(", ")}. The suites: ${SUITES.map(({ name }) => name).join(", ")}`,
    );
  }
  return names.length === 0 ? SUITES : SUITES.filter(({ name }) => names.includes(name));
}

/**
 * @param {import("./lib/suites.mjs").Suite} suite
 * @returns {Promise<{ passed: number, failed: number, note?: string }>}
 */
async function runSuite(suite) {
  try {
    for (const thing of suite.needs) await prepare(thing);
    const { cmd, args, env } = suite.command();
    const result = await run(cmd, args, { env, capture: true, check: false, minutes: LIMIT_MINUTES });
    return judge(result.code, suite.count(result.output));
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    console.error(note);
    return { passed: 0, failed: 1, note: note.split("\n")[0] };
  }
}

await main(async () => {
  const suites = chosen(process.argv.slice(2));
  const orphans = orphanedFolders();
  if (orphans.length > 0) throw new Error(`No suite in scripts/lib/suites.mjs runs tests/${orphans.join(", tests/")}.`);
  await setup();

  /** @type {import("./lib/summary.mjs").Row[]} */
  const rows = [];
  for (const suite of suites) {
    console.log(`\n=== ${suite.name} ===\n`);
    const started = performance.now();
    const verdict = await runSuite(suite);
    rows.push({ name: suite.name, seconds: (performance.now() - started) / 1000, ...verdict });
  }
  console.log(`\n${summarize(rows)}`);
  return rows.some(({ failed }) => failed > 0) ? 1 : 0;
});
