/**
 * The record of what pkg/ was built from: the fingerprint of the inputs, in a file that a build
 * writes when it has ended.
 */

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "../lib/run.mjs";
import { fingerprint } from "./inputs.mjs";

/** @param {string} root */
const stampFile = (root) => join(root, "pkg/wasm/.stamp");

/**
 * Whether pkg/ holds what the sources say now.
 *
 * @param {string} [root]
 */
export function isBuilt(root = ROOT) {
  const file = stampFile(root);
  return existsSync(file) && readFileSync(file, "utf8") === fingerprint(root);
}

/** Removes the record while a build runs: one that fails leaves none. */
export const clearStamp = () => rmSync(stampFile(ROOT), { force: true });

/** @param {string} inputs the fingerprint from before the build */
export const writeStamp = (inputs) => writeFileSync(stampFile(ROOT), inputs);
