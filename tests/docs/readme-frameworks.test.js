/** The examples of both READMEs, as a newcomer would paste them, against the real server. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { demo, eventually } from "../support/demo.js";
import { bundle } from "../bindings/page.js";

/** The code in a section. @param {string} file @param {string} title @param {string} language */
function examples(file, title, language) {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const section = text.split(/^## /m).find((each) => each.startsWith(`${title}\n`)) ?? "";
  const found = [...section.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, code]) => code);
  assert.ok(found.length > 0, `${file} has no ${language} in ${title}`);
  return found;
}

const [users, room] = examples("README.md", "In React", "jsx");
const [react, vue, svelte] = ["jsx", "vue", "svelte"].map(
  (language) => examples("pkg/README.md", "React, Vue and Svelte", language)[0],
);

/** @param {string} code @param {Record<string, string>} [components] */
async function page(code, components) {
  const script = (await bundle(code, "client", components)).replaceAll("</script", "<\\/script");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"></head><body><div id="root"></div><script>${script}</script></body></html>`;
}

/** What the package's README leaves to the reader: a channel, joined once it is followed. @param {string} user */
const given = (user) => `
import { Socket } from "phoenix";
const socket = new Socket("/socket", { params: { user_id: "${user}" } });
socket.connect();
const channel = socket.channel("room:frameworks");
const root = document.getElementById("root");
`;

/** The second React example in an app, in StrictMode, which runs effects twice, as does hiding and showing. */
const ROOM = `
import { Socket } from "phoenix";
import { Presence } from "phoenix-presence";
import { usePresence } from "phoenix-presence/react";
import { Activity, StrictMode } from "react";
import { createRoot } from "react-dom/client";

const socket = new Socket("/socket", { params: { user_id: "grace" } });
socket.connect();
${room}
const root = createRoot(document.getElementById("root"));
globalThis.show = (topic, mode = "visible") =>
  root.render(
    <StrictMode>
      <Activity mode={mode}>
        <Room topic={topic} />
      </Activity>
    </StrictMode>,
  );
globalThis.show("room:lobby");
`;

const REACT = `
${given("ada")}
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
${react}
function Row({ entry: [key, { metas }] }) {
  return <li>{key} on {metas.length} devices</li>;
}
flushSync(() => createRoot(root).render(<Users channel={channel} />));
channel.join();
`;

const VUE = `
${given("grace")}
import { createApp } from "vue";
import Users from "./Pasted.vue";
createApp(Users, { channel }).mount(root);
channel.join();
`;

const SVELTE = `
${given("joan")}
import { mount, flushSync } from "svelte";
import Users from "./Pasted.svelte";
mount(Users, { target: root, props: { channel } });
flushSync();
channel.join();
`;

const site = demo(async () => ({
  "users.html": await page(users),
  "room.html": await page(ROOM),
  "react.html": await page(REACT),
  "vue.html": await page(VUE, { "Pasted.vue": vue }),
  "svelte.html": await page(SVELTE, { "Pasted.svelte": svelte }),
}));

const text = () => document.getElementById("root")?.textContent;
const rows = () => Array.from(document.querySelectorAll("li"), ({ textContent }) => textContent).sort();

test("the README's React example shows who is there, and on how many devices, live", async () => {
  const visitor = await site.newPage();
  await visitor.goto(`${site.server.url}/pages/users.html`);
  await eventually(visitor, text, "ada on 1 device");
  const second = await site.newPage();
  await second.goto(`${site.server.url}/pages/users.html`);
  await eventually(visitor, text, "ada on 2 devices");
  await second.close();
  await eventually(visitor, text, "ada on 1 device");
});

test("with a channel of its own a component follows its topic, in StrictMode", async () => {
  const visitor = await site.newPage();
  await visitor.goto(`${site.server.url}/pages/room.html`);
  await eventually(visitor, text, "grace");
  const ada = await site.newPage();
  await ada.goto(`${site.server.url}/pages/users.html`);
  await eventually(visitor, text, "grace, ada");
  await visitor.evaluate(() => /** @type {any} */ (globalThis).show("room:other"));
  await eventually(visitor, text, "grace");
  await eventually(ada, text, "ada on 1 device");
});

test("hidden, that component leaves its channel, and shown again it is back", async () => {
  const visitor = await site.newPage();
  await visitor.goto(`${site.server.url}/pages/room.html`);
  await eventually(visitor, text, "grace");
  const ada = await site.newPage();
  await ada.goto(`${site.server.url}/pages/users.html`);
  await eventually(ada, rows, ["ada on 1 device", "grace on 1 device"]);
  await visitor.evaluate(() => /** @type {any} */ (globalThis).show("room:lobby", "hidden"));
  await eventually(ada, rows, ["ada on 1 device"]);
  await visitor.evaluate(() => /** @type {any} */ (globalThis).show("room:lobby"));
  await eventually(ada, rows, ["ada on 1 device", "grace on 1 device"]);
  await eventually(visitor, text, "ada, grace");
});

test("the package's React, Vue and Svelte see each other come and go", async () => {
  const [inReact, inVue, inSvelte] = await Promise.all([1, 2, 3].map(() => site.newPage()));
  const one = (/** @type {string[]} */ ...names) => names.map((name) => `${name} on 1 devices`);
  await inReact.goto(`${site.server.url}/pages/react.html`);
  await eventually(inReact, rows, one("ada"));
  await inVue.goto(`${site.server.url}/pages/vue.html`);
  await eventually(inVue, rows, one("ada", "grace"));
  await inSvelte.goto(`${site.server.url}/pages/svelte.html`);
  for (const visitor of [inReact, inVue, inSvelte]) await eventually(visitor, rows, one("ada", "grace", "joan"));
  await inReact.close();
  for (const visitor of [inVue, inSvelte]) await eventually(visitor, rows, one("grace", "joan"));
});
