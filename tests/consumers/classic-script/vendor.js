export { Presence as Original } from "phoenix";
export { Presence } from "phoenix-presence";
export { roster } from "./room.js";
