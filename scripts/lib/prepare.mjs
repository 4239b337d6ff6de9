/**
 * Builds what the demo, the tests and the lints work on.
 *
 * Invariant: each thing is built at most once a process, after what it needs; both builds do nothing
 * when their sources have not changed.
 */

import { setup } from "../setup.mjs";
import { run } from "./run.mjs";

/** @typedef {"tools" | "package" | "server"} Thing */

/** @type {Map<string, Promise<void>>} */
const made = new Map();

/** @type {Record<Thing, () => Promise<void>>} */
const MAKE = {
  tools: () => setup({ tests: false }),
  async package() {
    await prepare("tools");
    await run("node", ["scripts/build.mjs"]);
  },
  async server() {
    await run("cargo", ["build", "-p", "presence-server"]);
  },
};

/**
 * @param {Thing} thing
 * @returns {Promise<void>} rejected for everyone who needs a thing that could not be built
 */
export function prepare(thing) {
  const making = made.get(thing) ?? MAKE[thing]();
  made.set(thing, making);
  return making;
}
