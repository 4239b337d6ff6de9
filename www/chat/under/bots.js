// The buttons that add bots, what they cost the server, and what they cost this page: the times between frames.

import { byId } from "../../element.js";
import { bytes } from "./frames-view.js";

const status = byId("bots-status", HTMLElement);
const frames = byId("bots-frames", HTMLElement);

/** The time over which frames are counted, in milliseconds. */
const MEASURED_TIME = 2000;

/** @param {() => import("../room.js").Room | undefined} currentRoom */
export function wireBots(currentRoom) {
  for (const button of byId("bots", HTMLElement).querySelectorAll("button")) {
    button.addEventListener("click", async () => {
      const room = currentRoom();
      if (!room) return;
      const count = Number(button.value);
      try {
        if (count > 0) {
          status.textContent = "Adding…";
          await room.push("add_bots", { count });
        } else {
          const { removed } = await room.push("remove_bots");
          status.textContent = `${removed.toLocaleString()} bots have left.`;
        }
      } catch (error) {
        status.textContent = /** @type {Error} */ (error).message;
      }
    });
  }
}

/** @param {{ added: number, total: number, ms: number, stateBytes: number }} report */
export function showBots({ added, total, ms, stateBytes }) {
  status.textContent =
    `${added.toLocaleString()} bots in ${(ms / 1000).toFixed(1)} s. The list of ${total.toLocaleString()} is a state of ` +
    `${bytes(stateBytes)} for everyone who joins.`;
}

/** Shows how many frames a second this page draws, while it is called with true. @param {boolean} isShown */
export function measureFrames(isShown) {
  if (isShown === measuring) return;
  measuring = isShown;
  frames.textContent = "";
  if (isShown) requestAnimationFrame((start) => count(start, start, 0, 0));
}

let measuring = false;

/** @param {number} start @param {number} last @param {number} drawn @param {number} longest */
function count(start, last, drawn, longest) {
  requestAnimationFrame((now) => {
    if (!measuring) return;
    const worst = Math.max(longest, now - last);
    if (now - start < MEASURED_TIME) return count(start, now, drawn + 1, worst);
    const rate = ((drawn + 1) * 1000) / (now - start);
    frames.textContent = `This page draws ${Math.round(rate)} frames a second, the slowest in ${Math.round(worst)} ms.`;
    count(now, now, 0, 0);
  });
}
