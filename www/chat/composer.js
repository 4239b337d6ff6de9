// The field for a message. It also says when you begin and end to type.

import { byId } from "../element.js";

/** How long after the last key you count as typing, in milliseconds. */
const TYPING_TIME = 4000;

const form = byId("composer", HTMLFormElement);
const field = byId("message", HTMLTextAreaElement);
const hint = byId("composer-hint", HTMLElement);

export class Composer {
  isTyping = false;
  #timer = 0;
  #onTyping;

  /**
   * @param {object} events
   * @param {(text: string) => Promise<void>} events.onSend rejected with the reason if the message was not sent
   * @param {(isTyping: boolean) => void} events.onTyping
   */
  constructor({ onSend, onTyping }) {
    this.#onTyping = onTyping;
    field.addEventListener("input", () => {
      hint.textContent = "";
      fit();
      this.#type(field.value.trim() !== "");
    });
    field.addEventListener("keydown", (event) => {
      // While a Chinese or Japanese word is composed, Enter chooses it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (text === "") return;
      field.value = "";
      hint.textContent = "";
      fit();
      this.#type(false);
      try {
        await onSend(text);
      } catch (error) {
        hint.textContent = `Not sent: ${/** @type {Error} */ (error).message}`;
        if (field.value === "") field.value = text;
        fit();
      }
    });
  }

  /** Shows the room that the message goes to. @param {string} room */
  open(room) {
    field.placeholder = `Message to ${room}`;
    hint.textContent = "";
    this.#type(false);
  }

  /** @param {boolean} isTyping */
  #type(isTyping) {
    clearTimeout(this.#timer);
    if (isTyping) this.#timer = window.setTimeout(() => this.#type(false), TYPING_TIME);
    if (isTyping === this.isTyping) return;
    this.isTyping = isTyping;
    this.#onTyping(isTyping);
  }
}

/** Makes the field as high as its text, up to the limit of the style sheet. */
function fit() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}
