/**
 * Runs the test suites: `npm test` all of them, `npm test -- parity wire` two, and
 * `npm test -- tests/api/watch.test.js --only "a part of a name"` single tests.
 *
 * A suite that fails does not stop the next one. The last line is `N passed, N failed` over all of
 * them, and the exit code is 0 only if nothing failed.
 */

import { main } from "./lib/main.mjs";
import { prepare } from "./lib/prepare.mjs";
import { run } from "./lib/run.mjs";
import { select } from "./lib/selection.mjs";
import { orphanedFolders, SUITES } from "./lib/suites.mjs";
import { judge, summarize } from "./lib/summary.mjs";
import { setup } from "./setup.mjs";

/** Far above what any suite needs: only a suite that hangs is ended. */
const SUITE_TIMEOUT_MINUTES = 20;

/**
 * @param {import("./lib/selection.mjs").Selection} selection
 * @returns {Promise<{ passed: number, failed: number, note?: string }>}
 */
async function runSuite({ suite, ...selection }) {
  try {
    for (const thing of suite.needs) await prepare(thing);
    const { cmd, args, env } = suite.command(selection);
    const result = await run(cmd, args, { env, capture: true, check: false, minutes: SUITE_TIMEOUT_MINUTES });
    return judge(result.code, suite.count(result.output));
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    console.error(note);
    return { passed: 0, failed: 1, note: note.split("\n")[0] };
  }
}

await main(async () => {
  const selections = select(process.argv.slice(2), SUITES);
  const orphans = orphanedFolders();
  if (orphans.length > 0) throw new Error(`No suite in scripts/lib/suites.mjs runs tests/${orphans.join(", tests/")}.`);
  await setup();

  /** @type {import("./lib/summary.mjs").Row[]} */
  const rows = [];
  for (const selection of selections) {
    const { name } = selection.suite;
    console.log(`\n=== ${name} ===\n`);
    const started = performance.now();
    const verdict = await runSuite(selection);
    rows.push({ name, seconds: (performance.now() - started) / 1000, ...verdict });
  }
  console.log(`\n${summarize(rows)}`);
  return rows.some(({ failed }) => failed > 0) ? 1 : 0;
});
