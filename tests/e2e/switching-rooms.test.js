/** From one room to the next: the page joins after the server has closed the channel of the old room. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, shows, tells } from "../support/demo.js";

const site = demo();

const device = "Firefox on Mac, online";

/**
 * Holds back every `phx_close` that the server sends to a page.
 *
 * @param {import("playwright-core").Page} page
 */
function holdCloses(page) {
  let sockets = 0;
  /** Resolves to what delivers the first one; rejected if the page opens another connection before. */
  const firstClose = new Promise((/** @type {(deliver: () => void) => void} */ resolve, reject) => {
    void page.routeWebSocket(/\/socket\/websocket/, (socket) => {
      sockets += 1;
      if (sockets > 1) reject(new Error("the page connected again before the old channel was closed"));
      const server = socket.connectToServer();
      server.onMessage((message) => {
        const isClose = JSON.parse(String(message))[3] === "phx_close";
        if (isClose) resolve(() => socket.send(message));
        else socket.send(message);
      });
    });
  });
  firstClose.catch(() => {}); // Awaited later.
  return { firstClose, sockets: () => sockets };
}

/** @param {import("playwright-core").Page} page @param {string} room */
async function goTo(page, room) {
  await page.getByLabel("Room").fill(room);
  await page.getByRole("button", { name: "Go" }).click();
}

/**
 * The page does `act`, and must not open the connection for the next join before the old channel is closed.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ firstClose: Promise<() => void>, sockets: () => number }} held
 * @param {() => Promise<void>} act
 */
async function waitsForTheClose(page, held, act) {
  await page.clock.pauseAt(Date.now() + 60_000); // Or the page would give up waiting on a slow machine.
  await act();
  const deliver = await held.firstClose;
  await page.evaluate(() => undefined); // Whatever the page has opened by now has been counted.
  assert.equal(held.sockets(), 1);
  deliver();
  await page.clock.resume();
}

test("the next room is joined after the server has closed the channel of the one before", async () => {
  const [first, second] = [site.newRoom(), site.newRoom()];
  const ada = await site.newPage();
  const held = holdCloses(ada);
  await ada.clock.install();
  await ada.goto(site.address(first, "Ada"));
  await tells(ada, `You joined ${first}`);
  await waitsForTheClose(ada, held, () => goTo(ada, second));
  await tells(ada, `You joined ${second}`);
  assert.equal(held.sockets(), 2);
});

test("whoever takes another name in the same room is on the list once, under the new name", async () => {
  const room = site.newRoom();
  const ada = await site.newPage();
  const held = holdCloses(ada);
  await ada.clock.install();
  await ada.goto(site.address(room, "Ada"));
  await shows(ada, [{ name: "Ada", devices: [device] }]);
  await waitsForTheClose(ada, held, async () => {
    await ada.getByLabel("Name").fill("Grace");
    await ada.getByRole("button", { name: "Save" }).click();
  });
  await shows(ada, [{ name: "Grace", devices: [device] }]);
});

test("without a connection the next room is entered at once, and joined when the connection is back", async () => {
  const [first, second] = [site.newRoom(), site.newRoom()];
  const ada = await site.visit(first, "Ada");
  await ada.waitForLoadState("networkidle"); // A file that is cut off would be an error of the page.
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
