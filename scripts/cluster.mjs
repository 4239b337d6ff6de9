/**
 * Three nodes of presence-server on this machine, each serving the demo: `npm run cluster`.
 *
 * Invariant: whatever ends this script ends all nodes, and a node that ends by itself is reported
 * while the others go on.
 */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { main } from "./lib/main.mjs";
import { demoEnvironment } from "./lib/demo-key.mjs";
import { mountArguments } from "./lib/mounts.mjs";
import { prepare } from "./lib/prepare.mjs";
import { ROOT } from "./lib/run.mjs";

/** The nodes accept each other's tokens. */
const ENVIRONMENT = demoEnvironment();

const NODES = [
  { name: "a", port: 4001, gossip: "127.0.0.1:7001" },
  { name: "b", port: 4002, gossip: "127.0.0.1:7002" },
  { name: "c", port: 4003, gossip: "127.0.0.1:7003" },
];

/**
 * Starts a node.
 *
 * @param {typeof NODES[number]} node
 * @returns {{ listening: Promise<string | undefined>, ended: Promise<number> }} its address once it
 *   listens, `undefined` if it ends first; and its exit code
 */
function start({ name, port, gossip }) {
  const args = ["--port", String(port), "--demo", "--log", "warn", "--stop-with-stdin"];
  args.push("--node", name, "--cluster", gossip, "--seeds", NODES.map((node) => node.gossip).join(","));
  // Its stdin is a pipe from here, which ends with this process, however that happens.
  const child = spawn("target/debug/presence-server", [...args, ...mountArguments()], {
    cwd: ROOT,
    env: ENVIRONMENT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      console.log(`Node ${name} has ended (${signal ?? code}).`);
      resolve(code ?? 1);
    });
  });
  const lines = createInterface({ input: child.stdout });
  /** @type {Promise<string | undefined>} */
  const listening = new Promise((resolve) => {
    lines.once("line", (line) => resolve(/http:\S+$/.exec(line)?.[0]));
    void ended.then(() => resolve(undefined));
  });
  return { listening, ended };
}

await main(async () => {
  await prepare("package");
  await prepare("server");
  const nodes = NODES.map(start);
  const addresses = await Promise.all(nodes.map(({ listening }) => listening));
  const running = addresses.filter(Boolean);
  if (running.length < NODES.length) {
    throw new Error(`Only ${running.length} of ${NODES.length} nodes started; their own messages say why.`);
  }
  console.log(`\nThree nodes, which see each other's users:\n\n${running.join("\n")}\n\nCtrl-C stops them.\n`);
  const codes = await Promise.all(nodes.map(({ ended }) => ended));
  return codes.find((code) => code !== 0) ?? 0;
});
