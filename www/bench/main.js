// The bench page: connects its buttons and places with the measurements.

import { byId } from "../element.js";
import { busyRoom } from "./busy.js";
import { OURS, PHOENIX, YARDSTICK } from "./implementations.js";
import { JobQueue, startAndStop } from "./job-queue.js";
import { clockStep, describeMachine } from "./machine.js";
import { whole } from "./numbers.js";
import { sideBySide } from "./rows.js";
import { Sizes, SIZES } from "./sizes.js";

const quick = new URLSearchParams(location.search).has("quick");

const step = clockStep();
// A sample of forty steps of the clock is accurate to a fortieth.
const shortest = Math.min(50, Math.max(2, step * 40));
const timing = quick ? { millis: 0, rounds: 1, warm: 1, shortest } : { millis: 500, rounds: 7, warm: 2, shortest };
const room = quick ? { users: 2_000, perSecond: 200, count: 300 } : { users: 10_000, perSecond: 200, count: 2_000 };

byId("machine", HTMLElement).textContent = `${describeMachine()}, a clock with steps of ${Number(step.toFixed(3))} ms`;
for (const { id, name } of [PHOENIX, YARDSTICK, OURS]) {
  for (const key of document.querySelectorAll(`.key[data-of="${id}"]`)) key.textContent = name;
}

const problem = byId("problem", HTMLElement);
const queue = new JobQueue((error) => {
  problem.textContent = error instanceof Error ? error.message : String(error);
  problem.hidden = false;
});

// A browser slows down a hidden tab and draws no frames in it.
document.addEventListener("visibilitychange", () => document.hidden && queue.stop());

/** @param {string} id */
const statusLine = (id) => {
  const line = byId(id, HTMLElement);
  return (/** @type {string} */ text) => void (line.textContent = text);
};

startAndStop(
  byId("rows-button", HTMLButtonElement),
  queue,
  sideBySide(byId("rows", HTMLElement), statusLine("rows-status"), timing),
);

const slider = byId("size", HTMLInputElement);
const places = { cards: byId("sizes", HTMLElement), table: byId("measured", HTMLElement) };
const sizes = new Sizes(places, statusLine("size-status"), timing, choose);
const chosen = () => SIZES[slider.valueAsNumber];

/** @param {number} size */
function choose(size) {
  slider.value = String(SIZES.indexOf(size));
  slider.setAttribute("aria-valuetext", `${whole(size)} users`);
  byId("size-shown", HTMLOutputElement).textContent = whole(size);
}

slider.max = String(SIZES.length - 1);
slider.addEventListener("input", () => choose(chosen()));
slider.addEventListener("change", () => queue.run((signal) => sizes.run([chosen()], signal)));
choose(chosen());
sizes.name(chosen());
startAndStop(byId("size-button", HTMLButtonElement), queue, (signal) => sizes.run(SIZES, signal));

byId("busy-plan", HTMLElement).textContent =
  `${whole(room.users)} users are in the room, and ${room.perSecond} times a second one of them joins, leaves or changes.`;
startAndStop(
  byId("busy-button", HTMLButtonElement),
  queue,
  busyRoom(
    { rooms: byId("busy", HTMLElement), figures: byId("busy-figures", HTMLTableElement) },
    statusLine("busy-status"),
    room,
  ),
);
