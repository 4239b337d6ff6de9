// The third part of the page: a busy room, with one implementation after the other.

import { element } from "../element.js";
import { busyEvents } from "./busy-events.js";
import { runBusyRoom, warmUp } from "./busy-run.js";
import { BusyView } from "./busy-view.js";
import { summary } from "./frames.js";
import { OURS, PHOENIX } from "./implementations.js";
import { time, whole } from "./numbers.js";

/** @typedef {import("./busy-run.js").Outcome} Outcome */

const COMPARED = [PHOENIX, OURS];

/** The lines of the table: a title, and the figure of a run. @type {[string, (outcome: Outcome) => string][]} */
const FIGURES = [
  ["First list of everyone", ({ entered }) => milliseconds(entered)],
  ["Handling and roster in a frame: median", ({ frames }) => milliseconds(ofWork(frames).median)],
  ["Handling and roster in a frame: 95th percentile", ({ frames }) => milliseconds(ofWork(frames).p95)],
  ["Handling and roster in a frame: longest", ({ frames }) => milliseconds(ofWork(frames).longest)],
  ["Handling and roster in all", ({ frames }) => milliseconds(frames.reduce((sum, { work }) => sum + work, 0))],
  ["From frame to frame: median", ({ frames }) => milliseconds(ofIntervals(frames).median)],
  ["From frame to frame: 95th percentile", ({ frames }) => milliseconds(ofIntervals(frames).p95)],
  ["From frame to frame: longest", ({ frames }) => milliseconds(ofIntervals(frames).longest)],
  ["Frames", ({ frames }) => whole(frames.length)],
  ["Events", ({ events }) => whole(events)],
];

/** @typedef {import("./frames.js").Frame[]} Frames */
const ofWork = (/** @type {Frames} */ frames) => summary(frames.map(({ work }) => work));
const ofIntervals = (/** @type {Frames} */ frames) => summary(frames.map(({ interval }) => interval));

/** A time below a step of the clock may be measured as 0. @param {number} value */
const milliseconds = (value) => (value < 0.05 ? "< 0.1 ms" : time(value * 1_000));

/**
 * @param {{ rooms: HTMLElement, figures: HTMLTableElement }} places
 * @param {(text: string) => void} say
 * @param {import("./busy-events.js").Plan} plan
 * @returns {import("./job-queue.js").Job}
 */
export function busyRoom({ rooms, figures }, say, plan) {
  const seconds = plan.count / plan.perSecond;
  const views = COMPARED.map((implementation) => new BusyView(implementation, seconds * 1_000));
  rooms.append(...views.map(({ element }) => element));
  const cells = headed(figures);
  say(`Takes ${whole(2 * seconds)} seconds.`);

  return async (signal) => {
    const texts = busyEvents(plan);
    for (const implementation of COMPARED) warmUp(implementation, texts);
    for (const view of views) view.clear();
    for (const cell of cells.flat()) cell.textContent = "–";
    /** @type {Outcome[]} */
    const outcomes = [];
    for (const [at, implementation] of COMPARED.entries()) {
      say(`Running with ${implementation.name} …`);
      try {
        const outcome = await runBusyRoom(implementation, plan, texts, views[at], signal);
        outcomes.push(outcome);
        FIGURES.forEach(([, figure], line) => (cells[line][at].textContent = figure(outcome)));
      } catch (error) {
        say("Stopped.");
        throw error;
      } finally {
        views[at].end();
      }
    }
    const [first, ...others] = outcomes.map(({ left }) => left);
    if (others.some((other) => other !== first)) throw new Error("The two did not end with the same presences.");
    say("Both ended with the same presences.");
  };
}

/**
 * Fills the table except the figures.
 *
 * @param {HTMLTableElement} table
 * @returns {HTMLTableCellElement[][]} the empty cells of each line
 */
function headed(table) {
  const head = element("tr", "", element("td", ""), ...COMPARED.map(({ name }) => heading(name, "col")));
  const cells = FIGURES.map(() => COMPARED.map(() => element("td", "", "–")));
  const lines = FIGURES.map(([name], at) => element("tr", "", heading(name, "row"), ...cells[at]));
  table.append(element("thead", "", head), element("tbody", "", ...lines));
  return cells;
}

/** @param {string} text @param {"row" | "col"} scope */
function heading(text, scope) {
  const made = element("th", "", text);
  made.scope = scope;
  return made;
}
