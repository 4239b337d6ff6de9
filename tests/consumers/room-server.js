/**
 * For projects with a program that connects, joins and shows a list by itself: a Phoenix server in the page, in place of
 * the network. Import it before the program. It prints the rosters once the page shows everybody. On a server that
 * renders the page it does nothing.
 */

import { Presence as Original } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";
import { roster } from "./room.js";

/** @param {Element} row */
const textOf = (row) =>
  row.textContent
    .trim()
    .replace(/\s+/g, " ")
    .replace(/ devices?$/, "");

/** @param {Document | ShadowRoot} root @returns {string[]} the rows of its lists, with those of custom elements */
const rowsIn = (root) =>
  Array.from(root.querySelectorAll("*")).flatMap((element) => [
    ...(element.localName === "li" ? [textOf(element)] : []),
    ...(element.shadowRoot ? rowsIn(element.shadowRoot) : []),
  ]);

if (typeof document === "object") {
  const server = createTestServer();
  Object.assign(globalThis, { WebSocket: server.transport });
  // And the program's own user, ada on another device.
  for (const key of ["7", "ada"]) server.topic("room:lobby").track(key);
  const timer = setInterval(() => {
    const rows = rowsIn(document);
    if (!rows.includes("ada on 2")) return;
    clearInterval(timer);
    console.log(JSON.stringify([roster(Original), rows]));
  });
}
