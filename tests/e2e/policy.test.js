/** The content security policy of the page. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../scripts/lib/run.mjs";
import { demo, shows } from "../support/demo.js";

const html = readFileSync(join(ROOT, "www/index.html"), "utf8");
const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)?.[1] ?? "";

/** The only inline script, because an import map cannot be a file. */
const importMap = /<script type="importmap">([^]*?)<\/script>/.exec(html)?.[1] ?? "";

const site = demo(async () => ({ "stricter.html": html.replace(" 'wasm-unsafe-eval'", "") }));

test("the policy allows nothing but the page's own files, and the import map by its hash", () => {
  const hash = createHash("sha256").update(importMap).digest("base64");
  assert.deepEqual(policy.split("; "), [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'`,
    ...["style-src 'self'", "img-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'"],
  ]);
});

test("the page works under its policy, all parts of it", async () => {
  const page = await site.visit(site.newRoom(), "Ada");
  await page.getByRole("status").filter({ hasText: "Online" }).waitFor();
  await page.getByText("1 person, 1 device").waitFor();
  await page.getByRole("button", { name: "Under the hood" }).click();
  await page.getByLabel("Run the class of phoenix.js, too").check();
  await page.getByText("Both have the same list.").waitFor();
  // A violation would have been logged as an error.
});

test("where the policy forbids WebAssembly, the page says so and how to allow it", async () => {
  const page = await site.newPage();
  await page.goto(`${site.server.url}/pages/stricter.html?name=Ada`);
  const alert = page.locator("#problem");
  await alert.waitFor();
  assert.match(await alert.innerText(), /WebAssembly.*'wasm-unsafe-eval'/s);
  await page.getByRole("status").filter({ hasText: "Not connected" }).waitFor();
  await shows(page, []);
  // The browser reports what it has blocked; the page adds no error of its own.
  for (const complaint of site.takeComplaints()) assert.match(complaint, /Content Security Policy/);
});
