/**
 * Compiles TypeScript programs against an installed package, without running them.
 */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "./installed.js";

/**
 * What a compiler says about programs, each a file name with its text: an empty text if all is well.
 *
 * @param {string} dir the folder that the package is installed in
 * @param {Record<string, string>} programs
 * @param {object} options of tsconfig.json, beside the strict ones
 * @param {string} [compiler] the module of this repository that holds it
 * @returns {Promise<string>}
 */
export function compile(dir, programs, options, compiler = "typescript-7.0") {
  const folder = join(dir, "programs");
  mkdirSync(folder, { recursive: true });
  const project = mkdtempSync(join(folder, "project-"));
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(project, name), text);
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
        target: "es2022",
        lib: ["es2022", "dom", "dom.iterable"],
        types: [],
        ...options,
      },
      files: Object.keys(programs),
    }),
  );
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, "node_modules", compiler, "bin/tsc"), "-p", project, "--pretty", "false"],
      { encoding: "utf8" },
      (error, stdout, stderr) => resolve(error ? `${stdout}${stderr}` || String(error) : ""),
    );
  });
}

/**
 * The errors that a compiler reported, as `line: code`.
 *
 * @param {string} said
 * @returns {string[]}
 */
export const errorsIn = (said) =>
  [...said.matchAll(/^[^\s(]+\((\d+),\d+\): error (TS\d+)/gm)].map(([, line, code]) => `${line}: ${code}`);

/** @param {string} compiler as of `compile` @returns {string} its version, as "5.9" */
export function versionOf(compiler) {
  const { version } = JSON.parse(readFileSync(join(ROOT, "node_modules", compiler, "package.json"), "utf8"));
  return version.split(".").slice(0, 2).join(".");
}
