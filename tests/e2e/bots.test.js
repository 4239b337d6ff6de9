/** A room of thousands: bots of the server, a list that draws what is seen, and a live count. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, eventually, shows } from "../support/demo.js";

const site = demo();

test("bots come, the page draws a few rows of them, and they go", async () => {
  const ada = await site.visit(site.newRoom(), "Ada");
  await ada.getByRole("button", { name: "2,000", exact: true }).click();
  await ada.getByText(/^2,000 bots in [\d.]+ s\. The list of [\d,]+ is a state of [\d.]+ kB/).waitFor();
  await ada.getByText(/^This page draws \d+ frames a second, the slowest in \d+ ms\.$/).waitFor();
  assert.ok((await ada.locator("#people > li").count()) < 40);
  assert.equal(await ada.locator("#feed > .event").count(), 1, "nobody wants to read that 2,000 bots came");

  // The end of the list is there, too.
  const scroller = ada.locator("#people-scroller");
  await scroller.evaluate((list) => (list.scrollTop = list.scrollHeight));
  await ada.locator("#people > li").filter({ hasText: "Witty" }).first().waitFor();

  // Some leave, and come back: the count is live.
  const before = await ada.locator("#count").innerText();
  await ada.locator("#count").filter({ hasNotText: before }).waitFor();

  await ada.getByRole("button", { name: "Remove", exact: true }).click();
  await ada.getByText(/^2,000 bots have left\.$/).waitFor();
  await shows(ada, [{ name: "Ada", devices: ["Firefox on Mac, online"] }]);
  await eventually(ada, () => document.getElementById("bots-frames")?.textContent, "");
});

test("a guest may not add bots", async () => {
  const guest = await site.visit(site.newRoom(), "Guest", { role: "guest" });
  await guest.getByRole("button", { name: "200", exact: true }).click();
  await guest.getByText("only a member may do this").waitFor();
});
