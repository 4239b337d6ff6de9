// Puts the page of the benches together.

import { byId } from "../element.js";
import { busyRoom } from "./busy.js";
import { OURS, PHOENIX, YARDSTICK } from "./implementations.js";
import { clockStep, describeMachine } from "./machine.js";
import { whole } from "./numbers.js";
import { sideBySide } from "./rows.js";
import { Sizes, SIZES } from "./sizes.js";
import { startAndStop, Turns } from "./turns.js";

const quick = new URLSearchParams(location.search).has("quick");

const step = clockStep();
// Forty steps: what a sample takes is then right to a fortieth.
const shortest = Math.min(50, Math.max(2, step * 40));
const timing = quick ? { millis: 0, rounds: 1, warm: 1, shortest } : { millis: 500, rounds: 7, warm: 2, shortest };
const room = quick ? { users: 2_000, perSecond: 200, count: 300 } : { users: 10_000, perSecond: 200, count: 2_000 };

byId("machine", HTMLElement).textContent = `${describeMachine()}, a clock with steps of ${Number(step.toFixed(3))} ms`;
for (const { id, name } of [PHOENIX, YARDSTICK, OURS]) {
  for (const key of document.querySelectorAll(`.key[data-of="${id}"]`)) key.textContent = name;
}

const problem = byId("problem", HTMLElement);
const turns = new Turns((error) => {
  problem.textContent = error instanceof Error ? error.message : String(error);
  problem.hidden = false;
});

// A browser slows down a tab that nobody looks at, and gives it no frames.
document.addEventListener("visibilitychange", () => document.hidden && turns.stop());

/** @param {string} id */
const speaker = (id) => {
  const line = byId(id, HTMLElement);
  return (/** @type {string} */ text) => void (line.textContent = text);
};

startAndStop(
  byId("rows-button", HTMLButtonElement),
  turns,
  sideBySide(byId("rows", HTMLElement), speaker("rows-status"), timing),
);

const slider = byId("size", HTMLInputElement);
const places = { cards: byId("sizes", HTMLElement), table: byId("measured", HTMLElement) };
const sizes = new Sizes(places, speaker("size-status"), timing, choose);
const chosen = () => SIZES[slider.valueAsNumber];

/** @param {number} size */
function choose(size) {
  slider.value = String(SIZES.indexOf(size));
  slider.setAttribute("aria-valuetext", `${whole(size)} users`);
  byId("size-shown", HTMLOutputElement).textContent = whole(size);
}

slider.max = String(SIZES.length - 1);
slider.addEventListener("input", () => choose(chosen()));
slider.addEventListener("change", () => turns.take((signal) => sizes.run([chosen()], signal)));
choose(chosen());
sizes.name(chosen());
startAndStop(byId("size-button", HTMLButtonElement), turns, (signal) => sizes.run(SIZES, signal));

byId("busy-plan", HTMLElement).textContent =
  `${whole(room.users)} users are there, and ${room.perSecond} times a second one joins, leaves or changes.`;
startAndStop(
  byId("busy-button", HTMLButtonElement),
  turns,
  busyRoom(
    { rooms: byId("busy", HTMLElement), figures: byId("busy-figures", HTMLTableElement) },
    speaker("busy-status"),
    room,
  ),
);
