/**
 * Builds the package and the server, and runs the soak test: many clients against the server for a
 * while. `npm run soak`, or `npm run soak -- --seconds 300 --clients 200 --seed 1`.
 */

import { main } from "./lib/main.mjs";
import { prepare } from "./lib/prepare.mjs";
import { run } from "./lib/run.mjs";

await main(async () => {
  await prepare("package");
  await prepare("server");
  const args = ["--expose-gc", "tests/soak/main.js", ...process.argv.slice(2)];
  return (await run("node", args, { check: false })).code;
});
