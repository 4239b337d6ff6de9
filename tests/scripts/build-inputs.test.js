import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { buildInputs, fingerprint, packageModules, packageTypes } from "../../scripts/build/inputs.mjs";
import { ROOT } from "../../scripts/lib/run.mjs";

const FIXED = ["Cargo.toml", "Cargo.lock", "package-lock.json", "LICENSE", "scripts/build.mjs", "scripts/build/a.mjs"];

/**
 * A repository that holds the files that are always there, and these.
 *
 * @param {string[]} files
 * @param {(repository: { root: string, write: (file: string, text?: string) => void }) => void} body
 */
function withRepository(files, body) {
  const root = mkdtempSync(join(tmpdir(), "build-"));
  const write = (/** @type {string} */ file, text = "") => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  try {
    for (const file of [...FIXED, ...files]) write(file);
    body({ root, write });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const SMALL = ["src/lib.rs", "pkg/presence.js", "pkg/package.json"];

test("a new file in a new folder of src or pkg changes the fingerprint", () => {
  withRepository(SMALL, ({ root, write }) => {
    const seen = new Set([fingerprint(root)]);
    for (const file of ["src/sync/state.rs", "src/js/deep/values.js", "pkg/session/queue.js", "pkg/raw.d.ts"]) {
      write(file);
      const next = fingerprint(root);
      assert.ok(!seen.has(next), file);
      seen.add(next);
    }
  });
});

test("a changed, moved or removed file changes the fingerprint, and its return brings the first one back", () => {
  withRepository([...SMALL, "src/sync/a.rs"], ({ root, write }) => {
    const first = fingerprint(root);
    write("src/sync/a.rs", "changed");
    const changed = fingerprint(root);
    rmSync(join(root, "src/sync/a.rs"));
    const removed = fingerprint(root);
    write("src/sync/b.rs");
    const moved = fingerprint(root);
    assert.equal(new Set([first, changed, removed, moved]).size, 4);
    rmSync(join(root, "src/sync/b.rs"));
    write("src/sync/a.rs");
    assert.equal(fingerprint(root), first);
  });
});

test("what the build writes is no input, and neither is documentation", () => {
  withRepository(SMALL, ({ root, write }) => {
    const before = fingerprint(root);
    for (const file of ["wasm/text.js", "dist/cjs/presence.js", "LICENSE", "README.md", "phoenix-presence-0.1.0.tgz"]) {
      write(`pkg/${file}`, "written");
      assert.equal(fingerprint(root), before, file);
    }
  });
});

test("every module of the package is found, in subfolders too, without variants and what is generated", () => {
  const modules = ["presence.js", "session/queue.js", "testing.js"];
  const others = ["web.js", "variants/web.js", "wasm/text.js", "dist/presence.js", "core/lib.rs"];
  const types = ["index.d.ts", "session/queue.d.ts"];
  withRepository([...SMALL, ...[...modules, ...others, ...types].map((file) => `pkg/${file}`)], ({ root }) => {
    assert.deepEqual(packageModules(root), modules);
    assert.deepEqual(packageTypes(root), types);
  });
});

test("all code that git knows in src, pkg and the build is an input", () => {
  const known = execFileSync("git", ["ls-files", "src", "pkg", "scripts/build", "scripts/build.mjs"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const code = known
    .trim()
    .split("\n")
    .filter((file) => /\.(rs|js|mjs|ts|json|toml)$/.test(file) && existsSync(join(ROOT, file)));
  const inputs = buildInputs();
  assert.ok(code.length > 30);
  assert.deepEqual(
    code.filter((file) => !inputs.includes(file)),
    [],
  );
});
