/** The key with which presence-server signs the tokens of the demo. */

import { randomBytes } from "node:crypto";

/**
 * The environment of presence-server with `--demo`: this process's own, with a key made for this run unless there is
 * one.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function demoEnvironment() {
  return { PRESENCE_TOKEN_KEY: randomBytes(32).toString("base64"), ...process.env };
}
