import assert from "node:assert/strict";
import { test } from "node:test";

import { program } from "./page.js";

// What runs in the page is written here, and knows what programs/vue.js put there.
/** @type {any} */
const page = globalThis;

const vue = program("vue.js");

test("in a room of 1,000 one user's update renders the list once and one row", async () => {
  const visitor = await vue.open();
  const seen = await visitor.evaluate(async () => {
    page.source.value = page.channel;
    page.mount();
    page.channel.sendState(page.everybody(1_000));
    await page.nextTick();
    const before = { list: page.renders.list, rows: { ...page.renders.rows } };
    page.channel.sendDiff(page.update.joins, page.update.leaves);
    await page.nextTick();
    const again = Object.entries(page.renders.rows).filter(([key, count]) => count !== before.rows[key]);
    const rows = [...document.querySelectorAll("li")];
    return { lists: page.renders.list - before.list, again, count: rows.length, text: rows[7].textContent };
  });
  assert.deepEqual(seen, { lists: 1, again: [["user-7", 2]], count: 1_000, text: "user-7 away" });
});

test("a thousand rows that each follow one user: an update renders one of them", async () => {
  const visitor = await vue.open();
  const seen = await visitor.evaluate(async () => {
    page.source.value = new page.Presence(page.channel);
    page.names.value = Array.from({ length: 1_000 }, (_, n) => `user-${n}`);
    page.mount();
    page.channel.sendState(page.everybody(999));
    await page.nextTick();
    const before = { ...page.renders.rows };
    const counted = page.countGets(page.source.value);
    page.channel.sendDiff(page.update.joins, page.update.leaves);
    await page.nextTick();
    const again = Object.entries(page.renders.rows).filter(([key, count]) => count !== before[key]);
    const rows = [...document.querySelectorAll("li")].map(({ textContent }) => textContent);
    return { again, few: counted.gets < 10, rows: [rows[7], rows[999]] };
  });
  assert.deepEqual(seen, { again: [["user-7", 3]], few: true, rows: ["user-7 away", "user-999 offline"] });
});

test("it follows the status and another channel, shares one Presence, and ends with the channel", async () => {
  const visitor = await vue.open();
  const seen = await visitor.evaluate(async () => {
    /** @type {any[]} */
    const seen = [];
    const note = async () => {
      await page.nextTick();
      const list = document.querySelector("ul");
      seen.push([list?.className, list?.textContent, page.bound(page.channel)].join(" | "));
    };
    page.mount();
    await note();
    page.source.value = page.channel;
    page.times.value = 2;
    await note();
    page.channel.sendState(page.everybody(1));
    await note();
    page.channel.rejoin("2");
    await note();
    const other = page.newChannel();
    page.source.value = other;
    await note();
    page.source.value = page.channel;
    await note();
    const { presence } = page;
    page.app.unmount();
    for (const channel of [page.channel, other]) channel.leave();
    seen.push([page.bound(page.channel), page.bound(other), presence.value.status].join(" | "));
    return seen;
  });
  assert.deepEqual(seen, [
    "pending |  | 0",
    "pending |  | 3",
    "synced | user-0 here | 3",
    "stale | user-0 here | 3",
    "pending |  | 3",
    "stale | user-0 here | 3", // Back again, with the roster.
    "0 | 0 | closed",
  ]);
});

test("a Presence that the app made is used as it is, and not disposed of", async () => {
  const visitor = await vue.open();
  const seen = await visitor.evaluate(async () => {
    const presence = new page.Presence(page.channel);
    page.channel.sendState(page.everybody(1));
    page.source.value = presence;
    page.mount();
    const text = document.querySelector("main")?.textContent;
    page.app.unmount();
    await Promise.resolve();
    return { text, status: presence.status };
  });
  assert.deepEqual(seen, { text: "user-0 here", status: "synced" });
});

test("a server shows nobody, and leaves nothing on the channel", async () => {
  const visitor = await vue.open();
  const seen = await visitor.evaluate(async () => {
    const html = [await page.serverSide(undefined), await page.serverSide(page.channel)];
    return { html, left: page.bound(page.channel) };
  });
  assert.deepEqual(seen, { html: Array(2).fill('<ul class="pending"></ul>'), left: 0 });
});
