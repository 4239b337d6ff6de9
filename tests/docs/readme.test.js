/** The first example of each README, as a stranger would paste it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { ROOT } from "../../scripts/lib/run.mjs";
import { demo, eventually } from "../support/demo.js";

const READMES = { root: "README.md", package: "pkg/README.md" };

/** @param {string} file */
function firstExample(file) {
  const [, code] = /```js\n([^]*?)```/.exec(readFileSync(join(ROOT, file), "utf8")) ?? [];
  if (!code) throw new Error(`${file} has no example in JavaScript`);
  return code;
}

/** What the example logs is written on the page. @param {string} code */
const page = (code) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <link rel="icon" href="data:," />
    <script type="importmap">
      { "imports": { "phoenix": "/phoenix/phoenix.mjs", "phoenix-presence": "/pkg/dist/presence.js" } }
    </script>
    <script type="module">
      console.log = (...values) => document.body.append(JSON.stringify(values) + " ");
    </script>
    <script type="module">${code}</script>
  </head>
  <body></body>
</html>
`;

const site = demo(async () =>
  Object.fromEntries(Object.entries(READMES).map(([name, file]) => [`${name}.html`, page(firstExample(file))])),
);

test("the README's first example shows who is there", async () => {
  const visitor = await site.newPage();
  await visitor.goto(`${site.server.url}/pages/root.html`);
  // Phoenix tells a client of its own join twice; the state comes first, and the diff waits for it.
  await eventually(visitor, () => document.body.textContent?.trim(), '["ada came online"] [["ada on 1 devices"]]');
});

test("the first example of the package's README shows who is there", async () => {
  const visitor = await site.newPage();
  await visitor.goto(`${site.server.url}/pages/package.html`);
  await eventually(visitor, () => document.body.textContent?.trim(), '[["ada on 1 devices"]]');
});
