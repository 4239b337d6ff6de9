/** docs/apps.md: what needs another tool is what tests/consumers/ builds and runs; the rest runs here, as pasted. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";
import WebSocket from "ws";

import { ROOT } from "../../scripts/lib/run.mjs";
import { bundle } from "../bindings/page.js";
import { demo, eventually } from "../support/demo.js";
import { FullChannel } from "../support/full-channel.js";
import { user } from "../support/payloads.js";

/** @param {string} path */
const read = (path) => readFileSync(join(ROOT, path), "utf8");

const SECTIONS = read("docs/apps.md").split(/^##+ /m);

/** The code of a section. @param {string} title @param {string} language @param {number} [at] */
function block(title, language, at = 0) {
  const section = SECTIONS.find((text) => text.startsWith(`${title}\n`)) ?? "";
  const [, code] = [...section.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))][at] ?? [];
  assert.ok(code, `${title} has no ${language}`);
  return code;
}

test("what the page shows for other tools is what runs in them", () => {
  const frameworks = "Next, React Router, Astro";
  const shown = {
    "presence.js": block("Solid", "js"),
    "solid/users.jsx": block("Solid", "jsx"),
    "lit/user-list.js": block("Lit", "js"),
    "angular/users.component.ts": block("Angular", "ts"),
    "web-component/user-list.js": block("Web components", "js"),
    "members.tsx": block(frameworks, "tsx"),
    "next/app/page.tsx": block(frameworks, "tsx", 1),
    "react-router/app/room.tsx": block(frameworks, "tsx", 2),
    "astro/src/pages/index.astro": block(frameworks, "astro"),
  };
  for (const [file, code] of Object.entries(shown)) assert.equal(code, read(`tests/consumers/${file}`), file);
});

test("the README's React example is the App that Vite's template runs, with the React Compiler", () => {
  const [, code] = /```tsx\n([^]*?)```/.exec(read("README.md")) ?? [];
  assert.equal(code, read("tests/consumers/vite-react-ts/src/App.tsx"));
});

const POLICY = `<meta http-equiv="Content-Security-Policy" content="script-src 'self' 'unsafe-inline'">`;

/** @param {string} program @param {string} [head] @param {Record<string, string>} [components] by file name */
async function page(program, head = "", components = {}) {
  const script = (await bundle(program, "client", components)).replaceAll("</script", "<\\/script");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">${head}</head><body><div id="root"></div><script>${script}</script></body></html>`;
}

/** The error boundary around a room. */
const BOUNDARY = `
import { Socket } from "phoenix";
import { useRoom } from "phoenix-presence/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

const socket = new Socket("/socket", { params: { user_id: "ada" } });
socket.connect();
globalThis.socket = socket;

function Users() {
  const { entries } = useRoom(socket, "room:boundary");
  return <p>{entries.map(([key]) => key).join()}</p>;
}
${block("An error boundary", "tsx")}
createRoot(document.getElementById("root")).render(<StrictMode><Page /></StrictMode>);
`;

const GIVEN = `
import { Socket } from "phoenix";
const socket = new Socket("/socket", { params: { user_id: "ada" } });
socket.connect();
globalThis.socket = socket;
const target = document.getElementById("root");
`;

const VUE = {
  program: `${GIVEN}
import { createApp, h } from "vue";
import Boundary from "./Boundary.vue";
import Users from "./Users.vue";
createApp(() => h(Boundary, () => h(Users, { socket }))).mount(target);
`,
  components: {
    "Boundary.vue": block("An error boundary", "vue"),
    "Users.vue": `<script setup>
import { useRoom } from "phoenix-presence/vue";
const { socket } = defineProps(["socket"]);
const { entries } = useRoom(socket, "room:boundary");
</script>
<template><p v-for="[key] in entries" :key="key">{{ key }}</p></template>`,
  },
};

const SVELTE = {
  program: `${GIVEN}
import { mount } from "svelte";
import Boundary from "./Boundary.svelte";
mount(Boundary, { target, props: { socket } });
`,
  components: {
    "Boundary.svelte": `<script>
import Users from "./Users.svelte";
let { socket } = $props();
</script>
${block("An error boundary", "svelte")}`,
    "Users.svelte": `<script>
import { roomStore } from "phoenix-presence/svelte";
let { socket } = $props();
const room = $derived(roomStore(socket, "room:boundary"));
</script>
{#each $room.entries as [key] (key)}<p>{key}</p>{/each}`,
  },
};

/** The fallback to the class of phoenix.js; and what the test looks at. */
const FALLBACK = `${block("The class of phoenix.js", "js")}
globalThis.isOriginal = Presence === original.Presence;
`;

const MESSAGES = `
import { Socket } from "phoenix";
import { useRoom } from "phoenix-presence/react";
import { createTestServer } from "phoenix-presence/testing";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

const server = createTestServer({
  handleIn: { new_msg: ({ body }, channel) => channel.broadcast("new_msg", { body: body + " to all" }) },
});
const socket = new Socket("/socket", { transport: server.transport });
socket.connect();
${block("Beside presence", "tsx")}
const Room = () => <Messages room={useRoom(socket, "room:lobby")} />;
createRoot(document.getElementById("root")).render(<StrictMode><Room /></StrictMode>);
globalThis.server = server;
`;

