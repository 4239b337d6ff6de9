import { readdirSync } from "node:fs";
import { Miniflare } from "miniflare";

const wasm = readdirSync("dist").filter((name) => name.endsWith(".wasm"));
const miniflare = new Miniflare({
  compatibilityDate: "2026-01-01",
  cf: false,
  modulesRoot: "dist",
  modules: [
    { type: "ESModule", path: "dist/worker.js" },
    ...wasm.map((name) => /** @type {const} */ ({ type: "CompiledWasm", path: `dist/${name}` })),
  ],
});
const response = await miniflare.dispatchFetch("http://localhost/");
console.log(await response.text());
await miniflare.dispose();
