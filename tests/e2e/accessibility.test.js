/** What axe-core finds on the page, in light and dark, on a desktop and on a phone; and the drawers by keyboard. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../scripts/lib/run.mjs";
import { demo, eventually, hears, say } from "../support/demo.js";

const site = demo();
const axe = readFileSync(join(ROOT, "node_modules/axe-core/axe.min.js"), "utf8");

/** The rules that are violated, with the elements. @param {import("playwright-core").Page} page */
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => /** @type {any} */ (window).axe.run());
  return found.violations.map((/** @type {any} */ { id, nodes }) => [
    id,
    ...nodes.map((/** @type {any} */ n) => n.html),
  ]);
}

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`axe finds nothing in the room, ${colorScheme}`, async () => {
    const room = site.newRoom();
    const ada = await site.visit(room, "Ada", { colorScheme, viewport: DESKTOP, reducedMotion: "reduce" });
    assert.deepEqual(await violations(ada), [], "alone");
    const grace = await site.visit(room, "Grace", { role: "guest" });
    await say(grace, "Hello");
    await hears(ada, "Grace", "Hello");
    await grace.close();
    await ada.locator("#absent").getByText("last seen").waitFor();
    await ada.getByRole("button", { name: "Under the hood" }).click();
    await ada.getByRole("button", { name: "Make a ghost" }).click();
    await ada.getByText("Casper has left").waitFor();
    assert.deepEqual(await violations(ada), [], "with a conversation and the panel");

    await ada.setViewportSize(PHONE);
    await ada.getByRole("button", { name: "Close", exact: true }).first().click();
    assert.deepEqual(await violations(ada), [], "on a phone");
    for (const name of ["Rooms and you", /^People/]) {
      await ada.getByRole("button", { name }).click();
      assert.deepEqual(await violations(ada), [], `with the drawer ${name}`);
      await ada.keyboard.press("Escape");
    }
  });

  test(`axe finds nothing where one signs in, ${colorScheme}`, async () => {
    const page = await site.newPage({ colorScheme });
    await page.goto(site.address("lobby"));
    await page.getByRole("button", { name: "Come in" }).waitFor();
    assert.deepEqual(await violations(page), []);
  });
}

test("on a phone the conversation comes first, and the drawers open and close by keyboard", async () => {
  const ada = await site.visit(site.newRoom(), "Ada");
  await ada.setViewportSize(PHONE);
  const [rooms, people] = [ada.locator("#side"), ada.locator("#roster")];
  for (const drawer of [rooms, people]) await drawer.waitFor({ state: "hidden" });
  await ada.getByLabel("Message", { exact: true }).waitFor();
  const button = ada.getByRole("button", { name: /^People/ });
  await button.focus();
  await ada.keyboard.press("Enter");
  await people.waitFor();
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  await eventually(ada, () => document.activeElement?.id, "roster");
  await ada.keyboard.press("Escape");
  await people.waitFor({ state: "hidden" });
  await eventually(ada, () => document.activeElement?.id, "open-people");
});
