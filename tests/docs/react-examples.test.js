/**
 * Every React example of the documentation, as TSX: it compiles with the settings of a new Vite project, and the lints of
 * such projects (oxlint, ESLint with the React Compiler's rules) have nothing to say.
 */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";

import js from "@eslint/js";
import { ESLint } from "eslint";
import reactHooks from "eslint-plugin-react-hooks";
import reactRefresh from "eslint-plugin-react-refresh";
import tseslint from "typescript-eslint";

import { ROOT } from "../../scripts/lib/run.mjs";

/** Inside this repository, so that its modules are found. */
mkdirSync(join(ROOT, "target"), { recursive: true });
const PARENT = mkdtempSync(join(ROOT, "target/react-examples-"));
after(() => rmSync(PARENT, { recursive: true }));
const FOLDER = join(PARENT, "app");
mkdirSync(FOLDER);
// What examples import.
cpSync(join(ROOT, "tests/consumers/members.tsx"), join(PARENT, "members.tsx"));
cpSync(join(ROOT, "tests/docs/room/phoenix-presence.tsx"), join(FOLDER, "phoenix-presence.tsx"));

const PAGES = ["README.md", "pkg/README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)];

/** The examples by the name of a file: those in Markdown, and those in the comments of the hooks' types. */
const EXAMPLES = Object.fromEntries(
  [...PAGES.filter((path) => path.endsWith(".md")), "pkg/react.d.ts"].flatMap((path) => {
    const text = readFileSync(join(ROOT, path), "utf8").replace(/^ \* ?/gm, path.endsWith(".ts") ? "" : "$&");
    const found = [...text.matchAll(/```tsx\n([^]*?)```/g)].map(([, code]) => code);
    // React Router is not among the modules here: tests/consumers/react-router builds that example.
    return found
      .filter((code) => !code.includes('from "react-router"'))
      .map((code, at) => [`${path.replace(/\W/g, "-")}-${at + 1}.tsx`, code]);
  }),
);

/** What an example may leave to its reader. Other tests run those that have to be complete. */
const HOOKS = ["useOthers", "usePresence", "usePresenceSelector", "useRoom", "useUpdate"];
const GIVEN = [
  ...HOOKS.map((name) => `declare const ${name}: typeof import("phoenix-presence/react").${name};`),
  'type Channel = import("phoenix").Channel;',
  "declare const Users: () => null;",
  'declare const channel: import("phoenix").Channel;',
  'declare const presence: import("phoenix-presence").Presence;',
  'declare const room: import("phoenix-presence/react").RoomSnapshot;',
  'declare const socket: import("phoenix").Socket;',
];

/** An example as a module. Statements without a component become one. @param {string} code */
function completed(code) {
  if (/^(const .* = use|return )/.test(code)) {
    const end = code.includes("return ") ? "" : "return <p>{String(online)}</p>;\n";
    return `export function Example() {\n${code}${end}}\n`;
  }
  // A component that an example shows and does not use is one that its reader uses.
  const shown = [...code.matchAll(/^function ([A-Z]\w*)/gm)].map(([, name]) => name);
  return `${code}export { ${shown.filter((name) => !code.includes(`<${name}`)).join(", ")} };\n`;
}

for (const [name, code] of Object.entries(EXAMPLES)) writeFileSync(join(FOLDER, name), completed(code));
writeFileSync(join(FOLDER, "given.d.ts"), GIVEN.join("\n"));

/** Those of `npm create vite -- --template react-ts`, but for the types of Vite itself. */
const OPTIONS = {
  target: "es2023",
  lib: ["ES2023", "DOM"],
  module: "esnext",
  types: [],
  allowArbitraryExtensions: true,
  skipLibCheck: true,
  moduleResolution: "bundler",
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  moduleDetection: "force",
  noEmit: true,
  jsx: "react-jsx",
  noUnusedLocals: true,
  noUnusedParameters: true,
  erasableSyntaxOnly: true,
  noFallthroughCasesInSwitch: true,
};

/** Oxlint's, of the same template. */
const OXLINT = {
  plugins: ["react", "typescript", "oxc"],
  rules: {
    "react/rules-of-hooks": "error",
    "react/only-export-components": ["warn", { allowConstantExport: true }],
  },
};

/** What a program prints, whether or not it fails. @param {string} file @param {string[]} args */
const outputOf = (file, args) =>
  promisify(execFile)(process.execPath, [join(ROOT, "node_modules", file), ...args], { cwd: FOLDER }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => stdout + stderr,
  );

const eslint = new ESLint({
  cwd: FOLDER,
  overrideConfigFile: true,
  overrideConfig: /** @type {any} */ ([
    js.configs.recommended,
    ...tseslint.configs.recommended,
    reactHooks.configs.flat["recommended-latest"],
    reactRefresh.configs.vite,
    { files: ["**/*.tsx"] },
  ]),
});

/** @param {ESLint.LintResult[]} results */
const problemsIn = (results) =>
  results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line, message }) => `${filePath.split("/").at(-1)}:${line} ${ruleId}: ${message}`),
  );

test("all examples are found, those of both READMEs, the migration page and the types of the hooks", () => {
  for (const page of ["README-md-2", "pkg-README-md-1", "docs-migration-md-1", "docs-apps-md-3", "pkg-react-d-ts-4"]) {
    assert.ok(EXAMPLES[`${page}.tsx`], page);
  }
});

for (const compiler of ["typescript", "typescript-7.0"]) {
  test(`they compile as TSX with the settings of Vite's template: ${compiler}`, async () => {
    const config = { compilerOptions: { ...OPTIONS, strict: true }, include: ["*"] };
    writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify(config));
    assert.equal(await outputOf(`${compiler}/bin/tsc`, ["--pretty", "false"]), "");
  });
}

test("ESLint with the React Compiler's rules, and with those of fast refresh, finds nothing", async () => {
  assert.deepEqual(problemsIn(await eslint.lintFiles(["*.tsx"])), []);
});

test("oxlint, as Vite's template sets it up, finds nothing", async () => {
  writeFileSync(join(FOLDER, ".oxlintrc.json"), JSON.stringify(OXLINT));
  const found = await outputOf("oxlint/bin/oxlint", ["--format", "unix", "."]);
  assert.doesNotMatch(found, /\.tsx:/);
});

test("an example that breaks a rule of the compiler is found out", async () => {
  const wrong = 'import { useRef } from "react";\nexport function Wrong() {\n  return useRef(1).current;\n}\n';
  const problems = problemsIn(await eslint.lintText(wrong, { filePath: join(FOLDER, "wrong.tsx") }));
  assert.match(problems.join(), /react-hooks\/refs/);
});
