// Import maps do not apply in workers, so the imports name files.
import { Presence as Original } from "./node_modules/phoenix/priv/static/phoenix.mjs";
import { Presence } from "./node_modules/phoenix-presence/dist/presence.js";
import { roster } from "./room.js";

globalThis.postMessage(JSON.stringify([roster(Original), roster(Presence)]));
