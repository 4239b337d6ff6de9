/**
 * The demo with the real server and a real Chromium, with one browser context for each visitor.
 *
 * Everything waits for the content of the page, never for an amount of time. A test fails if a page
 * logged an error.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before } from "node:test";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

import { chromium } from "playwright-core";

import { CHROME_FLAGS, findBrowser } from "../../scripts/lib/browser.mjs";
import { mountArguments } from "../../scripts/lib/mounts.mjs";
import { startServer } from "./server.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ name: string, devices: string[] }} Row a person, and each device as "name, status, note" */

/** Every visitor comes with the same device, whatever the browser is that runs the tests… */
const DESKTOP = { userAgent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:140.0) Gecko/20100101 Firefox/140.0" };

/** …unless with this one, which the page calls "Chrome on Android". */
export const PHONE = {
  userAgent:
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
};

/** The timeout of a wait, in milliseconds. Only a test that fails reaches it. */
const WAIT_TIMEOUT = 20_000;

/** The pause between two looks at a page, in milliseconds. */
const POLL_PAUSE = 20;

/**
 * The server and the browser of one test file. Call it once, at the top of the file.
 *
 * @param {() => Promise<Record<string, string>>} [makePages] files that the server serves under /pages, by name
 */
export function demo(makePages = async () => ({})) {
  /** @type {import("./server.js").RunningServer} */
  let server;
  /** @type {import("playwright-core").Browser} */
  let browser;
  /** The errors that pages have logged since the last test. @type {string[]} */
  let complaints = [];
  const folder = mkdtempSync(join(tmpdir(), "presence-pages-"));
  /** Each test has rooms of its own. */
  let rooms = 0;

  before(async () => {
    const executablePath = process.env.CHROME ?? findBrowser()?.chrome;
    if (!executablePath) throw new Error("no browser was found: run `npm run setup`, or set CHROME");
    for (const [name, content] of Object.entries(await makePages())) writeFileSync(join(folder, name), content);
    // The page signs in with tokens. Members of other programs come without, so that they can have any key.
    const keyFile = join(folder, "token-key");
    writeFileSync(keyFile, randomBytes(32).toString("base64"));
    const args = ["--demo", "--token-key-file", keyFile, ...mountArguments(), "--serve", `/pages=${folder}`];
    // One after the other: if the server does not start, a running browser would keep the process alive.
    server = await startServer({ args });
    browser = await chromium.launch({ executablePath, args: CHROME_FLAGS });
  });

  afterEach(async () => {
    const found = complaints;
    await Promise.all(browser.contexts().map((context) => context.close()));
    complaints = [];
    assert.deepEqual(found, [], "a page logged errors");
  });

  after(async () => {
    await Promise.all([browser?.close(), server?.stop()]);
    rmSync(folder, { recursive: true });
  });

  return {
    /** @returns the running server */
    get server() {
      return server;
    },

    /** A room that no other test is in. */
    newRoom() {
      rooms += 1;
      return `room ${rooms}`;
    },

    /**
     * A tab of a browser that shares nothing with those of other visitors, by default "Firefox on Mac".
     *
     * @param {import("playwright-core").BrowserContextOptions} [options]
     */
    async newPage(options) {
      const context = await browser.newContext({ ...DESKTOP, ...options });
      context.setDefaultTimeout(WAIT_TIMEOUT);
      const page = await context.newPage();
      page.on("console", (message) => {
        // A browser logs this when a server cannot be reached, and some tests stop theirs. A missing file on a running
        // server is an error.
        const unreachable = /^WebSocket connection to|net::ERR_CONNECTION_REFUSED$/.test(message.text());
        if (message.type() === "error" && !unreachable) complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      return page;
    },

    /**
     * Opens the page, and waits until it shows who is in the room.
     *
     * @param {string} room
     * @param {string} name
     * @param {import("playwright-core").BrowserContextOptions & { role?: string }} [options]
     */
    async visit(room, name, { role = "member", ...options } = {}) {
      const page = await this.newPage(options);
      await page.goto(this.address(room, name, role));
      try {
        await page.getByRole("listitem").filter({ hasText: "this tab" }).first().waitFor();
      } catch (cause) {
        throw new Error(`the page of ${name} does not show who is here. It logged: ${complaints.join("; ")}`, {
          cause,
        });
      }
      return page;
    },

    /** @param {string} room @param {string} [name] @param {string} [role] */
    address(room, name, role) {
      const query = new URLSearchParams({ ...(name !== undefined && { name }), ...(role !== undefined && { role }) });
      return `${server.url}/${query.size > 0 ? `?${query}` : ""}#${encodeURIComponent(room)}`;
    },

    /** Returns the errors that pages have logged so far, and forgets them: the test itself checks them. */
    takeComplaints() {
      return complaints.splice(0);
    },
  };
}

/**
 * Waits until the page shows these people, with these devices, in this order.
 *
 * @param {Page} page
 * @param {Row[]} expected
 */
export async function shows(page, expected) {
  await eventually(page, readRoster, expected);
}

/**
 * Waits until the feed has an entry with this text. Spaces count as one.
 *
 * @param {Page} page
 * @param {string} text
 */
export async function tells(page, text) {
  const entries = page.getByRole("log", { name: "What happens" }).getByRole("listitem");
  await entries.filter({ hasText: text }).first().waitFor();
}

/** The sentences about what happened, the oldest first, without the messages. @param {Page} page */
export async function feedOf(page) {
  return page.locator("#feed > .event > .sentence").allTextContents();
}

/** Writes a message. @param {Page} page @param {string} text */
export async function say(page, text) {
  await page.getByLabel("Message", { exact: true }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

/** Waits until the conversation has a message of an author with this text. @param {Page} page @param {string} author @param {string} text */
export async function hears(page, author, text) {
  const messages = page.locator("#feed > .message", { has: page.locator(".author", { hasText: author }) });
  await messages.filter({ hasText: text }).first().waitFor();
}

/** Goes to another room by its name. @param {Page} page @param {string} room */
export async function goTo(page, room) {
  await page.getByLabel("Room", { exact: true }).fill(room);
  await page.getByRole("button", { name: "Go", exact: true }).click();
}

/**
 * Waits until the result of `read` in the page equals `expected`; the error shows the last result.
 *
 * @template T
 * @param {Page} page
 * @param {() => T} read runs in the page
 * @param {T} expected
 */
export async function eventually(page, read, expected) {
  // Not with `page.waitForFunction`: it evaluates text in the page, which the policy of the page forbids.
  const deadline = Date.now() + WAIT_TIMEOUT;
  for (;;) {
    const actual = await page.evaluate(read);
    if (isDeepStrictEqual(actual, expected)) return;
    if (Date.now() > deadline) assert.deepEqual(actual, expected);
    await setTimeout(POLL_PAUSE);
  }
}

/**
 * Adds people to a room who use other programs than this page. They stay until the page is closed.
 *
 * @param {Page} page
 * @param {string} room
 * @param {[string, object][]} members each with its key and metadata
 */
export async function bring(page, room, members) {
  await page.evaluate(
    async ({ room, members }) => {
      const { Socket } = await import(/** @type {any} */ ("phoenix"));
      /** @param {[string, object][]} some */
      const carry = async (some) => {
        const socket = new Socket("/socket", { params: { user_id: "carrier" } });
        socket.connect();
        const channel = socket.channel(`room:${room}`, { track: false });
        /** @param {any} push */
        const answer = (push) => new Promise((resolve, reject) => push.receive("ok", resolve).receive("error", reject));
        await answer(channel.join());
        await Promise.all(some.map(([key, metas]) => answer(channel.push("track", { ...metas, key }))));
      };
      const perChannel = 25; // The server has a limit.
      for (let at = 0; at < members.length; at += perChannel) await carry(members.slice(at, at + perChannel));
    },
    { room, members },
  );
}

/** Runs in the page. @returns {Row[]} */
function readRoster() {
  /** @param {Element} within @param {string} selector */
  const text = (within, selector) => within.querySelector(selector)?.textContent ?? "";
  return [...document.querySelectorAll("#people > li")].map((row) => ({
    name: text(row, ".name"),
    devices: [...row.querySelectorAll(".device")].map((device) =>
      [".device-name", ".device-status", ".note"]
        .map((part) => text(device, part))
        .filter((part) => part !== "")
        .join(", "),
    ),
  }));
}
