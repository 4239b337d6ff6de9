// Shows one row of the benches: for each implementation a bar, the time, and the ratio. It is a table
// whose numbers say the same as the bars.

import { element } from "../element.js";
import { capital, ratio, time, whole } from "./numbers.js";
import { svg } from "./svg.js";

/** @typedef {"waiting" | "running" | "done"} State */

export class Card {
  element = element("article", "card");
  #table;
  #lines;

  /** @param {import("./implementations.js").Implementation[]} implementations */
  constructor(implementations) {
    this.#lines = implementations.map((implementation) => new Line(implementation));
    this.#table = element("table", "", element("caption", ""), ...this.#lines.map(({ element }) => element));
    this.element.append(this.#table);
    this.state = "waiting";
  }

  /** Shows a row's title, and removes the results of another row. @param {import("../../benches/rows.js").Row} row */
  name({ work, size, of }) {
    const [title, users] = [capital(work), element("span", "size", `${whole(size)} ${of}`)];
    this.#table.caption?.replaceChildren(title, " ", users);
    for (const line of this.#lines) line.clear();
  }

  /** @param {State} state */
  set state(state) {
    this.element.dataset.state = state;
    this.element.setAttribute("aria-busy", String(state === "running"));
  }

  /** @param {import("../../benches/measure.js").Result} result */
  show({ micros, ratios }) {
    const longest = Math.max(...micros);
    this.#lines.forEach((line, at) => line.show(micros[at], ratios[at], micros[at] / longest));
    this.state = "done";
  }
}

class Line {
  #time = element("td", "time");
  #ratio = element("td", "ratio");
  #bar = svg("rect", { width: 0, height: 1 });

  /** @param {import("./implementations.js").Implementation} implementation */
  constructor({ id, name }) {
    const label = element("th", "", name);
    label.scope = "row";
    const picture = svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" }, this.#bar);
    const under = element("td", "bar");
    under.colSpan = 3;
    under.append(picture);
    const bar = element("tr", "", under);
    bar.setAttribute("aria-hidden", "true");
    this.element = element("tbody", "", element("tr", "", label, this.#time, this.#ratio), bar);
    this.element.dataset.of = id;
  }

  clear() {
    this.#time.textContent = "–";
    this.#ratio.textContent = "";
    this.#bar.setAttribute("width", "0");
  }

  /** @param {number} micros @param {number} faster @param {number} part of the longest */
  show(micros, faster, part) {
    this.#time.textContent = time(micros);
    this.#ratio.textContent = ratio(faster);
    this.#bar.setAttribute("width", String(part));
  }
}
