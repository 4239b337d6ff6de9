// Import maps do not reach workers, so the files are named.
import { Presence as Original } from "./node_modules/phoenix/priv/static/phoenix.mjs";
import { Presence } from "./node_modules/phoenix-presence/dist/presence.js";
import { roster } from "./room.js";

globalThis.postMessage(JSON.stringify([roster(Original), roster(Presence)]));