/** A module, since the example awaits at its top. @param {string} head */
const fallbackPage = (head) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
    ${head}
    <script type="importmap">
      {
        "imports": {
          "phoenix": "/phoenix/phoenix.mjs",
          "phoenix-presence": "/pkg/dist/presence.js",
          "phoenix-presence/init": "/pkg/dist/init.js"
        }
      }
    </script>
  </head>
  <body><script type="module">${FALLBACK}</script></body>
</html>
`;

const site = demo(async () => ({
  "react.html": await page(BOUNDARY, POLICY),
  "react-allowed.html": await page(BOUNDARY),
  "vue.html": await page(VUE.program, POLICY, VUE.components),
  "vue-allowed.html": await page(VUE.program, "", VUE.components),
  "svelte.html": await page(SVELTE.program, POLICY, SVELTE.components),
  "svelte-allowed.html": await page(SVELTE.program, "", SVELTE.components),
  "fallback.html": fallbackPage(POLICY),
  "fallback-allowed.html": fallbackPage(""),
  "messages.html": await page(MESSAGES),
}));

const text = () => document.getElementById("root")?.textContent;

for (const framework of ["react", "vue", "svelte"]) {
  test(`An error boundary: ${framework}`, async () => {
    const visitor = await site.newPage();
    await visitor.goto(`${site.server.url}/pages/${framework}.html`);
    await eventually(visitor, text, "This browser cannot show who is here.");
    const channels = await visitor.evaluate(() => /** @type {any} */ (globalThis).socket.channels.length);
    assert.equal(channels, 0, "no channel is left over");
    // React logs what a boundary has caught.
    const errors = site.takeComplaints();
    assert.ok(
      errors.every((error) => /wasm-unsafe-eval/.test(error)),
      errors.join("\n"),
    );

    await visitor.goto(`${site.server.url}/pages/${framework}-allowed.html`);
    await eventually(visitor, text, "ada");
  });
}

test("The class of phoenix.js", async () => {
  const visitor = await site.newPage();
  for (const [name, isOriginal] of Object.entries({ fallback: true, "fallback-allowed": false })) {
    await visitor.goto(`${site.server.url}/pages/${name}.html`);
    await visitor.waitForFunction(() => /^ada on \d$/.test(document.body.textContent ?? ""));
    assert.equal(await visitor.evaluate(() => /** @type {any} */ (globalThis).isOriginal), isOriginal, name);
  }
});

test("Beside presence", async () => {
  const visitor = await site.newPage();
  await visitor.goto(`${site.server.url}/pages/messages.html`);
  await visitor.waitForFunction(() => /** @type {any} */ (globalThis).server.topic("room:lobby").channels[0]?.joined);
  await visitor.getByRole("button").click();
  await eventually(visitor, () => document.querySelector("section p")?.textContent, "Hello to all");
  assert.equal(await visitor.locator("section p").count(), 1);
});

test("Two presences in one channel", () => {
  const channel = new FullChannel("1");
  /** @type {string[][][]} */
  const seen = [];
  const render = (/** @type {string[][]} */ ...rosters) => void seen.push(rosters);
  const code = block("Two presences in one channel", "js");
  new Function("Presence", "channel", "render", code)(Presence, channel, render);
  channel.sendState({ ada: user("1") });
  channel.trigger("guests_state", { guest: user("2") });
  channel.trigger("guests_diff", { joins: { other: user("3") }, leaves: { guest: user("2") } });
  assert.deepEqual(seen, [
    [["ada"], []],
    [["ada"], ["guest"]],
    [["ada"], ["other"]],
  ]);
});

test("presence-server answers the events that its README lists, and no others", async () => {
  const readme = read("tests/server/README.md");
  const table = readme.slice(readme.indexOf("## Events"), readme.indexOf("## Identity"));
  const events = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, event]) => event);
  assert.equal(events.length, 7);
  const socket = new Socket(site.server.wsUrl, { params: { user_id: "ada" }, transport: WebSocket });
  socket.connect();
  const channel = socket.channel("room:events");
  /** @param {any} push */
  const answer = (push) =>
    new Promise((resolve) => {
      push.receive("ok", () => resolve("ok")).receive("error", (/** @type {any} */ error) => resolve(error.reason));
    });
  assert.equal(await answer(channel.join()), "ok");
  const ended = new Promise((resolve) => channel.onError(resolve));
  for (const event of events) {
    if (event === "crash") channel.push(event, {});
    else assert.equal(await answer(channel.push(event, { key: "ada" })), "ok", event);
  }
  await ended;
  const other = socket.channel("room:others");
  assert.equal(await answer(other.join()), "ok");
  assert.equal(await answer(other.push("new_msg", {})), "unknown event");
  await new Promise((resolve) => socket.disconnect(() => resolve(undefined)));
});
