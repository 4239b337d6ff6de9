/**
 * The frame of every script: an expected failure ends in one message without a stack trace, and every
 * failure in an exit code other than 0.
 */

import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Whether the module is the script that node was started with, rather than an import of another.
 *
 * @param {ImportMeta} meta
 */
export function isMain(meta) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(meta.url));
}

/**
 * Runs a script's body; it returns the exit code, or nothing for 0.
 *
 * @param {() => Promise<number | void>} body
 */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    // A TypeError or ReferenceError is a mistake in the script itself, and needs its stack trace.
    const expected = error instanceof Error && !(error instanceof TypeError || error instanceof ReferenceError);
    console.error(expected ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
