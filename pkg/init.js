export { init as default, init } from "./core.js";
