// The first part of the bench page: one card for each row.

import { rows } from "../../benches/rows.js";
import { element } from "../element.js";
import { Card } from "./card.js";
import { OURS, PHOENIX, YARDSTICK } from "./implementations.js";
import { whole } from "./numbers.js";
import { run } from "./runner.js";

const COMPARED = [PHOENIX, YARDSTICK, OURS];

/**
 * @param {HTMLElement} place
 * @param {(text: string) => void} say
 * @param {import("../../benches/measure.js").Options} timing
 * @returns {import("./job-queue.js").Job}
 */
export function sideBySide(place, say, timing) {
  const all = rows().map((row) => {
    const card = new Card(COMPARED);
    card.name(row);
    return { row, card };
  });
  place.append(...all.map(({ card }) => element("div", "", card.element)));

  return async (signal) => {
    const start = performance.now();
    for (const { card } of all) card.state = "waiting";
    let faster = 0;
    for (const [at, { row, card }] of all.entries()) {
      say(`${at + 1} of ${all.length}: ${row.work}, ${whole(row.size)} ${row.of}`);
      card.state = "running";
      try {
        const result = await run(row, COMPARED, timing, signal);
        if (result.ratios[COMPARED.indexOf(OURS)] > 1) faster += 1;
        card.show(result);
      } catch (error) {
        card.state = "waiting";
        say(`Stopped after ${at} of ${all.length}.`);
        throw error;
      }
    }
    const seconds = ((performance.now() - start) / 1_000).toFixed(0);
    say(`Took ${seconds} s. phoenix-presence was faster than phoenix.js in ${faster} of ${all.length}.`);
  };
}
