/**
 * The files that the npm package is built from, found by pattern: a new file is an input without being listed.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "../lib/run.mjs";

/** What the build itself writes, and npm. */
const GENERATED = /^pkg\/(wasm|dist|node_modules|LICENSE$|.*\.tgz$)/;

/** Folders whose every file is an input, and single files beside them. */
const FOLDERS = ["src", "pkg", "scripts/build"];
const FILES = ["Cargo.toml", "Cargo.lock", "package-lock.json", "LICENSE", "scripts/build.mjs"];

/** Shipped in forms of their own, which name another source of the WebAssembly: see modules.mjs. */
const VARIANT_FOLDER = "variants/";
const VARIANT_ENTRIES = ["web.js"];

/**
 * Every file of a folder at any depth, as a path from the root.
 *
 * @param {string} root
 * @param {string} folder
 */
const filesIn = (root, folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path}`)
    .filter((path) => !GENERATED.test(path) && statSync(join(root, path)).isFile());

/**
 * Everything that the outcome of the build depends on.
 *
 * @param {string} [root]
 */
export function buildInputs(root = ROOT) {
  const documentation = /\.md$/;
  return [...FOLDERS.flatMap((folder) => filesIn(root, folder)), ...FILES]
    .filter((path) => !documentation.test(path))
    .sort();
}

/**
 * A text that changes when an input is changed, added, removed or renamed.
 *
 * @param {string} [root]
 */
export function fingerprint(root = ROOT) {
  const hash = createHash("sha256");
  for (const path of buildInputs(root)) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/**
 * The modules of the package that are written by hand, as paths from pkg/: each has a CommonJS form.
 *
 * @param {string} [root]
 */
export const packageModules = (root = ROOT) =>
  inPackage(root, ".js").filter((path) => !path.startsWith(VARIANT_FOLDER) && !VARIANT_ENTRIES.includes(path));

/**
 * The types of the package, as paths from pkg/.
 *
 * @param {string} [root]
 */
export const packageTypes = (root = ROOT) => inPackage(root, ".d.ts");

/** @param {string} root @param {string} ending */
const inPackage = (root, ending) =>
  filesIn(root, "pkg")
    .filter((path) => path.endsWith(ending))
    .map((path) => path.slice("pkg/".length))
    .sort();
