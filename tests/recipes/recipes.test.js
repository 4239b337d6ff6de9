/** docs/recipes.md, each recipe as pasted, in a real browser, with others in the room on a real server. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";

import * as phoenix from "phoenix";
import WebSocket from "ws";

import { ROOT } from "../../scripts/lib/run.mjs";
import { demo, eventually } from "../e2e/support/demo.js";

const [INTRODUCTION, ...SECTIONS] = readFileSync(join(ROOT, "docs/recipes.md"), "utf8").split(/^## /m);

/** @param {string} text @param {string} language */
const block = (text, language) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(text)?.[1];
const BEGIN = block(INTRODUCTION, "js") ?? "";

/** @type {Record<string, { html: string, js: string, css: string }>} */
const RECIPES = Object.fromEntries(
  SECTIONS.map((text) => {
    const [title] = text.split("\n");
    const [html = "", own = "", css = ""] = ["html", "js", "css"].map((language) => block(text, language));
    assert.ok(html && own, `${title} has no HTML or no code`);
    return [title, { html, css, js: own.includes("new Presence(") ? own : BEGIN + own }];
  }),
);

/** @param {string} title */
const fileOf = (title) => `${title.toLowerCase().replaceAll(" ", "-")}.html`;

/** Recipes do not meet: each has a room of its own, which is all that is changed in it. */
const topicOf = (/** @type {string} */ title) => (title === "Roles and avatars" ? "rich:" : "room:") + fileOf(title);

