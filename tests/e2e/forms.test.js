/** The forms of the page, by keyboard. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { demo, eventually, feedOf, shows, tells } from "../support/demo.js";

const site = demo();

/** The focused element: its label or text, and whether the focus is visible. Runs in the page. */
function focused() {
  const active = /** @type {HTMLElement} */ (document.activeElement);
  const isField = active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement;
  const room = active.querySelector(".title");
  const labelled = isField ? active.labels?.[0]?.textContent : room && `# ${room.textContent}`;
  const outlined = [active, active.closest("label")].some(
    (part) => part && getComputedStyle(part).outlineStyle === "solid" && getComputedStyle(part).opacity === "1",
  );
  return { name: (labelled ?? active.ariaLabel ?? active.innerText).trim(), outlined };
}

test("everything is reached with the Tab key, in the order of the page, and the focus is visible", async () => {
  const room = site.newRoom();
  const page = await site.visit(room, "Ada");
  /** @type {string[]} */
  const stops = [];
  for (;;) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement === document.body)) break;
    const { name, outlined } = await page.evaluate(focused);
    assert.ok(outlined, `the focus on ${name} is seen`);
    if (await page.evaluate(() => document.activeElement?.getAttribute("role") === "log")) stops.push("(feed)");
    else stops.push(name);
  }
  assert.deepEqual(stops, [
    ...["# lobby", "# coffee", "# town hall", "# backstage", "# office", "# thousands", `# ${room}`],
    ...["Room", "Go", "Online", "Note", "Set", "Name and device", "room.js", "how fast it is in your browser"],
    ...["Copy link", "Under the hood", "(feed)", "Open a tab as someone else", "Open a second tab as yourself"],
    ...["Message", "Send", "People", "Tell me when someone comes online", "Tell me"],
    ...["200", "2,000", "10,000", "Remove"],
  ]);
});

test("status, note, name and device are changed without a mouse", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  const { keyboard } = ada;
  /** @param {string} name */
  const tabTo = async (name) => {
    await keyboard.press("Tab");
    await eventually(ada, focused, { name, outlined: true });
  };

  await ada.getByLabel("Room", { exact: true }).focus();
  for (const stop of ["Go", "Online"]) await tabTo(stop);
  await keyboard.press("ArrowRight");
  await tells(grace, "Ada is now away");
  await tabTo("Note");
  await keyboard.type("Back at three");
  await keyboard.press("Enter");
  await tells(grace, "Ada noted “Back at three”");
  await shows(grace, [
    { name: "Grace", devices: ["Firefox on Mac, online"] },
    { name: "Ada", devices: ["Firefox on Mac, away, Back at three"] },
  ]);

  // Tab selects what is in a field, so that typing replaces it.
  for (const stop of ["Set", "Name and device"]) await tabTo(stop);
  await keyboard.press("Enter");
  for (const stop of ["Name", "This device"]) await tabTo(stop);
  await keyboard.type("Kitchen tablet");
  await keyboard.press("Enter");
  await tells(grace, "Ada renamed their device Firefox on Mac to Kitchen tablet");

  await keyboard.press("Shift+Tab");
  await keyboard.type("Countess");
  await keyboard.press("Enter");
  await shows(grace, [
    { name: "Grace", devices: ["Firefox on Mac, online"] },
    { name: "Countess", devices: ["Kitchen tablet, away, Back at three"] },
  ]);
  await tells(ada, "Already here: Grace");
  await eventually(ada, focused, { name: "Name", outlined: true });
});

test("after a change of name you do not see yourself under the old one", async () => {
  const room = site.newRoom();
  await site.visit(room, "Grace");
  const ada = await site.newPage();
  // The server notices a closed socket only after the test, as it may on a slow connection.
  await ada.routeWebSocket(/\/socket/, (line) => {
    line.connectToServer();
    line.onClose(() => {});
  });
  await ada.goto(site.address(room, "Ada"));
  await tells(ada, "Already here: Grace");
  await ada.getByText("Name and device").click();
  await ada.getByRole("textbox", { name: "Name" }).fill("Countess");
  await ada.getByRole("textbox", { name: "Name" }).press("Enter");
  await shows(ada, [
    { name: "Countess", devices: ["Firefox on Mac, online"] },
    { name: "Grace", devices: ["Firefox on Mac, online"] },
  ]);
  assert.deepEqual(await feedOf(ada), [...[`You joined ${room}`, "Already here: Grace"]]);
});

test("a note can be removed", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada");
  const grace = await site.visit(room, "Grace");
  await ada.getByLabel("Note").fill("Back at three");
  await ada.getByLabel("Note").press("Enter");
  await tells(grace, "Ada noted “Back at three”");
  await ada.getByLabel("Note").fill("");
  await ada.getByLabel("Note").press("Enter");
  await tells(grace, "Ada removed their note");
});

test("the link to a room names the room and not the person", async () => {
  const room = site.newRoom();
  const ada = await site.visit(room, "Ada", { permissions: ["clipboard-read", "clipboard-write"] });
  await ada.getByRole("button", { name: "Copy link" }).click();
  await ada.getByText("Copied").waitFor();
  assert.equal(await ada.evaluate(() => navigator.clipboard.readText()), site.address(room));
});
