export { init as default, init } from "./core.js";
export { Presence } from "./presence.js";
