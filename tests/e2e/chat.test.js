/** The chat: messages, authors, typing, other rooms, and people who are not here. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, eventually, feedOf, goTo, hears, say, shows, tells } from "../support/demo.js";

const site = demo();

const device = "Firefox on Mac, online";

/** The rooms of the page with what they show: "# lobby, 2 here, 1 unread". Runs in the page. */
const rooms = () =>
  [...document.querySelectorAll("#rooms .room")].map((room) =>
    [".title", ".people-count", ".unread", ".locked"]
      .flatMap((part) => room.querySelector(part)?.textContent ?? [])
      .join(", "),
  );

test("someone new chooses a name and a role, and comes in", async () => {
  const page = await site.newPage();
  const room = site.newRoom();
  await page.goto(site.address(room));
  await page.getByRole("heading", { name: "See who is here" }).waitFor();
  assert.notEqual(await page.getByLabel("Name").first().inputValue(), "", "a name is suggested");
  await page.getByLabel("Name").first().fill("Ada");
  await page.getByRole("radio", { name: "Moderator" }).check();
  await page.getByRole("button", { name: "Come in" }).click();
  await shows(page, [{ name: "Ada", devices: [device] }]);
  await page.locator("#people").getByText("moderator").waitFor();
});

test("messages reach everyone in the room and those who come later, with a mark of whether the author is here", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  await say(grace, "Hello <b>Ada</b>");
  await hears(ada, "Grace", "Hello <b>Ada</b>");
  await say(ada, "Hello Grace");
  await hears(grace, "Ada", "Hello Grace");

  const mark = ada.locator(".message", { hasText: "Hello <b>Ada</b>" }).locator(".avatar .dot");
  const markIs = (/** @type {string} */ status) =>
    ada.locator(`.message .dot[data-status="${status}"][title="${status}"]`).first().waitFor();
  assert.equal(await mark.getAttribute("data-status"), "online");
  await grace.getByRole("radio", { name: "Busy" }).check();
  await markIs("busy");
  await grace.close();
  await markIs("offline");

  const late = await site.visit(room, "Barbara");
  await hears(late, "Grace", "Hello <b>Ada</b>");
  await hears(late, "Ada", "Hello Grace");
});

test("who is typing is said, until the message is sent", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  await grace.getByLabel("Message", { exact: true }).pressSequentially("Well");
  await ada.getByText("Grace is typing…").waitFor();
  const barbara = await site.visit(room, "Barbara");
  await barbara.getByText("Grace is typing…").waitFor();
  await grace.getByLabel("Message", { exact: true }).press("Enter");
  await hears(ada, "Grace", "Well");
  await eventually(ada, () => document.getElementById("typing")?.textContent, "");
});

test("too many messages are refused with the reason, and the text is not lost", async () => {
  const ada = await site.visit(site.newRoom(), "Fast Ada");
  for (let number = 1; number <= 12; number++) await say(ada, `message ${number}`);
  await ada.getByText("Not sent: too many messages: wait a moment").waitFor();
  assert.match(await ada.getByLabel("Message", { exact: true }).inputValue(), /^message \d+$/);
});

test("messages in other rooms are counted until you go there", async () => {
  const [here, there] = [site.newRoom(), site.newRoom()];
  const ada = await site.visit(there, "Ada");
  await goTo(ada, here);
  await tells(ada, `You joined ${here}`);
  const grace = await site.visit(there, "Grace");
  await say(grace, "One");
  await say(grace, "Two");
  const row = ada.getByRole("link", { name: there });
  await row.getByText("2 unread").waitFor();
  await row.getByText("1 here").waitFor();
  await eventually(ada, () => document.title.startsWith("(2) "), true);
  await row.click();
  await hears(ada, "Grace", "Two");
  await row.getByText("unread").waitFor({ state: "detached" });
  await eventually(ada, () => document.title.startsWith("("), false);
});

