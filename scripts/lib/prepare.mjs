/**
 * Builds what the demo, the tests and the lints need, each thing at most once in a process. A build
 * whose sources have not changed does nothing.
 */

import { setup } from "../setup.mjs";
import { run } from "./run.mjs";

/** @typedef {"tools" | "package" | "raw" | "server" | "lab" | "clients"} Thing */

/** @type {Map<string, Promise<void>>} */
const builds = new Map();

/** @type {Record<Thing, () => Promise<void>>} */
const BUILD = {
  tools: () => setup({ tests: false }),
  async package() {
    await prepare("tools");
    await run("node", ["scripts/build.mjs"]);
  },
  async raw() {
    await prepare("tools");
    await run("node", ["scripts/build/raw.mjs"]);
  },
  async server() {
    await run("cargo", ["build", "-p", "presence-server"]);
  },
  async clients() {
    await run("cargo", ["build", "-p", "presence-lab", "--examples"]);
  },
  async lab() {
    await run("cargo", ["build", "-p", "presence-lab"]);
  },
};

/**
 * @param {Thing} thing
 * @returns {Promise<void>} rejected, for every caller, if the thing could not be built
 */
export function prepare(thing) {
  const build = builds.get(thing) ?? BUILD[thing]();
  builds.set(thing, build);
  return build;
}
