// Creates elements. A string becomes text, never HTML; the page shows what other people wrote only
// through these functions.

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
 * Text that somebody else wrote. `bdi` keeps a name in Arabic or Hebrew from reversing the sentence around it.
 *
 * @param {string} text
 * @param {string} [className]
 */
export function quoted(text, className = "") {
  return element("bdi", className, text);
}

/** The longest name that is shown, in characters; a tooltip has the whole. */
const MAX_NAME_LENGTH = 60;

/** The name of a person: the key of their presence, which may be any text. @param {string} key */
export function person(key) {
  const characters = [...key];
  const long = characters.length > MAX_NAME_LENGTH;
  const made = quoted((long ? `${characters.slice(0, MAX_NAME_LENGTH).join("")}…` : key).trim() || "(no name)", "name");
  if (long) made.title = key;
  return made;
}

/** A time of day, with seconds where they matter. @param {Date} date @param {boolean} [withSeconds] */
export function clock(date, withSeconds = false) {
  /** @type {Intl.DateTimeFormatOptions} */
  const parts = { hour: "2-digit", minute: "2-digit", ...(withSeconds && { second: "2-digit" }) };
  const time = element("time", "", date.toLocaleTimeString([], parts));
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