test("a page that is reloaded is back before others hear of it", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  await tells(ada, "Grace joined");
  await grace.reload();
  await shows(grace, [
    { name: "Grace", devices: [device] },
    { name: "Ada", devices: [device] },
  ]);
  await say(grace, "Back");
  await hears(ada, "Grace", "Back");
  const feed = await feedOf(ada);
  assert.deepEqual(
    feed.filter((sentence) => /^Grace (joined|left)$/.test(sentence)),
    ["Grace joined"],
  );
});

test("you are told when someone whom you wait for comes online, in any room", async () => {
  const [here, there] = [site.newRoom(), site.newRoom()];
  const ada = await site.visit(there, "Ada");
  await goTo(ada, here);
  await ada.getByLabel("Tell me when someone comes online").fill("Grace");
  await ada.getByRole("button", { name: "Tell me", exact: true }).click();
  await ada.getByText("not here yet").waitFor();
  await site.visit(there, "Grace");
  await ada.locator("#toasts").getByText(`Grace is online in ${there}`).waitFor();
  await ada.getByText("not here yet").waitFor({ state: "detached" });
});

test("whoever has left is shown with the time, and can be waited for", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  await ada.locator("#toasts").getByText(`Grace came to ${room}`).waitFor();
  await grace.close();
  await ada
    .locator("#absent")
    .getByText(/^last seen \d+:\d\d:\d\d/)
    .waitFor();
  await ada.getByRole("button", { name: "Tell me when Grace comes online" }).click();
  await site.visit(room, "Grace");
  await ada.locator("#toasts").getByText(`Grace is online in ${room}`).waitFor();
});

test("a tab that is hidden is away by itself, unless its user is busy", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  /** @param {boolean} isHidden */
  const hide = (isHidden) =>
    grace.evaluate((isHidden) => {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  await hide(true);
  await tells(ada, "Grace is now away");
  await hide(false);
  await tells(ada, "Grace is now online");
  await grace.getByRole("radio", { name: "Busy" }).check();
  await tells(ada, "Grace is now busy");
  await hide(true);
  await say(ada, "Are you there?");
  await hears(grace, "Ada", "Are you there?");
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Grace", devices: ["Firefox on Mac, busy"] },
  ]);
});

test("a guest sees a number in the town hall, and a member sees who", async () => {
  const ada = await site.visit("town hall", "Ada");
  const guest = await site.newPage();
  await guest.goto(site.address("town hall", "Guest", "guest"));
  await tells(guest, "You joined town hall");
  await eventually(guest, () => document.getElementById("count")?.textContent, "2 people");
  await shows(guest, []);
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Guest", devices: [device] },
  ]);
  await say(guest, "Hello from the back row");
  await hears(ada, "Guest", "Hello from the back row");
});

test("who is invisible backstage is seen by moderators alone", async () => {
  const ada = await site.visit("backstage", "Ada");
  const moderator = await site.visit("backstage", "Moderator", { role: "moderator" });
  const grace = await site.visit("backstage", "Grace");
  await tells(ada, "Grace joined");
  await grace.getByLabel("Invisible here").check();
  await tells(ada, "Grace left");
  await shows(ada, [
    { name: "Ada", devices: [device] },
    { name: "Moderator", devices: [device] },
  ]);
  await moderator.locator("#people").getByText("invisible").waitFor();
  await grace.getByLabel("Invisible here").uncheck();
  await ada.locator("#people").getByText("Grace").waitFor();
});

test("a room that a role may not enter is locked, and says so", async () => {
  const ada = await site.visit("lobby", "Ada");
  await ada.getByRole("link", { name: "office" }).getByText("locked").waitFor();
  await ada.getByRole("link", { name: "office" }).click();
  await ada.getByText("The server did not let you in: unauthorized").waitFor();
  await ada.getByRole("link", { name: "lobby" }).click();
  await ada.getByText("The server did not let you in").waitFor({ state: "hidden" });
  const moderator = await site.visit("office", "Grace", { role: "moderator" });
  await shows(moderator, [{ name: "Grace", devices: [device] }]);
  assert.ok((await moderator.evaluate(rooms)).every((room) => !room.includes("locked")));
});
