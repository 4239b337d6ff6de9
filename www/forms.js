// The forms: your status, your name and device, the room to go to.
//
// Invariant: a form holds what the page says about you; there is no second copy that
// could differ, but for the name and device, which count once they are saved.

import { addressOf, roomInAddress } from "./address.js";
import { byId } from "./element.js";
import { keepIdentity, newTab, recallIdentity, tidy } from "./identity.js";

const statusForm = byId("status-form", HTMLFormElement);
const note = byId("note", HTMLInputElement);
const name = byId("name", HTMLInputElement);
const device = byId("device", HTMLInputElement);
const room = byId("room-input", HTMLInputElement);
const invited = byId("invited", HTMLElement);

export class Forms {
  identity = recallIdentity();
  #tab = newTab();

  /**
   * @param {object} events
   * @param {() => void} events.onRenamed you are somebody else now
   * @param {(own: import("./room.js").Own) => void} events.onChanged what you tell about yourself is another
   */
  constructor({ onRenamed, onChanged }) {
    statusForm.addEventListener("change", ({ target }) => {
      if (target !== note) onChanged(this.own()); // A note counts when it is set, a status when it is chosen.
    });

    statusForm.addEventListener("submit", (event) => {
      event.preventDefault();
      onChanged(this.own());
    });

    byId("identity-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const before = this.identity;
      this.identity = { name: tidy(name.value) || before.name, device: tidy(device.value) || before.device };
      this.show();
      // The name is what the server knows you by, so another one takes another connection.
      if (this.identity.name === before.name) onChanged(this.own());
      else onRenamed();
    });

    byId("room-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      location.hash = encodeURIComponent(tidy(room.value) || "lobby");
    });

    byId("invite", HTMLButtonElement).addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(addressOf(roomInAddress()));
        invited.textContent = "Copied";
      } catch {
        // Over plain HTTP, but for this machine itself, a page may not.
        invited.textContent = "Copy it from the address bar";
      }
    });
  }

  /** What this tab tells the others. @returns {import("./room.js").Own} */
  own() {
    const status = String(new FormData(statusForm).get("status"));
    return { tab: this.#tab, device: this.identity.device, status, note: note.value.trim() };
  }

  /** Shows who and where you are, and keeps it for when the page is loaded again. */
  show() {
    keepIdentity(this.identity);
    name.value = this.identity.name;
    device.value = this.identity.device;
    room.value = roomInAddress();
    invited.textContent = "";
  }
}
