import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { releaseNotes, releaseProblems } from "../../scripts/lib/release.mjs";
import { ROOT } from "../../scripts/lib/run.mjs";

const CHANGELOG =
  "# Changelog\n\n## 1.2.3 - 2026-01-31\n\n### Added\n\n- A thing.\n\n## 1.2.2 - 2026-01-01\n\n- Another.\n";

/** What is ready for v1.2.3. */
const READY = {
  cargoToml: '[workspace.package]\nversion = "1.2.3"\n\n[package]\nrepository = "https://example.test/repository"\n',
  cargoLock: '\nname = "phoenix-presence"\nversion = "1.2.3"\n',
  packageJson:
    '{ "version": "1.2.3", "repository": { "type": "git", "url": "git+https://example.test/repository.git" } }',
  packageLock: '{ "packages": { "pkg": { "version": "1.2.3" } } }',
  changelog: CHANGELOG,
};

test("a tag, four equal versions, a dated section and two repositories are ready", () => {
  assert.deepEqual(releaseProblems("v1.2.3", READY), []);
});

test("each file with another version, and a changelog without the version, is named", () => {
  assert.deepEqual(releaseProblems("v1.2.4", READY), [
    "Cargo.toml has version 1.2.3, expected 1.2.4",
    "Cargo.lock has version 1.2.3, expected 1.2.4",
    "pkg/package.json has version 1.2.3, expected 1.2.4",
    "package-lock.json has version 1.2.3, expected 1.2.4",
    'CHANGELOG.md has no section "## 1.2.4 - YYYY-MM-DD"',
  ]);
});

test("a manifest without the repository's address is named", () => {
  const cargoToml = READY.cargoToml.replace(/repository.*\n/, "");
  assert.deepEqual(releaseProblems("v1.2.3", { ...READY, cargoToml, packageJson: '{ "version": "1.2.3" }' }), [
    "pkg/package.json has no repository",
    "Cargo.toml has no repository",
  ]);
});

test("a tag that is no version is refused", () => {
  for (const tag of ["1.2.3", "v1.2", "v1.2.3 ", "latest"]) {
    assert.match(releaseProblems(tag, READY).join(), /expected a version such as v0\.1\.0/);
  }
});

test("the notes of a version are its section of the changelog", () => {
  assert.equal(releaseNotes(CHANGELOG, "1.2.3"), "### Added\n\n- A thing.");
  assert.equal(releaseNotes(CHANGELOG, "1.2"), undefined);
});

test("the versions of this repository agree, and are found", () => {
  const read = (/** @type {string} */ file) => readFileSync(join(ROOT, file), "utf8");
  const { version } = JSON.parse(read("pkg/package.json"));
  const problems = releaseProblems(`v${version}`, {
    cargoToml: read("Cargo.toml"),
    cargoLock: read("Cargo.lock"),
    packageJson: read("pkg/package.json"),
    packageLock: read("package-lock.json"),
    changelog: read("CHANGELOG.md"),
  });
  assert.deepEqual(
    problems.filter((problem) => problem.includes("has version")),
    [],
  );
});