const site = demo(async () =>
  Object.fromEntries(
    Object.entries(RECIPES).map(([title, { html, js, css }]) => {
      // And a grace that no slow machine outlasts.
      const script = js.replace('"room:lobby"', JSON.stringify(topicOf(title))).replace("10_000", "600_000");
      assert.notEqual(script, js);
      const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
    <style>${css}</style>
    <script type="importmap">
      { "imports": { "phoenix": "/phoenix/phoenix.mjs", "phoenix-presence": "/pkg/dist/presence.js" } }
    </script>
  </head>
  <body>${html}<script type="module">${script}</script></body>
</html>
`;
      return [fileOf(title), page];
    }),
  ),
);

/** @type {any[]} */
let sockets = [];
const leaveAll = async () => {
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.disconnect(resolve))));
  sockets = [];
};
afterEach(leaveAll);

/** Another member of a recipe's room. @param {string} title @param {string} name */
async function joins(title, name) {
  const socket = new phoenix.Socket(site.server.wsUrl, { params: { user_id: name }, transport: WebSocket });
  sockets.push(socket);
  socket.connect();
  const channel = socket.channel(topicOf(title), {});
  const done = (/** @type {any} */ push) =>
    new Promise((resolve, reject) => push.receive("ok", resolve).receive("error", reject));
  const presence = new phoenix.Presence(channel);
  /** @type {Map<string, () => void>} */
  const awaited = new Map();
  presence.onJoin((key) => awaited.get(key ?? "")?.());
  await done(channel.join());
  return {
    /** Resolves when somebody is in the room. @param {string} key @returns {Promise<void>} */
    sees: (key) =>
      new Promise((resolve) => {
        awaited.set(key, resolve);
        if (presence.list((each) => each).includes(key)) resolve();
      }),
    update: (/** @type {object} */ fields) => done(channel.push("update", fields)),
    leave: () => new Promise((resolve) => socket.disconnect(() => resolve(undefined))),
  };
}

/** @type {Set<string>} */
const tried = new Set();

/** @param {string} title */
async function opened(title) {
  tried.add(title);
  const page = await site.newPage();
  await page.goto(`${site.server.url}/pages/${fileOf(title)}`);
  return {
    page,
    /** Waits until an element says so. @param {string} id @param {string} text */
    async says(id, text) {
      const read = `document.getElementById(${JSON.stringify(id)}).textContent.trim()`;
      await eventually(page, /** @type {any} */ (new Function(`return ${read}`)), text);
    },
    /** @param {string} id @param {string} name */
    async hasClass(id, name) {
      await page.locator(`#${id}.${name}`).waitFor();
    },
  };
}

test("Online indicator", async (t) => {
  const visitor = await opened(t.name);
  await visitor.hasClass("grace", "offline");
  const grace = await joins(t.name, "grace");
  await visitor.hasClass("grace", "online");
  await joins(t.name, "bob");
  await grace.leave();
  await visitor.hasClass("grace", "offline");
});

test("User list with devices", async (t) => {
  const visitor = await opened(t.name);
  await visitor.says("users", "ada: here");
  const grace = await joins(t.name, "grace");
  await visitor.says("users", "ada: heregrace: here");
  const phone = await joins(t.name, "grace");
  await phone.update({ status: "away" });
  await visitor.says("users", "ada: heregrace: here, away");
  await grace.leave();
  await visitor.says("users", "ada: heregrace: away");
});

test("Tell me when this friend comes online", async (t) => {
  const before = await joins(t.name, "grace");
  const visitor = await opened(t.name);
  await before.sees("ada");
  await visitor.says("notice", "");
  await before.leave();
  const back = await joins(t.name, "grace");
  await visitor.says("notice", "Grace is here.");
  const tab = await joins(t.name, "grace");
  await back.leave();
  await tab.leave();
  await joins(t.name, "grace");
  await visitor.says("notice", "Grace is here. Grace is here.");
});

test("Typing indicator", async (t) => {
  const visitor = await opened(t.name);
  const grace = await joins(t.name, "grace");
  await grace.update({ typing: true });
  await visitor.says("typing", "grace typing …");
  await visitor.page.fill("#message", "Hello");
  await visitor.says("typing", "ada, grace typing …");
  await grace.update({ typing: false });
  await visitor.says("typing", "ada typing …");
  await visitor.page.fill("#message", "");
  await visitor.says("typing", "");
});

test("Count only", async (t) => {
  const visitor = await opened(t.name);
  await visitor.says("count", "1 online on 1 devices");
  const grace = await joins(t.name, "grace");
  await joins(t.name, "grace");
  await visitor.says("count", "2 online on 3 devices");
  await grace.leave();
  await visitor.says("count", "2 online on 2 devices");
});

test("Roles and avatars", async (t) => {
  const visitor = await opened(t.name);
  await visitor.says("people", "Name of ada (ada), 1");
  await joins(t.name, "grace");
  await visitor.says("people", "Name of ada (ada), 1Name of grace (grace), 1");
});

test("Sorting", async (t) => {
  const visitor = await opened(t.name);
  await visitor.says("sorted", "ada");
  for (const name of ["Zoe", "émile", "bob"]) await joins(t.name, name);
  await visitor.says("sorted", "ada, bob, émile, Zoe");
});

test("Surviving reconnects", async (t) => {
  const visitor = await opened(t.name);
  await visitor.hasClass("roster", "synced");
  await visitor.page.locator("#roster[title=complete]").waitFor();
  const grace = await joins(t.name, "grace");
  await visitor.says("roster", "ada, grace");
  await visitor.page.evaluate(() => {
    const roster = document.getElementById("roster");
    /** @type {any} */ (globalThis).seen = [];
    new MutationObserver(() => {
      /** @type {any} */ (globalThis).seen.push(`${roster?.className}: ${roster?.textContent}`);
    }).observe(/** @type {Node} */ (roster), { attributes: true, childList: true });
  });
  await grace.leave();
  // Stopped until the page has noticed: a restart may be over before anybody looks.
  await site.server.stop();
  await visitor.hasClass("roster", "stale");
  await site.server.restart();
  await visitor.hasClass("roster", "synced");
  const bob = await joins(t.name, "bob");
  await visitor.says("roster", "ada, grace, bob");
  const seen = await visitor.page.evaluate(() => /** @type {any} */ (globalThis).seen);
  assert.ok(seen.length > 0);
  assert.deepEqual(
    seen.filter((/** @type {string} */ each) => !/ada, grace/.test(each)),
    [],
    "nobody flickered",
  );
  await bob.leave();
});

after(() => assert.deepEqual([...tried], Object.keys(RECIPES), "every recipe is tried, in its order"));
