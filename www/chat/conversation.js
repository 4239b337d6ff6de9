// What was said and what happened in one room, oldest first. Each room has its own, which the page shows while you are
// there.

import { clock, element, person, quoted } from "../element.js";
import { avatar } from "./avatar.js";

/** @typedef {import("./room.js").Message} Message */

/** The oldest entries beyond this number are removed. */
const MAX_ENTRIES = 300;

/** Messages of one author within this time are shown under one name, in milliseconds. */
const MAX_GROUP_TIME = 120_000;

export class Conversation {
  list = element("ol", "entries");
  #you;
  /** @type {Map<string, { message: Message, item: HTMLLIElement }>} */
  #messages = new Map();
  /** The marks of the authors. @type {Map<string, Set<HTMLElement>>} */
  #marks = new Map();
  #statusOf;
  /** Called when an entry was added. */
  onAdded = () => {};

  /**
   * @param {string} you
   * @param {(key: string) => string | undefined} statusOf "offline" for who is not here, `undefined` if that is unknown
   */
  constructor(you, statusOf) {
    this.#you = you;
    this.#statusOf = statusOf;
  }

  /** Adds a sentence about what happened. @param {...(string | Node)} sentence */
  tell(...sentence) {
    this.#append(element("li", "event", element("span", "sentence", ...sentence), " ", clock(new Date(), true)));
  }

  /**
   * Adds messages that are not there yet, in the order of their times.
   *
   * @param {readonly Message[]} messages
   * @returns {number} how many were new
   */
  add(messages) {
    let added = 0;
    for (const message of messages.filter(isMessage)) {
      if (this.#messages.has(message.id)) continue;
      added += 1;
      const item = element("li", "message");
      this.#messages.set(message.id, { message, item });
      const later = [...this.#messages.values()].filter((other) => other.message.at > message.at);
      const next = later.sort((a, b) => a.message.at - b.message.at)[0]?.item;
      this.#fill(item, message);
      this.#append(item, next);
    }
    return added;
  }

  /** Shows whether an author is here. @param {string} key */
  mark(key) {
    const status = this.#statusOf(key);
    for (const mark of this.#marks.get(key) ?? []) setStatus(mark, status);
  }

  /** Shows for all authors whether they are here. */
  markAll() {
    for (const key of this.#marks.keys()) this.mark(key);
  }

  /** @param {HTMLLIElement} item @param {Message} message */
  #fill(item, { from, role, text, at }) {
    const picture = avatar(from, "offline");
    const mark = /** @type {HTMLElement} */ (picture.lastElementChild);
    setStatus(mark, this.#statusOf(from));
    const marks = this.#marks.get(from) ?? new Set();
    this.#marks.set(from, marks.add(mark));
    const author = element("span", "author", person(from));
    if (from === this.#you) author.append(" ", element("span", "tag", "you"));
    if (role !== "member") author.append(" ", element("span", "tag", role));
    const head = element("p", "head", author, " ", clock(new Date(at)));
    item.dataset.from = from;
    item.dataset.at = String(at);
    item.append(picture, element("div", "said", head, element("p", "text", quoted(text))));
  }

  /** @param {HTMLLIElement} item @param {HTMLLIElement} [next] */
  #append(item, next) {
    this.list.insertBefore(item, next ?? null);
    this.#group(item);
    if (next) this.#group(next);
    while (this.list.childElementCount > MAX_ENTRIES) this.#removeFirst();
    this.onAdded();
  }

  /** Leaves out the name where the message before has the same. @param {HTMLLIElement} item */
  #group(item) {
    const before = /** @type {HTMLElement | null} */ (item.previousElementSibling);
    const { from, at } = item.dataset;
    const isSame = from !== undefined && before?.dataset.from === from;
    item.classList.toggle("follows", isSame && Number(at) - Number(before?.dataset.at) < MAX_GROUP_TIME);
  }

  #removeFirst() {
    const first = /** @type {HTMLElement} */ (this.list.firstElementChild);
    first.remove();
    for (const [id, { message, item }] of this.#messages) {
      if (item !== first) continue;
      this.#messages.delete(id);
      const marks = this.#marks.get(message.from);
      marks?.delete(/** @type {HTMLElement} */ (item.querySelector(".avatar > .dot")));
      if (marks?.size === 0) this.#marks.delete(message.from);
    }
  }
}

/** Whether the server of the demo may have sent it; others may send anything. @param {Message} message */
function isMessage(message) {
  const { id, from, role, text, at } = message;
  return [id, from, role, text].every((part) => typeof part === "string") && Number.isFinite(at);
}

/** @param {HTMLElement} mark @param {string | undefined} status */
function setStatus(mark, status) {
  mark.hidden = status === undefined;
  mark.dataset.status = status ?? "";
  mark.title = status ?? "";
}
