/**
 * Installs the packed npm package in the projects under tests/consumers/, one for each environment,
 * and runs them: `npm run consumers` all, `npm run consumers -- vite webpack` two, and
 * `npm run consumers -- --quick` those for which nothing has to be downloaded.
 *
 * A project runs in a folder outside this repository, with only its own sources and the modules of its
 * package.json. It has passed if it printed the rosters of phoenix.js and of this package.
 */

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { openFolder, openStarted } from "./lib/consumer-pages.mjs";
import { main } from "./lib/main.mjs";
import { prepare } from "./lib/prepare.mjs";
import { QUICK } from "./lib/quick-consumers.mjs";
import { CommandError, run } from "./lib/run.mjs";
import { ROOT, toolRoot } from "./lib/toolchain.mjs";

const SOURCES = join(ROOT, "tests/consumers");

/** Kept between runs, because the tools are large. Each clone has its own, so that two can run at once. */
const WORK = toolRoot("consumers", createHash("sha256").update(ROOT).digest("hex").slice(0, 8));

const TARBALL = "phoenix-presence.tgz";

/** The line that every project prints: the roster of phoenix.js, then ours. */
const EXPECTED = JSON.stringify(Array(2).fill(["7 on 1", "ada on 2"]));

/** The modules that each project gets a copy of. */
const SHARED = readdirSync(SOURCES).filter((name) => /\.(js|tsx)$/.test(name));

/** The projects that check the package without running it. */
const CHECKERS = ["attw", "publint"];

/** The projects that are opened in a browser, each with the folder that has its page. @type {Record<string, string>} */
const PAGES = {
  angular: ".",
  astro: "dist",
  "classic-script": ".",
  esbuild: ".",
  "esbuild-iife": ".",
  "import-map": ".",
  lit: "dist",
  "oldest-frameworks": ".",
  parcel: "dist",
  rollup: ".",
  solid: "dist",
  vite: "dist",
  "vite-react": "dist",
  "vite-react-ts": "dist",
  "vite-svelte": "dist",
  "vite-vue": "dist",
  "vite-web": "dist",
  "vite-web-react": "dist",
  "vite-worker": "dist",
  "web-component": ".",
  webpack: ".",
  worker: ".",
};

/** Far above what any step needs: only a step that hangs is ended. */
const STEP_TIMEOUT_MINUTES = 10;

const env = {
  ...process.env,
  CI: "1", // No tool asks, watches or draws a progress bar.
  NO_COLOR: "1",
  FORCE_COLOR: "0",
  PARCEL_WORKER_BACKEND: "thread",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true", // With the banner, wrangler looks for newer versions.
};

/** @param {string} dir @param {string[]} args */
const npm = (dir, args) =>
  run("npm", args, { cwd: dir, env, quiet: true, check: false, minutes: STEP_TIMEOUT_MINUTES });

/**
 * Packs pkg/ as it was last built.
 *
 * @returns {Promise<string>} the tarball
 */
async function pack() {
  const folder = join(WORK, "packed");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: join(ROOT, "pkg"), quiet: true });
  const [name] = readdirSync(folder);
  return join(folder, name);
}

/**
 * Copies a project to its folder and installs its dependencies, except those that are installed already.
 *
 * @param {string} name
 * @param {string} tarball
 * @returns {Promise<string>} the folder
 */
async function install(name, tarball) {
  const dir = join(WORK, name);
  const modules = join(dir, "node_modules");
  mkdirSync(dir, { recursive: true });
  for (const entry of readdirSync(dir)) {
    if (entry !== "node_modules") rmSync(join(dir, entry), { recursive: true });
  }
  for (const file of SHARED) cpSync(join(SOURCES, file), join(dir, file));
  cpSync(join(SOURCES, name), dir, { recursive: true, filter: (path) => !path.includes("node_modules") });
  cpSync(tarball, join(dir, TARBALL));

  const stamp = createHash("sha256")
    .update(readFileSync(tarball))
    .update(readFileSync(join(dir, "package.json")));
  const wanted = stamp.digest("hex");
  const installed = join(modules, ".installed");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return dir;
  rmSync(installed, { force: true });
  // A tarball of the same name and version is one that npm believes to have.
  rmSync(join(modules, "phoenix-presence"), { recursive: true, force: true });
  rmSync(join(modules, ".package-lock.json"), { force: true });
  // Versions are exact: what npm has of them cannot be out of date.
  await step(dir, ["install", "--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock"]);
  writeFileSync(installed, wanted);
  return dir;
}

/** @param {string} dir @param {string[]} args */
async function step(dir, args) {
  const result = await npm(dir, args);
  if (result.code === 0) return result.output;
  process.stderr.write(result.output);
  throw new CommandError(`npm ${args.join(" ")}`, result);
}

/**
 * Tries one project; rejected when it does not work.
 *
 * @param {string} name
 * @param {string} tarball
 */
async function tryProject(name, tarball) {
  const dir = await install(name, tarball);
  const { scripts } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  let printed = "";
  for (const script of ["build", "test"]) {
    if (scripts[script]) printed += await step(dir, ["run", script]);
  }
  if (CHECKERS.includes(name)) return;
  if (PAGES[name]) check(await openFolder(join(dir, PAGES[name]), EXPECTED));
  else if (!scripts.start) check(printed);
  if (scripts.start) check(await openStarted(dir, EXPECTED, env));
}

/** @param {string} printed */
function check(printed) {
  if (!printed.includes(EXPECTED)) throw new Error(`it printed ${printed || "nothing"} and not ${EXPECTED}`);
}

/** @param {string[]} names */
function chosen(names) {
  const all = readdirSync(SOURCES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const known = all.map((entry) => entry.name).sort();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(", ")}. The projects: ${known.join(", ")}`);
  return names.length === 0 ? known : known.filter((name) => names.includes(name));
}

await main(async () => {
  const names = chosen(process.argv.slice(2).flatMap((name) => (name === "--quick" ? QUICK : [name])));
  await prepare("package");
  const tarball = await pack();
  const width = Math.max(11, ...names.map((name) => name.length));
  const rows = [];
  let failed = 0;
  for (const name of names) {
    console.log(`\n=== ${name} ===`);
    const started = performance.now();
    let outcome = "ok";
    try {
      await tryProject(name, tarball);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      outcome = "failed";
      failed += 1;
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${outcome}, ${seconds} s`);
    rows.push(`${name.padEnd(width)}  ${outcome.padEnd(7)}  ${seconds.padStart(7)}`);
  }
  console.log(["", `${"environment".padEnd(width)}  outcome  seconds`, ...rows, ""].join("\n"));
  console.log(`${names.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});
