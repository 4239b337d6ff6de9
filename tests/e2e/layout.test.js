/** The layout on a phone, and with many people. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { bring, demo, eventually, tells } from "../support/demo.js";

const site = demo();

/** How much wider the page is than the window. Runs in the page. */
const overhang = () => document.documentElement.scrollWidth - innerWidth;

test("nothing has to be scrolled sideways, on a phone or on a wide screen", async () => {
  const room = site.newRoom();
  const page = await site.visit(room, "Wolfeschlegelsteinhausenbergerdorff-Smith");
  const device = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
  await bring(page, room, [["<b>Ada</b> with a rather long name", { device, note: device, status: device }]]);
  await tells(page, "Ada");
  const longRoom = "Aroomwithaveryverylongnamewithoutaspace!";
  for (const width of [320, 360, 700, 1000, 1280]) {
    await page.setViewportSize({ width, height: 740 });
    assert.equal(await page.evaluate(overhang), 0, `at ${width} pixels`);
  }
  await page.goto(site.address(longRoom));
  await page.getByText("Nobody else is here.").waitFor();
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: 740 });
    assert.equal(await page.evaluate(overhang), 0, `at ${width} pixels`);
  }
});

test("in a room of 200 people only the rows in sight exist, and a change touches the row of one", async () => {
  const room = site.newRoom();
  const page = await site.visit(room, "Ada");
  const crowd = await site.visit(room, "Abe");
  await bring(
    crowd,
    room,
    Array.from({ length: 200 }, (_, at) => [`Person ${at}`, { device: "Phone" }]),
  );
  await page.getByText("202 people, 202 devices").waitFor();
  const rows = page.locator("#people > li");
  assert.ok((await rows.count()) < 40, `${await rows.count()} rows`);
  assert.equal(await rows.first().getAttribute("aria-setsize"), "202");

  await page.evaluate(() => {
    const list = /** @type {HTMLElement} */ (document.getElementById("people"));
    /** @type {(string | null | undefined)[]} */
    const replaced = [];
    Object.assign(window, { replaced });
    new MutationObserver((records) => {
      for (const row of records.flatMap(({ removedNodes }) => [...removedNodes])) {
        replaced.push(/** @type {Element} */ (row).querySelector?.(".name")?.textContent);
      }
    }).observe(list, { subtree: true, childList: true, characterData: true });
  });
  await crowd.getByRole("radio", { name: "Away" }).check();
  await tells(page, "Abe is now away");
  await rows.filter({ hasText: "Abe" }).filter({ hasText: "away" }).waitFor();
  assert.deepEqual(await page.evaluate(() => /** @type {any} */ (window).replaced), ["Abe"]);

  await page.locator("#people-scroller").evaluate((scroller) => (scroller.scrollTop = scroller.scrollHeight));
  await rows.filter({ hasText: "Person 199" }).waitFor();
});

test("people are in the order of their names, after you", async () => {
  const room = site.newRoom();
  const page = await site.visit(room, "Mary");
  await bring(
    page,
    room,
    ["Zed", "person 10", "person 9", "Émile", "Ada"].map((name) => [name, {}]),
  );
  await eventually(page, () => [...document.querySelectorAll("#people .name")].map((name) => name.textContent), [
    ...["Mary", "Ada", "Émile", "person 9", "person 10", "Zed"],
  ]);
});

test("with reduced motion nothing moves", async () => {
  const page = await site.visit(site.newRoom(), "Ada", { reducedMotion: "reduce" });
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});
