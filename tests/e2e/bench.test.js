/** The bench page in a real browser. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { rows } from "../../benches/rows.js";
import { ROOT } from "../../scripts/lib/run.mjs";
import { demo } from "../support/demo.js";

const site = demo();

/** The timeout: work of seconds may take minutes on a busy machine. */
const PATIENCE = 180_000;

const NAMES = ["phoenix.js", "yardstick", "phoenix-presence"];
const TIME = /^\d+(\.\d+)? (ns|µs|ms|s)$/;
const RATIO = /^\d+(\.\d)?×$/;

/** The page, with few samples and a short busy room. @param {import("playwright-core").BrowserContextOptions} [options] */
async function open(options) {
  const page = await site.newPage(options);
  await page.goto(`${site.server.url}/bench.html?quick`);
  await page.getByRole("heading", { name: "How fast is it here?" }).waitFor();
  return page;
}

/** The part of the page under a heading. @param {import("playwright-core").Page} page @param {string} name */
const part = (page, name) => page.getByRole("region", { name, exact: true });

/**
 * Waits until the status line of a part matches.
 *
 * @param {import("playwright-core").Locator} part
 * @param {RegExp} text
 */
const says = (part, text) => part.getByRole("status").filter({ hasText: text }).waitFor({ timeout: PATIENCE });

/**
 * Clicks a button, from inside the page, as soon as the status line of a part begins with a text. From outside, a
 * short-lived text could be missed.
 *
 * @param {import("playwright-core").Locator} part
 * @param {string} start
 * @param {import("playwright-core").Locator} button
 */
async function clickWhen(part, start, button) {
  const handle = /** @type {import("playwright-core").ElementHandle<HTMLElement>} */ (await button.elementHandle());
  await part.evaluate(
    (part, { start, handle }) => {
      const status = /** @type {Element} */ (part.querySelector("[role=status]"));
      const observer = new MutationObserver(() => {
        if (!status.textContent?.startsWith(start)) return;
        observer.disconnect();
        handle.click();
      });
      observer.observe(status, { childList: true });
    },
    { start, handle },
  );
}

/**
 * The lines of each table of a part, as screen readers find them.
 *
 * @param {import("playwright-core").Locator} part
 */
const cards = (part) =>
  part.locator(".card table").evaluateAll((tables) =>
    tables.map((table) => ({
      caption: /** @type {HTMLTableElement} */ (table).caption?.textContent ?? "",
      lines: [...table.querySelectorAll("tr:not([aria-hidden])")].map((line) =>
        [...line.children].map(({ textContent }) => textContent ?? ""),
      ),
    })),
  );

/** @param {{ caption: string, lines: string[][] }} card @param {string[]} names */
function hasFigures({ caption, lines }, names) {
  assert.deepEqual(
    lines.map(([name]) => name),
    names,
  );
  for (const [, time, ratio] of lines) {
    assert.match(time, TIME, caption);
    assert.match(ratio, RATIO, caption);
  }
  assert.equal(lines[0][2], "1.0×");
}

test("every row of the benches runs for all implementations, and shows their times", async () => {
  const page = await open();
  const bench = part(page, "Side by side");
  await bench.getByRole("button", { name: "Run" }).click();
  await says(bench, /^Took \d+ s\. phoenix-presence was faster than phoenix\.js in \d+ of \d+\.$/);

  const shown = await cards(bench);
  assert.deepEqual(
    shown.map(({ caption }) => caption.toLowerCase()),
    rows().map(({ work, size, of }) => `${work} ${size.toLocaleString("en")} ${of}`.toLowerCase()),
  );
  for (const card of shown) hasFigures(card, NAMES);
  const table = bench.getByRole("table", { name: "First presence_state 20 users" });
  assert.deepEqual(await table.getByRole("rowheader").allTextContents(), NAMES);
  const widths = await table
    .locator("rect")
    .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute("width"))));
  assert.equal(Math.max(...widths), 1, "the longest bar has the whole width");
  assert.ok(Math.min(...widths) > 0);
  assert.equal(await page.getByRole("alert").count(), 0);
  await bench.getByRole("button", { name: "Run again" }).waitFor();
});

test("a run can be stopped, and started again", async () => {
  const page = await open();
  const bench = part(page, "Side by side");
  for (const start of ["3 of", "2 of"]) {
    const button = bench.getByRole("button", { name: "Run" });
    await clickWhen(bench, start, button);
    await button.click();
    await says(bench, new RegExp(`^Stopped after ${Number(start[0]) - 1} of \\d+\\.$`));
    assert.equal(await bench.locator("[aria-busy=true]").count(), 0);
  }
});

test("a run stops the one before it, because two at once would slow each other down", async () => {
  const page = await open();
  const [bench, sizes] = [part(page, "Side by side"), part(page, "By the size of the room")];
  await clickWhen(bench, "2 of", sizes.getByRole("button", { name: "Run all sizes" }));
  await bench.getByRole("button", { name: "Run" }).click();
  await says(bench, /^Stopped after 1 of/);
  await sizes.getByRole("button", { name: "Stop" }).click();
  await says(sizes, /^Stopped\.$/);
});

test("an implementation with another outcome is an error", async () => {
  const page = await site.newPage();
  const yardstick = readFileSync(join(ROOT, "benches/yardstick.js"), "utf8");
  const forgetful = yardstick.replace("onJoin(key, current, joined);", "");
  assert.notEqual(forgetful, yardstick);
  await page.route("**/benches/yardstick.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: forgetful }),
  );
  await page.goto(`${site.server.url}/bench.html?quick`);
  await part(page, "Side by side").getByRole("button", { name: "Run" }).click();
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /first presence_state \(20\): yardstick and phoenix\.js differ in the outcome/);
});

