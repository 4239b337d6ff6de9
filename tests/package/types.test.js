import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { installPackage, ROOT } from "../support/installed.js";

/** @type {import("../support/installed.js").Installed} */
let installed;
before(() => {
  installed = installPackage();
  cpSync(join(ROOT, "node_modules/@types/phoenix"), join(installed.dir, "node_modules/@types/phoenix"), {
    recursive: true,
  });
});
after(() => installed.remove());

const read = (/** @type {string} */ name) => readFileSync(new URL(`types/${name}`, import.meta.url), "utf8");
const DOCUMENTED = read("documented.ts");
const CHANGED = DOCUMENTED.replace('{ Presence } from "phoenix"', '{ Presence } from "phoenix-presence"');

/** How TypeScript programs find a package: with a bundler, as a module in Node, and with require. */
const WAYS = {
  "through a bundler": { extension: "ts", module: "esnext", moduleResolution: "bundler" },
  "as a module in Node": { extension: "mts", module: "node16", moduleResolution: "node16" },
  "with require in Node": { extension: "cts", module: "node16", moduleResolution: "node16" },
  "as a module in the newest Node": { extension: "mts", module: "nodenext", moduleResolution: "nodenext" },
};

/**
 * What the compiler says about programs, each a file name with its text.
 *
 * @param {string} folder
 * @param {Record<string, string>} programs
 * @param {object} options
 * @returns {Promise<string>}
 */
function compile(folder, programs, options) {
  const dir = join(installed.dir, folder);
  mkdirSync(dir);
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(dir, name), text);
  writeFileSync(
    join(dir, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: "es2022",
        lib: ["es2022", "dom", "dom.iterable"],
        types: [],
        exactOptionalPropertyTypes: true,
        noUncheckedSideEffectImports: true,
        ...options,
      },
    }),
  );
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", dir],
      { encoding: "utf8" },
      (error, stdout, stderr) => {
        resolve(error ? `${stdout}${stderr}` || String(error) : "");
      },
    );
  });
}

for (const [way, { extension, ...options }] of Object.entries(WAYS)) {
  describe(way, () => {
    const folder = way.replaceAll(" ", "-");

    test("a program for phoenix compiles with only the import changed; what is wrong is refused", async () => {
      assert.notEqual(CHANGED, DOCUMENTED);
      const programs = {
        [`before.${extension}`]: DOCUMENTED,
        [`after.${extension}`]: CHANGED,
        [`ours.${extension}`]: read("ours.ts"),
      };
      assert.equal(await compile(folder, programs, options), "");
    });
  });
}

test("the types themselves are checked, not skipped", async () => {
  const programs = { "wrong.ts": `${CHANGED}\npresence.onJoin(1);\nPresence.nothing();\n` };
  const said = await compile("wrong", programs, { module: "esnext", moduleResolution: "bundler", skipLibCheck: false });
  assert.equal(said.match(/error TS/g)?.length, 2, said);
});

test("no public type is any unless its parameter is left out", () => {
  for (const name of ["index.d.ts", "init.d.ts", "web.d.ts"]) {
    const lines = readFileSync(join(installed.packageDir, name), "utf8").split("\n");
    const allowed = /Meta = any|T = any|: any;$|presence: any|\? any$|payload\?: any/;
    assert.deepEqual(
      lines.filter((line) => /\bany\b/.test(line.replace(/\/?\*.*/, "")) && !allowed.test(line)),
      [],
      name,
    );
  }
});
