/**
 * Set-up step: a browser and its driver, for the tests that need a real one. An installed browser is
 * never replaced (see `findBrowser`).
 */

import { findBrowser } from "../lib/browser.mjs";
import { aptInstall, isRootOnDebian } from "./debian.mjs";

/** @type {import("./step.mjs").Step} */
export const browser = {
  name: "Chromium and its driver",
  takes: "a minute",
  isReady: () => findBrowser() !== undefined,
  async install() {
    if (!isRootOnDebian()) throw new Error("no browser, or no chromedriver, was found.");
    await aptInstall(["chromium", "chromium-driver"]);
  },
  byHand:
    "Install Chrome or Chromium and the chromedriver of the same version (Debian: `apt-get install chromium chromium-driver`; macOS: `brew install --cask google-chrome chromedriver`), or set CHROME and CHROMEDRIVER to their paths.",
};
