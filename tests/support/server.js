/**
 * Runs presence-server for a test: the real binary, on a port of its own.
 *
 * Invariant: no server outlives the process that started it, and a start that
 * resolved is a server that listens.
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} ServerOptions
 * @property {string[]} [args] further arguments, such as `["--serve", "/=www"]`
 * @property {number} [port] 0, the default, picks a free one
 * @property {boolean} [insecureUserIds] whether the `user_id` of a connection is believed; true by default
 * @property {string} [log] the level of what it logs to this process's stderr; "off" by default
 */

/**
 * @typedef {object} RunningServer
 * @property {string} url `http://127.0.0.1:PORT`
 * @property {string} wsUrl `ws://127.0.0.1:PORT/socket`, what phoenix.js's Socket wants
 * @property {number} port
 * @property {() => number | undefined} pid of the process that runs now
 * @property {() => Promise<number | null>} stop asks it to stop; resolves to its exit code
 * @property {() => Promise<void>} kill ends it without a good-bye
 * @property {() => Promise<void>} restart stops it if it runs, and starts it again on the same port
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** The binary: `PRESENCE_SERVER`, or what `cargo build -p presence-server` made. */
function binary() {
  const path =
    process.env.PRESENCE_SERVER ?? fileURLToPath(new URL("../../target/debug/presence-server", import.meta.url));
  if (!existsSync(path)) {
    throw new Error(`${path} does not exist: run "cargo build -p presence-server", or set PRESENCE_SERVER`);
  }
  return path;
}

/**
 * Spawns one process and waits for the line that says where it listens.
 *
 * @param {number} port
 * @param {ServerOptions} options
 * @returns {Promise<{ child: import("node:child_process").ChildProcess, ended: Promise<number | null>, url: string }>}
 */
async function launch(port, options) {
  const args = ["--port", String(port), "--log", options.log ?? "off", ...(options.args ?? [])];
  if (options.insecureUserIds ?? true) args.push("--insecure-user-ids");
  // Its stdin is a pipe from here, which ends with this process, however that happens.
  args.push("--stop-with-stdin");
  const child = spawn(binary(), args, { stdio: ["pipe", "pipe", "inherit"] });
  children.add(child);
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      children.delete(child);
      resolve(code);
    });
  });
  // A failure to start is reported below; one after that shows as a code.
  ended.catch(() => {});
  const lines = createInterface({ input: child.stdout });
  /** @type {Promise<string>} */
  const listening = new Promise((resolve) => lines.once("line", resolve));
  const first = await Promise.race([listening, ended]);
  const url = typeof first === "string" && /http:\S+$/.exec(first)?.[0];
  if (!url) {
    child.kill("SIGKILL");
    throw new Error(`presence-server did not start: ${first}`);
  }
  return { child, ended, url };
}

/**
 * Starts a server. It stops with `stop()`, or with the process at the latest.
 *
 * @param {ServerOptions} [options]
 * @returns {Promise<RunningServer>}
 */
export async function startServer(options = {}) {
  let running = await launch(options.port ?? 0, options);
  const { url } = running;
  const port = Number(new URL(url).port);

  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    running.child.kill(signal);
    return running.ended;
  };

  return {
    url,
    wsUrl: `${url.replace("http", "ws")}/socket`,
    port,
    pid: () => running.child.pid,
    stop: () => end("SIGTERM"),
    kill: async () => {
      await end("SIGKILL");
    },
    restart: async () => {
      await end("SIGTERM");
      running = await launch(port, options);
    },
  };
}
