/** The page while the server is away, and afterwards. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, feedOf, shows, tells } from "../support/demo.js";

const site = demo();

const device = "Firefox on Mac, online";

test("without a connection the people stay on the page, marked as last seen", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  await site.visit(room, "Grace");
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: [device] },
  ]);
  assert.equal(await ada.getByText("when last seen").isVisible(), false);

  await site.server.kill();
  await ada.getByRole("status").filter({ hasText: "Reconnecting…" }).waitFor();
  await ada.getByText("when last seen").waitFor();
  await tells(ada, "The connection was lost");
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: [device] },
  ]);

  await site.server.restart();
  await ada.getByRole("status").filter({ hasText: "Online" }).waitFor();
  await ada.getByText("when last seen").waitFor({ state: "hidden" });
});

test("after a restart everybody is there once, except those who left meanwhile", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const adaAgain = await site.visit(room, "Ada");
  const bob = await site.visit(room, "Bob");
  const grace = await site.visit(room, "Grace");
  const joins = joinsOf(grace);
  await shows(ada, [
    { name: "Ada", devices: [device, device] },
    { name: "Bob", devices: [device] },
    { name: "Grace", devices: [device] },
  ]);

  await site.server.kill();
  for (const page of [ada, adaAgain, grace]) {
    await page.getByRole("status").filter({ hasText: "Reconnecting…" }).waitFor();
  }
  await bob.close();
  // A change without a connection is sent when the connection is back.
  await grace.getByRole("radio", { name: "Away" }).check();
  await site.server.restart();

  const away = "Firefox on Mac, away";
  const yours = { name: "Ada", devices: [device, device] };
  await shows(ada, [yours, { name: "Grace", devices: [away] }]);
  await shows(adaAgain, [yours, { name: "Grace", devices: [away] }]);
  await shows(grace, [{ name: "Grace", devices: [away] }, yours]);
  await ada.getByText("2 people, 3 devices").waitFor();
  await tells(ada, "Bob left");
  const feed = await feedOf(ada);
  assert.ok(feed.includes("Back online"), feed.join("\n"));
  const about = (/** @type {string} */ name) => feed.filter((sentence) => sentence.startsWith(`${name} `));
  assert.deepEqual(about("Bob"), ["Bob joined", "Bob left"]);
  assert.deepEqual(about("Grace"), ["Grace joined", "Grace is now away"]);
  // It joined again as away, and not with its first status.
  assert.deepEqual(
    joins.map(({ status }) => status),
    ["away"],
  );
});

test("a server that shuts down properly before it restarts leaves no ghosts either", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  await site.server.restart();
  for (const page of [ada, grace]) await tells(page, "Back online");
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: [device] },
  ]);
  await shows(grace, [
    { name: "Grace", devices: [device] },
    { name: "Ada", devices: [device] },
  ]);
});

test("a change while the join is under way is sent, too", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  await ada.evaluate(async (room) => {
    const { Socket } = await import(/** @type {any} */ ("phoenix"));
    const { Room } = await import(/** @type {any} */ ("/chat/room.js"));
    const { placeOf } = await import(/** @type {any} */ ("/chat/places.js"));
    const own = { tab: "1", device: "Phone", status: "online", note: "" };
    const ignore = () => {};
    const socket = new Socket("/socket", { params: { user_id: "Grace" } });
    socket.connect();
    const events = { onChanges: ignore, onEntered: ignore, onMessages: ignore, onRefused: ignore, onError: ignore };
    const entered = new Room(socket, placeOf(room), "member", events);
    entered.enter(own);
    entered.update({ ...own, status: "away" });
  }, room);
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: ["Phone, away"] },
  ]);
});

/**
 * The payloads of a page's joins from now on.
 *
 * @param {import("playwright-core").Page} page
 */
function joinsOf(page) {
  /** @type {{ status: string }[]} */
  const joins = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", (frame) => {
      const [, , , event, payload] = JSON.parse(String(frame.payload));
      // The page also listens to rooms that it is not in.
      if (event === "phx_join" && payload.track !== false) joins.push(payload);
    });
  });
  return joins;
}
