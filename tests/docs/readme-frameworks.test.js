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

const [app, typing] = examples("README.md", "In React", "tsx");
const [react, vue, svelte] = ["tsx", "vue", "svelte"].map(
  (language) => examples("pkg/README.md", "React, Vue and Svelte", language)[0],
);

/** @param {string} code @param {Record<string, string>} [components] */
async function page(code, components) {
  const script = (await bundle(code, "client", components)).replaceAll("</script", "<\\/script");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"></head><body><div id="root"></div><script>${script}</script></body></html>`;
}

/** What the package's README leaves to the reader: a socket. @param {string} user */
const given = (user) => `
import { Socket } from "phoenix";
const socket = new Socket("/socket", { params: { user_id: "${user}" } });
socket.connect();
const root = document.getElementById("root");
`;

/** The first React example as the App of an app. */
const USERS = `
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
${app}
createRoot(document.getElementById("root")).render(<StrictMode><App /></StrictMode>);
`;

/** The second React example in an app, in StrictMode, which runs effects twice, as does hiding and showing. */
const ROOM = `
import { Socket } from "phoenix";
import { Activity, StrictMode } from "react";
import { createRoot } from "react-dom/client";

const user = new URLSearchParams(location.search).get("user");
const socket = new Socket("/socket", { params: { user_id: user } });
socket.connect();
${typing}
const root = createRoot(document.getElementById("root"));
globalThis.show = (topic, mode = "visible") =>
  root.render(
    <StrictMode>
      <Activity mode={mode}>
        <Typing topic={topic} user={user} />
      </Activity>
    </StrictMode>,
  );
globalThis.show("room:lobby");
`;

const REACT = `
${given("ada")}
import { createRoot } from "react-dom/client";
${react}
createRoot(root).render(<Users socket={socket} user="ada" />);
`;

const VUE = `
${given("grace")}
import { createApp } from "vue";
import Users from "./Pasted.vue";
createApp(Users, { socket, user: "grace" }).mount(root);
`;

const SVELTE = `
${given("joan")}
import { mount } from "svelte";
import Users from "./Pasted.svelte";
mount(Users, { target: root, props: { socket, user: "joan" } });
`;

const site = demo(async () => ({
  "users.html": await page(USERS),
  "room.html": await page(ROOM),
  "react.html": await page(REACT),
  "vue.html": await page(VUE, { "Pasted.vue": vue }),
  "svelte.html": await page(SVELTE, { "Pasted.svelte": svelte }),
}));

const text = () => document.getElementById("root")?.textContent;
const rows = () => Array.from(document.querySelectorAll("li"), ({ textContent }) => textContent).sort();

test("the README's React example is one hook from socket to list", () => {
  assert.deepEqual(app.match(/\buse[A-Z]\w*(?=[(<])/g), ["useRoom"]);
});

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

test("the second React example shows who types, in StrictMode, and follows its topic", async () => {
  const [grace, joan] = [await site.newPage(), await site.newPage()];
  await grace.goto(`${site.server.url}/pages/room.html?user=grace`);
  await eventually(grace, text, "Connected, nobody typing");
  await joan.goto(`${site.server.url}/pages/room.html?user=joan`);
  await eventually(joan, text, "Connected, nobody typing");
  await joan.focus("input");
  await eventually(grace, text, "Connected, joan typing");
  await grace.evaluate(() => /** @type {any} */ (globalThis).show("room:other"));
  await eventually(grace, text, "Connected, nobody typing");
  await joan.evaluate(() => document.querySelector("input")?.blur());
  await grace.evaluate(() => /** @type {any} */ (globalThis).show("room:lobby"));
  await eventually(grace, text, "Connected, nobody typing");
});

test("hidden, that component leaves its room, and shown again it is back", async () => {
  const visitor = await site.newPage();
  await visitor.goto(`${site.server.url}/pages/room.html?user=grace`);
  await eventually(visitor, text, "Connected, nobody typing");
  const ada = await site.newPage();
  await ada.goto(`${site.server.url}/pages/users.html`);
  await eventually(ada, rows, ["ada on 1 device", "grace on 1 device"]);
  await visitor.evaluate(() => /** @type {any} */ (globalThis).show("room:lobby", "hidden"));
  await eventually(ada, rows, ["ada on 1 device"]);
  await visitor.evaluate(() => /** @type {any} */ (globalThis).show("room:lobby"));
  await eventually(ada, rows, ["ada on 1 device", "grace on 1 device"]);
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
