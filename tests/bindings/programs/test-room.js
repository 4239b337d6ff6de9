/** phoenix.js's Socket over a server in memory, for programs with rooms. */

import { Socket } from "phoenix";

import { createTestServer } from "phoenix-presence/testing";

export const server = createTestServer();

/** @param {object} [options] */
export const newSocket = (options) =>
  new Socket("/socket", {
    transport: server.transport,
    params: { user_id: "ada" },
    reconnectAfterMs: () => 1,
    rejoinAfterMs: () => 1,
    sessionStorage: { getItem: () => null, setItem() {} }, // A page without an address has none.
    ...options,
  });

/** What was sent of the events, as "event topic". @param {...string} events */
export const sent = (...events) =>
  server.frames.filter(({ event }) => events.includes(event)).map(({ event, topic }) => `${event} ${topic}`);

/** The payloads of updates, oldest first. */
export const updates = () => server.frames.filter(({ event }) => event === "update").map(({ payload }) => payload);

/** Waits, macrotask by macrotask, until something is true. @param {() => unknown} isTrue */
export async function until(isTrue) {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve));
}

/** Waits until the page shows a text. @param {string} text */
export const shows = (text) => until(() => document.querySelector("main")?.textContent?.trim() === text);
