/**
 * The folders that the demo's server serves, by address. `npm start` and the tests of the demo use the
 * same.
 */

import { join } from "node:path";

import { ROOT } from "./run.mjs";

const MOUNTS = {
  "/": "www",
  "/pkg": "pkg",
  "/phoenix": "node_modules/phoenix/priv/static",
  "/benches": "benches",
};

/** The arguments of presence-server for them. */
export function mountArguments() {
  return Object.entries(MOUNTS).flatMap(([url, folder]) => ["--serve", `${url}=${join(ROOT, folder)}`]);
}
