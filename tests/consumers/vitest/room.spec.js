import { Presence as Original } from "phoenix";
import { Presence } from "phoenix-presence";
import { expect, test } from "vitest";
import { roster } from "./room.js";

test("the roster is that of phoenix.js, in jsdom", () => {
  expect(typeof globalThis.document).toBe("object");
  expect(roster(Presence)).toEqual(roster(Original));
  console.log(JSON.stringify([roster(Original), roster(Presence)]));
});
