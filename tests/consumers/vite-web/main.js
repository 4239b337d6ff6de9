import { Presence as Original } from "phoenix";
import url from "phoenix-presence/wasm?url";
import init, { Presence } from "phoenix-presence/web";
import { roster } from "./room.js";

await init(url);
console.log(JSON.stringify([roster(Original), roster(Presence)]));
