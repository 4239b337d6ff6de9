import { Presence as Original } from "phoenix";
import { Presence } from "phoenix-presence";
import { roster } from "./room.js";

console.log(JSON.stringify([roster(Original), roster(Presence)]));
