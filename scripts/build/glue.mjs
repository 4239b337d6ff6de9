/**
 * Writes pkg/wasm/glue.js: the imports that the core is instantiated with, the functions of an
 * instance, each by the short name that wasm-opt gave it, and the id of the build.
 *
 * Only numbers cross the border, so the functions that wasm-bindgen writes around imports and exports
 * pass arguments on and do nothing else. They are left out.
 */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { WASM } from "./folders.mjs";

/** The module that wasm-bindgen writes. */
const BINDINGS = "phoenix_presence_bg.js";

/** Of generated code the compiler checks nothing. */
const UNCHECKED = "// @ts-nocheck\n";

/**
 * The names before and after shortening, as wasm-opt prints them.
 *
 * @typedef {{ imports: [module: string, name: string, short: string][], exports: [name: string, short: string][] }} Names
 */

/** The names of the core's functions. */
export function coreFunctions() {
  const bindings = readFileSync(join(WASM, BINDINGS), "utf8");
  const names = [...bindings.matchAll(/^export function ([a-z]\w*)\(/gm)].map(([, name]) => name);
  for (const name of names) assertPassesOn(name, bindings);
  return names;
}

/**
 * @param {Names} names
 * @param {string} id of this build: see id.mjs
 */
export function writeGlue({ imports, exports }, id) {
  // All imports are of src/js/values.js, which wasm-bindgen puts into a folder named by a hash.
  const [values, ...others] = new Set(imports.map(([module]) => module));
  if (others.length > 0) throw new Error(`The core imports from ${others.join(", ")}, too, which glue.js cannot give`);
  const checked = readFileSync(join(WASM, values), "utf8"); // In src/js.
  writeFileSync(join(WASM, "values.js"), UNCHECKED + checked);
  rmSync(join(WASM, "snippets"), { recursive: true });
  rmSync(join(WASM, BINDINGS));
  rmSync(join(WASM, "phoenix_presence.d.ts"));

  const called = exports.filter(([name]) => name !== "memory");
  writeFileSync(
    join(WASM, "glue.js"),
    UNCHECKED +
      [
        "// Generated: between phoenix_presence_bg.wasm, whose names are short, and JavaScript.",
        `import { enter, ${imports.map(([, name]) => name).join(", ")} } from "./values.js";`,
        `export const imports = { a: { ${imports.map(([, name, short]) => `${short}: ${name}`).join(", ")} } };`,
        "/** The name of an empty custom section in the .wasm file that these names are of. */",
        `export const buildId = "${id}";`,
        "/**",
        " * The functions of an instance: core.js holds their names to src/js/border.d.ts.",
        " *",
        ` * @returns {Record<${called.map(([name]) => `"${name}"`).join(" | ")}, ReturnType<typeof enter>>}`,
        " */",
        "export const connect = ({ exports }) => ({",
        ...called.map(([name, short]) => `  ${name}: enter(exports.${short}),`),
        "});\n",
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
