/** docs/a-room.md: both rooms in Chromium, on presence-server, and how many lines each has. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../scripts/lib/run.mjs";
import { bundle } from "../bindings/page.js";
import { demo, eventually } from "../support/demo.js";

const PAGE = readFileSync(join(ROOT, "docs/a-room.md"), "utf8");

/** @param {string} name */
const read = (name) => readFileSync(join(ROOT, "tests/docs/room", `${name}.tsx`), "utf8");

/** The hooks, by section of the page. */
const HOOKS = { "With phoenix-presence": "phoenix-presence", "With phoenix.js": "phoenix" };

/** Lines that are not empty. @param {string} code */
const linesOf = (code) => code.split("\n").filter((line) => line.trim() !== "").length;

test("the page shows what runs here, and the number of lines of each", () => {
  assert.ok(PAGE.includes(`\`\`\`tsx\n${read("lobby")}\`\`\``));
  for (const [title, name] of Object.entries(HOOKS)) {
    const code = read(name);
    assert.ok(PAGE.includes(`## ${title}\n\n${linesOf(code)} lines:\n\n\`\`\`tsx\n${code}\`\`\``), title);
  }
});

test("the README names these numbers", () => {
  const [ours, original] = Object.values(HOOKS).map((name) => linesOf(read(name)));
  const text = `in ${ours} lines of presence and channel code, and in ${original} with the class of phoenix.js`;
  assert.ok(readFileSync(join(ROOT, "README.md"), "utf8").includes(text), text);
});

test("a room needs at most half the lines that it needs with the class of phoenix.js", () => {
  const [ours, original] = Object.values(HOOKS).map((name) => linesOf(read(name)));
  assert.ok(ours * 2 <= original, `${ours} lines and ${original}`);
});

/** @param {string} hook */
async function page(hook) {
  const program = `
import { Socket } from "phoenix";
import { createRoot } from "react-dom/client";
import { useLobby } from "../../docs/room/${hook}.tsx";
${read("lobby").replace(/^import .*\n/gm, "")}
const user = new URLSearchParams(location.search).get("user");
const socket = new Socket("/socket", { params: { user_id: user } });
socket.connect();
const root = createRoot(document.getElementById("root"));
globalThis.show = (topic) => root.render(<Lobby socket={socket} topic={topic} user={user} />);
globalThis.show("room:${hook}");
`;
  const script = (await bundle(program)).replaceAll("</script", "<\\/script");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"></head><body><div id="root"></div><script>${script}</script></body></html>`;
}

const site = demo(async () =>
  Object.fromEntries(await Promise.all(Object.values(HOOKS).map(async (name) => [`${name}.html`, await page(name)]))),
);

const shown = () => ({
  count: document.querySelector("h2")?.textContent,
  rows: Array.from(document.querySelectorAll("li"), ({ textContent }) => textContent).sort(),
  typing: document.getElementById("typing")?.textContent,
  toast: document.querySelector("[role=status]")?.textContent,
  busy: document.querySelector("section")?.getAttribute("aria-busy"),
});

/** @param {string[]} rows @param {{ typing?: string, toast?: string, busy?: string }} [rest] */
const room = (rows, { typing = "nobody", toast = "", busy = "false" } = {}) => ({
  ...{ count: `${rows.length} here`, rows, typing: `${typing} typing`, toast, busy },
});

for (const [title, hook] of Object.entries(HOOKS)) {
  test(`${title}: list, count, typing, also after a restart of the server, and toasts for who comes and leaves`, async () => {
    const open = async (/** @type {string} */ user) => {
      const visitor = await site.newPage();
      await visitor.goto(`${site.server.url}/pages/${hook}.html?user=${user}`);
      return visitor;
    };
    const ada = await open("ada");
    await eventually(ada, shown, room(["ada on 1"]));
    const grace = await open("grace");
    await eventually(grace, shown, room(["ada on 1", "grace on 1"]));
    await eventually(ada, shown, room(["ada on 1", "grace on 1"], { toast: "grace came" }));

    const second = await open("grace"); // A second device is no news.
    await eventually(ada, shown, room(["ada on 1", "grace on 2"], { toast: "grace came" }));
    await second.close();
    await eventually(ada, shown, room(["ada on 1", "grace on 1"], { toast: "grace came" }));

    await grace.focus("input");
    const typing = { typing: "grace", toast: "grace came" };
    await eventually(ada, shown, room(["ada on 1", "grace on 1"], typing));
    await site.server.stop();
    await eventually(ada, shown, room(["ada on 1", "grace on 1"], { ...typing, busy: "true" }));
    await site.server.restart();
    await ada.waitForFunction(() => document.querySelector("section")?.getAttribute("aria-busy") === "false");
    await ada.waitForFunction(() => document.getElementById("typing")?.textContent === "grace typing");

    await grace.evaluate(() => /** @type {any} */ (globalThis).show("room:elsewhere"));
    await eventually(ada, shown, room(["ada on 1"], { toast: "grace left" }));
    await eventually(
      grace,
      shown,
      room(["grace on 1"], { toast: (await grace.locator("[role=status]").textContent()) ?? "" }),
    );
  });
}
