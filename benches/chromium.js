/** The rows of the benches in Chromium, in a page that has nothing else to do. */

import { build } from "esbuild";
import { chromium } from "playwright-core";

import { CHROME_FLAGS, findBrowser } from "../scripts/lib/browser.mjs";

/** The page's program: it measures one row by its place in `rows()`. */
const PROGRAM = `
  import { Presence as PhoenixPresence } from "phoenix";
  import { Presence as OurPresence } from "phoenix-presence";
  import { measure } from "./measure.js";
  import { rows } from "./rows.js";
  import { Presence as Yardstick } from "./yardstick.js";

  const implementations = [
    { name: "phoenix.js", Presence: PhoenixPresence },
    { name: "yardstick", Presence: Yardstick },
    { name: "phoenix-presence", Presence: OurPresence },
  ];
  globalThis.titles = () => rows().map(({ work, size }) => ({ work, size }));
  globalThis.measureRow = (at, timing) => measure(rows()[at], implementations, timing);
`;

/** The least duration of a sample, in milliseconds: a page's clock has steps of 0.1. */
const SHORTEST_SAMPLE = 20;

/**
 * @param {(row: { work: string, size: number }) => boolean} isWanted
 * @param {import("./measure.js").Options} timing
 * @param {(result: import("./measure.js").Result) => void} onResult called after each row
 * @returns {Promise<{ version: string, rows: import("./measure.js").Result[] }>}
 */
export async function rowsInChromium(isWanted, timing, onResult) {
  const executablePath = findBrowser()?.chrome;
  if (!executablePath) throw new Error("no browser was found: run `npm run setup`, or set CHROME");
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname },
    bundle: true,
    format: "iife",
    write: false,
  });
  const browser = await chromium.launch({ executablePath, args: CHROME_FLAGS });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: outputFiles[0].text });
    const titles = await page.evaluate("titles()");
    const results = [];
    for (const [at, title] of /** @type {{ work: string, size: number }[]} */ (titles).entries()) {
      if (!isWanted(title)) continue;
      const options = JSON.stringify({ ...timing, shortest: SHORTEST_SAMPLE });
      const result = /** @type {import("./measure.js").Result} */ (
        await page.evaluate(`measureRow(${at}, ${options})`)
      );
      onResult(result);
      results.push(result);
    }
    return { version: browser.version(), rows: results };
  } finally {
    await browser.close();
  }
}
