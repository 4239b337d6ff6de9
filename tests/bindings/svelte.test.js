import assert from "node:assert/strict";
import { test } from "node:test";

import { FullChannel } from "../support/full-channel.js";
import { bundle, program } from "./page.js";

// What runs in the page is written here, and knows what programs/svelte.js put there.
/** @type {any} */
const page = globalThis;

const svelte = program("svelte.js");

test("in a room of 1,000 one user's update renders one row", async () => {
  const visitor = await svelte.open();
  const seen = await visitor.evaluate(() => {
    page.mount("List", { source: page.channel });
    page.flushSync();
    page.channel.sendState(page.everybody(1_000));
    page.flushSync();
    const before = { ...page.renders.rows };
    page.channel.sendDiff(page.update.joins, page.update.leaves);
    page.flushSync();
    const again = Object.entries(page.renders.rows).filter(([key, count]) => count !== before[key]);
    const rows = [...document.querySelectorAll("li")];
    return { again, count: rows.length, text: rows[7].textContent };
  });
  assert.deepEqual(seen, { again: [["user-7", 2]], count: 1_000, text: "user-7 away" });
});

test("a thousand rows that each follow one user: an update renders one of them", async () => {
  const visitor = await svelte.open();
  const seen = await visitor.evaluate(() => {
    const presence = new page.Presence(page.channel);
    page.channel.sendState(page.everybody(999));
    page.mount("Friends", { source: presence, size: 1_000 });
    page.flushSync();
    const before = { ...page.renders.rows };
    const counted = page.countGets(presence);
    page.channel.sendDiff(page.update.joins, page.update.leaves);
    page.flushSync();
    const again = Object.entries(page.renders.rows).filter(([key, count]) => count !== before[key]);
    const rows = [...document.querySelectorAll("li")].map(({ textContent }) => textContent);
    return { again: again.map(([key]) => key), few: counted.gets < 10, rows: [rows[7], rows[999]] };
  });
  assert.deepEqual(seen, { again: ["user-7"], few: true, rows: ["user-7 away", "user-999 offline"] });
});

test("it follows the status, shares one Presence, and ends with the channel", async () => {
  const visitor = await svelte.open();
  const seen = await visitor.evaluate(async () => {
    /** @type {any[]} */
    const seen = [];
    const note = () => {
      page.flushSync();
      const list = document.querySelector("ul");
      seen.push([list?.className, list?.textContent?.trim(), page.bound(page.channel)].join(" | "));
    };
    const lists = [1, 2].map(() => page.mount("List", { source: page.channel }));
    note();
    page.channel.sendState(page.everybody(1));
    note();
    page.channel.rejoin("2");
    note();
    await page.unmount(lists.pop());
    await Promise.resolve();
    note();
    await page.unmount(lists.pop());
    note();
    page.mount("List", { source: page.channel });
    note();
    page.channel.leave();
    note();
    return seen;
  });
  assert.deepEqual(seen, [
    "pending |  | 3",
    "synced | user-0 here | 3",
    "stale | user-0 here | 3",
    "stale | user-0 here | 3",
    " |  | 3",
    "stale | user-0 here | 3",
    "closed | user-0 here | 0",
  ]);
});

test("it is a store: told at once, until it is unsubscribed from, and nothing happens before", async () => {
  const visitor = await svelte.open();
  const seen = await visitor.evaluate(async () => {
    const store = page.presenceStore(page.channel);
    const before = page.bound(page.channel);
    /** @type {any[]} */
    const told = [];
    const stop = store.subscribe((/** @type {any} */ value) => told.push(`${value.status} ${value.entries.length}`));
    page.channel.sendState(page.everybody(2));
    stop();
    page.channel.sendDiff({}, { "user-0": page.user("0") });
    page.channel.leave();
    /** @type {any[]} */
    const nobody = [];
    page
      .presenceStore(undefined)
      .subscribe((/** @type {any} */ { status, entries }) => nobody.push(`${status} ${entries.length}`))();
    return { before, told: [told[0], told.at(-1)], left: page.bound(page.channel), nobody: nobody.at(-1) };
  });
  assert.deepEqual(seen, { before: 0, told: ["pending 0", "synced 2"], left: 0, nobody: "pending 0" });
});

test("it follows another channel, which has a Presence of its own", async () => {
  const visitor = await svelte.open();
  const seen = await visitor.evaluate(async () => {
    const other = page.newChannel();
    const list = page.mount("Switch", { first: page.channel, second: other });
    page.flushSync();
    page.channel.sendState(page.everybody(1));
    page.flushSync();
    const text = () => document.querySelector("ul")?.textContent?.trim();
    const before = text();
    page.flushSync(() => list.next());
    await Promise.resolve();
    const switched = [text(), page.bound(page.channel), page.bound(other)];
    other.sendState(page.everybody(2));
    page.flushSync();
    return { before, switched, after: document.querySelectorAll("li").length };
  });
  assert.deepEqual(seen, { before: "user-0 here", switched: ["", 3, 3], after: 2 });
});

test("a server shows nobody, and leaves nothing on the channel", async () => {
  const code = await bundle(
    'export { render } from "svelte/server"; export { default } from "./List.svelte";',
    "server",
  );
  const { default: List, render } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const channel = new FullChannel("1");
  const { body } = await render(List, { props: { source: channel } });
  assert.match(body, /<ul class="pending">(<!--.*?-->)*<\/ul>/);
  const left = channel.bindings.filter(({ event }) => event !== "phx_close");
  assert.deepEqual(left, []);
});
