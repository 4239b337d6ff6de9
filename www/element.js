// Makes elements from JavaScript.
//
// Invariant: what is given as a string ends up as text, never as HTML. This is the
// only way in which this page shows what other people wrote.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/**
 * Text that somebody else wrote. `bdi` keeps a name in Arabic or Hebrew from turning the sentence around it.
 *
 * @param {string} text
 * @param {string} [className]
 */
export function quoted(text, className = "") {
  return element("bdi", className, text);
}

/** So much of a name is shown; the rest on hovering. */
const LONGEST = 60;

/** The name of a person: the key of their presence, which may be any text. @param {string} key */
export function person(key) {
  const characters = [...key];
  const long = characters.length > LONGEST;
  const made = quoted((long ? `${characters.slice(0, LONGEST).join("")}…` : key).trim() || "(no name)", "name");
  if (long) made.title = key;
  return made;
}

/** @param {Date} date */
export function clock(date) {
  const time = element("time", "", date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = date.toISOString();
  time.title = date.toLocaleString();
  return time;
}

/**
 * The element of the page with this id.
 *
 * @template {typeof HTMLElement} Kind
 * @param {string} id
 * @param {Kind} kind
 * @returns {InstanceType<Kind>}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no ${kind.name} with the id ${id}`);
  return /** @type {InstanceType<Kind>} */ (found);
}
