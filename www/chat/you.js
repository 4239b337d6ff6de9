// What the page tells others about you: status, note, device, and whether you are invisible.
//
// The form holds it, without a second copy. Only the device takes effect when it is saved.

import { byId, element } from "../element.js";
import { portrait } from "./avatar.js";
import { keepIdentity, newTab, tidy } from "./identity.js";

const statusForm = byId("status-form", HTMLFormElement);
const note = byId("note", HTMLInputElement);
const invisible = byId("invisible", HTMLInputElement);
const identityForm = byId("identity-form", HTMLFormElement);
const name = byId("name", HTMLInputElement);
const device = byId("device", HTMLInputElement);

export class You {
  tab = newTab();
  #isAway = false;

  /**
   * @param {import("./identity.js").Identity} identity
   * @param {object} events
   * @param {() => void} events.onRenamed called when you have saved another name
   * @param {() => void} events.onChanged called when your status, note, device or visibility has changed
   */
  constructor(identity, { onRenamed, onChanged }) {
    this.identity = identity;
    this.show();
    statusForm.addEventListener("change", ({ target }) => {
      if (target !== note) onChanged(); // A status takes effect when it is chosen, a note when the form is submitted.
    });
    statusForm.addEventListener("submit", (event) => {
      event.preventDefault();
      onChanged();
    });
    identityForm.addEventListener("submit", (event) => {
      event.preventDefault();
      const before = this.identity;
      this.identity = {
        name: tidy(name.value) || before.name,
        role: before.role,
        device: tidy(device.value) || before.device,
      };
      this.show();
      // The token proves the name, so another name needs another token and another connection.
      if (this.identity.name === before.name) onChanged();
      else onRenamed();
    });
  }

  /** The metadata of this tab. @param {boolean} typing @param {boolean} mayHide whether the room has invisible people */
  own(typing, mayHide) {
    const chosen = String(new FormData(statusForm).get("status"));
    // Who has chosen to be busy stays so. A tab that is hidden is away by itself.
    const status = chosen === "online" && this.#isAway ? "away" : chosen;
    return {
      tab: this.tab,
      device: this.identity.device,
      status,
      note: note.value.trim(),
      typing,
      invisible: mayHide && invisible.checked,
    };
  }

  /** @param {boolean} isAway whether you are not at this tab */
  setAway(isAway) {
    this.#isAway = isAway;
  }

  /** Shows or hides the switch, for rooms that have invisible people. @param {boolean} mayHide */
  offerInvisible(mayHide) {
    /** @type {HTMLElement} */ (invisible.closest("p")).hidden = !mayHide;
  }

  /** Fills in your name and device, and stores the identity for the next load of the page. */
  show() {
    keepIdentity(this.identity);
    name.value = this.identity.name;
    device.value = this.identity.device;
    byId("your-picture", HTMLElement).replaceChildren(portrait(this.identity.name));
    const role = element("span", "tag", this.identity.role);
    byId("your-name", HTMLElement).replaceChildren(element("bdi", "", this.identity.name), " ", role);
  }
}
