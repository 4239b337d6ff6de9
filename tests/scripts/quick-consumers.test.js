import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { QUICK } from "../../scripts/lib/quick-consumers.mjs";
import { ROOT } from "../../scripts/lib/run.mjs";

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));

test("nothing is downloaded for the consumers that npm test tries", () => {
  const { devDependencies } = readJson("package.json");
  const held = Object.entries(devDependencies).map(([name, version]) => {
    const [, real, exact] = /^npm:(.+)@(.+)$/.exec(version) ?? [undefined, name, version];
    return `${real}@${exact}`;
  });
  for (const project of QUICK) {
    const { dependencies } = readJson(`tests/consumers/${project}/package.json`);
    assert.equal(dependencies["phoenix-presence"], "file:phoenix-presence.tgz", project);
    delete dependencies["phoenix-presence"];
    for (const [name, version] of Object.entries(dependencies)) {
      assert.ok(held.includes(`${name}@${version}`), `${project} takes ${name}@${version}`);
    }
  }
});
