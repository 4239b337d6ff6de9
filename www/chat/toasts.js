// Short messages at the edge of the page, which go by themselves.

import { byId, element } from "../element.js";

/** How long one is shown, in milliseconds. */
const SHOWN_TIME = 6000;
/** The most at a time. The oldest makes room. */
const MAX_TOASTS = 3;

const list = byId("toasts", HTMLElement);

/** @param {...(string | Node)} sentence */
export function toast(...sentence) {
  const made = element("p", "toast", ...sentence);
  list.append(made);
  while (list.childElementCount > MAX_TOASTS) list.firstElementChild?.remove();
  setTimeout(() => made.remove(), SHOWN_TIME);
}
