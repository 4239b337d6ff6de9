// The forms: your status, your name and device, and the room to go to.
//
// The forms hold what the page tells others about you, without a second copy. Only name and device are
// kept apart, because they take effect when they are saved.

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
   * @param {() => void} events.onRenamed called when you have saved another name
   * @param {(own: import("./room.js").Own) => void} events.onChanged called when your status, note or device has changed
   */
  constructor({ onRenamed, onChanged }) {
    statusForm.addEventListener("change", ({ target }) => {
      if (target !== note) onChanged(this.own()); // A status takes effect when it is chosen, a note when the form is submitted.
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
      // The server knows you by the name of the connection, so another name needs another connection.
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
        // Over plain HTTP only a page from this machine may use the clipboard.
        invited.textContent = "Please copy it from the address bar";
      }
    });
  }

  /** The metadata of this tab. @returns {import("./room.js").Own} */
  own() {
    const status = String(new FormData(statusForm).get("status"));
    return { tab: this.#tab, device: this.identity.device, status, note: note.value.trim() };
  }

  /** Fills in your name, device and room, and stores the identity for the next load of the page. */
  show() {
    keepIdentity(this.identity);
    name.value = this.identity.name;
    device.value = this.identity.device;
    room.value = roomInAddress();
    invited.textContent = "";
  }
}
