// The list of people: a row for each person, with their devices. You come first, the others follow in
// alphabetical order.
//
// A row changes only when its person has changed, so that the cost does not grow with the room.

import { clock, element, person, quoted } from "./element.js";

/** @typedef {import("./device.js").Device} Device */

/** Splits text into what a reader sees as characters: an emoji of several code points is one. */
const graphemes = new Intl.Segmenter([], { granularity: "grapheme" });
const collator = new Intl.Collator([], { numeric: true });

export class RosterView {
  /** @type {Map<string, HTMLLIElement>} */
  #rows = new Map();
  /** The keys of the rows, in their order. @type {string[]} */
  #order = [];
  #list;
  #you;
  #tab;

  /**
   * @param {HTMLElement} list
   * @param {string} you your key
   * @param {string} tab the id of this tab
   */
  constructor(list, you, tab) {
    this.#list = list;
    this.#you = you;
    this.#tab = tab;
    list.replaceChildren();
  }

  /**
   * @param {string} key
   * @param {Device[]} devices none if the person has left
   */
  show(key, devices) {
    const row = this.#rows.get(key);
    if (devices.length === 0) {
      row?.remove();
      this.#rows.delete(key);
      this.#order = this.#order.filter((other) => other !== key);
    } else if (row) {
      row.replaceChildren(...this.#content(key, devices));
    } else {
      this.#insert(key, element("li", "person", ...this.#content(key, devices)));
    }
  }

  /** @param {string} key @param {HTMLLIElement} row */
  #insert(key, row) {
    const place = this.#order.findIndex((other) => this.#compare(key, other) < 0);
    const at = place === -1 ? this.#order.length : place;
    this.#list.insertBefore(row, this.#rows.get(this.#order[at]) ?? null);
    this.#order.splice(at, 0, key);
    this.#rows.set(key, row);
  }

  /** @param {string} a @param {string} b */
  #compare(a, b) {
    return Number(b === this.#you) - Number(a === this.#you) || collator.compare(a, b) || (a < b ? -1 : 1);
  }

  /** @param {string} key @param {Device[]} devices */
  #content(key, devices) {
    const status = summarise(devices);
    const name = element("h3", "", person(key));
    if (key === this.#you) name.append(" ", element("span", "tag", "you"));
    const list = element("ul", "devices", ...devices.map((device) => this.#device(key, device)));
    list.setAttribute("aria-label", `Devices of ${key}`);
    const about = element("div", "about", name, list);
    if (devices.length > 1) {
      name.after(element("p", "summary", `${status}, one person on ${devices.length} devices`));
    }
    return [element("div", "avatar", portrait(key), dot(status)), about];
  }

  /** @param {string} key @param {Device} device */
  #device(key, device) {
    const what = element("span", "what", quoted(device.name, "device-name"), " ");
    if (key === this.#you && device.tab === this.#tab) what.append(element("span", "tag", "this tab"), " ");
    what.append(quoted(device.status, "device-status"));
    if (device.note) what.append(" ", quoted(device.note, "note"));
    const item = element("li", "device", dot(device.status), what);
    if (device.since) item.append(" ", element("span", "since", "since ", clock(device.since)));
    return item;
  }
}

/**
 * One status for a person with several devices. Presence keeps the devices apart, so an app decides how to
 * combine them. Here busy on one device is busy, and online on one device is not away.
 *
 * @param {Device[]} devices
 */
function summarise(devices) {
  const statuses = devices.map(({ status }) => status);
  return ["busy", "online", "away"].find((status) => statuses.includes(status)) ?? statuses[0];
}

/** @param {string} status */
function dot(status) {
  const mark = element("i", "dot");
  mark.dataset.status = status;
  return mark;
}

/** @param {string} key */
function portrait(key) {
  const [first] = graphemes.segment(key.trim());
  const made = element("span", "portrait", first ? first.segment.toUpperCase() : "?");
  made.setAttribute("aria-hidden", "true");
  // The same name has the same colour on every screen; the factor, close to the golden angle, gives similar names different colours.
  let hash = 0;
  for (let at = 0; at < key.length; at++) hash = (hash * 31 + key.charCodeAt(at)) % 360;
  made.style.setProperty("--hue", String((hash * 137) % 360));
  return made;
}
