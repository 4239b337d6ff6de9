/**
 * docs/testing.md, as pasted.
 *
 * What is for Vitest and Jest is in tests/consumers/, where `npm run consumers` runs it with them; that it is what the
 * page shows is tested here.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";
import { Socket } from "phoenix";
import { createTestServer } from "phoenix-presence/testing";

import { ROOT } from "../../scripts/lib/run.mjs";
import { openPage } from "./page.js";

const SECTIONS = readFileSync(join(ROOT, "docs/testing.md"), "utf8").split(/^## /m);

/** The code of a section. @param {string} title @param {string} [language] */
function blocks(title, language = "js") {
  const section = SECTIONS.find((text) => text.startsWith(`${title}\n`)) ?? "";
  const found = [...section.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, code]) => code);
  assert.ok(found.length > 0, `${title} has no ${language}`);
  return found;
}

const [IN_VITEST, MEMBERS] = blocks("Your UI in ten lines");
const consumer = (/** @type {string} */ file) => readFileSync(join(ROOT, "tests/consumers", file), "utf8");

test("what the page shows for Vitest and Jest is what runs in them", () => {
  assert.equal(IN_VITEST, consumer("vitest/members.spec.js"));
  assert.equal(MEMBERS, consumer("vitest/members.js"));
  assert.equal(blocks("Jest and fake timers")[0], consumer("jest/members.spec.js"));
  const afterImport = (/** @type {string} */ code) => code.slice(code.indexOf("  socket.connect();")).trim();
  assert.equal(afterImport(consumer("jest/members.js")), `${afterImport(MEMBERS)};`);
});

test("the test in ten lines has no more", () => {
  const lines = IN_VITEST.slice(IN_VITEST.indexOf("test(")).trim().split("\n");
  assert.ok(lines.length <= 10);
});

test("the test for node:test passes, and ends", async () => {
  const folder = mkdtempSync(join(ROOT, "target/recipe-"));
  try {
    writeFileSync(join(folder, "crash.test.mjs"), blocks("node:test")[0]);
    // A runner inside a runner would report to it.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--test", "--test-reporter=tap", "crash.test.mjs"],
      {
        cwd: folder,
        env,
      },
    );
    assert.match(stdout, /^# pass 1$/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the stories are shown in a page: a room that lives, and one without a state", async (t) => {
  const stories = blocks("A story")[0];
  const { outputFiles } = await build({
    stdin: {
      contents: `import { Busy, StillLoading } from "story"; document.body.append(Busy()); document.body.append(StillLoading());`,
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    format: "iife",
    plugins: [pasted({ story: stories, "./members.js": MEMBERS })],
  });
  const { page, complaints } = await openPage(t, outputFiles[0].text);
  const busy = page.locator("ul").first();
  for (const status of ["online", "away", "online"]) {
    await busy.getByText(`grace is ${status}`).waitFor();
    assert.deepEqual(await busy.locator("li").allTextContents(), ["ada is online", `grace is ${status}`, "joan is online"]); // prettier-ignore
    await page.clock.runFor(1_000);
  }
  assert.deepEqual(await page.locator("ul").last().locator("li").allTextContents(), []);
  assert.deepEqual(complaints, []);
});

/** Modules that are texts. @param {Record<string, string>} modules @returns {import("esbuild").Plugin} */
const pasted = (modules) => ({
  name: "pasted",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /./ }, ({ path }) => (path in modules ? { path, namespace: "pasted" } : undefined));
    onLoad({ filter: /./, namespace: "pasted" }, ({ path }) => ({ contents: modules[path], resolveDir: ROOT }));
  },
});

test("the channel of one's own does what the page says", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const make = new Function("createTestServer", `${blocks("Your own channel")[0]}\nreturn server;`);
  const server = /** @type {import("phoenix-presence/testing").TestServer} */ (make(createTestServer));
  /** @type {unknown[]} */
  const log = [];
  const connect = (/** @type {string} */ user_id, token = "", password = "open") => {
    const socket = new Socket("ws://localhost/socket", { transport: server.transport, params: { user_id, token } });
    socket.connect();
    const channel = socket.channel("room:lobby", { password });
    channel.on("new_msg", (payload) => void log.push([user_id, payload]));
    channel.join().receive("error", (response) => void log.push([user_id, response]));
    return channel;
  };
  const ada = connect("ada");
  connect("grace");
  connect("eve", "", "guess");
  connect("old", "expired");
  server.flush();
  ada.push("new_msg", { text: "hello" });
  server.flush();
  assert.deepEqual(log, [
    ["eve", { reason: "password" }],
    ["grace", { text: "hello" }],
  ]);
  const { ada: presence, ...others } = server.topic("room:lobby").list();
  assert.deepEqual([presence.user, Object.keys(others)], [{ name: "Name of ada" }, ["grace"]]);
  assert.equal(server.connections.length, 3);
});

test("presence-server is started as in CI, and tracks who joins", async () => {
  const [install, start, tests] = blocks("presence-server in CI", "yaml")[0]
    .split(/^- run: /m)
    .slice(1);
  assert.equal(install.trim(), "cargo install presence-server");
  assert.equal(tests.trim(), "npm test");
  const port = await freePort();
  const script = start.replace(/^\|\n/, "").replaceAll("4000", String(port));
  const client = `
    import { Socket } from "phoenix";
    import { Presence } from "phoenix-presence";
    import WebSocket from "ws";
    const socket = new Socket("ws://127.0.0.1:${port}/socket", { params: { user_id: "ada" }, transport: WebSocket });
    socket.connect();
    const channel = socket.channel("room:lobby");
    const presence = new Presence(channel);
    channel.join();
    await presence.whenSynced();
    console.log(presence.list((key) => key).join());
    socket.disconnect();
  `;
  const folder = mkdtempSync(join(tmpdir(), "recipe-"));
  writeFileSync(join(folder, "ci.sh"), `trap 'kill %1' EXIT\n${script}\nnode --input-type=module --eval "$CLIENT"\n`);
  const server = process.env.PRESENCE_SERVER ? join(process.env.PRESENCE_SERVER, "..") : join(ROOT, "target/debug");
  const env = { ...process.env, CLIENT: client, PATH: `${server}${delimiter}${process.env.PATH}` };
  const bash = promisify(execFile)("bash", [join(folder, "ci.sh")], { cwd: ROOT, env, timeout: 60_000 });
  const { stdout } = await bash.finally(() => rmSync(folder, { recursive: true }));
  assert.match(stdout, /^ada$/m);
});

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });

test("the size in the package's README is that of the entry, minified and gzipped", async () => {
  const readme = readFileSync(join(ROOT, "pkg/README.md"), "utf8");
  const [, said] = /phoenix-presence\/testing`[^\n]* (\d+\.\d) kB/.exec(readme) ?? [];
  const contents = 'export * from "phoenix-presence/testing";';
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    minify: true,
    format: "esm",
    metafile: true,
    write: false,
  });
  assert.deepEqual(Object.keys(metafile.inputs).sort(), ["<stdin>", "pkg/dist/testing.js"]);
  assert.equal(said, (gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000).toFixed(1));
});
