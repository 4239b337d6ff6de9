// The list of what happens, newest first. Screen readers read out each new entry.

import { clock, element } from "./element.js";

/** The oldest entries beyond this number are removed. */
const MAX_ENTRIES = 100;

export class FeedView {
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {...(string | Node)} sentence */
  add(...sentence) {
    this.#list.prepend(element("li", "entry", clock(new Date()), element("span", "", ...sentence)));
    while (this.#list.childElementCount > MAX_ENTRIES) this.#list.lastElementChild?.remove();
  }
}
