/**
 * What the demo's server serves, and under which address.
 *
 * Invariant: the tests of the demo visit the site that `npm start` serves.
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
