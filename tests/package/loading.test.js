import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { evaluate, installPackage, runNode } from "../support/installed.js";

/** @type {import("../support/installed.js").Installed} */
let installed;
before(() => {
  installed = installPackage();
});
after(() => installed.remove());

/** Counts in `compilations` every way to compile WebAssembly, but for what Node itself compiles to fetch. */
const COUNTING = `
  const byNode = () => /node:internal/.test(new Error().stack.split("\\n")[3]);
  const compilations = { sync: 0, async: 0 };
  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct(target, args) {
      compilations.sync += 1;
      return Reflect.construct(target, args);
    },
  });
  for (const name of ["compile", "compileStreaming", "instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = (source, ...rest) => {
      if (!(source instanceof WebAssembly.Module) && !byNode()) compilations.async += 1;
      return original.call(WebAssembly, source, ...rest);
    };
  }
`;

/** Uses a Presence: \`use(Presence)\` returns the keys of two rosters. */
const USING = `
  function use(Presence) {
    const callbacks = {};
    const channel = { on: (event, callback) => { callbacks[event] = callback; }, joinRef: () => "1" };
    const presence = new Presence(channel);
    callbacks.presence_state({ alice: { metas: [{ phx_ref: "F1" }] } });
    callbacks.presence_diff({ joins: { bob: { metas: [{ phx_ref: "F2" }] } }, leaves: {} });
    return [presence.list((key) => key), Object.keys(Presence.syncState({}, { carol: { metas: [] } }))];
  }
`;
const USED = [["alice", "bob"], ["carol"]];

/** Statements that make `Presence` and, if asked for, `init` known. */
const imports = {
  module: (/** @type {string} */ entry) => `const { Presence, init } = await import("${entry}");`,
  commonjs: (/** @type {string} */ entry) => `const { Presence, init } = require("${entry}");`,
};

