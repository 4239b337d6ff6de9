/** From one room to the next: the page joins after the server has closed the channel of the old room. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, shows, tells } from "../support/demo.js";

const site = demo();

const device = "Firefox on Mac, online";

/**
 * The joins, leaves and closes on all sockets of a page from now on, in order.
 *
 * @param {import("playwright-core").Page} page
 */
function framesOf(page) {
  /** @type {string[]} */
  const frames = [];
  const note =
    (/** @type {string} */ direction) =>
    (/** @type {{ payload: string | Buffer }} */ { payload }) => {
      const [, , topic, event] = JSON.parse(String(payload));
      if (["phx_join", "phx_leave", "phx_close"].includes(event)) frames.push(`${direction} ${event} ${topic}`);
    };
  page.on("websocket", (socket) => {
    socket.on("framesent", note("sent"));
    socket.on("framereceived", note("received"));
  });
  return frames;
}

/** @param {import("playwright-core").Page} page @param {string} room */
async function goTo(page, room) {
  await page.getByLabel("Room").fill(room);
  await page.getByRole("button", { name: "Go" }).click();
}

test("the next room is joined after the server has closed the channel of the one before", async () => {
  const [first, second] = [site.newRoom(), site.newRoom()];
  const ada = await site.newPage();
  const frames = framesOf(ada);
  await ada.goto(site.address(first, "Ada"));
  await tells(ada, `You joined ${first}`);
  await goTo(ada, second);
  await tells(ada, `You joined ${second}`);
  assert.deepEqual(frames, [
    `sent phx_join room:${first}`,
    `sent phx_leave room:${first}`,
    `received phx_close room:${first}`,
    `sent phx_join room:${second}`,
  ]);
});

test("whoever takes another name in the same room is on the list once, under the new name", async () => {
  const room = site.newRoom();
  const ada = await site.newPage();
  const frames = framesOf(ada);
  await ada.goto(site.address(room, "Ada"));
  await shows(ada, [{ name: "Ada", devices: [device] }]);
  await ada.getByLabel("Name").fill("Grace");
  await ada.getByRole("button", { name: "Save" }).click();
  await shows(ada, [{ name: "Grace", devices: [device] }]);
  assert.deepEqual(frames.slice(1), [
    `sent phx_leave room:${room}`,
    `received phx_close room:${room}`,
    `sent phx_join room:${room}`,
  ]);
});

test("without a connection the next room is entered at once, and joined when the connection is back", async () => {
  const [first, second] = [site.newRoom(), site.newRoom()];
  const ada = await site.visit(first, "Ada");
  await site.server.kill();
  await ada.getByRole("status").filter({ hasText: "Reconnecting…" }).waitFor();
  await goTo(ada, second);
  await ada.getByRole("status").filter({ hasText: "Connecting…" }).waitFor();
  await site.server.restart();
  await tells(ada, `You joined ${second}`);
});

test("a server that does not answer the leave keeps nobody in the old room", async () => {
  const [first, second] = [site.newRoom(), site.newRoom()];
  const ada = await site.visit(first, "Ada");
  const server = Number(site.server.pid());
  process.kill(server, "SIGSTOP");
  try {
    await Promise.all([ada.waitForEvent("websocket"), goTo(ada, second)]);
  } finally {
    process.kill(server, "SIGCONT");
  }
  await tells(ada, `You joined ${second}`);
});
