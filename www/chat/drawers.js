// The parts of the page that are drawers where there is little room: the rooms and the people. And the panel below.

import { byId } from "../element.js";

/** @type {Record<string, { button: HTMLElement, part: HTMLElement }>} */
const DRAWERS = {
  side: { button: byId("open-side", HTMLElement), part: byId("side", HTMLElement) },
  people: { button: byId("open-people", HTMLElement), part: byId("roster", HTMLElement) },
};

/** Opens one drawer, or none. @param {string} [name] */
export function openDrawer(name) {
  const before = document.body.dataset.drawer;
  if (name) document.body.dataset.drawer = name;
  else delete document.body.dataset.drawer;
  for (const [other, { button }] of Object.entries(DRAWERS)) button.ariaExpanded = String(other === name);
  if (name) DRAWERS[name].part.focus();
  else if (before) DRAWERS[before].button.focus();
}

/** Has the buttons open and close their parts. @param {(isOpen: boolean) => void} onUnder called with the panel below */
export function wireDrawers(onUnder) {
  for (const [name, { button }] of Object.entries(DRAWERS)) {
    button.addEventListener("click", () => openDrawer(document.body.dataset.drawer === name ? undefined : name));
  }
  byId("scrim", HTMLElement).addEventListener("click", () => openDrawer());
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && document.body.dataset.drawer) openDrawer();
  });
  const open = byId("open-under", HTMLButtonElement);
  const under = byId("under", HTMLElement);
  /** @param {boolean} isOpen */
  const show = (isOpen) => {
    under.hidden = !isOpen;
    open.ariaExpanded = String(isOpen);
    onUnder(isOpen);
  };
  show(matchMedia("(min-width: 100rem)").matches); // There it stands beside the people, and takes no room from them.
  open.addEventListener("click", () => show(under.hidden));
  byId("close-under", HTMLButtonElement).addEventListener("click", () => {
    show(false);
    open.focus();
  });
}
