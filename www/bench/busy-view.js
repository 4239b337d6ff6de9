// Shows a busy room while it runs: a plot of its frames, the number of users, and the first of them.
//
// The cost is the same for each implementation.

import { element } from "../element.js";
import { whole } from "./numbers.js";
import { svg } from "./svg.js";

/** @typedef {import("./frames.js").Frame} Frame */

const MAX_ROWS = 50;
const [WIDTH, HEIGHT] = [1_000, 200];
/** The time at the top of the plot, in milliseconds. */
const MAX_PLOTTED_TIME = 20;
/** The plot is drawn once in this many frames, since drawing it takes time, too. */
const FRAMES_PER_PLOT = 8;

export class BusyView {
  element = element("article", "room");
  #count = element("p", "count", "–");
  #work = svg("path", { class: "work" });
  #intervals = svg("path", { class: "intervals" });
  #rows = Array.from({ length: MAX_ROWS }, () => new Row());
  #milliseconds;
  #bars = "";
  #line = "";
  #frames = 0;

  /**
   * @param {import("./implementations.js").Implementation} implementation
   * @param {number} milliseconds how long a run takes
   */
  constructor({ id, name }, milliseconds) {
    this.#milliseconds = milliseconds;
    this.element.dataset.of = id;
    const sixty = svg("path", { d: `M0 ${y(1_000 / 60)}H${WIDTH}`, class: "sixty" });
    const plot = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    plot.append(sixty, this.#work, this.#intervals);
    const list = element("ol", "first", ...this.#rows.map(({ element }) => element));
    list.tabIndex = 0;
    list.setAttribute("aria-label", `The first ${MAX_ROWS}, as ${name} lists them`);
    this.element.append(
      element("h3", "", name),
      element("p", "scale", `0 to ${MAX_PLOTTED_TIME} ms`),
      element("div", "plot", plot),
      this.#count,
      list,
    );
  }

  clear() {
    this.#bars = this.#line = "";
    this.#frames = 0;
    this.#plot();
  }

  /** @param {{ metas: { name: string, status: string }[] }[] | [string, any][]} roster presences, or with their keys */
  draw(roster) {
    this.#count.textContent = `${whole(roster.length)} online`;
    for (let at = 0; at < MAX_ROWS; at++) {
      const listed = roster[at];
      const presence = Array.isArray(listed) ? listed[1] : listed;
      this.#rows[at].show(presence?.metas[0]);
    }
  }

  /** @param {Frame} frame */
  frame({ at, interval, work }) {
    const x = Math.min(WIDTH, (at / this.#milliseconds) * WIDTH).toFixed(1);
    this.#bars += `M${x} ${HEIGHT}V${y(work)}`;
    this.#line += `${this.#line ? "L" : "M"}${x} ${y(interval)}`;
    if (++this.#frames % FRAMES_PER_PLOT === 0) this.#plot();
  }

  end() {
    this.#plot();
  }

  #plot() {
    this.#work.setAttribute("d", this.#bars);
    this.#intervals.setAttribute("d", this.#line);
  }
}

class Row {
  #name = document.createTextNode("");
  #status = element("span", "status");
  element = element("li", "", this.#name, " ", this.#status);

  constructor() {
    this.element.hidden = true;
  }

  /** @param {{ name: string, status: string } | undefined} meta */
  show(meta) {
    const { name, status } = meta ?? { name: "", status: "" };
    if (this.element.hidden !== !meta) this.element.hidden = !meta;
    if (this.#name.data !== name) this.#name.data = name;
    if (this.#status.textContent !== status) this.#status.textContent = status;
  }
}

/** @param {number} milliseconds */
const y = (milliseconds) =>
  (HEIGHT - (Math.min(milliseconds, MAX_PLOTTED_TIME) / MAX_PLOTTED_TIME) * HEIGHT).toFixed(1);
