// The form in which you choose a name and a role.

import { byId } from "../element.js";
import { portrait } from "./avatar.js";
import { asRole, randomName, tidy } from "./identity.js";

const page = byId("sign-in", HTMLElement);
const form = byId("sign-in-form", HTMLFormElement);
const name = byId("sign-in-name", HTMLInputElement);
const picture = byId("sign-in-picture", HTMLElement);
const roles = /** @type {RadioNodeList} */ (form.elements.namedItem("role"));
const problem = byId("sign-in-problem", HTMLElement);

/**
 * Shows the form until it is submitted.
 *
 * @param {import("./identity.js").Identity} identity
 * @param {string} [reason] why it is shown again
 * @returns {Promise<import("./identity.js").Identity>} the identity with the name and the role that were chosen
 */
export function askForIdentity(identity, reason = "") {
  page.hidden = false;
  problem.textContent = reason;
  name.value = identity.name || randomName();
  roles.value = identity.role;
  const draw = () => picture.replaceChildren(portrait(tidy(name.value)));
  draw();
  name.select();
  return new Promise((resolve) => {
    name.oninput = draw;
    byId("another-name", HTMLButtonElement).onclick = () => {
      name.value = randomName();
      draw();
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      page.hidden = true;
      resolve({ ...identity, name: tidy(name.value) || randomName(), role: asRole(roles.value) });
    };
  });
}
