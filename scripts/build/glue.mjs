/**
 * Writes pkg/wasm/glue.js: the imports that the core is instantiated with, the functions of an
 * instance, each by the short name that wasm-opt gave it, and the id of the build.
 *
 * The core's functions are called directly. The functions that wasm-bindgen writes around them only
 * pass arguments on, and are left out; one that did more would be missed, so it is an error.
 */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { WASM } from "./folders.mjs";

/** The module that wasm-bindgen writes. */
const BINDINGS = "./phoenix_presence_bg.js";

/** Of generated code the compiler checks nothing. */
const UNCHECKED = "// @ts-nocheck\n";

/**
 * The names before and after shortening, as wasm-opt prints them.
 *
 * @typedef {{ imports: [module: string, name: string, short: string][], exports: [name: string, short: string][] }} Names
 */

/**
 * @param {Names} names
 * @param {string} id of this build: see id.mjs
 */
export function writeGlue({ imports, exports }, id) {
  // Beside wasm-bindgen's own module there is one: src/js/values.js, in a folder named by a hash.
  const [values] = imports.map(([module]) => module).filter((module) => module !== BINDINGS);
  const checked = readFileSync(join(WASM, values), "utf8"); // In src/js.
  writeFileSync(join(WASM, "values.js"), UNCHECKED + checked);
  const bindings = readFileSync(join(WASM, BINDINGS), "utf8");
  writeFileSync(join(WASM, BINDINGS), UNCHECKED + bindings);
  rmSync(join(WASM, "snippets"), { recursive: true });

  const called = exports.filter(([name]) => bindings.includes(`\nexport function ${name}(`));
  for (const [name] of called) assertPassesOn(name, bindings);
  const internal = exports.filter(([name]) => name.startsWith("__") && bindings.includes(`wasm.${name}`));
  const [, start] = exports.find(([name]) => name === "__wbindgen_start") ?? [];
  const from = (/** @type {string} */ wanted) =>
    imports.filter(([module]) => module === wanted).map(([, name]) => name);
  const list = (/** @type {Names["exports"]} */ some) =>
    some.map(([name, short]) => `${name}: exports.${short}`).join(", ");
  writeFileSync(
    join(WASM, "glue.js"),
    UNCHECKED +
      [
        "// Generated: between phoenix_presence_bg.wasm, whose names are short, and JavaScript.",
        `import { ${["__wbg_set_wasm", ...from(BINDINGS)].join(", ")} } from "${BINDINGS}";`,
        `import { ${from(values).join(", ")} } from "./values.js";`,
        `export const imports = { a: { ${imports.map(([, name, short]) => `${short}: ${name}`).join(", ")} } };`,
        "/** The name of an empty custom section in the .wasm file that these names are of. */",
        `export const buildId = "${id}";`,
        "/**",
        " * The functions of an instance, with the types that wasm-bindgen gives them: core.js holds them to src/js/border.d.ts.",
        " *",
        ` * @returns {Pick<typeof import("./phoenix_presence.js"), ${called.map(([name]) => `"${name}"`).join(" | ")}>}`,
        " */",
        "export function connect({ exports }) {",
        `  __wbg_set_wasm({ ${list(internal)} });`,
        `  exports.${start}();`,
        `  return { ${list(called)} };`,
        "}\n",
      ].join("\n"),
  );
}

/**
 * Throws unless wasm-bindgen's function only passes its arguments on.
 *
 * @param {string} name
 * @param {string} bindings the text of wasm-bindgen's module
 */
function assertPassesOn(name, bindings) {
  const passesOn = `export function ${name}\\((.*)\\) \\{\\s*(const ret = )?wasm\\.${name}\\(\\1\\);\\s*(return ret( !== 0)?;\\s*)?\\}`;
  if (!new RegExp(passesOn).test(bindings))
    throw new Error(`The core's function ${name} takes or returns more than plain values, which glue.js cannot pass`);
}
