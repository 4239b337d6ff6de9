/** People in a room, as they see each other. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, feedOf, goTo, PHONE, shows, tells } from "../support/demo.js";

const site = demo();

test("a person who is alone is told so, and how to try the page", async () => {
  const ada = await site.visit(site.newRoom(), "Ada");
  await shows(ada, [{ name: "Ada", devices: ["Firefox on Mac, online"] }]);
  await ada.getByText("Nobody else is here.").waitFor();
  const [another] = await Promise.all([
    ada.context().waitForEvent("page"),
    ada.getByRole("link", { name: "Open a tab as someone else" }).click(),
  ]);
  await another.getByRole("button", { name: "Come in" }).click();
  await ada.getByText("2 people, 2 devices").waitFor();
  await ada.getByText("Nobody else is here.").waitFor({ state: "hidden" });
  await another.getByText("2 people, 2 devices").waitFor();
});

test("two people see each other join, change and leave", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace", PHONE);

  await shows(ada, [
    { name: "Ada", devices: ["Firefox on Mac, online"] },
    { name: "Grace", devices: ["Chrome on Android, online"] },
  ]);
  await shows(grace, [
    { name: "Grace", devices: ["Chrome on Android, online"] },
    { name: "Ada", devices: ["Firefox on Mac, online"] },
  ]);

  await grace.getByRole("radio", { name: "Busy" }).check();
  await tells(ada, "Grace is now busy");
  await grace.getByLabel("Note").fill("In the engine room");
  await grace.getByRole("button", { name: "Set" }).click();
  await tells(ada, "Grace noted “In the engine room”");
  await shows(ada, [
    { name: "Ada", devices: ["Firefox on Mac, online"] },
    { name: "Grace", devices: ["Chrome on Android, busy, In the engine room"] },
  ]);

  await grace.close();
  await shows(ada, [{ name: "Ada", devices: ["Firefox on Mac, online"] }]);
  await tells(ada, "Grace left");
  // An update is one sentence: not somebody who joined and left.
  assert.deepEqual(await feedOf(ada), [
    `You joined ${room}`,
    "Grace joined",
    "Grace is now busy",
    "Grace noted “In the engine room”",
    "Grace left",
  ]);
});

test("people who are there already are not reported as joined", async () => {
  const room = site.newRoom();
  await site.visit(room, "Ada");
  await site.visit(room, "Barbara");
  const grace = await site.visit(room, "Grace");
  await tells(grace, "Already here");
  assert.deepEqual(await feedOf(grace), [`You joined ${room}`, "Already here: Ada and Barbara"]);
});

test("the same name in a second tab is one person with two devices", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  const phone = await site.visit(room, "Grace", PHONE);

  await shows(ada, [
    { name: "Ada", devices: ["Firefox on Mac, online"] },
    { name: "Grace", devices: ["Firefox on Mac, online", "Chrome on Android, online"] },
  ]);
  await ada.getByText("online, one person on 2 devices").waitFor();
  await ada.getByText("2 people, 3 devices").waitFor();

  await phone.getByRole("radio", { name: "Away" }).check();
  await tells(grace, "You are now away on Chrome on Android");
  await grace.getByRole("radio", { name: "Busy" }).check();
  await shows(ada, [
    { name: "Ada", devices: ["Firefox on Mac, online"] },
    { name: "Grace", devices: ["Firefox on Mac, busy", "Chrome on Android, away"] },
  ]);
  await ada.getByText("busy, one person on 2 devices").waitFor();
  await phone.close();
  await shows(ada, [
    { name: "Ada", devices: ["Firefox on Mac, online"] },
    { name: "Grace", devices: ["Firefox on Mac, busy"] },
  ]);
  await tells(ada, "Grace closed Chrome on Android and is still here");
  assert.deepEqual(await feedOf(ada), [
    `You joined ${room}`,
    "Grace joined",
    "Grace joined on another device, Chrome on Android",
    "Grace is now away on Chrome on Android",
    "Grace is now busy on Firefox on Mac",
    "Grace closed Chrome on Android and is still here",
  ]);
});

test("people in another room are not seen", async () => {
  const here = site.newRoom();
  const there = site.newRoom();
  const ada = await site.visit(here, "Ada");
  const grace = await site.visit(there, "Grace");
  await grace.getByText("Nobody else is here.").waitFor();

  await goTo(grace, here);
  await shows(ada, [
    { name: "Ada", devices: ["Firefox on Mac, online"] },
    { name: "Grace", devices: ["Firefox on Mac, online"] },
  ]);
  assert.equal(grace.url(), site.address(here));
  await grace.goBack();
  await shows(ada, [{ name: "Ada", devices: ["Firefox on Mac, online"] }]);
  await grace.getByRole("heading", { name: there }).waitFor();
});

test("a tab keeps its name when it is reloaded, and a new tab asks for one", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  assert.equal(ada.url(), site.address(room), "the name does not stay in the address that people share");
  await ada.reload();
  await shows(ada, [{ name: "Ada", devices: ["Firefox on Mac, online"] }]);

  const other = await ada.context().newPage();
  await other.goto(site.address(room));
  await other.getByRole("button", { name: "Come in" }).click();
  await ada.getByText("2 people, 2 devices").waitFor();
});
