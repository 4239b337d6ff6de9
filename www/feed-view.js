// Shows what happens, the newest first. Screen readers say each entry as it comes.

import { clock, element } from "./element.js";

/** Older entries make room. */
const KEPT = 100;

export class FeedView {
  #list;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {...(string | Node)} sentence */
  add(...sentence) {
    this.#list.prepend(element("li", "entry", clock(new Date()), element("span", "", ...sentence)));
    while (this.#list.childElementCount > KEPT) this.#list.lastElementChild?.remove();
  }
}
