/** The npm package bundled into one classic script. */

import { test } from "node:test";

import { build } from "esbuild";

import { ROOT } from "../../scripts/lib/run.mjs";
import { demo, eventually } from "../support/demo.js";

const APP = `
  import { Socket } from "phoenix";
  import { Presence } from "phoenix-presence";

  const socket = new Socket("/socket", { params: { user_id: "Ada" } });
  const channel = socket.channel("room:bundle", { device: "a bundle" });
  const presence = new Presence(channel);
  presence.onSync(() => {
    document.body.textContent = presence.list((key, { metas }) => key + " on " + metas[0].device).join();
  });
  socket.connect();
  channel.join();
`;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
  </head>
  <body>
    <script src="bundle.js"></script>
  </body>
</html>
`;

const site = demo(async () => {
  const bundle = await build({
    stdin: { contents: APP, resolveDir: ROOT },
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "warning",
  });
  return { "bundle.html": PAGE, "bundle.js": bundle.outputFiles[0].text };
});

test("bundled into a classic script, Presence shows who is there", async () => {
  const page = await site.newPage();
  await page.goto(`${site.server.url}/pages/bundle.html`);
  await eventually(page, () => document.body.textContent, "Ada on a bundle");
});
