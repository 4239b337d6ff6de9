/**
 * The package as its users get it: packed, and installed in a folder of its own beside phoenix.
 *
 * Nothing of this repository is reachable from that folder, so a file that was forgotten in the
 * tarball, or an entry that only works here, is found out.
 */

import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of this repository. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * @typedef {object} Installed
 * @property {string} dir the folder to run programs in
 * @property {string} packageDir the installed package
 * @property {string[]} files what the tarball holds
 * @property {() => void} remove
 */

/**
 * Packs pkg/ as it was last built, and installs it.
 *
 * @returns {Installed}
 */
export function installPackage() {
  const dir = mkdtempSync(join(tmpdir(), "phoenix-presence-"));
  const npm = (/** @type {string[]} */ args, /** @type {string} */ cwd) =>
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [packed] = JSON.parse(npm(["pack", "--json", "--pack-destination", dir], join(ROOT, "pkg")));
  writeFileSync(join(dir, "package.json"), '{ "private": true }\n');
  npm(["install", "--no-audit", "--no-fund", "--offline", `./${packed.filename}`], dir);
  cpSync(join(ROOT, "node_modules/phoenix"), join(dir, "node_modules/phoenix"), { recursive: true });
  return {
    dir,
    packageDir: join(dir, "node_modules/phoenix-presence"),
    files: packed.files.map((/** @type {{ path: string }} */ file) => file.path).sort(),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/**
 * @typedef {object} Ran
 * @property {number} code
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs `node` in a folder.
 *
 * @param {string} cwd
 * @param {string[]} args
 * @returns {Promise<Ran>}
 */
export function runNode(cwd, args) {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, encoding: "utf8" }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

/**
 * Runs a script that prints JSON, and returns what it printed.
 *
 * @param {string} cwd
 * @param {"module" | "commonjs"} type
 * @param {string} script
 * @param {string[]} [flags]
 */
export async function evaluate(cwd, type, script, flags = []) {
  const { code, stdout, stderr } = await runNode(cwd, [...flags, `--input-type=${type}`, "--eval", script]);
  if (code !== 0) throw new Error(`the script failed: ${stderr}`);
  return JSON.parse(stdout);
}
