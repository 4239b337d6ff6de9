// The list of phoenix.js's class beside ours, with a mark where they differ.

import { byId, element, person } from "../../element.js";
import { differences, refsOf, Shadow } from "./shadow.js";

/** The most users that are listed on each side. */
const MAX_SHOWN = 12;

/** The longest list that is sorted at each change. */
const MAX_SORTED = 500;

const EXPLANATIONS = {
  ghost: "has left, and is still here for phoenix.js",
  missing: "is here, and not for phoenix.js",
  broken: "is a broken entry for phoenix.js",
  devices: "has other devices for phoenix.js",
};

const toggle = byId("compare", HTMLInputElement);
const verdict = byId("verdict", HTMLElement);
const ours = byId("ours", HTMLElement);
const theirs = byId("theirs", HTMLElement);

export class Comparison {
  /** @type {import("../room.js").Room | undefined} */
  #room;
  /** @type {Shadow | undefined} */
  #shadow;
  #isScheduled = false;

  constructor() {
    toggle.addEventListener("change", () => this.#start());
    byId("restart-shadow", HTMLButtonElement).addEventListener("click", () => {
      toggle.checked = true;
      this.#start();
    });
  }

  /** Compares in this room from now on. @param {import("../room.js").Room} room */
  open(room) {
    this.#room = room;
    this.#start();
  }

  /** Starts to compare, unless it does already. */
  begin() {
    if (toggle.checked) return;
    toggle.checked = true;
    this.#start();
  }

  /** Shows both lists in the next frame. */
  update() {
    if (this.#isScheduled || !this.#shadow) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#draw();
    });
  }

  #start() {
    this.#shadow?.dispose();
    this.#shadow = undefined;
    const room = this.#room;
    if (toggle.checked && room?.presence) {
      this.#shadow = new Shadow(room.channel, () => this.update());
      // It has missed the state of the join. If there is no connection, it gets that of the next join.
      if (room.channel.state === "joined") room.push("state").catch(() => {});
    }
    verdict.textContent = toggle.checked && !room?.presence ? "There is no list here: guests get a number." : "";
    verdict.dataset.differs = "false";
    for (const list of [ours, theirs]) list.replaceChildren();
    this.update();
  }

  #draw() {
    const [room, shadow] = [this.#room, this.#shadow];
    if (!shadow || !room?.presence) return;
    const refs = { ours: refsOf(room.presence.state), theirs: shadow.refs() };
    const found = differences(refs.ours, refs.theirs);
    const marks = new Map(found.map(({ key, kind }) => [key, kind]));
    showList(ours, [...refs.ours.keys()], marks);
    showList(theirs, [...refs.theirs.keys()], marks);
    byId("ours-count", HTMLElement).textContent = String(refs.ours.size);
    byId("theirs-count", HTMLElement).textContent = String(refs.theirs.size);
    verdict.dataset.differs = String(found.length > 0);
    const isLate = room.presence.status !== "synced";
    verdict.replaceChildren(
      ...(found.length === 0
        ? ["Both have the same list."]
        : found.slice(0, 3).flatMap(({ key, kind }) => [person(key), ` ${EXPLANATIONS[kind]}. `])),
      ...(isLate ? [" Our list says itself that it may be out of date."] : []),
    );
    byId("shadow-error", HTMLElement).textContent = shadow.lastError && `phoenix.js threw: ${shadow.lastError}`;
  }
}

/**
 * @param {HTMLElement} list
 * @param {string[]} keys
 * @param {Map<string, keyof typeof EXPLANATIONS>} marks
 */
function showList(list, keys, marks) {
  // Each list has an order of its own. In one order they are easier to compare, and in a big room only a few are seen.
  if (keys.length <= MAX_SORTED) keys.sort();
  // What differs comes first, so that it is seen in a room of thousands.
  const sorted = [...keys.filter((key) => marks.has(key)), ...keys.filter((key) => !marks.has(key))];
  const rows = sorted.slice(0, MAX_SHOWN).map((key) => {
    const row = element("li", "", person(key));
    const mark = marks.get(key);
    if (mark) {
      row.dataset.mark = mark;
      row.append(" ", element("span", "tag", mark === "ghost" ? "ghost" : mark));
    }
    return row;
  });
  const rest = sorted.length - rows.length;
  list.replaceChildren(...rows, ...(rest > 0 ? [element("li", "", `and ${rest.toLocaleString()} more`)] : []));
}
