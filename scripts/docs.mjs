/**
 * `npm run docs`: the reference of the npm package, from its types, and of the crate, from rustdoc.
 * Both are written to target/docs, and a warning is an error.
 */

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { main } from "./lib/main.mjs";
import { prepare } from "./lib/prepare.mjs";
import { ROOT, run } from "./lib/run.mjs";

const DOCS = join(ROOT, "target/docs");
const RUSTDOC = join(ROOT, "target/doc");

/** The page that links to both. */
const INDEX = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>phoenix-presence</title>
  <h1>phoenix-presence</h1>
  <ul>
    <li><a href="js/index.html">The npm package</a></li>
    <li><a href="rust/phoenix_presence/index.html">The crate</a></li>
  </ul>
</html>
`;

await main(async () => {
  await prepare("package");
  // Rustdoc would keep pages of removed items and of other crates.
  for (const old of [DOCS, RUSTDOC]) rmSync(old, { recursive: true, force: true });
  mkdirSync(DOCS, { recursive: true });
  await run("node_modules/.bin/typedoc", [
    ...["--tsconfig", "tsconfig.docs.json", "--out", join(DOCS, "js"), "--name", "phoenix-presence"],
    ...["--readme", "pkg/README.md", "--includeVersion", "--disableSources", "--hideGenerator"],
    ...["--treatWarningsAsErrors", "--treatValidationWarningsAsErrors", "--logLevel", "Warn"],
    ...["--validation.notDocumented", "true"],
    ...["js", "tsx", "ts", "sh", "vue", "svelte"].flatMap((name) => ["--highlightLanguages", name]),
    // Stand-ins for types that a program may not have.
    ...["--intentionallyNotExported", "Instance", "--intentionallyNotExported", "CompiledModule"],
    ...entries().flatMap((file) => ["--entryPoints", join("pkg", file)]),
  ]);
  await run("cargo", ["doc", "--quiet", "--package", "phoenix-presence", "--no-deps"], {
    env: { ...process.env, RUSTDOCFLAGS: "-D warnings" },
  });
  cpSync(RUSTDOC, join(DOCS, "rust"), { recursive: true });
  writeFileSync(join(DOCS, "index.html"), INDEX);
  console.log("The reference is in target/docs/index.html");
});

/** The types of each entry of the package. */
function entries() {
  /** @type {{ exports: Record<string, { import?: { types: string } }> }} */
  const { exports } = JSON.parse(readFileSync(join(ROOT, "pkg/package.json"), "utf8"));
  return Object.values(exports).flatMap(({ import: entry }) => (entry ? [entry.types] : []));
}
