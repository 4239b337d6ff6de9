/**
 * Debian's package manager, the last road to what the usual installers could not fetch.
 *
 * Invariant: packages are installed only by root on Debian itself. Elsewhere the steps say what to
 * do by hand: nobody's password is asked for, and Ubuntu's `chromium`, for one, is not a browser
 * but a pointer to a snap.
 */

import { readFileSync } from "node:fs";

import { ask, run } from "../lib/run.mjs";

/** Whether packages may be installed here. */
export function isRootOnDebian() {
  try {
    return process.getuid?.() === 0 && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false; // No such file: not a Linux.
  }
}

let listsAreFresh = false;

async function refreshLists() {
  if (!listsAreFresh) await run("apt-get", ["update", "-qq"], { quiet: true });
  listsAreFresh = true;
}

/**
 * Installs packages by name.
 *
 * @param {string[]} packages
 */
export async function aptInstall(packages) {
  await refreshLists();
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], { env, quiet: true });
}

/**
 * The names of Debian's packages that begin so.
 *
 * @param {string} prefix
 */
export async function aptNames(prefix) {
  await refreshLists();
  return (ask("apt-cache", ["pkgnames", prefix]) ?? "").split("\n").filter(Boolean);
}
