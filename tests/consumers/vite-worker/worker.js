import { Presence as Original } from "phoenix";
import { Presence } from "phoenix-presence";
import { roster } from "./room.js";

globalThis.postMessage(JSON.stringify([roster(Original), roster(Presence)]));
