// Plots time against the size of the room, both on a logarithmic scale.

import { time, whole } from "./numbers.js";
import { svg } from "./svg.js";

const [WIDTH, HEIGHT] = [280, 150];
const [LEFT, RIGHT, TOP, BOTTOM] = [48, 10, 8, 22];

export class GrowthPlot {
  element = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "growth", "aria-hidden": "true" });
  #implementations;
  #sizes;
  /** Microseconds for each implementation, by size. @type {Map<number, number[]>} */
  #points = new Map();

  /** @param {import("./implementations.js").Implementation[]} implementations @param {number[]} sizes */
  constructor(implementations, sizes) {
    this.#implementations = implementations;
    this.#sizes = sizes.map(Math.log10);
  }

  /** @param {number} size @param {number[]} micros */
  add(size, micros) {
    this.#points.set(size, micros);
    this.#draw();
  }

  #draw() {
    const points = [...this.#points].sort(([a], [b]) => a - b);
    const all = points.flatMap(([, micros]) => micros).map(Math.log10);
    const x = scale(this.#sizes[0], this.#sizes.at(-1) ?? 1, LEFT, WIDTH - RIGHT);
    const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
    const y = scale(low, Math.max(high, low + 1), HEIGHT - BOTTOM, TOP);

    /** @type {Node[]} */
    const drawn = [];
    const every = high - low > 5 ? 2 : 1;
    for (let decade = low; decade <= high; decade += every) {
      drawn.push(svg("path", { d: `M${LEFT} ${y(decade)}H${WIDTH - RIGHT}`, class: "grid" }));
      const label = { x: LEFT - 6, y: y(decade), "text-anchor": "end", "dominant-baseline": "middle" };
      drawn.push(svg("text", label, time(10 ** decade).replace(/\.0+(?= )/, "")));
    }
    for (const size of [10, 1_000, 100_000]) {
      const anchor = size === 100_000 ? "end" : "middle";
      drawn.push(svg("text", { x: x(Math.log10(size)), y: HEIGHT - 6, "text-anchor": anchor }, whole(size)));
    }
    this.#implementations.forEach(({ id }, at) => {
      const line = points.map(([size, micros]) => `${x(Math.log10(size))} ${y(Math.log10(micros[at]))}`);
      const dots = line.map((point) => `M${point}h0`).join("");
      drawn.push(svg("path", { d: `M${line.join("L")}`, class: "line", "data-of": id }));
      drawn.push(svg("path", { d: dots, class: "dots", "data-of": id }));
    });
    this.element.replaceChildren(...drawn);
  }
}

/** @param {number} from @param {number} to @param {number} first @param {number} last */
const scale = (from, to, first, last) => (/** @type {number} */ value) =>
  Number((first + ((value - from) / (to - from)) * (last - first)).toFixed(1));
