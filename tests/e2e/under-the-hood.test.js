/** The panel: faults that really happen, and the class of phoenix.js beside ours. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, eventually, shows, tells } from "../support/demo.js";

const site = demo();

const device = "Firefox on Mac, online";

/** The names in the two lists, ours first, each sorted. Runs in the page. */
const lists = () =>
  ["ours", "theirs"].map((id) =>
    [...document.querySelectorAll(`#${id} .name`)].map(({ textContent }) => textContent).sort(),
  );

/** @param {string} room @param {string} name @param {string} [role] */
async function open(room, name, role) {
  const page = await site.visit(room, name, { role });
  await page.getByRole("button", { name: "Under the hood" }).click();
  return page;
}

test("a diff that is older than the next state makes a ghost for phoenix.js, and not for us", async () => {
  const room = site.newRoom();
  await site.visit(room, "Grace");
  const ada = await open(room, "Ada");
  await ada.getByRole("button", { name: "Make a ghost" }).click();
  await ada.getByText("Casper has left, and is still here for phoenix.js.").waitFor();
  await eventually(ada, () => document.querySelectorAll("#fault-log li").length, 4);
  await eventually(ada, lists, [
    ["Ada", "Grace"],
    ["Ada", "Casper", "Grace"],
  ]);
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: [device] },
  ]);

  // A new instance of the class begins with the state.
  await ada.getByRole("button", { name: "Start it again" }).click();
  await ada.getByText("Both have the same list.").waitFor();
});

test("a malformed entry breaks the list of phoenix.js, and ours applies the rest", async () => {
  const room = site.newRoom();
  const grace = await site.visit(room, "Grace");
  const ada = await open(room, "Ada");
  await tells(grace, "Ada joined");
  await ada.getByLabel("Run the class of phoenix.js, too").check();
  await ada.getByText("Both have the same list.").waitFor();
  await ada.getByRole("button", { name: "Send a malformed entry" }).click();
  await ada.getByText("phoenix.js threw: TypeError").waitFor();
  await ada.getByText("Casper has left, and is still here for phoenix.js.").waitFor();
  await ada.getByText("Ada is a broken entry for phoenix.js.").waitFor();
  assert.deepEqual((await ada.evaluate(lists))[0], ["Ada", "Grace"]);
  // Others had a real visit, without the malformed entry. Our class has reported the entry.
  await ada.locator("#problem").getByText("Ada").waitFor();
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: [device] },
  ]);
});

test("after a cut, and after a restart of the server, both have the same list", async () => {
  const room = site.newRoom();
  const grace = await site.visit(room, "Grace");
  const ada = await open(room, "Ada", "moderator");
  await tells(grace, "Ada joined");
  await ada.getByRole("button", { name: "Cut my connection" }).click();
  await tells(ada, "Back online");
  await ada.getByText("Both have the same list.").waitFor();

  await eventually(
    ada,
    () => /** @type {HTMLButtonElement} */ (document.getElementById("restart-server")).disabled,
    false,
  );
  // A server that has just started refuses to restart; then it is asked again.
  for (;;) {
    await ada.getByRole("button", { name: "Restart the server" }).click();
    await ada.locator("#fault-log li").waitFor();
    if (!(await ada.getByText("the server has just started").isVisible())) break;
  }
  await tells(grace, "The connection was lost");
  await tells(grace, "Back online");
  await shows(grace, [
    { name: "Grace", devices: [device] },
    { name: "Ada", devices: [device] },
  ]);
  await ada.getByText("Both have the same list.").waitFor();
});

test("a state that is held back leaves phoenix.js with an old list that looks new, and ours says so", async () => {
  const room = site.newRoom();
  await site.visit(room, "Grace");
  const ada = await open(room, "Ada");
  await ada.getByRole("button", { name: "Hold back the next state" }).click();
  await ada.getByText("Our list says itself that it may be out of date.").waitFor();
  await ada.getByText("when last seen").waitFor();
});

test("only a moderator may restart the server", async () => {
  const ada = await open(site.newRoom(), "Ada");
  assert.equal(await ada.getByRole("button", { name: "Restart the server" }).isDisabled(), true);
});

test("frames are shown as they come, explained, and with their text", async () => {
  const room = site.newRoom();
  const ada = await open(room, "Ada");
  await site.visit(room, "Grace");
  const frames = ada.locator("#frames .frame");
  await frames.filter({ hasText: "presence_diff" }).filter({ hasText: "Grace joined." }).first().waitFor();
  await frames.filter({ hasText: "presence_state" }).first().waitFor();
  const first = frames.filter({ hasText: "Grace joined." }).first();
  await first.locator("summary").click();
  assert.match(await first.locator("pre").innerText(), /^\[null,null,"room:/);
});
