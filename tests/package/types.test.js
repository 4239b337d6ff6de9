import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { compile, errorsIn, versionOf } from "../support/compile.js";
import { evaluate, installPackage, ROOT } from "../support/installed.js";

/** @type {import("../support/installed.js").Installed} */
let installed;
before(() => {
  installed = installPackage();
  for (const name of ["@types/phoenix", "@types/node", "undici-types", "expect-type"]) {
    cpSync(join(ROOT, "node_modules", name), join(installed.dir, "node_modules", name), { recursive: true });
  }
});
after(() => installed.remove());

const read = (/** @type {string} */ name) => readFileSync(new URL(`types/${name}`, import.meta.url), "utf8");
const DOCUMENTED = read("documented.ts");
const CHANGED = DOCUMENTED.replace(/^(import \{ Presence\b.*\} from )"phoenix"/m, '$1"phoenix-presence"');
const REFUSED = read("refused.ts");

const BUNDLER = { module: "esnext", moduleResolution: "bundler" };
const NODE = { module: "node16", moduleResolution: "node16" };
const BEFORE_EXPORTS = { module: "commonjs", moduleResolution: "node" };

/** The compilers, and how their programs find a package: with a bundler, as a module in Node, with require. */
const WAYS = [
  { way: "through a bundler", extension: "ts", options: { ...BUNDLER, noUncheckedSideEffectImports: true } },
  { way: "as a module in Node", extension: "mts", options: NODE },
  { way: "with require in Node", extension: "cts", options: NODE },
  { way: "as a module in the newest Node", extension: "mts", options: { module: "nodenext" } },
  { compiler: "typescript", way: "through a bundler", extension: "ts", options: BUNDLER },
  { compiler: "typescript", way: "with require in Node", extension: "cts", options: NODE },
  { compiler: "typescript-4.7", way: "as a module in Node", extension: "mts", options: NODE },
  { compiler: "typescript-4.7", way: "as before `exports`", extension: "ts", options: BEFORE_EXPORTS },
];

for (const { compiler = "typescript-7.0", way, extension, options } of WAYS) {
  const name = `TypeScript ${versionOf(compiler)}, ${way}`;
  test(`${name}: only the import has to change, what the types say holds, what is wrong is refused`, async () => {
    const programs = {
      [`before.${extension}`]: DOCUMENTED,
      [`after.${extension}`]: CHANGED,
      [`ours.${extension}`]: read("ours.ts"),
      [`holds.${extension}`]: read("holds.ts"),
      [`hooks.${extension}`]: read("hooks.ts"),
      [`refused.${extension}`]: REFUSED,
    };
    assert.equal(await compile(installed.dir, programs, options, compiler), "");
  });
}

