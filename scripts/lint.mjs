/**
 * Checks format, lints, types, docs and dependencies: `npm run lint`.
 * Every check runs, whatever the others found, and the last line counts them.
 */

import { CHECKS } from "./lib/lint-checks.mjs";
import { main } from "./lib/main.mjs";
import { prepare } from "./lib/prepare.mjs";

/**
 * A check that could not run has failed.
 *
 * @param {unknown} error
 * @returns {"failed"}
 */
function report(error) {
  console.error(error instanceof Error ? error.message : error);
  return "failed";
}

async function lint() {
  let failed = 0;
  let passed = 0;
  for (const { name, check } of CHECKS) {
    console.log(`lint: ${name}`);
    const outcome = await check().catch(report);
    if (outcome === "passed") passed += 1;
    else if (outcome === "failed") {
      failed += 1;
      console.log(`lint: ${name} FAILED`);
    } else console.log(`lint: ${name} skipped: ${outcome.skipped}`);
  }
  console.log(`lint: ${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

await main(async () => {
  await prepare("tools");
  return lint();
});
