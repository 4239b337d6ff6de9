/**
 * Thousands of users on real WebSockets against presence-server: `npm run load`, or
 * `npm run load -- --users 5000 --rooms 10 --seconds 60`.
 *
 * Invariant: both programs are built just now from this clone, with optimisations.
 */

import { join } from "node:path";

import { main } from "./lib/main.mjs";
import { ROOT, run } from "./lib/run.mjs";

await main(async () => {
  await run("cargo", ["build", "--release", "-p", "presence-server", "-p", "presence-load"]);
  const folder = join(ROOT, "target", "release");
  const args = ["--server", join(folder, "presence-server"), "--picture", join(ROOT, "target", "load.svg")];
  return (await run(join(folder, "presence-load"), [...args, ...process.argv.slice(2)], { check: false })).code;
});
