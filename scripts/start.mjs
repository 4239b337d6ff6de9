/**
 * Serves the demo: `npm start`, or `PORT=4001 npm start`.
 * The server ends with this script, whether that is by Ctrl-C, a signal or a failure.
 */

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

import { main } from "./lib/main.mjs";
import { demoEnvironment } from "./lib/demo-key.mjs";
import { mountArguments } from "./lib/mounts.mjs";
import { prepare } from "./lib/prepare.mjs";
import { ROOT } from "./lib/run.mjs";

function wantedPort() {
  const port = Number(process.env.PORT ?? 4000);
  if (Number.isInteger(port) && port >= 0 && port < 65536) return port;
  throw new Error(`PORT is ${JSON.stringify(process.env.PORT)}, and must be a number from 0 to 65535.`);
}

/**
 * Fails early and clearly when another program has the port.
 *
 * @param {number} port
 * @returns {Promise<void>}
 */
function mustBeFree(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", (error) => {
      const taken = /** @type {NodeJS.ErrnoException} */ (error).code === "EADDRINUSE";
      const advice = `Stop the program that uses it, or choose another port: PORT=${port + 1} npm start`;
      reject(taken ? new Error(`Port ${port} is taken. ${advice}`) : error);
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

/**
 * Runs the server until it ends.
 *
 * @param {number} port
 * @returns {Promise<number>} its exit code
 */
function serve(port) {
  const args = ["run", "--quiet", "-p", "presence-server", "--", "--port", String(port), "--demo", ...mountArguments()];
  const server = spawn("cargo", args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
    env: demoEnvironment(),
    detached: true, // Otherwise a terminal's Ctrl-C reaches it twice, and the second ends its shutdown early.
  });
  // Cargo's process becomes the server's once it is built, so a signal to it reaches the server.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => server.kill(signal));
  }
  process.on("exit", () => server.kill());
  createInterface({ input: server.stdout }).on("line", (line) => {
    console.log(line);
    const address = /^presence-server listening on (\S+)/.exec(line)?.[1];
    if (address) console.log(`\nOpen ${address} in two tabs. Ctrl-C stops.\n`);
  });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.on("close", (code) => resolve(code ?? 0));
  });
}

await main(async () => {
  const port = wantedPort();
  await mustBeFree(port);
  await prepare("package");
  await prepare("server");
  return serve(port);
});
