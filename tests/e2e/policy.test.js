/** The page under a content security policy. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../scripts/lib/run.mjs";
import { demo, shows } from "../support/demo.js";

const html = readFileSync(join(ROOT, "www/index.html"), "utf8");

/** The only inline script, because an import map cannot be a file. */
const importMap = /<script type="importmap">([^]*?)<\/script>/.exec(html)?.[1] ?? "";
const itsHash = `'sha256-${createHash("sha256").update(importMap).digest("base64")}'`;

/** The page, with a policy. @param {string} policy */
const under = (policy) =>
  html.replace("<head>", `<head><meta http-equiv="Content-Security-Policy" content="${policy}" />`);

const site = demo(async () => ({
  "strict.html": under(`default-src 'self'; script-src 'self' 'wasm-unsafe-eval' ${itsHash}`),
  "stricter.html": under(`default-src 'self'; script-src 'self' ${itsHash}`),
}));

test("a strict policy that allows WebAssembly is enough", async () => {
  const page = await site.newPage();
  await page.goto(`${site.server.url}/pages/strict.html`);
  await page.getByRole("status").filter({ hasText: "Online" }).waitFor();
  await page.getByText("1 person, 1 device").waitFor();
});

test("where the policy forbids WebAssembly, the page says so and how to allow it", async () => {
  const page = await site.newPage();
  await page.goto(`${site.server.url}/pages/stricter.html`);
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /WebAssembly.*'wasm-unsafe-eval'/s);
  await page.getByRole("status").filter({ hasText: "Not connected" }).waitFor();
  await shows(page, []);
  // The browser reports what it has blocked; the page adds no error of its own.
  for (const complaint of site.takeComplaints()) assert.match(complaint, /Content Security Policy/);
});
