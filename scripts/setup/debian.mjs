/**
 * Debian's package manager, for tools that the usual installers could not download.
 *
 * Packages are installed only for root on Debian itself. Elsewhere the steps say what to do by hand:
 * the set-up never asks for a password, and other systems name packages differently (Ubuntu's
 * `chromium` is not a browser, but installs a snap).
 */

import { readFileSync } from "node:fs";

import { ask, run } from "../lib/run.mjs";

/** Whether packages may be installed here. */
export function isRootOnDebian() {
  try {
    return process.getuid?.() === 0 && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false; // Not a Linux system.
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
 * The names of Debian's packages with this prefix.
 *
 * @param {string} prefix
 */
export async function aptNames(prefix) {
  await refreshLists();
  return (ask("apt-cache", ["pkgnames", prefix]) ?? "").split("\n").filter(Boolean);
}
