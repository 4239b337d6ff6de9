// The list of people: a row for each person, with their devices.

import { element, person, quoted, clock } from "../element.js";
import { avatar, dot } from "./avatar.js";
import { summarise } from "./roster.js";
import { VirtualList } from "./virtual-list.js";

/** @typedef {import("./device.js").Device} Device */

/** The most devices that a row shows, followed by the number of the others. */
const MAX_SHOWN_DEVICES = 3;

/** The statuses that have a mark of their own. */
const MARKED_STATUSES = new Set(["online", "away", "busy"]);

/** The heights of a row's parts, in rem. chat/people.css has the same. */
const NAME_HEIGHT = 2.35;
const LINE_HEIGHT = 1.35;

export class RosterView {
  /** @type {import("./roster.js").Roster | undefined} */
  #roster;
  #you = "";
  #tab = "";
  #list;
  /** The size of one rem, in pixels. */
  #rem = 16;

  /** @param {HTMLElement} scroller @param {HTMLElement} list */
  constructor(scroller, list) {
    this.#list = new VirtualList(scroller, list, {
      heightOf: (key) => this.#heightOf(key),
      makeRow: (key) => this.#row(key),
    });
  }

  /**
   * Shows the list of a room, in place of any other.
   *
   * @param {import("./roster.js").Roster | undefined} roster
   * @param {string} you your key
   * @param {string} tab the id of this tab
   */
  open(roster, you, tab) {
    this.#roster = roster;
    this.#you = you;
    this.#tab = tab;
    this.#rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.#list.reset();
    this.update([]);
  }

  /** @param {Iterable<string>} changed the keys of people who changed */
  update(changed) {
    if (this.#roster) this.#list.show(this.#roster.order, changed);
  }

  /** @param {string} key */
  #heightOf(key) {
    const devices = this.#roster?.devicesOf(key).length ?? 0;
    const lines = devices <= MAX_SHOWN_DEVICES ? devices : MAX_SHOWN_DEVICES + 1;
    return (NAME_HEIGHT + LINE_HEIGHT * lines) * this.#rem;
  }

  /** @param {string} key */
  #row(key) {
    const devices = this.#roster?.devicesOf(key) ?? [];
    const status = summarise(devices);
    const name = element("h3", "", person(key));
    if (key === this.#you) name.append(" ", tag("you"));
    const role = devices.find((device) => device.role)?.role ?? "";
    if (["guest", "moderator"].includes(role)) name.append(" ", tag(role));
    if (devices.some((device) => device.bot)) name.append(" ", tag("bot"));
    if (devices.length > 1) {
      name.append(" ", element("span", "summary", `${status}, one person on ${devices.length} devices`));
    }
    const shown = devices.slice(0, MAX_SHOWN_DEVICES);
    const list = element("ul", "devices", ...shown.map((device) => this.#device(key, device)));
    if (shown.length < devices.length) {
      list.append(element("li", "device", `and ${devices.length - shown.length} more devices`));
    }
    list.setAttribute("aria-label", `Devices of ${key}`);
    return element("li", "person", avatar(key, status), element("div", "about", name, list));
  }

  /** @param {string} key @param {Device} device */
  #device(key, device) {
    const what = element("span", "what", quoted(device.name, "device-name"), " ");
    if (key === this.#you && device.tab === this.#tab) what.append(tag("this tab"), " ");
    if (device.invisible) what.append(tag("invisible"), " ");
    // With one device, the mark on the picture says it to those who see it.
    const isMarked = this.#roster?.devicesOf(key).length === 1 && MARKED_STATUSES.has(device.status);
    what.append(quoted(device.status, isMarked ? "device-status unseen" : "device-status"));
    if (device.typing) what.append(" ", element("span", "is-typing", "typing…"));
    if (device.note) what.append(" ", quoted(device.note, "note"));
    what.title = what.textContent ?? "";
    const item = element("li", "device", dot(device.status), what);
    if (device.since) {
      item.append(" ", element("span", "since", element("span", "unseen", "since "), clock(device.since)));
    }
    return item;
  }
}

/** @param {string} text */
function tag(text) {
  return element("span", "tag", text);
}
