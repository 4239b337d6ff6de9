/** One room over two nodes of presence-server: people, messages, and a node that is frozen. */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { mountArguments } from "../../scripts/lib/mounts.mjs";
import { demo, hears, say, shows, tells } from "../support/demo.js";
import { startServer } from "../support/server.js";

const site = demo();

const device = "Firefox on Mac, online";

/** @type {import("../support/server.js").RunningServer[]} */
let nodes = [];
/** @type {string} */
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "presence-cluster-"));
  const key = join(folder, "key");
  writeFileSync(key, "a key of both nodes, of 32 bytes or more");
  const gossip = await freeUdpPorts(2);
  const seeds = gossip.map((port) => `127.0.0.1:${port}`);
  nodes = await Promise.all(
    ["a", "b"].map((node, at) => {
      const cluster = ["--node", node, "--cluster", seeds[at], "--seeds", seeds.join(","), "--dead-after", "2"];
      return startServer({ args: ["--demo", "--token-key-file", key, ...cluster, ...mountArguments()] });
    }),
  );
});

after(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  await rm(folder, { recursive: true });
});

/** @param {number} count */
async function freeUdpPorts(count) {
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = createSocket("udp4").bind(0, "127.0.0.1");
      await once(socket, "listening");
      return socket;
    }),
  );
  const ports = sockets.map((socket) => socket.address().port);
  for (const socket of sockets) socket.close();
  return ports;
}

/** @param {number} node @param {string} name @param {string} [role] */
async function visit(node, name, role = "member") {
  const page = await site.newPage();
  await page.goto(`${nodes[node].url}/?name=${name}&role=${role}#lobby`);
  await tells(page, "You joined lobby");
  return page;
}

test("people and messages cross from node to node", async () => {
  const ada = await visit(0, "Ada");
  await ada.locator("#node").getByText("node a").waitFor();
  const grace = await visit(1, "Grace");
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: [device] },
  ]);
  await say(ada, "Hello from a");
  await hears(grace, "Ada", "Hello from a");
  await say(grace, "Hello from b");
  await hears(ada, "Grace", "Hello from b");
});

test("the people of a frozen node leave for the others, and are back when it goes on", async () => {
  const barbara = await visit(1, "Barbara");
  const moderator = await visit(0, "Moderator", "moderator");
  await tells(barbara, "Moderator joined");
  await moderator.getByRole("button", { name: "Under the hood" }).click();
  const freeze = moderator.getByRole("button", { name: "Freeze this node" });
  assert.equal(await freeze.isDisabled(), false);
  await freeze.click();
  await tells(barbara, "Moderator left");
  await shows(barbara, [{ name: "Barbara", devices: [device] }]);
  await shows(barbara, [
    { name: "Barbara", devices: [device] },
    { name: "Moderator", devices: [device] },
  ]);
});