for (const type of /** @type {const} */ (["module", "commonjs"])) {
  describe(`as ${type === "module" ? "a module" : "CommonJS"}`, () => {
    const load = imports[type]("phoenix-presence");

    test("importing compiles nothing, the first use compiles once and at once, later ones do not", async () => {
      const script = `${COUNTING} ${USING} ${load}
        const log = [{ ...compilations }];
        const used = use(Presence);
        log.push({ ...compilations });
        for (let i = 0; i < 5; i++) use(Presence);
        log.push({ ...compilations });
        console.log(JSON.stringify({ used, log }));`;
      const none = { sync: 0, async: 0 };
      const once = { sync: 1, async: 0 };
      assert.deepEqual(await evaluate(installed.dir, type, script), { used: USED, log: [none, once, once] });
    });

    test("importing adds nothing to the global scope", async () => {
      const script = `const before = Object.getOwnPropertyNames(globalThis); ${load}
        const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
        console.log(JSON.stringify([typeof Presence, added]));`;
      assert.deepEqual(await evaluate(installed.dir, type, script), ["function", []]);
    });

    test("without WebAssembly importing works, and the first use throws one error that says what to do", async () => {
      const script = `${USING} ${load}
        const messages = [];
        for (let i = 0; i < 2; i++) {
          try { use(Presence); } catch (error) { messages.push([error instanceof Error, error.message]); }
        }
        console.log(JSON.stringify([typeof WebAssembly, messages]));`;
      const [there, [first, second]] = await evaluate(installed.dir, type, script, ["--no-expose-wasm"]);
      assert.equal(there, "undefined");
      assert.equal(first[0], true);
      assert.match(first[1], /WebAssembly/);
      assert.match(first[1], /phoenix-presence\/web/);
      assert.deepEqual(second, first);
    });

    test("where a policy forbids compiling, the error says so", async () => {
      const script = `${USING} ${load}
        WebAssembly.Module = function () { throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder"); };
        try { use(Presence); } catch (error) { console.log(JSON.stringify([error.message, error.cause.message])); }`;
      const [message, cause] = await evaluate(installed.dir, type, script);
      assert.match(message, /wasm-unsafe-eval/);
      assert.match(message, /phoenix-presence\/web/);
      assert.match(cause, /disallowed by embedder/);
    });

    test("it works where code may not be made from strings", async () => {
      const script = `${USING} ${load}
        let forbidden = false;
        try { new Function(""); } catch { forbidden = true; }
        console.log(JSON.stringify([forbidden, use(Presence)]));`;
      const flags = ["--disallow-code-generation-from-strings"];
      assert.deepEqual(await evaluate(installed.dir, type, script, flags), [true, USED]);
    });

    test("it works where there is neither TextDecoder nor TextEncoder, as in jsdom under Jest", async () => {
      const script = `${USING} delete globalThis.TextDecoder; delete globalThis.TextEncoder; ${load}
        console.log(JSON.stringify([typeof TextDecoder, use(Presence)]));`;
      assert.deepEqual(await evaluate(installed.dir, type, script), ["undefined", USED]);
    });

    test("it works where objects of the language are frozen", async () => {
      const script = `${USING} ${load}
        for (const name of ["Object", "Array", "Function", "Promise"]) Object.freeze(globalThis[name].prototype);
        console.log(JSON.stringify(use(Presence)));`;
      assert.deepEqual(await evaluate(installed.dir, type, script), USED);
    });

    test("init() compiles ahead of the first use, without blocking, and once", async () => {
      const script = `${COUNTING} ${USING} ${load}
        (async () => {
          const { init } = ${type === "module" ? 'await import("phoenix-presence/init")' : 'require("phoenix-presence/init")'};
          const log = [{ ...compilations }];
          await Promise.all([init(), init()]);
          await init();
          log.push({ ...compilations });
          const used = use(Presence);
          log.push({ ...compilations });
          console.log(JSON.stringify({ used, log: log.map(({ sync, async }) => [sync, async]) }));
        })();`;
      const { used, log } = await evaluate(installed.dir, type, script);
      assert.deepEqual(used, USED);
      assert.deepEqual(log, [
        [0, 0],
        [0, 1],
        [0, 1],
      ]);
    });

    test("./init and ./web also export init as the default", async () => {
      const get =
        type === "module"
          ? (/** @type {string} */ e) => `await import("${e}")`
          : (/** @type {string} */ e) => `require("${e}")`;
      const script = `console.log(JSON.stringify([${get("phoenix-presence/init")}, ${get("phoenix-presence/web")}]
        .map((entry) => entry.default === entry.init && typeof entry.init)));`;
      assert.deepEqual(await evaluate(installed.dir, type, script), ["function", "function"]);
    });

    test("the first use of ./web before init throws an error that says what to do", async () => {
      const script = `${USING} ${imports[type]("phoenix-presence/web")}
        try { use(Presence); } catch (error) { console.log(JSON.stringify([error instanceof Error, error.message])); }`;
      const [isError, message] = await evaluate(installed.dir, type, script);
      assert.equal(isError, true);
      assert.match(message, /phoenix-presence\/web/);
      assert.match(message, /init\(/);
    });
  });
}

/** What init takes, as expressions in a program that knows `bytes` and `path`. */
const SOURCES = {
  "the bytes": "bytes",
  "an ArrayBuffer": "bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)",
  "a compiled module": "new WebAssembly.Module(bytes)",
  "a promise of the bytes": "Promise.resolve(bytes)",
  "a response": 'new Response(bytes, { headers: { "content-type": "application/wasm" } })',
  "a promise of a response":
    'Promise.resolve(new Response(bytes, { headers: { "content-type": "application/wasm" } }))',
  "a response of another type": 'new Response(bytes, { headers: { "content-type": "text/plain" } })',
  "a URL": "new URL(address)",
  "an address": "address",
};

for (const entry of ["phoenix-presence/web", "phoenix-presence/init"]) {
  describe(`init of ${entry} takes`, () => {
    for (const [what, expression] of Object.entries(SOURCES)) {
      test(what, async () => {
        const script = `${USING}
          import { readFileSync } from "node:fs";
          import { createServer } from "node:http";
          import { fileURLToPath } from "node:url";
          const { init } = await import("${entry}");
          const { Presence } = await import("${entry.replace("/init", "")}");
          const bytes = readFileSync(fileURLToPath(import.meta.resolve("phoenix-presence/wasm")));
          const server = createServer((_, response) => response.setHeader("content-type", "application/wasm").end(bytes));
          await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
          const address = "http://127.0.0.1:" + server.address().port + "/core.wasm";
          await init(${expression});
          const used = use(Presence);
          server.closeAllConnections();
          server.close();
          console.log(JSON.stringify(used));`;
        assert.deepEqual(await evaluate(installed.dir, "module", script), USED);
      });
    }
  });
}

describe("init accepts only the .wasm of its own build", () => {
  /** Makes `refused(source)` known: the message of the error of init, or null. `bytes` are those of the shipped file. */
  const FILES = `
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const bytes = readFileSync(fileURLToPath(import.meta.resolve("phoenix-presence/wasm")));
    const idAt = bytes.length - 12;
    const refused = (source) => init(source).then(() => null, (error) => error.message);
    const ofOtherBuild = Buffer.concat([bytes.subarray(0, idAt), Buffer.from("0".repeat(12))]);
    // The section is its type, its length, the length of its name, and its name.
    const withoutId = bytes.subarray(0, bytes.lastIndexOf("phoenix-presence ") - 3);
  `;

  for (const entry of ["phoenix-presence/web", "phoenix-presence/init"]) {
    for (const [what, expression] of Object.entries({
      "one with another id": "ofOtherBuild",
      "one without an id": "withoutId",
      "a compiled module with another id": "new WebAssembly.Module(ofOtherBuild)",
      "a compiled module without an id": "new WebAssembly.Module(withoutId)",
    })) {
      test(`${entry} refuses ${what}, says what to serve, and takes the right one afterwards`, async () => {
        const script = `${USING} ${FILES}
          const { init } = await import("${entry}");
          const { Presence } = await import("${entry.replace("/init", "")}");
          const first = await refused(${expression});
          const second = await refused(bytes);
          console.log(JSON.stringify([first, second, use(Presence)]));`;
        const [first, second, used] = await evaluate(installed.dir, "module", script);
        assert.match(first, /another build/);
        assert.match(first, /phoenix-presence\/wasm of the installed version/);
        assert.equal(second, null);
        assert.deepEqual(used, USED);
      });
    }
  }
});

test("init says what an address answered when that is not the core", async () => {
  const script = `
    import { createServer } from "node:http";
    const { init } = await import("phoenix-presence/web");
    const server = createServer((_, response) => { response.statusCode = 404; response.end("no"); });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const error = await init("http://127.0.0.1:" + server.address().port + "/core.wasm").catch((error) => error);
    server.closeAllConnections();
    server.close();
    console.log(JSON.stringify(error.message));`;
  assert.match(await evaluate(installed.dir, "module", script), /404/);
});

test("init of ./init that failed leaves the inlined core to be used", async () => {
  const script = `${USING}
    const { init } = await import("phoenix-presence/init");
    const { Presence } = await import("phoenix-presence");
    const failed = await init(new Uint8Array([1, 2, 3])).then(() => false, () => true);
    console.log(JSON.stringify([failed, use(Presence)]));`;
  assert.deepEqual(await evaluate(installed.dir, "module", script), [true, USED]);
});

test("under the workerd condition the core is an imported module, and nothing is compiled", async () => {
  // Node has no Workers; what their runtime does for a .wasm import is done by a loader here.
  const loader = `data:text/javascript,${encodeURIComponent(`
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    export async function load(url, context, next) {
      if (!url.endsWith(".wasm")) return next(url, context);
      const bytes = readFileSync(fileURLToPath(url)).toString("base64");
      return { format: "module", shortCircuit: true,
        source: "export default new WebAssembly.Module(Buffer.from('" + bytes + "', 'base64'));" };
    }`)}`;
  const register = `data:text/javascript,${encodeURIComponent(
    `import { register } from "node:module"; register(${JSON.stringify(loader)});`,
  )}`;
  const script = `${USING}
    await import("phoenix-presence/wasm");
    ${COUNTING}
    const { Presence } = await import("phoenix-presence");
    const { init } = await import("phoenix-presence/init");
    await init();
    console.log(JSON.stringify({ used: use(Presence), compilations }));`;
  const result = await evaluate(installed.dir, "module", script, ["--conditions=workerd", `--import=${register}`]);
  assert.deepEqual(result, { used: USED, compilations: { sync: 0, async: 0 } });
});

test("a process that used it ends by itself", async () => {
  const { code, stderr } = await runNode(installed.dir, [
    "--input-type=module",
    "--eval",
    `${USING} import { Presence } from "phoenix-presence"; use(Presence);`,
  ]);
  assert.deepEqual([code, stderr], [0, ""]);
});
