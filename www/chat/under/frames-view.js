// The frames between the page and the server as they come, the last one first.

import { byId, element } from "../../element.js";
import { explain } from "./explain.js";

/** The most frames that are kept. */
const MAX_FRAMES = 100;
/** The longest text of a frame that is shown, in characters. */
const MAX_SHOWN_TEXT = 3000;

/** @typedef {{ at: Date, direction: "in" | "out", text: string }} Frame */

export class FramesView {
  #list = byId("frames", HTMLElement);
  #isPaused = byId("pause-frames", HTMLInputElement);
  #isOpen = false;
  #isScheduled = false;
  /** Frames that are not on the page yet, the last one last. @type {Frame[]} */
  #waiting = [];

  /** @param {"in" | "out"} direction @param {string} text */
  add(direction, text) {
    if (this.#isPaused.checked) return;
    this.#waiting.push({ at: new Date(), direction, text });
    if (this.#waiting.length > MAX_FRAMES) this.#waiting.shift();
    this.#schedule();
  }

  /** Frames are drawn only while they can be seen. @param {boolean} isOpen */
  show(isOpen) {
    this.#isOpen = isOpen;
    this.#schedule();
  }

  #schedule() {
    if (this.#isScheduled || !this.#isOpen) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      const rows = this.#waiting.splice(0).map(row).reverse();
      this.#list.prepend(...rows);
      while (this.#list.childElementCount > MAX_FRAMES) this.#list.lastElementChild?.remove();
    });
  }
}

/** @param {Frame} frame */
function row({ at, direction, text }) {
  const { topic, event, meaning } = explain(direction, text);
  const time = `${at.toLocaleTimeString("en-GB")}.${String(at.getMilliseconds()).padStart(3, "0")}`;
  const arrow = element("span", "direction", direction === "in" ? "←" : "→");
  arrow.dataset.direction = direction;
  arrow.title = direction === "in" ? "from the server" : "to the server";
  const head = element("summary", "", element("time", "", time), " ", arrow, " ", element("b", "", event), " ");
  head.append(element("span", "topic", topic), " ", element("span", "size", bytes(text.length)));
  head.append(element("span", "meaning", meaning));
  const details = element("details", "", head);
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) details.append(element("pre", "", shorten(text)));
  });
  return element("li", "frame", details);
}

/** @param {string} text */
function shorten(text) {
  return text.length > MAX_SHOWN_TEXT ? `${text.slice(0, MAX_SHOWN_TEXT)}… (${bytes(text.length)} in all)` : text;
}

/** @param {number} size */
export function bytes(size) {
  if (size < 1000) return `${size} B`;
  return size < 1_000_000 ? `${(size / 1000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(2)} MB`;
}
