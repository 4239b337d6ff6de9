/** From one room to the next, and from one name to another. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, eventually, feedOf, goTo, shows, tells } from "../support/demo.js";

const site = demo();

const device = "Firefox on Mac, online";

/**
 * Holds back every `phx_close` that the server sends to a page.
 *
 * @param {import("playwright-core").Page} page
 */
function holdCloses(page) {
  let sockets = 0;
  /** The topics that the page has joined more than once. @type {string[]} */
  const rejoined = [];
  /** @type {Set<string>} */
  const joined = new Set();
  /** @type {(() => void)[]} */
  const held = [];
  /** @type {(value?: unknown) => void} */
  let isHeld = () => {};
  const firstClose = new Promise((resolve) => (isHeld = resolve));
  void page.routeWebSocket(/\/socket\/websocket/, (socket) => {
    sockets += 1;
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const [, , topic, event] = JSON.parse(String(message));
      if (event === "phx_join") {
        if (joined.has(topic)) rejoined.push(topic);
        joined.add(topic);
      }
      server.send(message);
    });
    server.onMessage((message) => {
      if (JSON.parse(String(message))[3] === "phx_close") {
        held.push(() => socket.send(message));
        isHeld();
      } else {
        socket.send(message);
      }
    });
  });
  return {
    firstClose,
    rejoined,
    sockets: () => sockets,
    deliver: () => held.splice(0).forEach((send) => send()),
  };
}

test("whoever moves to another room is in one room at a time, and hears of the old one still", async () => {
  const [first, second] = [site.newRoom(), site.newRoom()];
  const ada = await site.visit(first, "Ada");
  const grace = await site.visit(first, "Grace");
  await goTo(ada, second);
  await tells(ada, `You joined ${second}`);
  await shows(ada, [{ name: "Ada", devices: [device] }]);
  await tells(grace, "Ada left");
  await shows(grace, [{ name: "Grace", devices: [device] }]);
  await ada.goBack();
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: [device] },
  ]);
  const told = await feedOf(ada);
  assert.deepEqual(told.slice(0, 4), [
    ...[`You joined ${first}`, "Grace joined"],
    ...[`You joined ${first}`, "Already here: Grace"],
  ]);
});

test("a room that the page has left for good is joined again after the server has closed the old channel", async () => {
  const ada = await site.newPage();
  const held = holdCloses(ada);
  await ada.clock.install();
  await ada.goto(site.address("thousands", "Ada"));
  await tells(ada, "You joined thousands");
  await ada.clock.pauseAt(Date.now() + 60_000); // Or the page would give up waiting on a slow machine.
  await goTo(ada, "coffee");
  await held.firstClose;
  await ada.goBack();
  await eventually(ada, () => document.querySelector("#room-name")?.textContent, "thousands");
  await ada.evaluate(() => undefined); // Whatever the page has sent by now has been counted.
  assert.deepEqual(held.rejoined, []);
  held.deliver();
  await ada.clock.resume();
  await eventually(ada, () => document.querySelectorAll("#feed > .event").length > 0, true);
  await shows(ada, [{ name: "Ada", devices: [device] }]);
  assert.deepEqual(held.rejoined, ["room:thousands"]);
});

test("whoever takes another name in the same room is on the list once, under the new name", async () => {
  const room = site.newRoom();
  const ada = await site.newPage();
  const held = holdCloses(ada);
  await ada.clock.install();
  await ada.goto(site.address(room, "Ada"));
  await shows(ada, [{ name: "Ada", devices: [device] }]);
  await ada.clock.pauseAt(Date.now() + 60_000);
  await ada.getByText("Name and device").click();
  await ada.getByRole("textbox", { name: "Name" }).fill("Grace");
  await ada.getByRole("button", { name: "Save" }).click();
  await held.firstClose;
  await ada.evaluate(() => undefined);
  assert.equal(held.sockets(), 1);
  held.deliver();
  // The other rooms are left, too, and some of their closes come later.
  const delivering = setInterval(held.deliver, 20);
  await ada.clock.resume();
  await shows(ada, [{ name: "Grace", devices: [device] }]);
  clearInterval(delivering);
});

test("without a connection the next room is shown at once, and joined when the connection is back", async () => {
  const [first, second] = [site.newRoom(), site.newRoom()];
  const ada = await site.visit(first, "Ada");
  await ada.waitForLoadState("networkidle"); // A file that is cut off would be an error of the page.
  await site.server.kill();
  await ada.getByRole("status").filter({ hasText: "Reconnecting…" }).waitFor();
  await goTo(ada, second);
  await ada.getByRole("status").filter({ hasText: "Connecting…" }).waitFor();
  await site.server.restart();
  await tells(ada, `You joined ${second}`);
  await shows(ada, [{ name: "Ada", devices: [device] }]);
});

test("a server that does not answer keeps nobody in the old room", async () => {
  const [first, second] = [site.newRoom(), site.newRoom()];
  const ada = await site.visit(first, "Ada");
  const grace = await site.visit(first, "Grace");
  const server = Number(site.server.pid());
  process.kill(server, "SIGSTOP");
  try {
    await goTo(ada, second);
    await eventually(ada, () => document.querySelector("#room-name")?.textContent, second);
  } finally {
    process.kill(server, "SIGCONT");
  }
  await tells(ada, `You joined ${second}`);
  await tells(grace, "Ada left");
});