test("the program for phoenix uses everything that @types/phoenix says of Presence", () => {
  const types = readFileSync(join(ROOT, "node_modules/@types/phoenix/index.d.ts"), "utf8");
  const [, body] = /^export class Presence \{\n([^]*?)^\}/m.exec(types) ?? [];
  const statics = [...body.matchAll(/^ {4}static (\w+)[<(]/gm)].map(([, name]) => `Presence.${name}`);
  const members = [...body.matchAll(/^ {4}(?!static)(\w+)[<(]/gm)]
    .map(([, name]) => name)
    .map((name) => (name === "constructor" ? "new Presence" : `.${name}`));
  const named = [...types.matchAll(/^export (?:type|interface) (Presence\w+)/gm)].map(([, name]) => `: ${name} `);
  const all = [...statics, ...members, ...named];
  assert.equal(all.length, 3 + 6 + 3);
  assert.deepEqual(
    all.filter((use) => !DOCUMENTED.includes(use)),
    [],
  );
});

test("only the import differs between the program for phoenix and the one for this package", () => {
  const lines = DOCUMENTED.split("\n");
  const changed = CHANGED.split("\n").filter((line, at) => line !== lines[at]);
  assert.equal(changed.length, 1);
  assert.match(changed[0], /^import \{ Presence, .* from "phoenix-presence";$/);
});

test("an error planted in either program is found", async () => {
  const errors = [
    "presence.onJoin(1);",
    "presence.onLeave();",
    "presence.onSync((event: string) => event);",
    "presence.list((key: number) => key);",
    "const wrong: number[] = presence.list((key) => key);",
    "presence.inPendingSyncState(1);",
    "new Presence();",
    "new Presence(channel, { event: {} });",
    "Presence.syncState({});",
    "Presence.syncDiff({}, { joins: {} });",
    "Presence.list(1);",
    "Presence.nothing();",
    "const unset: PresenceOpts = { events: 1 };",
    "const text: PresenceOnJoinCallback = 'join';",
    "const untyped = (key) => key;",
  ];
  for (const program of [DOCUMENTED, CHANGED]) {
    const first = program.split("\n").length;
    const said = await compile(installed.dir, { "wrong.ts": `${program}${errors.join("\n")}\n` }, BUNDLER);
    assert.deepEqual(
      errorsIn(said).map((error) => Number.parseInt(error)),
      errors.map((_, at) => first + at),
      said,
    );
  }
});

test("what the types refuse is refused for the reason that is given", async () => {
  const lines = REFUSED.split("\n");
  const reasons = lines.flatMap((line, at) => {
    const [, code] = /^\s*\/\/ @ts-expect-error (TS\d+)$/.exec(line) ?? [];
    return code ? [`${at + 2}: ${code}`] : [];
  });
  assert.equal(reasons.length, REFUSED.match(/@ts-expect-error/g)?.length);
  assert.ok(reasons.length > 50);
  const bare = REFUSED.replaceAll("@ts-expect-error", "refused:");
  assert.deepEqual(errorsIn(await compile(installed.dir, { "refused.ts": bare }, BUNDLER)), reasons);
});

test("a file that holds what is not so is found out", async () => {
  const holds = read("holds.ts");
  const wrong = holds.replace("expectTypeOf(presence.size).toEqualTypeOf<number>()", (right) =>
    right.replace("number", "string"),
  );
  assert.notEqual(wrong, holds);
  assert.equal(errorsIn(await compile(installed.dir, { "wrong.ts": wrong }, BUNDLER)).length, 1);
});

describe("Symbol.dispose", () => {
  for (const compiler of ["typescript-7.0", "typescript"]) {
    test(`\`using\` ends a Presence, in TypeScript ${versionOf(compiler)}`, async () => {
      const options = { ...BUNDLER, lib: ["es2022", "dom", "esnext.disposable"] };
      assert.equal(await compile(installed.dir, { "using.ts": read("using.ts") }, options, compiler), "");
    });
  }

  test("the types bring a program no globals of a newer JavaScript", async () => {
    const program = `import "phoenix-presence";\nnew DisposableStack();\nconst disposable: Disposable = {};\n`;
    const options = { ...BUNDLER, target: "es2020", lib: ["es2020", "dom"] };
    const said = await compile(installed.dir, { "old.ts": program }, options);
    assert.deepEqual(
      errorsIn(said).map((error) => Number.parseInt(error)),
      [2, 3],
    );
  });
});

test("a program for Node needs none of the browser's types", async () => {
  const program = [
    'import { Presence } from "phoenix-presence";',
    'import init from "phoenix-presence/init";',
    'import * as web from "phoenix-presence/web";',
    'import { readFileSync } from "node:fs";',
    'init(readFileSync("core.wasm")).then(() => new Presence({ on: () => 1 }));',
    'web.init(new URL("https://example.test/core.wasm"));',
  ].join("\n");
  const options = { ...NODE, lib: ["es2022"], types: ["node"] };
  assert.equal(await compile(installed.dir, { "node.mts": program }, options), "");
});

test("the oldest compiler that the README names is the oldest that is tested", () => {
  const [, named] = /TypeScript (\d+\.\d+) or newer/.exec(readFileSync(join(ROOT, "pkg/README.md"), "utf8")) ?? [];
  const tested = WAYS.map(({ compiler = "typescript-7.0" }) => versionOf(compiler));
  assert.equal(named, tested.sort((a, b) => Number(a) - Number(b))[0]);
});

test("the class has all that its types say, and nothing more but what phoenix.js does not document", async () => {
  const types = readFileSync(join(installed.packageDir, "index.d.ts"), "utf8");
  const [, body] = /^export class Presence\b.*\{\n([^]*?)^\}/m.exec(types) ?? [];
  const said = [...body.matchAll(/^ {2}(static )?(?:readonly )?(\w+)[<(:]/gm)];
  const names = (/** @type {boolean} */ ofClass) =>
    new Set(said.filter((member) => Boolean(member[1]) === ofClass).map(([, , name]) => name));
  const there = await evaluate(
    installed.dir,
    "commonjs",
    `const { Presence } = require("phoenix-presence");
    const presence = new Presence({ on: () => 1, joinRef: () => "1" });
    const members = [...Object.keys(presence), ...Object.getOwnPropertyNames(Presence.prototype)];
    const statics = Object.getOwnPropertyNames(Presence).filter((name) => typeof Presence[name] === "function");
    console.log(JSON.stringify({ members, statics }));`,
  );
  assert.deepEqual([...there.members].sort(), [...names(false)].sort());
  assert.deepEqual(there.statics.sort(), [...names(true), "clone", "map", "toNullProtoObj"].sort());
});

test("what is required has the types of what is imported", () => {
  const imported = readdirSync(installed.packageDir).filter((file) => file.endsWith(".d.ts"));
  const required = readdirSync(join(installed.packageDir, "dist/cjs")).filter((file) => file.endsWith(".d.cts"));
  assert.deepEqual(
    required,
    imported.map((file) => file.replace(/\.d\.ts$/, ".d.cts")),
  );
  for (const file of imported) {
    const types = readFileSync(join(installed.packageDir, file), "utf8");
    const ofRequired = readFileSync(join(installed.packageDir, "dist/cjs", file.replace(/ts$/, "cts")), "utf8");
    assert.equal(ofRequired, types.replace(/(from "\.\/\w+)\.js"/g, '$1.cjs"'), file);
  }
});

test("no public type is any unless its parameter is left out", () => {
  const allowed =
    /Meta = any|T = any|\? any : unknown|\): any;$|(key|presence|payload|reason|ref|\w+Presence)\??: any/g;
  for (const name of ["index.d.ts", "init.d.ts", "web.d.ts"]) {
    const lines = readFileSync(join(installed.packageDir, name), "utf8").split("\n");
    assert.deepEqual(
      lines.filter((line) => /\bany\b/.test(line.replace(/^\s*(\/?\*|\/\/).*/, "").replace(allowed, ""))),
      [],
      name,
    );
  }
});
