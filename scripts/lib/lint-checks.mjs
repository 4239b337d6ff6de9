/**
 * The checks that every change must pass, one entry each.
 *
 * A check fails only because of what is in the repository, never because of the network: one whose
 * tool or database is missing is skipped, and says why.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { prepare } from "./prepare.mjs";
import { ask, ROOT, run } from "./run.mjs";
import { hasWasmTarget, WASM_TARGET, wasmEnv } from "./toolchain.mjs";

/** @typedef {"passed" | "failed" | { skipped: string }} Outcome */
/** @typedef {{ name: string, check: () => Promise<Outcome> }} Check */

const CRATE_FOR_WASM = ["-p", "phoenix-presence", "--target", WASM_TARGET, "--features", "npm,client"];
const DENY_WARNINGS = { RUSTDOCFLAGS: "-D warnings" };

/**
 * @param {string} name
 * @param {string} cmd
 * @param {string[]} args
 * @param {() => NodeJS.ProcessEnv} [env]
 * @returns {Check}
 */
function command(name, cmd, args, env = () => process.env) {
  return {
    name,
    async check() {
      const { code } = await run(cmd, args, { env: env(), check: false });
      return code === 0 ? "passed" : "failed";
    },
  };
}

/** @type {Check[]} */
export const CHECKS = [
  command("rustfmt", "cargo", ["fmt", "--all", "--check"]),
  command("clippy", "cargo", ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]),
  command(
    "clippy for wasm32",
    "cargo",
    ["clippy", "--quiet", ...CRATE_FOR_WASM, "--lib", "--tests", "--", "-D", "warnings"],
    wasmEnv,
  ),
  command(
    "clippy for the tests of the client",
    "cargo",
    ["clippy", "--quiet", "-p", "client-tests", "--target", WASM_TARGET, "--tests", "--", "-D", "warnings"],
    wasmEnv,
  ),
  // Without the standard library it can be no test, so it is no target of the one above.
  command(
    "clippy for the npm package",
    "cargo",
    ["clippy", "--quiet", "-p", "phoenix-presence-core", "--target", WASM_TARGET, "--", "-D", "warnings"],
    wasmEnv,
  ),
  command(
    "clippy for the store over text",
    "cargo",
    ["clippy", "--quiet", "-p", "phoenix-presence-raw-core", "--target", WASM_TARGET, "--", "-D", "warnings"],
    wasmEnv,
  ),
  command("docs", "node", ["scripts/docs.mjs"]),
  command(
    "rustdoc of the other crates",
    "cargo",
    ["doc", "--quiet", "--workspace", "--exclude", "phoenix-presence", "--no-deps"],
    () => ({ ...process.env, ...DENY_WARNINGS }),
  ),
  command("rustdoc for wasm32", "cargo", ["doc", "--quiet", ...CRATE_FOR_WASM, "--no-deps"], () => ({
    ...wasmEnv(),
    ...DENY_WARNINGS,
  })),
  command("prettier", "node_modules/.bin/prettier", ["--check", "--log-level", "warn", "."]),
  command("eslint", "node_modules/.bin/eslint", ["--max-warnings", "0", "."]),
  { name: "tsc", check: typeCheck },
  { name: "oldest Rust", check: oldestRust },
  { name: "cargo publish", check: cargoPublish },
  { name: "cargo deny", check: cargoDeny },
  { name: "npm audit", check: npmAudit },
];

/**
 * The types of everything, strictly; and of the package's own JavaScript without those of its
 * parameters, which stand in index.d.ts.
 */
async function typeCheck() {
  await prepare("package");
  let failed = false;
  for (const project of ["tsconfig.json", "tsconfig.pkg.json"]) {
    // Not by .bin/tsc: that may be one of the older compilers that the types are tested with.
    const { code } = await run("node", ["node_modules/typescript/bin/tsc", "-p", project], { check: false });
    failed ||= code !== 0;
  }
  return failed ? "failed" : "passed";
}

/** The crate and the server compile with the `rust-version` of Cargo.toml. Tests may need a newer one. */
async function oldestRust() {
  const version = /^rust-version = "([^"]+)"/m.exec(readFileSync(join(ROOT, "Cargo.toml"), "utf8"))?.[1];
  if (!version) throw new Error("Cargo.toml has no rust-version");
  // Without the second, rustup would download the compiler.
  const env = { ...process.env, RUSTUP_TOOLCHAIN: version, RUSTUP_AUTO_INSTALL: "0" };
  if (!ask("rustc", ["--version"], { env })?.includes(` ${version}.`)) {
    return { skipped: `Rust ${version} is not installed (\`rustup toolchain install ${version}\`)` };
  }
  const builds = [["-p", "phoenix-presence", "-p", "presence-server", "--features", "phoenix-presence/native"]];
  if (hasWasmTarget(env)) builds.push(CRATE_FOR_WASM);
  for (const build of builds) {
    const { code } = await run("cargo", ["check", "--quiet", ...build], { env, check: false });
    if (code !== 0) return "failed";
  }
  return "passed";
}

/** The crate can be packed and compiled as a stranger's cargo would; nothing is published. */
async function cargoPublish() {
  const args = ["publish", "--dry-run", "--quiet", "--allow-dirty", "-p", "phoenix-presence"];
  const { code, output } = await run("cargo", args, { quiet: true, check: false });
  if (code === 0) return "passed";
  if (/failed to (?:fetch|query|download|update)|could not connect|Could not resolve/i.test(output)) {
    return { skipped: "the registry cannot be reached here" };
  }
  process.stderr.write(output);
  return "failed";
}

/** Licences, banned and duplicate crates, sources, and the advisories if their database can be fetched. */
async function cargoDeny() {
  if (!ask("cargo", ["deny", "--version"])) {
    return { skipped: "not installed (`cargo install cargo-deny`, some 5 minutes)" };
  }
  const offline = await run(
    "cargo",
    ["deny", "--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"],
    {
      check: false,
    },
  );
  if (offline.code !== 0) return "failed";
  const advisories = await run("cargo", ["deny", "--workspace", "check", "advisories"], { quiet: true, check: false });
  if (advisories.code === 0) return "passed";
  if (/failed to fetch advisory database|unable to fetch/i.test(advisories.output)) {
    return { skipped: "advisories only: their database cannot be fetched here; the rest passed" };
  }
  process.stderr.write(advisories.output);
  return "failed";
}

/** Known vulnerabilities of severity high and above in the npm modules. */
async function npmAudit() {
  const { output } = await run("npm", ["audit", "--audit-level=high", "--json"], { quiet: true, check: false });
  const counts = auditCounts(output);
  if (!counts) return { skipped: "the registry answers no audit here" };
  if (counts.high + counts.critical === 0) return "passed";
  process.stderr.write(output);
  return "failed";
}

/**
 * The vulnerabilities by severity in npm's report, or undefined if there is none.
 *
 * @param {string} output
 * @returns {{ high: number, critical: number } | undefined}
 */
export function auditCounts(output) {
  try {
    // npm's warnings may stand around the report.
    const report = JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1));
    return report.metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
