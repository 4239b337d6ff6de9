// The people who have left a room, with the time, and the wish to be told when someone comes online.

import { byId, clock, element, person } from "../element.js";

/** The most people who are remembered for a room. */
const MAX_PEOPLE = 20;

/** Remembers when people left a room. */
export class LastSeen {
  /** The last to leave comes last. @type {Map<string, Date>} */
  people = new Map();

  /** @param {string} key */
  left(key) {
    this.people.delete(key);
    this.people.set(key, new Date());
    if (this.people.size > MAX_PEOPLE) this.people.delete([...this.people.keys()][0]);
  }

  /** @param {string} key */
  returned(key) {
    return this.people.delete(key);
  }
}

/** The names that you want to be told of. */
export class Wishes {
  /** @type {Set<string>} */
  #keys = new Set();
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get keys() {
    return [...this.#keys];
  }

  /** @param {string} key */
  has(key) {
    return this.#keys.has(key);
  }

  /** @param {string} key @param {boolean} isWished */
  set(key, isWished) {
    if (isWished) this.#keys.add(key);
    else this.#keys.delete(key);
    this.#onChange();
  }
}

/**
 * Shows who has left, the last one first, each with a button to be told of their return.
 *
 * @param {LastSeen} lastSeen
 * @param {Wishes} wishes
 */
export function showLastSeen(lastSeen, wishes) {
  const waiting = wishes.keys.filter((key) => !lastSeen.people.has(key));
  const rows = [...lastSeen.people].reverse().map(([key, at]) => row(key, wishes, "last seen ", clock(at, true)));
  byId("absent", HTMLElement).replaceChildren(...waiting.map((key) => row(key, wishes, "not here yet")), ...rows);
}

/** @param {string} key @param {Wishes} wishes @param {...(string | Node)} when */
function row(key, wishes, ...when) {
  const button = element("button", "bell", "Tell me");
  button.type = "button";
  button.setAttribute("aria-label", `Tell me when ${key} comes online`);
  button.setAttribute("aria-pressed", String(wishes.has(key)));
  button.addEventListener("click", () => wishes.set(key, !wishes.has(key)));
  return element("li", "absent", element("span", "who", person(key), " ", element("span", "when", ...when)), button);
}
