/** What can be packed and published: for npm only what was built, for crates.io what compiles on its own. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { buildInputs } from "../../scripts/build/inputs.mjs";
import { ROOT } from "../support/installed.js";

/**
 * @param {string} cmd
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<{ failed: boolean, stdout: string, stderr: string }>}
 */
const run = (cmd, args, cwd) =>
  new Promise((resolve) => {
    execFile(cmd, args, { cwd, encoding: "utf8" }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, stdout, stderr });
    });
  });

test("a package that was never built, or from other sources, cannot be packed", async () => {
  const clone = mkdtempSync(join(tmpdir(), "unbuilt-"));
  const pack = () => run("npm", ["pack", "--dry-run", "--json"], join(clone, "pkg"));
  try {
    for (const file of [...buildInputs(), "scripts/check-built.mjs", "scripts/lib"]) {
      cpSync(join(ROOT, file), join(clone, file), { recursive: true });
    }
    const never = await pack();
    assert.ok(never.failed);
    assert.match(never.stderr, /not built from the sources as they are now\. Run `npm run build`/);

    for (const folder of ["pkg/wasm", "pkg/dist"]) cpSync(join(ROOT, folder), join(clone, folder), { recursive: true });
    const built = await pack();
    assert.equal(built.failed, false, built.stderr);
    assert.ok(JSON.parse(built.stdout)[0].files.length > 30, "what is printed is JSON and no more");

    rmSync(join(clone, "src/lib.rs"));
    assert.ok((await pack()).failed);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
});

test("the crate as cargo would publish it compiles on its own, and holds what its users need", async () => {
  const args = ["package", "--package", "phoenix-presence", "--allow-dirty", "--offline"];
  const { failed, stderr } = await run("cargo", args, ROOT);
  assert.equal(failed, false, stderr);

  const { stdout } = await run("cargo", [...args, "--list"], ROOT);
  const files = stdout.trim().split("\n");
  for (const file of ["Cargo.toml", "README.md", "LICENSE", "CHANGELOG.md", "src/lib.rs"]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  const others = files.filter((file) => !file.startsWith("src/"));
  assert.deepEqual(
    others.filter(
      (file) => !/^(README\.md|LICENSE|CHANGELOG\.md|Cargo\.(toml|toml\.orig|lock)|\.cargo_vcs_info\.json)$/.test(file),
    ),
    [],
  );
  for (const file of files.filter((file) => file.startsWith("src/"))) assert.ok(existsSync(join(ROOT, file)), file);
});
