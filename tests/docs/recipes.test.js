/** docs/recipes.md, each recipe as pasted, in a real browser, with others in the room on a real server. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";

import * as phoenix from "phoenix";
import WebSocket from "ws";

import { ROOT } from "../../scripts/lib/run.mjs";
import { demo, eventually } from "../support/demo.js";

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

/** In milliseconds, instead of the ten seconds of the recipes. */
const GRACE = 600_000;

const site = demo(async () =>
  Object.fromEntries(
    Object.entries(RECIPES).map(([title, { html, js, css }]) => {
      // And a grace that no slow machine outlasts; and what the tests look at.
      const own = js.replace('"room:lobby"', JSON.stringify(topicOf(title))).replace("10_000", String(GRACE));
      assert.notEqual(own, js);
      const script = `${own}\nglobalThis.presence = presence;\n`;
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
    /** Begins to wait for a return to the room. */
    async returning() {
      const joinRef = () => /** @type {any} */ (presence).joinRef; // @types/phoenix leaves it out.
      const before = joinRef();
      /** @type {Promise<void>} */
      const back = new Promise((resolve) =>
        presence.onSync(() => {
          if (joinRef() !== before) resolve();
        }),
      );
      return () => back;
    },
    update: (/** @type {object} */ fields) => done(channel.push("update", fields)),
    leave: () => new Promise((resolve) => socket.disconnect(() => resolve(undefined))),
  };
}

/** @type {Set<string>} */
const tried = new Set();

/** @param {string} title @param {(page: import("playwright-core").Page) => Promise<void>} [prepare] */
async function opened(title, prepare) {
  tried.add(title);
  const page = await site.newPage();
  await prepare?.(page);
  await page.goto(`${site.server.url}/pages/${fileOf(title)}`);
  return {
    page,
    /** Waits until an element says so. @param {string} id @param {string} text */
    async says(id, text) {
      const read = `document.getElementById(${JSON.stringify(id)}).textContent.trim()`;
      await eventually(page, /** @type {any} */ (new Function(`return ${read}`)), text);
    },
    /** Waits until these are the rows of a list, in any order. @param {string} id @param {string[]} rows */
    async lists(id, rows) {
      const read = `[...document.getElementById(${JSON.stringify(id)}).children].map((row) => row.textContent).sort()`;
      await eventually(page, /** @type {any} */ (new Function(`return ${read}`)), [...rows].sort());
    },
    /** Waits until the server said that someone is here, whatever the page shows. @param {string} key */
    async has(key) {
      await page.waitForFunction((key) => key in /** @type {any} */ (globalThis).presence.state, key);
    },
    /** And that someone is not. @param {string} key */
    async hasNot(key) {
      await page.waitForFunction((key) => !(key in /** @type {any} */ (globalThis).presence.state), key);
    },
    /** Begins to wait for a return to the room. */
    async returning() {
      const before = await page.evaluate(() => /** @type {any} */ (globalThis).presence.joinRef);
      return async () => {
        await page.waitForFunction((before) => {
          const { joinRef, status } = /** @type {any} */ (globalThis).presence;
          return joinRef !== before && status === "synced";
        }, before);
      };
    },
    /** @param {string} id @param {string} name */
    async hasClass(id, name) {
      await page.locator(`#${id}.${name}`).waitFor();
    },
  };
}

/** Restarts the server, until these are back. @param {{ returning(): Promise<() => Promise<void>> }[]} clients */
async function restart(...clients) {
  const returns = await Promise.all(clients.map((client) => client.returning()));
  await site.server.restart();
  await Promise.all(returns.map((back) => back()));
}

test("Online indicator", async (t) => {
  const visitor = await opened(t.name);
  await visitor.hasClass("grace", "offline");
  const grace = await joins(t.name, "grace");
  await visitor.hasClass("grace", "online");
  await joins(t.name, "bob");
  await restart(visitor, grace);
  await visitor.hasClass("grace", "online");
  await grace.leave();
  await visitor.hasClass("grace", "offline");
});

test("User list with devices", async (t) => {
  const visitor = await opened(t.name);
  await visitor.lists("users", ["ada: here"]);
  const grace = await joins(t.name, "grace");
  await visitor.lists("users", ["ada: here", "grace: here"]);
  const own = await visitor.page.locator("#users > li").first().elementHandle();
  const phone = await joins(t.name, "grace");
  await phone.update({ status: "away" });
  await visitor.lists("users", ["ada: here", "grace: here, away"]);
  await grace.leave();
  await visitor.lists("users", ["ada: here", "grace: away"]);
  assert.ok(await own?.evaluate((row) => row.isConnected), "the row of who did not change is the same");

  await restart(visitor, phone);
  await phone.update({ status: "busy" });
  await visitor.lists("users", ["ada: here", "grace: busy"]);
});

test("Tell me when this friend comes online", async (t) => {
  const before = await joins(t.name, "grace");
  const visitor = await opened(t.name, (page) => page.clock.install());
  await before.sees("ada");
  await visitor.says("notice", "");
  await before.leave();
  await visitor.hasNot("grace");
  const reloaded = await joins(t.name, "grace");
  const tab = await joins(t.name, "grace");
  await visitor.has("grace");
  await tab.leave();
  await restart(visitor, reloaded);
  await visitor.has("grace");
  await visitor.says("notice", "");
  await reloaded.leave();
  await visitor.hasNot("grace");
  await visitor.page.clock.fastForward(GRACE);
  const back = await joins(t.name, "grace");
  await visitor.says("notice", "Grace is here.");
  await back.leave();
  await visitor.hasNot("grace"); // Nor does the next test's visitor find her.
});

test("Tell me when this friend comes online: also who came while the connection was lost", async () => {
  const title = "Tell me when this friend comes online";
  /** @type {() => void} */
  let cut = () => {};
  let reachable = true;
  const visitor = await opened(title, (page) =>
    page.routeWebSocket(/\/socket/, (line) => {
      if (!reachable) return void line.close();
      const server = line.connectToServer();
      cut = () => void [line, server].map((side) => side.close());
    }),
  );
  await visitor.has("ada");
  reachable = false;
  cut();
  await visitor.page.waitForFunction(() => /** @type {any} */ (globalThis).presence.status === "stale");
  await joins(title, "grace");
  await visitor.says("notice", "");
  reachable = true;
  await visitor.says("notice", "Grace is here.");
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

  await visitor.page.fill("#message", "Hello");
  await visitor.says("typing", "ada typing …");
  await restart(visitor);
  await visitor.says("typing", "");
  await visitor.page.fill("#message", "Hello again");
  await visitor.says("typing", "ada typing …");
});

test("Count only", async (t) => {
  const visitor = await opened(t.name);
  await visitor.says("count", "1 online on 1 devices");
  const grace = await joins(t.name, "grace");
  const phone = await joins(t.name, "grace");
  await visitor.says("count", "2 online on 3 devices");
  await grace.leave();
  await visitor.says("count", "2 online on 2 devices");
  await restart(visitor, phone);
  await visitor.says("count", "2 online on 2 devices");
});

test("Roles and avatars", async (t) => {
  // What the server's fetch/2 adds is a name: here some of it is more.
  const avatar = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
  const visitor = await opened(t.name, (page) =>
    page.routeWebSocket(/\/socket/, (line) => {
      const more = JSON.stringify({ name: "Grace", role: "admin", avatar });
      line
        .connectToServer()
        .onMessage((message) => line.send(String(message).replaceAll('{"name":"Name of grace"}', more)));
    }),
  );
  await visitor.lists("people", ["Name of ada"]);
  const grace = await joins(t.name, "grace");
  await visitor.lists("people", ["Grace, admin", "Name of ada"]);
  assert.equal(await visitor.page.locator("#people img").getAttribute("src"), avatar);
  await grace.update({ status: "away" });
  await joins(t.name, "bob");
  await visitor.lists("people", ["Grace, admin", "Name of ada", "Name of bob"]);
  await restart(visitor, grace);
  await visitor.lists("people", ["Grace, admin", "Name of ada", "Name of bob"]);
});

test("Sorting", async (t) => {
  const visitor = await opened(t.name);
  await visitor.says("sorted", "ada");
  const others = [];
  for (const name of ["Zoe", "émile", "bob"]) others.push(await joins(t.name, name));
  await visitor.says("sorted", "ada, bob, émile, Zoe");
  await restart(visitor, ...others);
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