test("the slider measures a room of its size, and each measurement is added to the table", async () => {
  const page = await open();
  const sizes = part(page, "By the size of the room");
  const slider = sizes.getByRole("slider", { name: "Users" });
  await slider.press("Home");
  await says(sizes, /^Measured 10 users\.$/);
  await slider.press("ArrowRight");
  await says(sizes, /^Measured 20 users\.$/);
  assert.equal(await slider.getAttribute("aria-valuetext"), "20 users");

  const shown = await cards(sizes);
  assert.deepEqual(
    shown.map(({ caption }) => caption),
    ["First presence_state 20 users", "Identical resync 20 users", "One join or leave 20 users"],
  );
  for (const card of shown) hasFigures(card, ["phoenix.js", "phoenix-presence"]);

  await sizes.getByText("All that was measured, as a table").click();
  const table = sizes.getByRole("region", { name: "All that was measured" }).getByRole("table");
  assert.deepEqual(await table.locator("tbody tr > :nth-child(2)").allTextContents(), [
    ...["10", "10", "10"],
    ...["20", "20", "20"],
  ]);
  // Two points of each of the two, in each plot.
  for (const dots of await sizes.locator(".growth .dots").all()) {
    assert.equal((await dots.getAttribute("d"))?.split("M").length, 3);
  }
  assert.equal(await sizes.locator(".growth .dots").count(), 6);
});

test("a busy room runs with both on the same events, and shows the times of its frames", async () => {
  const page = await open();
  const busy = part(page, "A busy room");
  await busy.getByRole("button", { name: "Simulate" }).click();
  await says(busy, /^Both ended with the same presences\.$/);

  const lines = await busy
    .locator(".figures tbody tr")
    .evaluateAll((all) => all.map((line) => [...line.children].map(({ textContent }) => textContent ?? "")));
  const figures = Object.fromEntries(lines.map(([name, ...both]) => [name, both]));
  assert.deepEqual(figures.Events, ["300", "300"]);
  for (const frames of figures.Frames) assert.ok(Number(frames) > 1, `${frames} frames`);
  for (const name of ["Handling and roster in a frame", "From frame to frame"]) {
    for (const which of ["median", "95th percentile", "longest"]) {
      for (const figure of figures[`${name}: ${which}`]) assert.match(figure.replace("< ", ""), TIME);
    }
  }

  const rooms = busy.locator(".room");
  const [first, second] = await rooms.evaluateAll((all) =>
    all.map((room) => [...room.querySelectorAll(".count, .first li")].map(({ textContent }) => textContent)),
  );
  assert.match(first[0] ?? "", /^[12],\d{3} online$/);
  assert.match(first[50] ?? "", /^User \d+ (online|away|busy)$/);
  assert.deepEqual(second, first);
  for (const plot of await rooms.locator(".work").all()) {
    assert.ok(((await plot.getAttribute("d")) ?? "").split("M").length > 2, "a bar for each frame");
  }
});

test("a busy room stops when its tab is hidden, since no frames are drawn then", async () => {
  const page = await open();
  const busy = part(page, "A busy room");
  await page.evaluate(() => {
    const status = /** @type {Element} */ (document.querySelector("#busy-status"));
    new MutationObserver(() => {
      if (!status.textContent?.startsWith("Running")) return;
      Object.defineProperty(document, "hidden", { value: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }).observe(status, { childList: true });
  });
  await busy.getByRole("button", { name: "Simulate" }).click();
  await says(busy, /^Stopped\.$/);
  await busy.getByRole("button", { name: "Simulate" }).waitFor();
  assert.deepEqual(new Set(await busy.locator(".figures tbody td").allTextContents()), new Set(["–"]));
});

test("the page never has to be scrolled sideways", async () => {
  const page = await open();
  const sizes = part(page, "By the size of the room");
  await sizes.getByRole("slider").press("Home");
  await says(sizes, /^Measured/);
  await sizes.getByText("All that was measured, as a table").click();
  for (const width of [320, 360, 700, 1000, 1280]) {
    await page.setViewportSize({ width, height: 740 });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `at ${width} pixels`);
  }
});

test("everything is reached with the Tab key, and the focus is visible", async () => {
  const page = await open();
  /** @type {string[]} */
  const stops = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const active = /** @type {HTMLElement} */ (document.activeElement);
      const outlined = getComputedStyle(active).outlineStyle === "solid";
      return active !== document.body && { name: active.ariaLabel ?? (active.innerText || active.id), outlined };
    });
    if (!stop) break;
    assert.ok(stop.outlined, `the focus on ${stop.name} is seen`);
    stops.push(stop.name);
  }
  assert.deepEqual(stops, [
    ...["The room", "Simulate"],
    ...["The first 50, as phoenix.js lists them", "The first 50, as phoenix-presence lists them"],
    ...["Run", "Run all sizes", "size", "All that was measured, as a table"],
    ...["rows.js", "measure.js"],
  ]);
});

test("the demo and the bench page link to each other", async () => {
  const page = await site.visit(site.newRoom(), "Ada");
  await page.getByRole("link", { name: "how fast it is in your browser" }).click();
  await page.getByRole("heading", { name: "How fast is it here?" }).waitFor();
  await page.getByRole("link", { name: "The room" }).click();
  await page.getByText("1 person, 1 device").waitFor();
});
