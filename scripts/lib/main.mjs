/**
 * What every script does around its body.
 *
 * Invariant: a failure that was foreseen ends in one message in plain words, and always in an exit
 * code other than 0.
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
    // A TypeError and its like are mistakes in the scripts: those keep their stack trace.
    const foreseen = error instanceof Error && !(error instanceof TypeError || error instanceof ReferenceError);
    console.error(foreseen ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
