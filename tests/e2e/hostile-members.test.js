/** Names and metadata of other people are shown as text. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { bring, demo, hears, say, shows, tells } from "../support/demo.js";

const site = demo();

const device = "Firefox on Mac, online";

for (const name of [
  "<img src=x onerror=window.pwned=1>",
  "</bdi><script>window.pwned=1</script>",
  "__proto__",
  "constructor",
  "👩‍👩‍👧‍👦",
  "שלום ‮evil",
  "7",
]) {
  test(`a person can be called ${JSON.stringify(name)}`, async () => {
    const room = site.newRoom();
    const ada = await site.visit(room, "Ada");
    const page = await site.visit(room, name);
    await shows(page, [
      { name, devices: [device] },
      { name: "Ada", devices: [device] },
    ]);
    await page.getByLabel("Note").fill(name);
    await page.getByLabel("Note").press("Enter");
    await tells(ada, `${name} noted “${name}”`);
    await say(page, name);
    await hears(ada, name, name);
    await page.close();
    await tells(ada, `${name} left`);
    await shows(ada, [{ name: "Ada", devices: [device] }]);
    assert.equal(
      await ada.evaluate(() => "pwned" in window || document.querySelector("#log img, #people img, #log script")),
      null,
    );
  });
}

test("metadata of any shape are shown as far as they can be read", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const long = "x".repeat(250);
  await bring(ada, room, [
    ["", { device: { a: 1 }, status: ["away"], note: 5, tab: null }],
    ["bare", {}],
    ["free text", { device: " Typewriter ", status: "in a meeting", note: "<b>" }],
    [long, { device: long, status: long, note: long }],
  ]);
  const cut = "x".repeat(80);
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "(no name)", devices: ["Unknown device, online"] },
    { name: "bare", devices: ["Unknown device, online"] },
    { name: "free text", devices: ["Typewriter, in a meeting, <b>"] },
    { name: `${"x".repeat(60)}…`, devices: [`${cut}, ${cut}, ${cut}`] },
  ]);
  assert.equal(await ada.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
});
