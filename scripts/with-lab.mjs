/**
 * Runs a command beside a presence-lab, whose address it finds in `PRESENCE_LAB_URL`: `node scripts/with-lab.mjs
 * COMMAND ARGUMENTS…`. Tests in a browser start their servers there.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { main } from "./lib/main.mjs";
import { ROOT, run } from "./lib/run.mjs";

await main(async () => {
  const [cmd, ...args] = process.argv.slice(2);
  if (!cmd) throw new Error("with-lab.mjs: expected a command");
  // It stops when its standard input ends, which is with this process at the latest.
  const lab = spawn(join(ROOT, "target/debug/presence-lab"), { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(lab, "exit");
  const [url] = await Promise.race([once(createInterface({ input: lab.stdout }), "line"), ended]);
  if (typeof url !== "string") throw new Error(`presence-lab did not start: ${url}`);
  try {
    const { code } = await run(cmd, args, { env: { ...process.env, PRESENCE_LAB_URL: url }, check: false });
    return code;
  } finally {
    lab.stdin.end();
    await ended;
  }
});
