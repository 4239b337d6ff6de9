// The second part of the bench page: a few rows at a size that the visitor chooses, and how time grows with it.

import { roomOf } from "../../benches/rows.js";
import { element } from "../element.js";
import { Card } from "./card.js";
import { GrowthPlot } from "./growth-plot.js";
import { OURS, PHOENIX } from "./implementations.js";
import { capital, ratio, time, whole } from "./numbers.js";
import { run } from "./runner.js";

const COMPARED = [PHOENIX, OURS];

/** The stops of the slider. */
export const SIZES = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/** From this size on, a sample takes so long that fewer are taken. */
const LARGE_ROOM = 20_000;

export class Sizes {
  #say;
  #timing;
  #table;
  #onSize;
  #cards = roomOf(1).map(() => new Card(COMPARED));
  #plots = this.#cards.map(() => new GrowthPlot(COMPARED, SIZES));
  /** The lines of the table, by row and size. @type {Map<string, HTMLTableRowElement>} */
  #lines = new Map();

  /**
   * @param {{ cards: HTMLElement, table: HTMLElement }} places
   * @param {(text: string) => void} say
   * @param {import("../../benches/measure.js").Options} timing
   * @param {(size: number) => void} onSize called with each size before it is measured
   */
  constructor({ cards, table }, say, timing, onSize) {
    this.#onSize = onSize;
    this.#say = say;
    this.#timing = timing;
    this.#table = table;
    this.#cards.forEach(({ element }, at) => element.append(this.#plots[at].element));
    cards.append(...this.#cards.map((card) => element("div", "", card.element)));
  }

  /** Shows the titles of the rows. @param {number} size */
  name(size) {
    const rows = roomOf(size);
    rows.forEach((row, at) => this.#cards[at].name(row));
    return rows;
  }

  /** @param {number[]} sizes @param {AbortSignal} signal */
  async run(sizes, signal) {
    for (const size of sizes) {
      this.#onSize(size);
      const timing =
        size > LARGE_ROOM
          ? { ...this.#timing, millis: 0, rounds: Math.min(3, this.#timing.rounds ?? 3), warm: 1 }
          : this.#timing;
      for (const [at, row] of this.name(size).entries()) {
        this.#say(`${capital(row.work)}, ${whole(size)} users …`);
        const card = this.#cards[at];
        card.state = "running";
        try {
          const result = await run(row, COMPARED, timing, signal);
          card.show(result);
          this.#plots[at].add(size, result.micros);
          this.#list(result);
        } catch (error) {
          card.state = "waiting";
          this.#say("Stopped.");
          throw error;
        }
      }
    }
    this.#say(sizes.length === 1 ? `Measured ${whole(sizes[0])} users.` : `Measured ${sizes.length} sizes.`);
  }

  /** @param {import("../../benches/measure.js").Result} result */
  #list({ work, size, micros, ratios }) {
    const cells = [whole(size), ...micros.map(time), ratio(ratios[1])].map((text) => element("td", "", text));
    const heading = element("th", "", capital(work));
    heading.scope = "row";
    const line = element("tr", "", heading, ...cells);
    const known = this.#lines.get(`${work} ${size}`);
    if (known) known.replaceWith(line);
    else this.#table.append(line);
    this.#lines.set(`${work} ${size}`, line);
  }
}
