/**
 * Runs a command and waits for it. A command that could not be started, was killed or exited non-zero
 * is an error that names the command, unless the caller passes `check: false`.
 */

import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The root of the repository, where commands run by default. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] where the command runs; the repository's root by default
 * @property {NodeJS.ProcessEnv} [env] its whole environment; this process's by default
 * @property {boolean} [quiet] print nothing unless the command fails
 * @property {boolean} [capture] print as usual, and return the output as well
 * @property {boolean} [check] false: resolve with any exit code
 * @property {number} [minutes] the time after which the command is ended and has failed
 * @property {string} [input] text for its standard input; empty by default
 *
 * @typedef {object} RunResult
 * @property {number} code the exit code; 124 when it took too long, 127 when it was not found,
 *   128 when it was killed
 * @property {string} output its output on both streams, in order (only with quiet or capture)
 */

/** A command that has failed. */
export class CommandError extends Error {
  /**
   * @param {string} command
   * @param {RunResult} result
   */
  constructor(command, result) {
    super(`\`${command}\` ${result.code === 127 ? "was not found" : `failed (exit code ${result.code})`}`);
    this.name = "CommandError";
    this.result = result;
  }
}

/**
 * Runs `cmd` with `args`, by default with its output shown at once.
 *
 * @param {string} cmd
 * @param {readonly string[]} [args]
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(cmd, args = [], options = {}) {
  const { cwd = ROOT, env = process.env, quiet = false, capture = false, check = true, minutes, input } = options;
  const piped = quiet || capture;
  return new Promise((resolve, reject) => {
    const child = spawn(cmd, args, {
      cwd,
      env,
      stdio: [input === undefined ? "ignore" : "pipe", piped ? "pipe" : "inherit", piped ? "pipe" : "inherit"],
    });
    let output = "";
    for (const [stream, sink] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (!quiet) sink.write(text);
      });
    }
    child.stdin?.on("error", () => {}); // It may end without reading; its exit code says whether that is an error.
    child.stdin?.end(input);
    const limit = minutes && setTimeout(overdue, minutes * 60_000);
    function overdue() {
      console.error(`\`${cmd}\` was ended: it took more than ${minutes} minutes`);
      child.kill();
      // Its child processes may keep the pipes open, so these are not waited for.
      child.stdout?.destroy();
      child.stderr?.destroy();
      finish(124);
    }
    /** @param {number} code */
    const finish = (code) => {
      clearTimeout(limit);
      const result = { code, output };
      if (code === 0 || !check) return resolve(result);
      if (quiet) process.stderr.write(output);
      reject(new CommandError([cmd, ...args].join(" "), result));
    };
    child.on("error", (error) => {
      output += `${error.message}\n`;
      finish(/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT" ? 127 : 126);
    });
    child.on("close", (code) => finish(code ?? 128));
  });
}

/**
 * The standard output of a short command, trimmed; undefined if the command is missing or fails.
 *
 * @param {string} cmd
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, input?: string }} [options]
 * @returns {string | undefined}
 */
export function ask(cmd, args, { env = process.env, input } = {}) {
  const { status, stdout } = spawnSync(cmd, args, { cwd: ROOT, env, input, encoding: "utf8", maxBuffer: 2 ** 26 });
  return status === 0 ? stdout.trim() : undefined;
}
