/**
 * Set-up step: the npm modules, exactly as in package-lock.json.
 *
 * A file in node_modules has the digest of the lock file that it was installed from. It is written
 * after npm has succeeded, and another digest means that the modules are installed again.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT, run } from "../lib/run.mjs";

const STAMP = join(ROOT, "node_modules/.installed-from");

function lockDigest() {
  const hash = createHash("sha256");
  for (const file of ["package.json", "pkg/package.json", "package-lock.json"]) {
    hash.update(readFileSync(join(ROOT, file)));
  }
  return hash.digest("hex");
}

/** @type {import("./step.mjs").Step} */
export const npmModules = {
  name: "npm modules",
  takes: "up to a minute",
  isReady: () => existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockDigest(),
  async install() {
    await run("npm", ["ci", "--no-audit", "--no-fund"]);
    writeFileSync(STAMP, lockDigest());
  },
  byHand: "Run `npm ci` in the repository's root and read what it says.",
};
