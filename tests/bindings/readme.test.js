/** The README's React, as a newcomer would paste it, in StrictMode too, against the real server. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { build } from "esbuild";

import { demo, eventually } from "../e2e/support/demo.js";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const [, section] = /^## In React$([^]*?)^## /m.exec(README) ?? [];
assert.ok(section);
const [users, room] = [...section.matchAll(/```jsx\n([^]*?)```/g)].map(([, code]) => code);

/** @param {string} code */
async function page(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: "jsx", resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    write: false,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' },
  });
  const script = outputFiles[0].text.replaceAll("</script", "<\\/script");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"></head><body><div id="root"></div><script>${script}</script></body></html>`;
}

/** The second example in an app: what it leaves to the reader, and StrictMode, which mounts everything twice. */
const APP = `
import { Socket } from "phoenix";
import { usePresence } from "phoenix-presence/react";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

const socket = new Socket("/socket", { params: { user_id: "grace" } });
socket.connect();
${room}
const root = createRoot(document.getElementById("root"));
globalThis.show = (topic) => root.render(<StrictMode>{topic && <Room topic={topic} />}</StrictMode>);
globalThis.show("room:lobby");
`;

const site = demo(async () => ({ "users.html": await page(users), "room.html": await page(APP) }));

const text = () => document.getElementById("root")?.textContent;

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
