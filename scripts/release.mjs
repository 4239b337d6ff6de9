/**
 * Checks that a version can be published, and prints its section of the changelog:
 * `npm run release -- v0.1.0`. It publishes nothing: the workflow of the tag does. See
 * docs/releasing.md.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { main } from "./lib/main.mjs";
import { releaseNotes, releaseProblems } from "./lib/release.mjs";
import { ROOT } from "./lib/run.mjs";

const read = (/** @type {string} */ file) => readFileSync(join(ROOT, file), "utf8");

await main(async () => {
  const [tag, ...others] = process.argv.slice(2);
  if (tag === undefined || others.length > 0) throw new Error("Expected one tag: npm run release -- v0.1.0");
  const changelog = read("CHANGELOG.md");
  const problems = releaseProblems(tag, {
    cargoToml: read("Cargo.toml"),
    cargoLock: read("Cargo.lock"),
    packageJson: read("pkg/package.json"),
    packageLock: read("package-lock.json"),
    changelog,
  });
  if (problems.length > 0)
    throw new Error(`${tag} cannot be released:\n${problems.map((each) => `- ${each}\n`).join("")}`);
  console.log(releaseNotes(changelog, tag.slice(1)));
});
