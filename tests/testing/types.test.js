import assert from "node:assert/strict";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import * as testing from "phoenix-presence/testing";

import { compile, errorsIn, versionOf } from "../support/compile.js";
import { installPackage, ROOT } from "../support/installed.js";

/** @type {import("../support/installed.js").Installed} */
let installed;
before(() => {
  installed = installPackage();
  const types = "node_modules/@types/phoenix";
  cpSync(join(ROOT, types), join(installed.dir, types), { recursive: true });
});
after(() => installed.remove());

const read = (/** @type {string} */ name) => readFileSync(new URL(`types/${name}`, import.meta.url), "utf8");
const REFUSED = read("refused.ts");
const DECLARED = readFileSync(join(ROOT, "pkg/testing.d.ts"), "utf8");

const BUNDLER = { module: "esnext", moduleResolution: "bundler" };
const NODE = { module: "node16", moduleResolution: "node16" };

for (const { compiler = "typescript-7.0", way, extension, options } of [
  { way: "through a bundler", extension: "ts", options: BUNDLER },
  { way: "as a module in Node", extension: "mts", options: NODE },
  { way: "with require in Node", extension: "cts", options: NODE },
  { compiler: "typescript", way: "through a bundler", extension: "ts", options: BUNDLER },
  { compiler: "typescript-4.7", way: "as a module in Node", extension: "mts", options: NODE },
  {
    compiler: "typescript-4.7",
    way: "as before `exports`",
    extension: "ts",
    options: { module: "commonjs", moduleResolution: "node" },
  },
]) {
  test(`TypeScript ${versionOf(compiler)}, ${way}: what the types say holds, what is wrong is refused`, async () => {
    const programs = { [`used.${extension}`]: read("used.ts"), [`refused.${extension}`]: REFUSED };
    assert.equal(await compile(installed.dir, programs, options, compiler), "");
  });
}

test("what the types refuse is refused for the reason that is given", async () => {
  const reasons = REFUSED.split("\n").flatMap((line, at) => {
    const [, code] = /^\s*\/\/ @ts-expect-error (TS\d+)$/.exec(line) ?? [];
    return code ? [`${at + 2}: ${code}`] : [];
  });
  assert.ok(reasons.length > 15);
  const bare = REFUSED.replaceAll("@ts-expect-error", "refused:");
  assert.deepEqual(errorsIn(await compile(installed.dir, { "refused.ts": bare }, BUNDLER)), reasons);
});

test("a program without the types of browsers or of Node can use them", async () => {
  const program = 'import { createTestServer } from "phoenix-presence/testing";\ncreateTestServer().flush();\n';
  assert.equal(await compile(installed.dir, { "bare.mts": program }, { ...NODE, lib: ["es2022"] }), "");
});

test("no public type is any", () => {
  assert.doesNotMatch(DECLARED.replace(/^\s*(\/?\*|\/\/).*$/gm, ""), /\bany\b/);
});

test("a server, its topics, channels and connections have what their types say, and nothing more", () => {
  const server = testing.createTestServer();
  const transport = new server.transport("ws://localhost/socket/websocket?vsn=2.0.0");
  server.flush();
  transport.send('["1","1","room:lobby","phx_join",{}]');
  server.flush();
  const topic = server.topic("room:lobby");
  /** @type {[string, object][]} */
  const objects = [
    ["TestServer", server],
    ["TestTopic", topic],
    ["TestChannel", topic.channels[0]],
    ["TestConnection", server.connections[0]],
    ["TestFrame", server.frames[0]],
  ];
  for (const [name, object] of objects) {
    const [, body] = new RegExp(`^export interface ${name} \\{\\n([^]*?)^\\}`, "m").exec(DECLARED) ?? [];
    const said = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, member]) => member);
    const prototype = Object.getPrototypeOf(object);
    const inherited = prototype === Object.prototype ? [] : Object.getOwnPropertyNames(prototype);
    const there = [...Object.keys(object), ...inherited].filter((member) => member !== "constructor");
    assert.deepEqual(there.sort(), said.sort(), name);
  }
  assert.deepEqual(Object.keys(testing), ["createTestServer"]);
});
