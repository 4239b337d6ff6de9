export * from "./index.js";
export { init as default, init } from "./init.js";
