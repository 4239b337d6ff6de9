// The button that copies the link to the room.

import { byId } from "../element.js";
import { addressOf, roomInAddress } from "./address.js";
import { placeOf } from "./places.js";

/** How long the page says that the link was copied, in milliseconds. */
const SAID_TIME = 3000;

export function wireInvite() {
  const said = byId("invited", HTMLElement);
  byId("invite", HTMLButtonElement).addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(addressOf(placeOf(roomInAddress()).title));
      said.textContent = "Copied";
    } catch {
      // Over plain HTTP only a page from this machine may use the clipboard.
      said.textContent = "Please copy it from the address bar";
    }
    setTimeout(() => (said.textContent = ""), SAID_TIME);
  });
}
